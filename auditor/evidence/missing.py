"""Rows in which given columns are all missing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from auditor.dataset.batches import batches
from auditor.dataset.table import ROW

if TYPE_CHECKING:
    from auditor.evidence import Evidence


@dataclass(frozen=True, slots=True)
class AskMissingRows:
    """The question: in which rows are all of these columns missing?"""

    columns: tuple[str, ...]

    def collect(self, evidence: Evidence) -> tuple[int, ...]:
        """The rows' ordinals, in order."""
        import narwhals as nw

        empty = nw.all_horizontal(*(nw.col(name).is_null() for name in self.columns), ignore_nulls=False)
        found: list[int] = []
        for batch in batches(evidence.dataset.frame.filter(empty), [ROW]):
            found += batch.column(ROW).to_pylist()
        return tuple(sorted(found))
