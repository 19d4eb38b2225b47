"""Whether the label goes with the place of a row in the file."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from auditor.errors import NotPossible
from auditor.evidence.label_classes import AskLabelClasses
from auditor.stats.skill import Skill
from auditor.stats.total_variation import TotalVariation, total_variation

if TYPE_CHECKING:
    from auditor.evidence import Evidence


@dataclass(frozen=True, slots=True)
class LabelOrder:
    """`neighbours` is how well a row's label is told by the row before, against a shuffled file.

    `classes` are the rows of each in the `first` and the `last` third of the labeled rows, the file's order kept;
    `runs` are the stretches of one class.
    """

    neighbours: Skill
    classes: tuple[str, ...]
    first: tuple[int, ...]
    last: tuple[int, ...]
    runs: int

    @property
    def thirds(self) -> TotalVariation:
        """How far the first third lies from the last."""
        return total_variation(self.first, self.last)


@dataclass(frozen=True, slots=True)
class AskLabelOrder:
    """The question: does the label go with the order of the rows?"""

    def collect(self, evidence: Evidence) -> LabelOrder:
        """From each row's class. NotPossible without two classes."""
        label = evidence.ask(AskLabelClasses())
        codes = label.codes[label.codes >= 0]
        rows, counts = len(codes), label.count()
        if rows < 3:
            raise NotPossible("there are fewer than three labeled rows")
        changes = int(np.count_nonzero(codes[1:] != codes[:-1]))
        by_chance = 1 - float(((counts / rows) ** 2).sum()) * rows / (rows - 1) + 1 / (rows - 1)
        third = rows // 3
        first, last = (np.bincount(part, minlength=len(counts)) for part in (codes[:third], codes[-third:]))
        return LabelOrder(
            Skill(changes, min(max(by_chance, 0.0), 1.0) * (rows - 1), rows - 1),
            label.names,
            tuple(first.tolist()),
            tuple(last.tolist()),
            changes + 1,
        )
