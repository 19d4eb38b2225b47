"""Kernel ridge regression on class indicators: strong on small tables, too slow for large ones."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from auditor.evidence.probes.design import sparse_design
from auditor.evidence.probes.features import Features
from auditor.evidence.probes.members import Scores, spread

_LEAST = 0.003  # a regression gives probabilities below 0 too


@dataclass(frozen=True, slots=True)
class KernelProbe:
    """Least squares with a radial kernel, a class against the others, all classes in one solution.

    Least squares are consistent for probabilities (unlike a support vector machine, whose votes tell only which
    class wins), and a wrong label weighs no more than any other row.
    """

    name: str = "kernel"
    penalty: float = 0.5
    most_rows: int | None = 2_000
    dear: bool = True

    def fit(self, features: Features, target: NDArray[np.int64], classes: int) -> _Fitted:
        """Solve for all rows given: the cost grows with the cube of their number."""
        from scipy.linalg import cho_factor, cho_solve

        rows = sparse_design(features).toarray().astype(np.float32)  # half the cost; the penalty keeps it stable
        width = float(1 / max(rows.shape[1] * rows.var(dtype=np.float64), 1e-12))
        known, codes = np.unique(target, return_inverse=True)
        indicators = np.eye(len(known), dtype=np.float32)[codes]
        shares = indicators.mean(axis=0)
        gram = _radial(rows, rows, width)
        gram[np.diag_indices_from(gram)] += self.penalty
        weights = cho_solve(cho_factor(gram, overwrite_a=True), indicators - shares)
        return _Fitted(rows, width, weights, shares, known, classes)


@dataclass(frozen=True, slots=True)
class _Fitted:
    rows: NDArray[np.float32]
    width: float
    weights: NDArray[np.float32]
    shares: NDArray[np.float32]
    known: NDArray[np.int64]
    classes: int

    def score(self, features: Features) -> Scores:
        """Logarithms of the fitted probabilities, cut where they are next to nothing."""
        rows = sparse_design(features).toarray().astype(np.float32)
        found = _radial(rows, self.rows, self.width) @ self.weights + self.shares
        found = np.maximum(found, _LEAST)
        return spread(np.log(found / found.sum(axis=1, keepdims=True)), self.known, self.classes)


def _radial(left: NDArray[np.float32], right: NDArray[np.float32], width: float) -> NDArray[np.float32]:
    """exp(- width × squared distance), rows of the left × rows of the right."""
    squares = (left**2).sum(axis=1)[:, None] + (right**2).sum(axis=1) - 2 * left @ right.T
    return np.asarray(np.exp(-width * np.maximum(squares, 0.0)))
