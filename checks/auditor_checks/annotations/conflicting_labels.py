"""`conflicting-labels`: equal examples with different labels."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, ClassVar

from pydantic import Field

from auditor.check import (
    LABELED,
    SINGLE_CLASS,
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
from auditor.errors import NotPossible
from auditor.evidence.nearness import MIN_SIMILARITY
from auditor_checks.wording import counted

if TYPE_CHECKING:
    from auditor.evidence.near_conflicts import NearConflicts


class ConflictingLabels(Check):
    """Equal examples carry different labels.

    For annotations at least one of the labels is wrong, or the guideline leaves the case open: no model can get
    both right. Decide each group, and mend the guideline. For outcomes and decisions equal rows may truly end
    differently; then the groups are shown and nothing is held against them.

    Texts that are only nearly equal are listed in pairs with both labels. One of the two may be wrong, or one word
    makes the difference ("activate my card", "freeze my card"): they are a place to look and prove no error, so
    that no limit holds them unless you set `max_near_share`.

    Method: rows equal in every column but the label, the id, the split and how the label came about; blanks
    around a text and the order of a row's labels make no difference. A group's rows less those of its most
    frequent label must be wrong if equal examples have one right label. Texts are near as in
    `near-duplicate-texts`; a row with the text of an earlier one is compared with the first of them.
    """

    id: ClassVar[str] = "conflicting-labels"
    family: ClassVar[Family] = Family.ANNOTATIONS
    needs: ClassVar[Needs] = Needs(roles=frozenset({Role.LABEL}), tasks=LABELED, examples=True)
    remedy: ClassVar[str] = "Decide each group of equal examples, and mend the guideline."

    max_share: Share = 0.01
    min_similarity: Annotated[float, Field(ge=0.7, le=1)] = MIN_SIMILARITY
    max_near_share: Share | None = None

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
        yield from self._near(evidence, held)
        if not held:
            reason = f"the label is {_a(evidence.dataset.label_is)}: equal rows may truly differ in it"
            yield Skip(reason, applies=False)

    def _near(self, evidence: Evidence, held: bool) -> Iterator[Measure | Finding]:
        """The share of rows near a text with another label, and the pairs."""
        from auditor.evidence.near_conflicts import AskNearConflicts

        dataset = evidence.dataset
        if dataset.task not in SINGLE_CLASS or not dataset.roles.columns(Role.TEXT):
            return
        try:
            near = evidence.ask(AskNearConflicts(self.min_similarity))
        except NotPossible:  # so many labels that they are no classes; equal rows were compared all the same
            return
        if not near.compared:
            return
        share = exact(len(near.rows) / near.compared, near.compared)
        limit = self.max_near_share if held else None
        note = "a place to look, no lower bound of errors: one word may make the difference"
        subject = ", ".join(near.columns)
        yield Measure("near-texts-with-other-labels", subject, share, limit, support=near.compared, note=note)
        if len(near.pairs):
            yield _pairs(near)


def _pairs(near: NearConflicts) -> Finding:
    """Both rows of each pair, one after the other, the nearest pair first; a row in several pairs stands in each."""
    pairs = len(near.pairs)
    details = {
        "pair": [pair + 1 for pair in range(pairs) for _ in range(2)],
        "similarity": [round(alike, 3) for alike in near.similarity.tolist() for _ in range(2)],
        "label": [label for both in near.labels for label in both],
    }
    message = "nearly equal texts with different labels; a place to look, not a count of errors"
    return Finding(counted(pairs, "pair"), message, len(near.rows), near.pairs.ravel().tolist(), details)


def _a(label_is: LabelIs | None) -> str:
    return "an outcome" if label_is is LabelIs.OUTCOME else "a decision"
