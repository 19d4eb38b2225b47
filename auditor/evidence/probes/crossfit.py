"""Cross-fitting: each row is scored by a probe that has not seen it, nor a row of its fold."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from auditor.errors import NotPossible
from auditor.evidence.probes.features import Features
from auditor.evidence.probes.members import FLOOR, Probe, Scorer, Scores

FOLDS = 5


@dataclass(frozen=True, slots=True)
class Bench:
    """Rows to learn from: their features, the fold and the class index of each (-1 where it is not to be learned)."""

    features: Features
    folds: NDArray[np.int64]
    given: NDArray[np.int64]
    classes: int

    def __len__(self) -> int:
        return len(self.folds)

    def take(self, rows: NDArray[np.int64]) -> Bench:
        """Some of the rows."""
        return Bench(self.features.take(rows), self.folds[rows], self.given[rows], self.classes)

    def relabeled(self, given: NDArray[np.int64]) -> Bench:
        """The same rows with other labels."""
        return Bench(self.features, self.folds, given, self.classes)


@dataclass(frozen=True, slots=True)
class CrossFitted:
    """A probe, its model for each fold, and the out-of-sample scores of all rows of the bench."""

    probe: Probe
    models: tuple[Scorer, ...]
    scores: Scores


def cross_fit(probe: Probe, bench: Bench, first: Scorer | None = None) -> CrossFitted:
    """Fit the probe once a fold on the rows of the others, or on a sample of them if the probe cannot take all.

    `first` is the model of the first fold (see `fit_fold`), where there is one already.
    Raises NotPossible where the rows outside a fold hold fewer than two classes.
    """
    models = []
    scores: Scores = np.full((len(bench), bench.classes), FLOOR, dtype=np.float32)
    for fold in range(FOLDS):
        model = first if first is not None and fold == 0 else fit_fold(probe, bench, fold)
        mine = np.flatnonzero(bench.folds == fold)
        if len(mine):
            scores[mine] = model.score(bench.features.take(mine))
        models.append(model)
    return CrossFitted(probe, tuple(models), scores)


def fit_fold(probe: Probe, bench: Bench, fold: int) -> Scorer:
    """The probe fitted on the rows outside one fold."""
    rows = np.flatnonzero((bench.folds != fold) & (bench.given >= 0))
    rows = sampled(rows, bench.given, probe.most_rows, seed=fold)
    target = bench.given[rows]
    if len(target) == 0 or (target == target[0]).all():
        raise NotPossible("the rows are too alike to be cut into folds that each hold two classes")
    return probe.fit(bench.features.take(rows), target, bench.classes)


def sampled(
    rows: NDArray[np.int64], given: NDArray[np.int64], most: int | None, seed: int, fewest: int = 50
) -> NDArray[np.int64]:
    """At most about `most` of the rows, in their order: each class in proportion, but `fewest` of it if it has them."""
    if most is None or len(rows) <= most:
        return rows
    draw = np.random.default_rng(seed)
    share = most / len(rows)
    chosen = []
    for index in np.unique(given[rows]):
        mine = rows[given[rows] == index]
        size = min(len(mine), max(round(len(mine) * share), fewest))
        chosen.append(draw.choice(mine, size, replace=False))
    return np.sort(np.concatenate(chosen))
