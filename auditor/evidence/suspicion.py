"""Rows whose label their out-of-sample probabilities contradict."""

from __future__ import annotations

import math
from collections.abc import Set
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from auditor.errors import NotPossible
from auditor.evidence.noise import LabelNoise, wrong_labels
from auditor.evidence.ordinal import FAR, StepsOff, distances
from auditor.evidence.predictions import AskPredictions
from auditor.stats.association import association
from auditor.stats.estimates import proportion
from auditor.stats.rates import Proportion

if TYPE_CHECKING:
    from auditor.evidence import Evidence


#: Standard deviations. Shuffled labels of german credit came to more than 3 in one of 40 tries, and never to this: the
#: few numbers of the pool are fitted on the labels.
_SURELY = 3.3
#: The chance of a wrong label that another class likelier by 1 stands for in the ranking.
_MARGIN = 0.05


@dataclass(frozen=True, slots=True)
class Suspicion:
    """How suspicious each label is, and the rows flagged: the most suspicious first, of ordinal labels the farthest.

    `chances[i]` is the chance that row i's label is wrong, under the estimated noise, and `scores[i]` what the row is
    ranked by, from 0 to 1 and no less than that chance; both nan where the label was not judged.
    `given`, `suggested` and `probability` (of the suggested class) are aligned with the flagged `rows`. `steps` are
    there where the classes are in a known order.
    """

    scores: NDArray[np.float64]
    chances: NDArray[np.float64]
    rows: tuple[int, ...]
    given: tuple[str, ...]
    suggested: tuple[str, ...]
    probability: tuple[float, ...]
    disagreeing: int  # rows whose label is not the most probable class
    judged: int  # rows with a label that a probe has learned
    unlearned: dict[str, int]
    classes: tuple[str, ...]
    noise: LabelNoise
    majority: int  # judged rows of the commonest class
    clearest: Proportion  # of the rows whose features leave the least doubt, those labeled otherwise
    steps: StepsOff | None = None
    beyond_chance: float = math.inf  # standard deviations by which the probes' chances go with the labels

    @property
    def learned(self) -> bool:
        """Whether the probes have surely learned something; else the ranking may be chance, and nothing is flagged."""
        return self.beyond_chance > _SURELY

    @property
    def flagged(self) -> int:
        """How many."""
        return len(self.rows)

    def without(self, kept: Set[int]) -> Suspicion:
        """The same without the rows whose label a person has confirmed: they are flagged no more."""
        left = [at for at, row in enumerate(self.rows) if row not in kept]
        if len(left) == len(self.rows):
            return self
        return replace(
            self,
            rows=tuple(self.rows[at] for at in left),
            given=tuple(self.given[at] for at in left),
            suggested=tuple(self.suggested[at] for at in left),
            probability=tuple(self.probability[at] for at in left),
            steps=self.steps and self.steps.at(left),
        )

    @property
    def together(self) -> float:
        """Decisions a row: one."""
        return 1.0

    @property
    def skill(self) -> float:
        """The share of the errors of always saying the commonest class that the probes avoid.

        Goodman and Kruskal's lambda (1954), out of sample.
        """
        return 1 - self.disagreeing / max(self.judged - self.majority, 1)


@dataclass(frozen=True, slots=True)
class AskSuspicion:
    """The question: which labels look wrong? `blind`: to probes that do not see the sensitive columns."""

    blind: bool = False

    def collect(self, evidence: Evidence) -> Suspicion:
        """Score each label by the chance that it is wrong; flag those more likely wrong than right.

        Flags on ordinal labels are ranked by the steps that they are expected to be off: a neighbour is confused
        with good reason, so that the mere chance may put errors behind honest disagreement.
        All rows are ranked by the chance that the label is wrong, or by what a plain model holds against it, or by
        the margin of another class, if that is more (an ensemble of scores): the flags are left as they are.
        What the probes say is `learned` where it surely goes with the labels, by more than shuffled labels would.
        """
        found = evidence.ask(AskPredictions(self.blind))
        judged = np.flatnonzero(found.given >= 0)
        given, probabilities = found.given[judged], found.probabilities[judged]
        agreeing = int((probabilities.argmax(axis=1) == given).sum())
        found_wrong = wrong_labels(probabilities, given, found.noise)
        wrong, other, chance = found_wrong.chance, found_wrong.other, found_wrong.other_chance
        off = distances(evidence.dataset, found, judged)
        beyond_chance = association(found.noise.labels(probabilities), given)
        order = np.flatnonzero(wrong > 0.5) if beyond_chance > _SURELY else np.zeros(0, dtype=np.int64)
        order = order[np.lexsort((judged[order], -(wrong if off is None else off.expected)[order]))]
        scores, chances = np.full((2, len(found.given)), np.nan)
        chances[judged] = wrong
        scores[judged] = _ranked(wrong, probabilities, given)
        if found.doubts is not None:
            scores = np.maximum(scores, found.doubts)
        return Suspicion(
            scores=scores,
            chances=chances,
            rows=tuple(judged[order].tolist()),
            given=tuple(found.classes[k] for k in given[order]),
            suggested=tuple(found.classes[k] for k in other[order]),
            probability=tuple(round(float(p), 4) for p in chance[order]),
            disagreeing=len(judged) - agreeing,
            judged=len(judged),
            unlearned=found.unlearned,
            classes=found.classes,
            noise=found.noise,
            clearest=in_clearest_rows(probabilities, given, None if off is None else off.between >= FAR),
            majority=int(np.bincount(given).max()),
            steps=None if off is None else off.of(order, given[order], other[order]),
            beyond_chance=beyond_chance,
        )


def _ranked(
    wrong: NDArray[np.float64], probabilities: NDArray[np.float32], given: NDArray[np.int64]
) -> NDArray[np.float64]:
    """The chance that a label is wrong; where all are slight, by how much another class is likelier than the label.

    Of many classes, one that is likelier tells more than several that could be, which the chance adds up (the margin
    of Northcutt, Jiang and Chuang 2021). Of two classes both would be the same.
    """
    if probabilities.shape[1] == 2:
        return wrong
    others = probabilities.astype(np.float64)
    own = others[np.arange(len(given)), given].copy()
    others[np.arange(len(given)), given] = -1.0
    return np.asarray(np.maximum(wrong, _MARGIN * (others.max(axis=1) - own)))


def not_learned(evidence: Evidence) -> NotPossible:
    """Why nothing is claimed of labels that the probes have not surely learned anything of."""
    told = "a probe that has not seen a row tells its label no better than chance"
    if evidence.dataset.pred_probs is not None:
        told = (
            "your probabilities tell a row's label no better than chance: see whether their columns are in the order"
            " of the classes, and their rows in that of the data"
        )
    return NotPossible(f"{told}, so nothing is known of wrong labels")


def in_clearest_rows(
    probabilities: NDArray[np.float32], given: NDArray[np.int64], apart: NDArray[np.bool_] | None = None
) -> Proportion:
    """Labels that contradict the features among the tenth of each class's rows that is clearest.

    `apart[j, k]` says whether to label k what is j contradicts it; by default, whenever they differ.
    """
    classes = probabilities.shape[1]
    apart = ~np.eye(classes, dtype=bool) if apart is None else apart
    best, sure = probabilities.argmax(axis=1), probabilities.max(axis=1)
    clear = wrong = 0
    for k in range(classes):
        mine = np.flatnonzero(best == k)
        top = mine[np.argsort(-sure[mine], kind="stable")[: -(-len(mine) // 10)]]
        clear += len(top)
        wrong += int(apart[k, given[top]].sum())
    return proportion(wrong, clear, "clopper-pearson")
