"""`batch-classes`: classes of a batch's label that the base it is to join does not have."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from pydantic import NonNegativeInt

from auditor.check import (
    CLASSIFICATION,
    Check,
    Evidence,
    Family,
    Finding,
    Measure,
    Needs,
    Role,
    Skip,
    Unit,
    exact,
)
from auditor.dataset.reference import labels_apart
from auditor.errors import NotPossible
from auditor.evidence.batch_values import AskNewClasses
from auditor.evidence.label_rows import AskLabelRows
from auditor_checks.wording import counted

_NAMED = 10


class BatchClasses(Check):
    """The batch's label has classes that the base does not have.

    Merged, a class that was written in another way is learned as one of its own ("<=50K." beside "<=50K"); one that
    is truly new changes what the model predicts, and the base may hold its examples under another name. Map the
    class to one of the base's, or go through the base's labels and raise `max_classes` on purpose.

    Method: the classes of both labels by name.
    """

    id: ClassVar[str] = "batch-classes"
    family: ClassVar[Family] = Family.CONTRACT
    needs: ClassVar[Needs] = Needs(roles=frozenset({Role.LABEL}), tasks=CLASSIFICATION, reference=True, batch=True)
    remedy: ClassVar[str] = "Give the batch's classes the base's names, or take the new class on on purpose."

    max_classes: NonNegativeInt = 0

    def measure(self, evidence: Evidence) -> Iterator[Measure | Finding | Skip]:
        """How many classes are new, and the rows of each."""
        if apart := labels_apart(evidence.dataset):
            raise NotPossible(apart)
        new, labels = evidence.ask(AskNewClasses()), evidence.label_counts()
        yield Measure(
            "new-classes",
            "the label",
            exact(len(new), max(len(labels.classes()), 1)),
            at_most=self.max_classes,
            support=labels.total,
            unit=Unit.NUMBER,
            note=", ".join(list(new)[:_NAMED]),
        )
        rows = evidence.ask(AskLabelRows(frozenset(new))) if new else {}
        for name, size in new.items():
            yield Finding(
                name, f"a class that the base does not have: {counted(size, 'row')}", size, rows.get(name, ())
            )
