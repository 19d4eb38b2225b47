"""Rows that carry given labels."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from auditor.dataset.batches import batches
from auditor.dataset.table import ROW
from auditor.dataset.values import text_of

if TYPE_CHECKING:
    from auditor.evidence import Evidence


@dataclass(frozen=True, slots=True)
class AskLabelRows:
    """The question: which rows carry one of these labels?"""

    labels: frozenset[str]

    def collect(self, evidence: Evidence) -> dict[str, tuple[int, ...]]:
        """The rows' ordinals by label. Nothing for a column per label: there the labels are column names."""
        names = evidence.dataset.roles.label
        if len(names) != 1:
            return {}
        found: dict[str, dict[int, None]] = {}  # a list may name a label twice
        for batch in batches(evidence.dataset.frame, [ROW, names[0]]):
            rows = batch.column(ROW).to_pylist()
            for row, cell in zip(rows, batch.column(names[0]).to_pylist(), strict=True):
                for value in cell if isinstance(cell, list) else (cell,):
                    if (name := text_of(value)) in self.labels:
                        found.setdefault(name, {})[row] = None
        return {name: tuple(rows) for name, rows in found.items()}
