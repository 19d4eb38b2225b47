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


class ConflictingLabels(Check):
    """Equal examples carry different labels.

    For annotations at least one of the labels is wrong, or the guideline leaves the case open: no model can get
    both right. Decide each group, and mend the guideline. For outcomes and decisions equal rows may truly end
    differently; then the groups are shown and nothing is held against them.

    Method: rows equal in every column but the label, the id, the split and how the label came about. A group's
    rows less those of its most frequent label must be wrong if equal examples have one right label.
    """

    id: ClassVar[str] = "conflicting-labels"
    family: ClassVar[Family] = Family.ANNOTATIONS
    needs: ClassVar[Needs] = Needs(roles=frozenset({Role.LABEL}), tasks=LABELED)
    remedy: ClassVar[str] = "Decide each group of equal examples, and mend the guideline."

    max_share: Share = 0.01

    def measure(self, evidence: Evidence) -> Iterator[Measure | Finding | Skip]:
        """The share of labels that contradict an equal example, and the groups."""
        found, rows = evidence.duplicates, evidence.profile.rows
        held = evidence.dataset.label_is is LabelIs.ANNOTATION
        yield Measure(
            "contradicted-labels",
            "all rows",
            exact(found.contradicted / rows, rows),
            at_most=self.max_share if held else None,
            support=rows,
        )
        if found.conflicting.count:
            yield Finding(
                f"{found.conflicting.count} groups",
                "equal examples with different labels",
                len(found.conflicting.rows),
                found.conflicting.rows.tolist(),
                {"group": (found.conflicting.group + 1).tolist()},
            )
        if not held:
            yield Skip(f"the label is {_a(evidence.dataset.label_is)}: equal rows may truly differ in it")


def _a(label_is: LabelIs | None) -> str:
    return "an outcome" if label_is is LabelIs.OUTCOME else "a decision"
