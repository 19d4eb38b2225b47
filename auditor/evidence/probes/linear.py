"""Logistic regression on standardised numbers and one-hot levels."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from auditor.evidence.probes.crosses import Cross, cross_codes
from auditor.evidence.probes.design import one_hot, sparse_design
from auditor.evidence.probes.features import Features
from auditor.evidence.probes.members import Scores, spread


@dataclass(frozen=True, slots=True)
class LinearProbe:
    """Multinomial logistic regression with an L2 penalty of 1 / `inverse_penalty`.

    `crosses` are combinations of columns whose every cell gets a weight of its own.
    """

    name: str = "linear"
    inverse_penalty: float = 1.0
    crosses: tuple[Cross, ...] = ()
    terms: bool = False
    most_rows: int | None = None
    dear: bool = False

    def fit(self, features: Features, target: NDArray[np.int64], classes: int) -> _Fitted:
        """Fit by L-BFGS."""
        from sklearn.linear_model import LogisticRegression

        model = LogisticRegression(C=self.inverse_penalty, max_iter=200, tol=1e-3)
        model.fit(self._matrix(features), target)
        return _Fitted(self, model, classes)

    def _matrix(self, features: Features) -> Any:
        import scipy.sparse as sp

        blocks = [sparse_design(features)]
        if self.terms and features.terms is not None:
            blocks.append(features.terms)
        if self.crosses:
            codes = np.stack([cross_codes(features, cross) for cross in self.crosses], axis=1)
            blocks.append(one_hot(codes, [cross.cells for cross in self.crosses]))
        return sp.hstack(blocks, format="csr") if len(blocks) > 1 else blocks[0]


@dataclass(frozen=True, slots=True)
class _Fitted:
    probe: LinearProbe
    model: Any
    classes: int

    def score(self, features: Features) -> Scores:
        """Log probabilities."""
        with np.errstate(divide="ignore"):  # a class that is ruled out has the logarithm of 0, cut to the floor
            found = self.model.predict_log_proba(self.probe._matrix(features))
        return spread(found, self.model.classes_, self.classes)
