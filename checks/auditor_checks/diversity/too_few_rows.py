"""`too-few-rows`: a dataset that is too small to say anything about."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar, Literal

from pydantic import PositiveInt

from auditor.check import Check, Evidence, Family, Measure, Needs, Skip, Unit, exact


class TooFewRows(Check):
    """There are too few rows to learn from, or to audit.

    In a handful of rows nothing repeats, nothing is missing and no group is treated unlike another: that no check
    finds anything says nothing then. Collect more, or lower `min_rows` on purpose.

    Method: the rows, counted.
    """

    id: ClassVar[str] = "too-few-rows"
    family: ClassVar[Family] = Family.DIVERSITY
    needs: ClassVar[Needs] = Needs()
    remedy: ClassVar[str] = "Collect more rows."
    batch_level: ClassVar[Literal["error", "warn"] | None] = "warn"  # a model learns from the whole

    min_rows: PositiveInt = 30

    def measure(self, evidence: Evidence) -> Iterator[Measure | Skip]:
        """How many rows there are."""
        rows = evidence.profile.rows
        yield Measure("rows", "the dataset", exact(rows), at_least=self.min_rows, support=rows, unit=Unit.ROWS)
