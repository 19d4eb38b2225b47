"""`kind-of-shift`: labels given otherwise than in the reference, in other shares, or to other rows."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, ClassVar, Literal

from auditor.check import LABELED, Check, Evidence, Family, Finding, Measure, Needs, Role, Share, Skip, Unit
from auditor.dataset.reference import labels_apart
from auditor.stats.auc import Auc

if TYPE_CHECKING:
    from auditor.evidence.labeled_otherwise import LabeledOtherwise

#: The kind of a shift is said at this confidence. Cross-fitted scores vary more than their interval allows for: of 150
#: splits of one population (Adult, 500 rows a side) a kind was named in 8 at 0.99, of 200 in 2 at this
#: (`benchmarks/diversity.py --parts splits --sizes 3`).
_SURELY = 0.999
_BOTH = "rows of the data and of the reference"


class KindOfShift(Check):
    """Rows that are alike have other labels than in the reference; and which kind of shift there is.

    There are three, and each is met in another way. *Label shift*: the classes come in other shares, and rows of one
    class look alike on both sides: weigh the classes by their shares in the reference. *Covariate shift*: other rows,
    and like rows have like labels: collect rows of the kinds that are lacking, or weigh rows by how likely they are
    in the reference. *Concept shift*: like rows have other labels, more than other shares of the classes explain: no
    weights help; find out how labels were given on each side, and do not merge the two before.

    Method: models of the label learn each side, cross-fitted, and both speak of rows that neither has seen. Whether
    like rows have other labels: how much more often the reference's labels are of those classes that its model says
    more of, rows made alike by overlap weights (Li, Morgan and Zaslavsky 2018) and the models' expectation taken off:
    at most the total variation of the labels of like rows, and nothing where like rows have like labels. Whether
    rows of a class look alike: the AUC with which the sides are told apart within classes. A label that is a number
    is cut into quarters; of more than 20 classes, the rarest are one. Rows are those of `told-from-reference`. Which
    kind it is, is said where intervals of 99.9 % leave no other. What a stronger model could tell is more.
    """

    id: ClassVar[str] = "kind-of-shift"
    family: ClassVar[Family] = Family.DIVERSITY
    needs: ClassVar[Needs] = Needs(roles=frozenset({Role.LABEL}), tasks=LABELED, reference=True, model=True)
    remedy: ClassVar[str] = (
        "Find out how labels were given on each side, or weigh the classes where their shares differ."
    )
    batch_level: ClassVar[Literal["error", "warn"] | None] = "warn"  # what is unlike the base is what a batch adds

    max_labeled_otherwise: Share = 0.05

    def measure(self, evidence: Evidence) -> Iterator[Measure | Finding | Skip]:
        """The share of like rows labeled otherwise; beside it, with no limit, what the kind is told by."""
        from auditor.evidence.labeled_otherwise import AskLabeledOtherwise
        from auditor.evidence.told_apart import AskToldApart

        if apart := labels_apart(evidence.dataset):
            yield Skip(apart, applies=False)
            return
        rows, found = evidence.profile.rows, evidence.ask(AskLabeledOtherwise())
        told = evidence.ask(AskToldApart()).skill
        yield Measure("label's distance", _BOTH, found.shares, support=rows, note="total variation of its classes")
        yield _shown("told apart within classes (AUC)", found.within)
        if found.otherwise is not None:
            yield Measure(
                "like rows labeled otherwise",
                _BOTH,
                found.otherwise,
                at_most=self.max_labeled_otherwise,
                support=rows,
                note="at least so much",
            )
        if kind := _kind(found, told):
            yield Finding("the reference", kind, 1)
        if found.otherwise is None:
            yield Skip("hardly any rows of the two are alike: whether like rows have like labels cannot be told")


def _shown(name: str, estimate: Auc) -> Measure:
    return Measure(name, _BOTH, estimate, unit=Unit.RATIO, note="0.5 is chance, 1 is certainty")


def _kind(found: LabeledOtherwise, told: Auc) -> str:
    """The kind of shift in plain words and what to do; empty where none is sure."""
    like_differ = found.otherwise is not None and found.otherwise.bounds(_SURELY)[0] > 0
    if like_differ and found.within.bounds(_SURELY)[0] > 0.5:
        return (
            "concept shift: like rows have other labels in the reference, more than other shares of the classes "
            "explain; find out how labels were given on each side"
        )
    if found.shares.bounds(_SURELY)[0] > 0 and found.within.bounds(_SURELY)[0] <= 0.5:
        return (
            "label shift: the classes come in other shares, and rows of one class look alike; weigh the classes by "
            "their shares in the reference"
        )
    if told.bounds(_SURELY)[0] > 0.5 and not like_differ:
        like = "" if found.otherwise is None else ", and like rows have like labels as far as can be told"
        return (
            f"covariate shift: the reference has other rows{like}; collect rows of the kinds that are lacking, or "
            "weigh those there are"
        )
    return ""
