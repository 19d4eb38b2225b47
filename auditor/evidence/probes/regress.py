"""Probes for a number: least squares in three forms, each fitted so that wrong targets pull little.

Each is fitted to pseudo-values (Huber 1981, Robust Statistics, 7.8): a target farther from the fit than a few
typical residuals is drawn in to that distance, and the fit repeated. With linear probes, that is Huber's estimator.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from auditor.evidence.probes.design import sparse_design
from auditor.evidence.probes.features import Features

Floats = NDArray[np.float64]

_ROUNDS = 4
_FAR = 2.5  # typical residuals (median absolute ones, as standard deviations): farther targets are drawn in
_DENSE_COLUMNS = 1_500  # up to here, normal equations are solved; beyond, they are approached
_SEED = 7


class FittedRegressor(Protocol):
    """A fitted probe for a number."""

    def predict(self, features: Features) -> Floats:
        """The number to expect of each row."""


class Regressor(Protocol):
    """A kind of model for a number, with its settings."""

    @property
    def name(self) -> str:
        """What it is called in the report."""

    def fit(self, features: Features, target: Floats) -> FittedRegressor:
        """Learn the target (finite numbers of about unit size) of the rows."""


def typical(residuals: Floats) -> float:
    """The standard deviation that the median absolute residual stands for; never 0."""
    distance = np.abs(residuals)
    return max(1.4826 * float(np.median(distance)), 1e-3 * float(distance.mean()), 1e-12)


def drawn_in(target: Floats, fitted: Floats) -> Floats:
    """The targets, those far from what was fitted drawn in to a few typical residuals."""
    far = _FAR * typical(target - fitted)
    return np.asarray(fitted + np.clip(target - fitted, -far, far))


def _tamed(target: Floats, smoothed: Callable[[Floats], Floats]) -> Floats:
    """The pseudo-values at which repeated smoothing arrives, from the median on."""
    pseudo = drawn_in(target, np.full(len(target), np.median(target)))
    for _ in range(_ROUNDS):
        pseudo = drawn_in(target, smoothed(pseudo))
    return pseudo


@dataclass(frozen=True, slots=True)
class RidgeRegressor:
    """Linear least squares with an L2 penalty on standardised numbers, one-hot levels and the terms of texts."""

    name: str = "ridge"
    penalty: float = 1.0

    def fit(self, features: Features, target: Floats) -> _FittedRidge:
        """Solve the normal equations, factored once for all rounds; with many columns, by conjugate gradients."""
        design = _design(features)
        solve = self._exactly(design) if design.shape[1] <= _DENSE_COLUMNS else self._nearly(design)
        pseudo = _tamed(target, lambda wanted: _linear(design, *solve(wanted)))
        return _FittedRidge(*solve(pseudo))

    def _exactly(self, design: Any) -> Callable[[Floats], tuple[Floats, float]]:
        from scipy.linalg import cho_factor, cho_solve

        means = np.asarray(design.mean(axis=0)).ravel()
        gram = (design.T @ design).toarray() - design.shape[0] * np.outer(means, means)
        factor = cho_factor(gram + self.penalty * np.eye(len(means)))

        def solved(target: Floats) -> tuple[Floats, float]:
            middle = float(target.mean())
            weights = cho_solve(factor, design.T @ (target - middle))
            return weights, middle - float(means @ weights)

        return solved

    def _nearly(self, design: Any) -> Callable[[Floats], tuple[Floats, float]]:
        from sklearn.linear_model import Ridge

        def solved(target: Floats) -> tuple[Floats, float]:
            model = Ridge(alpha=self.penalty, solver="sparse_cg", tol=1e-3, max_iter=100).fit(design, target)
            return model.coef_, float(model.intercept_)

        return solved


@dataclass(frozen=True, slots=True)
class _FittedRidge:
    weights: Floats
    start: float

    def predict(self, features: Features) -> Floats:
        return _linear(_design(features), self.weights, self.start)


def _design(features: Features) -> Any:
    import scipy.sparse as sp

    plain = sparse_design(features)
    return plain if features.terms is None else sp.hstack([plain, features.terms], format="csr")


def _linear(design: Any, weights: Floats, start: float) -> Floats:
    return np.asarray(design @ weights + start)


@dataclass(frozen=True, slots=True)
class KernelRegressor:
    """Least squares with a radial kernel: strong on small tables, and fitted to `most_rows` at most."""

    name: str = "kernel"
    penalty: float = 0.5
    most_rows: int = 2_000

    def fit(self, features: Features, target: Floats) -> _FittedKernel:
        """Factor the kernel matrix once for all rounds: the cost grows with the cube of the rows."""
        from scipy.linalg import cho_factor, cho_solve

        if len(features) > self.most_rows:
            chosen = np.sort(np.random.default_rng(_SEED).choice(len(features), self.most_rows, replace=False))
            features, target = features.take(chosen), target[chosen]
        rows = sparse_design(features).toarray().astype(np.float32)
        width = float(1 / max(rows.shape[1] * rows.var(dtype=np.float64), 1e-12))
        gram = _radial(rows, rows, width)
        factor = cho_factor(gram + np.float32(self.penalty) * np.eye(len(rows), dtype=np.float32))

        def solved(wanted: Floats) -> tuple[NDArray[np.float32], float]:
            middle = float(wanted.mean())
            return cho_solve(factor, (wanted - middle).astype(np.float32)), middle

        def smoothed(wanted: Floats) -> Floats:
            weights, middle = solved(wanted)
            return np.asarray(gram @ weights + middle, dtype=np.float64)

        return _FittedKernel(rows, width, *solved(_tamed(target, smoothed)))


@dataclass(frozen=True, slots=True)
class _FittedKernel:
    rows: NDArray[np.float32]
    width: float
    weights: NDArray[np.float32]
    middle: float

    def predict(self, features: Features) -> Floats:
        rows = sparse_design(features).toarray().astype(np.float32)
        return np.asarray(_radial(rows, self.rows, self.width) @ self.weights + self.middle, dtype=np.float64)


def _radial(left: NDArray[np.float32], right: NDArray[np.float32], width: float) -> NDArray[np.float32]:
    """exp(- width × squared distance), rows of the left × rows of the right."""
    squares = (left**2).sum(axis=1)[:, None] + (right**2).sum(axis=1) - 2 * left @ right.T
    return np.asarray(np.exp(-width * np.maximum(squares, 0.0)))


@dataclass(frozen=True, slots=True)
class BoostedRegressor:
    """Histogram gradient boosting (Ke et al. 2017) of pseudo-values that start from the ridge probe's."""

    name: str = "boosted trees"
    trees: int = 100
    leaves: int = 31

    def fit(self, features: Features, target: Floats) -> _FittedTrees:
        """Fit all trees: to draw the targets in a second time, by what the trees say, gained nothing."""
        from sklearn.ensemble import HistGradientBoostingRegressor

        columns = _columns(features)
        pseudo = drawn_in(target, RidgeRegressor().fit(features, target).predict(features))
        model = HistGradientBoostingRegressor(
            max_iter=self.trees,
            max_leaf_nodes=self.leaves,
            l2_regularization=1.0,
            max_features=0.5,
            min_samples_leaf=10,
            early_stopping=False,
            categorical_features=np.arange(columns.shape[1]) >= features.numbers.shape[1],
            random_state=_SEED,
        )
        return _FittedTrees(model.fit(columns, pseudo))


@dataclass(frozen=True, slots=True)
class _FittedTrees:
    model: Any

    def predict(self, features: Features) -> Floats:
        return np.asarray(self.model.predict(_columns(features)), dtype=np.float64)


def _columns(features: Features) -> NDArray[np.float32]:
    return np.concatenate([features.numbers, features.codes.astype(np.float32)], axis=1)
