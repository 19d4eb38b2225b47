"""A support vector machine with a radial kernel: strong on small tables, too slow for large ones."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from auditor.evidence.probes.design import sparse_design
from auditor.evidence.probes.features import Features
from auditor.evidence.probes.members import Scores, log_softmax, spread


@dataclass(frozen=True, slots=True)
class KernelProbe:
    """C-SVC; its decision values are taken for log-odds, which the pool scales."""

    name: str = "kernel"

    def fit(self, features: Features, target: NDArray[np.int64], classes: int) -> _Fitted:
        """Fit on all rows given: the cost grows with their square."""
        from sklearn.svm import SVC

        model = SVC(C=1.0, gamma="scale", cache_size=400)
        return _Fitted(model.fit(sparse_design(features).toarray(), target), classes)


@dataclass(frozen=True, slots=True)
class _Fitted:
    model: Any
    classes: int

    def score(self, features: Features) -> Scores:
        """Decision values as log probabilities."""
        found = self.model.decision_function(sparse_design(features).toarray())
        if found.ndim == 1:
            found = np.stack([-found / 2, found / 2], axis=1)
        return spread(log_softmax(2 * found), self.model.classes_, self.classes)
