"""Two probes for text that cost next to nothing: naive Bayes, and the nearest class centre."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from auditor.evidence.probes.features import Features
from auditor.evidence.probes.members import Scores, spread


@dataclass(frozen=True, slots=True)
class NaiveBayesProbe:
    """Multinomial naive Bayes on tf-idf weights, which stands errors well: a label moves one weight a little."""

    name: str = "naive Bayes"
    smoothing: float = 0.02
    most_rows: int | None = None
    dear: bool = False

    def fit(self, features: Features, target: NDArray[np.int64], classes: int) -> _Fitted:
        """Count the terms of each class."""
        from sklearn.naive_bayes import MultinomialNB

        return _Fitted(MultinomialNB(alpha=self.smoothing).fit(features.terms, target), classes)


@dataclass(frozen=True, slots=True)
class _Fitted:
    model: Any
    classes: int

    def score(self, features: Features) -> Scores:
        """Log probabilities."""
        return spread(self.model.predict_log_proba(features.terms), self.model.classes_, self.classes)


@dataclass(frozen=True, slots=True)
class CentroidProbe:
    """The cosine between a text and the mean of each class (Rocchio), taken for a log probability, twentyfold."""

    name: str = "class centres"
    most_rows: int | None = None
    dear: bool = False

    def fit(self, features: Features, target: NDArray[np.int64], classes: int) -> _Centres:
        """Average the texts of each class."""
        import scipy.sparse as sp

        known, codes = np.unique(target, return_inverse=True)
        ones = np.ones(len(target))
        member = sp.csr_matrix((ones, (codes, np.arange(len(target)))), shape=(len(known), len(target)))
        sums = member @ features.terms
        lengths = np.sqrt(np.asarray(sums.multiply(sums).sum(axis=1))).ravel()
        return _Centres((sp.diags(1 / np.maximum(lengths, 1e-12)) @ sums).T.tocsr(), known, classes)


@dataclass(frozen=True, slots=True)
class _Centres:
    centres: Any
    known: NDArray[np.int64]
    classes: int

    def score(self, features: Features) -> Scores:
        """Twenty times the cosine, less the best of the row's."""
        import scipy.sparse.linalg as spl

        lengths = np.maximum(spl.norm(features.terms, axis=1), 1e-12)
        cosine = (features.terms @ self.centres).toarray() / lengths[:, None]
        return spread(20 * (cosine - cosine.max(axis=1, keepdims=True)), self.known, self.classes)
