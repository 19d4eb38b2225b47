"""Numbers predicted out of sample: probes cross-fitted and blended, and how far off they usually are, row by row."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from auditor.errors import NotPossible
from auditor.evidence.probes.crossfit import FOLDS
from auditor.evidence.probes.features import Features
from auditor.evidence.probes.regress import (
    BoostedRegressor,
    FittedRegressor,
    Floats,
    KernelRegressor,
    Regressor,
    RidgeRegressor,
    typical,
)
from auditor.evidence.probes.scales import TargetScale, scales_of

_KERNEL_ROWS = 6_000
_SMALL_ROWS = 4_000
_FEW_ROWS = 2_000
_PAYS = 0.005  # the share of the absolute error that a dearer probe must save
_FREEDOM = 4.0
_FAR = 5.0  # median absolute residuals: larger ones say no more of how large residuals usually are
_NEAREST, _FARTHEST = 0.2, 5.0  # the scale of a row, in that of all


@dataclass(frozen=True, slots=True)
class TargetBench:
    """Rows to learn a number from: their features, folds and targets (finite, on the scale of the data)."""

    features: Features
    folds: NDArray[np.int64]
    target: Floats

    def __len__(self) -> int:
        return len(self.folds)

    def take(self, rows: NDArray[np.int64]) -> TargetBench:
        """Some of the rows."""
        return TargetBench(self.features.take(rows), self.folds[rows], self.target[rows])


@dataclass(frozen=True, slots=True)
class Recipe:
    """How to predict: on which scale, by which probes, of what weights; and how far the spread is local (0 to 1)."""

    scale: TargetScale
    probes: tuple[Regressor, ...]
    weights: tuple[float, ...]
    spread: Regressor
    local: float


@dataclass(frozen=True, slots=True)
class CrossFit:
    """A probe's model for each fold, and what they say of the rows that they have not seen."""

    models: tuple[FittedRegressor, ...]
    predicted: Floats


@dataclass(frozen=True, slots=True)
class TargetModel:
    """Fitted: `predicted` and `spread` (typical residual) of each row of the bench, on the recipe's scale."""

    recipe: Recipe
    members: tuple[CrossFit, ...]
    spreads: CrossFit
    usual: float
    predicted: Floats
    spread: Floats

    def predict(self, features: Features, fold: int) -> tuple[Floats, Floats]:
        """What to expect of other rows of a fold, and how far off that usually is; on the recipe's scale."""
        each = [member.models[fold].predict(features) for member in self.members]
        predicted = _weighted(each, self.recipe.weights)
        local = self.spreads.models[fold].predict(_with_prediction(features, predicted))
        return predicted, _spread(local, self.usual, self.recipe.local)


def learn(bench: TargetBench) -> TargetModel:
    """The recipe that predicts the bench best out of sample, fitted.

    A dearer probe is tried on the first fold, and taken where it pays. NotPossible where the targets do not vary.
    """
    scale, ridge = _best_scale(bench)
    target = scale.forward(bench.target)
    probes: list[Regressor] = [RidgeRegressor()]
    fits = [ridge]
    weights: tuple[float, ...] = (1.0,)
    for probe in _dear(bench):
        if not _pays(probe, bench, target, _weighted([fit.predicted for fit in fits], weights)):
            continue
        tried = cross_fit(probe, bench.features, bench.folds, target)
        probes, fits = [*probes, probe], [*fits, tried]
        weights = _weights([fit.predicted for fit in fits], target)
    kept = [at for at, weight in enumerate(weights) if weight > 0]
    few = len(bench) <= _FEW_ROWS
    spread: Regressor = KernelRegressor(penalty=2.0) if few else BoostedRegressor(trees=40, leaves=8)
    recipe = Recipe(scale, tuple(probes[k] for k in kept), tuple(weights[k] for k in kept), spread, -1.0)
    return _completed(recipe, tuple(fits[k] for k in kept), bench)


def again(recipe: Recipe, bench: TargetBench) -> TargetModel:
    """The same recipe fitted anew, to other rows or other targets."""
    target = recipe.scale.forward(bench.target)
    fits = tuple(cross_fit(probe, bench.features, bench.folds, target) for probe in recipe.probes)
    return _completed(recipe, fits, bench)


def cross_fit(probe: Regressor, features: Features, folds: NDArray[np.int64], target: Floats) -> CrossFit:
    """Fit once a fold, on the rows of the others. NotPossible where all rows are of one fold."""
    predicted = np.zeros(len(folds))
    models = []
    for fold in range(FOLDS):
        others = np.flatnonzero(folds != fold)
        if not len(others):
            raise NotPossible("the rows are too alike to be cut into folds")
        models.append(probe.fit(features.take(others), target[others]))
        mine = np.flatnonzero(folds == fold)
        if len(mine):
            predicted[mine] = models[-1].predict(features.take(mine))
    return CrossFit(tuple(models), predicted)


def _best_scale(bench: TargetBench) -> tuple[TargetScale, CrossFit]:
    """The scale on which the ridge probe makes the targets likelier: the plain one, unless the other surely does."""
    plain, *others = scales_of(bench.target)
    best = plain, cross_fit(RidgeRegressor(), bench.features, bench.folds, plain.forward(bench.target))
    for scale in others:
        fit = cross_fit(RidgeRegressor(), bench.features, bench.folds, scale.forward(bench.target))
        gain = _likelihoods(scale, fit, bench) - _likelihoods(best[0], best[1], bench)
        if gain.mean() > 2 * gain.std() / np.sqrt(len(gain)):
            best = scale, fit
    return best


def _likelihoods(scale: TargetScale, fit: CrossFit, bench: TargetBench) -> Floats:
    residuals = scale.forward(bench.target) - fit.predicted
    return _log_t(residuals, np.full(len(bench), typical(residuals))) + scale.log_slope(bench.target)


def _log_t(residuals: Floats, spread: Floats) -> Floats:
    """The log density of a Student t, heavy enough not to be moved by a few wrong targets; up to a constant."""
    return np.asarray(-np.log(spread) - (_FREEDOM + 1) / 2 * np.log1p((residuals / spread) ** 2 / _FREEDOM))


def _dear(bench: TargetBench) -> list[Regressor]:
    features = bench.features
    tabular = features.numbers.shape[1] + features.codes.shape[1]
    dear: list[Regressor] = []
    if tabular + features.vectors.shape[1] and len(bench) <= _KERNEL_ROWS:
        dear.append(KernelRegressor())
    if tabular:
        dear.append(BoostedRegressor(trees=80, leaves=8) if len(bench) <= _SMALL_ROWS else BoostedRegressor())
    return dear


def _pays(probe: Regressor, bench: TargetBench, target: Floats, known: Floats) -> bool:
    """Whether a probe, fitted outside the first fold and blended with what is known, lowers its absolute error."""
    mine, others = np.flatnonzero(bench.folds == 0), np.flatnonzero(bench.folds != 0)
    if not len(mine) or not len(others):
        return False
    said = probe.fit(bench.features.take(others), target[others]).predict(bench.features.take(mine))
    before = np.abs(target[mine] - known[mine])
    saved = before - np.abs(target[mine] - (said + known[mine]) / 2)
    error = saved.std() / np.sqrt(len(saved))
    return bool(saved.mean() > max(_PAYS * float(np.median(before)), error))


def _weights(predicted: Sequence[Floats], target: Floats) -> tuple[float, ...]:
    """Shares of the probes, in tenths: each in turn gets the share with which the absolute error is least."""
    weights, blend = [1.0], predicted[0]
    for said in predicted[1:]:
        errors = [float(np.abs(target - (1 - w / 10) * blend - w / 10 * said).mean()) for w in range(11)]
        share = int(np.argmin(errors)) / 10
        weights = [weight * (1 - share) for weight in weights] + [share]
        blend = (1 - share) * blend + share * said
    return tuple(weights)


def _weighted(predicted: Sequence[Floats], weights: Sequence[float]) -> Floats:
    return np.asarray(sum(weight * said for weight, said in zip(weights, predicted, strict=True)), dtype=np.float64)


def _completed(recipe: Recipe, fits: tuple[CrossFit, ...], bench: TargetBench) -> TargetModel:
    """The model with the spread learned; a recipe whose `local` is negative gets the share that fits best."""
    predicted = _weighted([fit.predicted for fit in fits], recipe.weights)
    residuals = recipe.scale.forward(bench.target) - predicted
    usual = typical(residuals)
    sizes = np.minimum(np.abs(residuals) / usual, _FAR)
    spreads = cross_fit(recipe.spread, _with_prediction(bench.features, predicted), bench.folds, sizes)
    if recipe.local < 0:
        shares = (0.0, 0.25, 0.5, 0.75, 1.0)
        likely = [float(_log_t(residuals, _spread(spreads.predicted, usual, share)).sum()) for share in shares]
        recipe = replace(recipe, local=shares[int(np.argmax(likely))])
    return TargetModel(recipe, fits, spreads, usual, predicted, _spread(spreads.predicted, usual, recipe.local))


def _spread(local: Floats, usual: float, share: float) -> Floats:
    """Between the scale of all rows (share 0) and what is expected of each (share 1), geometrically."""
    return np.asarray(usual * np.clip(1.2533 * local, _NEAREST, _FARTHEST) ** share)


def _with_prediction(features: Features, predicted: Floats) -> Features:
    """The features of which the spread is learned: without texts, and with what is predicted."""
    numbers = np.concatenate([features.numbers, predicted[:, None].astype(np.float32)], axis=1)
    return replace(features, numbers=numbers, terms=None)
