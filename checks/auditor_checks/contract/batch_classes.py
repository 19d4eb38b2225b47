"""`batch-classes`: classes of a batch's label that the base it is to join does not have."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, ClassVar

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
from auditor.stats.unseen import chance_of_so_many
from auditor_checks.wording import counted

if TYPE_CHECKING:
    from auditor.evidence.counts import LabelCounts

_NAMED = 10
#: Classes of fewer rows are rare; what chance leaves to one side more often than this is no surprise.
_RARE, _SURPRISING = 20, 0.05


class BatchClasses(Check):
    """The batch's label has classes that the base does not have.

    Merged, a class that was written in another way is learned as one of its own ("<=50K." beside "<=50K"); one that
    is truly new changes what the model predicts, and the base may hold its examples under another name. Map the
    class to one of the base's, or go through the base's labels and raise `max_classes` on purpose.

    Method: the classes of both labels by name. Where the base has classes of fewer than 20 rows, one as rare may stand
    in the batch alone by chance: where the rows of both, dealt at random, would leave so many classes, and one so
    large, to the batch in more than 5 of 100 deals, the new ones are only warned of.
    """

    id: ClassVar[str] = "batch-classes"
    family: ClassVar[Family] = Family.CONTRACT
    needs: ClassVar[Needs] = Needs(roles=frozenset({Role.LABEL}), tasks=CLASSIFICATION, reference=True, batch=True)
    remedy: ClassVar[str] = "Give the batch's classes the base's names, or take the new class on on purpose."

    max_classes: NonNegativeInt = 0

    def measure(self, evidence: Evidence) -> Iterator[Measure | Finding | Skip]:
        """How many classes are new, and the rows of each."""
        from auditor.evidence.batch_values import AskNewClasses
        from auditor.evidence.label_rows import AskLabelRows

        if apart := labels_apart(evidence.dataset):
            raise NotPossible(apart)
        new, labels = evidence.ask(AskNewClasses()), evidence.label_counts()
        by_chance = bool(new) and _by_chance(evidence, new)
        named = ", ".join(list(new)[:_NAMED])
        yield self._classes("new-classes", 0 if by_chance else len(new), labels, "" if by_chance else named)
        if by_chance:
            yield self._classes("classes-new-by-chance", len(new), labels, named, warns=True)
        rows = evidence.ask(AskLabelRows(frozenset(new))) if new else {}
        for name, size in new.items():
            yield Finding(
                name, f"a class that the base does not have: {counted(size, 'row')}", size, rows.get(name, ())
            )

    def _classes(self, name: str, found: int, labels: LabelCounts, note: str, *, warns: bool = False) -> Measure:
        return Measure(
            name,
            "the label",
            exact(found, max(len(labels.classes()), 1)),
            at_most=self.max_classes,
            support=labels.total,
            unit=Unit.NUMBER,
            note=note,
            warns=warns,
        )


def _by_chance(evidence: Evidence, new: Mapping[str, int]) -> bool:
    """Whether the base has rare classes, and chance may well have left so many, and so large ones, to the batch."""
    ours, theirs = (side.label_counts() for side in (evidence, evidence.reference))
    base = theirs.classes()
    if min(base.values(), default=_RARE) >= _RARE:
        return False
    sizes = list((Counter(base) + Counter(ours.classes())).values())
    share, largest = ours.total / (ours.total + theirs.total), max(new.values())
    as_large = chance_of_so_many(1, (size for size in sizes if size >= largest), share)
    return min(as_large, chance_of_so_many(len(new), sizes, share)) > _SURPRISING
