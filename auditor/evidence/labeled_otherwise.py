"""Whether like rows have like labels in the data and in the reference, and rows of a class look alike."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from auditor.dataset.reference import labels_apart
from auditor.dataset.table import Task
from auditor.dataset.values import MISSING, text_of
from auditor.errors import NotPossible
from auditor.evidence.label_classes import MAX_CLASSES, floats_of
from auditor.evidence.probes.crossfit import FOLDS, Bench
from auditor.evidence.probes.ladder import Pool, climb
from auditor.evidence.probes.sample import picked
from auditor.evidence.probes.threads import single_threaded
from auditor.evidence.quantile_codes import quantile_codes
from auditor.evidence.told_apart import AskToldApart
from auditor.evidence.two_sides import MIN_ROWS, AskTwoSides, Ints, TwoSides
from auditor.stats.auc import Auc, auc
from auditor.stats.total_variation import TotalVariation, total_variation
from auditor.stats.witness import WitnessedDistance, witnessed

if TYPE_CHECKING:
    from auditor.evidence import Evidence

#: A label that is a number is cut into quarters.
_QUARTERS = 4
_LEAST = 1e-6  # a probability: what was never seen may yet be

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class LabeledOtherwise:
    """What of the label differs between the two.

    `shares`: the classes' shares. `otherwise`: the share of like rows that have another label, as far as probes can
    tell; None where hardly any rows are alike. `within`: how well the sides are told apart among rows of one class.
    """

    shares: TotalVariation
    otherwise: WitnessedDistance | None
    within: Auc


@dataclass(frozen=True, slots=True)
class AskLabeledOtherwise:
    """The question: do like rows have like labels on both sides?"""

    def collect(self, evidence: Evidence) -> LabeledOtherwise:
        """On the rows of AskTwoSides that have a label. NotPossible where the label cannot be learned on a side.

        Each side's rows learn the label, cross-fitted, and both models say of each row, which neither has seen, how
        likely each class is.
        """
        sides = evidence.ask(AskTwoSides())
        classes = _classes(evidence, sides)
        kept = np.flatnonzero(classes >= 0)
        given, side = classes[kept], sides.side[kept]
        if min(np.bincount(side, minlength=2)) < MIN_ROWS:
            raise NotPossible(f"nothing can be learned from fewer than {MIN_ROWS} labels of a side")
        bench = Bench(sides.features.take(kept), sides.folds[kept], given, int(given.max()) + 1)
        theirs = np.clip(evidence.ask(AskToldApart()).theirs[kept], _LEAST, 1 - _LEAST)
        with single_threaded():
            ours_says, theirs_says = (_learned(bench, side == one) for one in (0, 1))
        counts = [np.bincount(given[side == one], minlength=bench.classes).tolist() for one in (0, 1)]
        says = (ours_says, theirs_says)
        return LabeledOtherwise(
            total_variation(*counts), _otherwise(says, given, theirs, side), _within(says, given, theirs, side)
        )


def _classes(evidence: Evidence, sides: TwoSides) -> Ints:
    """The class of each row, by its place; -1 without one."""
    datasets = (evidence.dataset, evidence.reference.dataset)
    if len(datasets[0].roles.label) != 1 or datasets[0].task is Task.MULTILABEL:
        raise NotPossible("the rows have no single label")
    if apart := labels_apart(evidence.dataset):
        raise NotPossible(apart)
    (label,) = datasets[0].roles.label
    cells = [picked(dataset, (label,), rows)[label] for dataset, rows in zip(datasets, sides.rows, strict=True)]
    if datasets[0].task is Task.REGRESSION:
        return quantile_codes(np.concatenate([floats_of(one) for one in cells]), _QUARTERS)[0] - 1
    return _coded([text_of(value) for one in cells for value in one.to_pylist()])


def _coded(labels: Sequence[str]) -> Ints:
    """The largest class is 0; the rarest of more than MAX_CLASSES are one."""
    names, codes, rows = np.unique(np.array(labels, dtype=object).astype(str), return_inverse=True, return_counts=True)
    rows[names == MISSING] = 0
    place = np.empty(len(names), dtype=np.int64)
    place[np.argsort(-rows, kind="stable")] = np.arange(len(names))
    place = np.where(names == MISSING, -1, np.minimum(place, MAX_CLASSES - 1))
    return np.asarray(place[codes])


def _learned(bench: Bench, of_side: NDArray[np.bool_]) -> Floats:
    """The probability of each class for all rows, by probes that learned of one side, and not of the row's fold."""
    mine = np.flatnonzero(of_side)
    pool = climb(bench.take(mine), kernel=False)
    says = np.empty((len(bench), bench.classes))
    says[mine] = _labels(pool, pool.truth)
    for fold in range(FOLDS):
        others = np.flatnonzero(~of_side & (bench.folds == fold))
        if len(others):
            scores = [member.models[fold].score(bench.features.take(others)) for member in pool.members]
            says[others] = _labels(pool, pool.blend.truth(scores))
    return np.maximum(says, _LEAST)


def _labels(pool: Pool, truth: NDArray[np.float32]) -> Floats:
    """Of labels, not of true classes: wrong labels are among what may differ."""
    return np.asarray(truth.astype(np.float64) @ pool.blend.noise.transition.T)


def _otherwise(says: tuple[Floats, Floats], given: Ints, theirs: Floats, side: Ints) -> WitnessedDistance | None:
    """How far the labels of like rows lie apart, in total variation.

    The witness says of each row whether its label is likelier in the reference or in the data. How much more often it
    speaks for the reference on the reference's rows than on like rows of the data, is at most that distance, and
    nothing where like rows have like labels, however bad the models. Rows are made alike by weights, and what both
    models together expect of each row is taken off, so that either the weights or the models may be wrong (augmented,
    as in Robins, Rotnitzky and Zhao 1994).
    """
    witness = np.sign(says[1] - says[0]) / 2
    pooled = says[0] * (1 - theirs)[:, None] + says[1] * theirs[:, None]
    pooled /= pooled.sum(axis=1, keepdims=True)
    seen = witness[np.arange(len(given)), given] - (witness * pooled).sum(axis=1)
    return witnessed(seen, theirs, side == 1)


def _within(says: tuple[Floats, Floats], given: Ints, theirs: Floats, side: Ints) -> Auc:
    """How well the rows of one class are told apart; by their place within it, in per cent, classes together."""
    rows = np.arange(len(given))
    scores = np.log(theirs / (1 - theirs)) + np.log(says[1][rows, given] / says[0][rows, given])
    places = np.empty(len(given))
    for one in np.unique(given):
        mine = np.flatnonzero(given == one)
        _, place, count = np.unique(scores[mine], return_inverse=True, return_counts=True)
        places[mine] = (np.cumsum(count) - count / 2)[place] / len(mine)
    return auc(places, side == 1)
