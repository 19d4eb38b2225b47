"""Gradient-boosted trees with native categories."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from auditor.evidence.probes.features import Features
from auditor.evidence.probes.members import Scores, spread

_SEED = 7


@dataclass(frozen=True, slots=True)
class BoostedProbe:
    """Histogram gradient boosting (Ke et al. 2017): small slow trees for few rows, larger ones for many."""

    name: str = "boosted trees"
    trees: int = 100
    leaves: int = 31
    rate: float = 0.1
    columns: float = 0.5  # the share of the columns that a split may choose from
    most_rows: int | None = None
    dear: bool = True

    def fit(self, features: Features, target: NDArray[np.int64], classes: int) -> _Fitted:
        """Fit with all trees: to stop early would take rows away, and noise would stop it too late."""
        from sklearn.ensemble import HistGradientBoostingClassifier

        model = HistGradientBoostingClassifier(
            max_iter=self.trees,
            max_leaf_nodes=self.leaves,
            learning_rate=self.rate,
            l2_regularization=1.0,
            max_features=self.columns,
            early_stopping=False,
            categorical_features=_are_categories(features),
            random_state=_SEED,
        )
        return _Fitted(model.fit(_matrix(features), target), classes)


@dataclass(frozen=True, slots=True)
class _Fitted:
    model: Any
    classes: int

    def score(self, features: Features) -> Scores:
        """Log probabilities."""
        found = self.model.predict_proba(_matrix(features))
        return spread(np.log(np.maximum(found, 1e-6)), self.model.classes_, self.classes)


def _matrix(features: Features) -> NDArray[np.float32]:
    return np.concatenate([features.numbers, features.codes.astype(np.float32)], axis=1)


def _are_categories(features: Features) -> NDArray[np.bool_]:
    places = np.arange(features.numbers.shape[1] + features.codes.shape[1])
    return np.asarray(places >= features.numbers.shape[1])
