"""`class-imbalance`: a class with too few examples."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from pydantic import PositiveInt

from auditor.check import (
    CLASSIFICATION,
    Check,
    Evidence,
    Family,
    Finding,
    Measure,
    Needs,
    Role,
    Share,
    Skip,
    Task,
    Unit,
    exact,
)


class ClassImbalance(Check):
    """A class has too few examples to be learned.

    A model sees the class so rarely that it learns to ignore it. Collect more of it, merge it into a neighbour,
    or lower the limits on purpose (fraud at 0.2 % is normal where there are examples enough).

    Method: rows per class, and the share of an even split (1/K) that each class reaches; the second not for
    several labels a row. A single class is nothing to learn from, and fails.
    """

    id: ClassVar[str] = "class-imbalance"
    family: ClassVar[Family] = Family.DIVERSITY
    needs: ClassVar[Needs] = Needs(roles=frozenset({Role.LABEL}), tasks=CLASSIFICATION)
    remedy: ClassVar[str] = "Collect more of the small classes, or merge them into their neighbours."

    min_classes: PositiveInt = 2
    min_rows: PositiveInt = 20
    min_relative_share: Share = 0.1

    def measure(self, evidence: Evidence) -> Iterator[Measure | Finding | Skip]:
        """Rows and relative share of each class, the smallest first."""
        counts = evidence.label_counts()
        classes = counts.classes()
        several = evidence.dataset.task is Task.MULTILABEL
        enough = 1 if several else self.min_classes
        yield Measure("classes", "label", exact(len(classes)), at_least=enough, support=counts.total, unit=Unit.NUMBER)
        for name, rows in reversed(classes.items()):
            yield Measure("rows", name, exact(rows), at_least=self.min_rows, support=rows, unit=Unit.ROWS)
            if not several:
                relative = exact(rows * len(classes) / counts.total, counts.total)
                yield Measure(
                    "relative-share",
                    name,
                    relative,
                    at_least=self.min_relative_share,
                    support=rows,
                    unit=Unit.RATIO,
                    note="1 is an even split",
                )
