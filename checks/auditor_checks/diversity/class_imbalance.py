"""`class-imbalance`: a class with too few examples."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated, ClassVar, Literal

from pydantic import BeforeValidator, Field, PositiveInt, field_validator

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
from auditor.dataset.values import text_of
from auditor.errors import UsageError
from auditor.stats.written import percent

#: A class as it is written in a setting: `1` and `true` are names of classes too.
ClassName = Annotated[str, BeforeValidator(text_of)]
#: By how much declared shares may miss 1 for having been rounded.
_ROUNDING = 0.011


class ClassImbalance(Check):
    """A class has too few examples to be learned.

    A model sees the class so rarely that it learns to ignore it. Collect more of it, merge it into a neighbour,
    or lower the limits on purpose. Where a class is rare in the world and has examples enough, its share can be
    declared, as `expected = {fraud = 0.002}`: fraud at 0.2 % is normal then, while too few examples never are.

    Method: rows per class, and the share of an even split (1/K) that each class reaches, or of its declared share,
    the others splitting evenly what is left; shares not for several labels a row. A declared class that has no rows
    fails. A single class is nothing to learn from, and fails.
    """

    id: ClassVar[str] = "class-imbalance"
    family: ClassVar[Family] = Family.DIVERSITY
    needs: ClassVar[Needs] = Needs(roles=frozenset({Role.LABEL}), tasks=CLASSIFICATION)
    remedy: ClassVar[str] = "Collect more of the small classes, or merge them into their neighbours."
    batch_level: ClassVar[Literal["error", "warn"] | None] = "warn"  # a model learns from the whole

    min_classes: PositiveInt = 2
    min_rows: PositiveInt = 20
    min_relative_share: Share = 0.1
    expected: dict[ClassName, Annotated[float, Field(gt=0, lt=1)]] = Field(default={})

    @field_validator("expected")
    @classmethod
    def _no_more_than_all(cls, expected: dict[str, float]) -> dict[str, float]:
        if (total := sum(expected.values())) > 1 + _ROUNDING:
            raise ValueError(f"the shares must not add up to more than 1 (100 %), but come to {total:.4g}")
        return expected

    def measure(self, evidence: Evidence) -> Iterator[Measure | Finding | Skip]:
        """Rows and relative share of each class, the smallest first."""
        counts = evidence.label_counts()
        several = evidence.dataset.task is Task.MULTILABEL
        if several and self.expected:
            raise UsageError("expected: shares are not for several labels a row", f"checks.{self.id}")
        classes = counts.classes()
        enough = 1 if several else self.min_classes
        yield Measure("classes", "label", exact(len(classes)), at_least=enough, support=counts.total, unit=Unit.NUMBER)
        classes |= dict.fromkeys((name for name in self.expected if name not in classes), 0)
        for name, rows in reversed(classes.items()):
            yield Measure("rows", name, exact(rows), at_least=self.min_rows, support=rows, unit=Unit.ROWS)
            if not several and counts.total and (times := self._over_share(name, classes)):
                declared = f"1 is the declared {percent(self.expected[name])}" if name in self.expected else ""
                yield Measure(
                    "relative-share",
                    name,
                    exact(rows * times / counts.total, counts.total),
                    at_least=self.min_relative_share,
                    support=rows,
                    unit=Unit.RATIO,
                    note=declared or "1 is an even split",
                )

    def _over_share(self, name: str, classes: Mapping[str, int]) -> float | None:
        """1 over the share that a class should have; None where the declared classes leave nothing to the others."""
        if name in self.expected:
            return 1 / self.expected[name]
        left = 1 - sum(self.expected.values())
        return (len(classes) - len(self.expected)) / left if left > _ROUNDING or not self.expected else None
