"""`conflicting-labels`: equal examples with different labels."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from auditor.check import (
    LABELED,
    Check,
    Evidence,
    Family,
    Finding,
    LabelIs,
    Measure,
    Needs,
    Role,
    Share,
    Skip,
    exact,
)
from auditor_checks.wording import counted


class ConflictingLabels(Check):
    """Equal examples carry different labels.

    For annotations at least one of the labels is wrong, or the guideline leaves the case open: no model can get
    both right. Decide each group, and mend the guideline. For outcomes and decisions equal rows may truly end
    differently; then the groups are shown and nothing is held against them.

    Method: rows equal in every column but the label, the id, the split and how the label came about; blanks
    around a text and the order of a row's labels make no difference. A group's rows less those of its most
    frequent label must be wrong if equal examples have one right label.
    """

    id: ClassVar[str] = "conflicting-labels"
    family: ClassVar[Family] = Family.ANNOTATIONS
    needs: ClassVar[Needs] = Needs(roles=frozenset({Role.LABEL}), tasks=LABELED, examples=True)
    remedy: ClassVar[str] = "Decide each group of equal examples, and mend the guideline."

    max_share: Share = 0.01

    def measure(self, evidence: Evidence) -> Iterator[Measure | Finding | Skip]:
        """The share of labels that contradict an equal example, and the groups."""
        found = evidence.duplicates
        if not found.labeled:
            yield Skip("no row has a label")
            return
        if not found.compared:
            yield Skip("there is no column by which examples could be compared")
            return
        held = evidence.dataset.label_is is LabelIs.ANNOTATION
        yield Measure(
            "contradicted-labels",
            "labeled rows",
            exact(found.contradicted / found.labeled, found.labeled),
            at_most=self.max_share if held else None,
            support=found.labeled,
        )
        if found.conflicting.count:
            yield Finding(
                counted(found.conflicting.count, "group"),
                "equal examples with different labels",
                len(found.conflicting.rows),
                found.conflicting.rows.tolist(),
                {"group": (found.conflicting.group + 1).tolist()},
            )
        if not held:
            reason = f"the label is {_a(evidence.dataset.label_is)}: equal rows may truly differ in it"
            yield Skip(reason, applies=False)


def _a(label_is: LabelIs | None) -> str:
    return "an outcome" if label_is is LabelIs.OUTCOME else "a decision"
