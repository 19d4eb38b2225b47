"""Several probes as one: their scores weighted and added, which also calibrates them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from auditor.evidence.probes.members import Scores, log_softmax

_ROWS = 10_000
_MOST_WEIGHT = 20.0
#: Pulls the weights to equal shares, by so many nats a row: it decides only where the data does not.
_PULL = 1e-4


def pool_weights(scores: Sequence[Scores], given: NDArray[np.int64]) -> NDArray[np.float64]:
    """One weight a probe, none negative: the logarithmic opinion pool with the least out-of-sample log loss.

    The probabilities are softmax(sum of weights × scores). Below 1 in sum, the weights temper probes that are
    too sure of themselves; above, those that are not sure enough (temperature scaling, Guo et al. 2017). Fitted
    on the rows whose class index is not negative. The loss is convex in the weights, so there is one best.
    """
    from scipy.optimize import minimize

    rows = np.flatnonzero(given >= 0)
    if len(rows) > _ROWS:
        rows = np.sort(np.random.default_rng(0).choice(rows, _ROWS, replace=False))
    stack = np.stack([score[rows] for score in scores]).astype(np.float64)
    target = given[rows]
    places = np.arange(len(rows))
    start = np.full(len(scores), 1 / len(scores))

    def loss(weights: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        logs = log_softmax(np.tensordot(weights, stack, axes=1))
        expected = (np.exp(logs)[None] * stack).sum(axis=2)
        slope = (expected - stack[:, places, target]).mean(axis=1)
        pull = weights - start
        return float(-logs[places, target].mean() + _PULL * (pull @ pull)), slope + 2 * _PULL * pull

    found = minimize(loss, start, jac=True, method="L-BFGS-B", bounds=[(0.0, _MOST_WEIGHT)] * len(scores))
    weights: NDArray[np.float64] = np.round(found.x, 6)
    return weights if weights.any() else start


def pooled(scores: Sequence[Scores], weights: NDArray[np.float64]) -> NDArray[np.float32]:
    """Probabilities, rows × classes, each row summing to 1."""
    total = np.zeros(scores[0].shape, dtype=np.float64)
    for score, weight in zip(scores, weights, strict=True):
        if weight:
            total += weight * score
    probabilities: NDArray[np.float32] = np.exp(log_softmax(total)).astype(np.float32)
    return probabilities


def losses(probabilities: NDArray[np.float32], given: NDArray[np.int64]) -> NDArray[np.float64]:
    """The log loss of each row that has a class index."""
    rows = np.flatnonzero(given >= 0)
    found: NDArray[np.float64] = -np.log(np.maximum(probabilities[rows, given[rows]].astype(np.float64), 1e-7))
    return found
