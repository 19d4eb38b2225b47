"""`duplicate-rows`: the same row again."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from auditor.check import Check, Evidence, Family, Finding, Measure, Needs, Share, Skip, exact


class DuplicateRows(Check):
    """The same row stands in the data more than once.

    Repeats weigh what they show more than the rest, and when copies fall on both sides of a split the test is
    known by heart. Take them out, or give true repeats a weight.

    Method: rows equal in every column but the id and the split, label included, told by a 128-bit hash; all but
    the first of each group are repeats.
    """

    id: ClassVar[str] = "duplicate-rows"
    family: ClassVar[Family] = Family.DIVERSITY
    needs: ClassVar[Needs] = Needs()
    remedy: ClassVar[str] = "Take the repeats out, or give true repeats a weight."

    max_share: Share = 0.05

    def measure(self, evidence: Evidence) -> Iterator[Measure | Finding | Skip]:
        """The share of rows that repeat an earlier one, and which."""
        rows = evidence.profile.rows
        repeats = evidence.duplicates.identical.repeats
        yield Measure(
            "repeated-rows",
            "all rows",
            exact(len(repeats) / rows, rows),
            at_most=self.max_share,
            support=rows,
        )
        if len(repeats):
            groups = evidence.duplicates.identical.count
            yield Finding(f"{groups} groups", "rows that repeat an earlier row", len(repeats), repeats.tolist())
