"""The nearest rows of each of some rows, by their features."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from auditor.dataset.values import MISSING, text_of
from auditor.errors import NotPossible
from auditor.evidence.probes.design import sparse_design
from auditor.evidence.probes.features import readable
from auditor.evidence.probes.sample import encoder_for, features_of, picked
from auditor.evidence.probes.threads import single_threaded

if TYPE_CHECKING:
    from auditor.evidence import Evidence

#: Rows that are looked at, at most: the cost grows with their square.
MAX_ROWS = 4_000
_DENSE_COLUMNS = 500
_SEED = 2013


@dataclass(frozen=True, slots=True, eq=False)
class Neighbours:
    """Labeled rows (their ordinals), the code of each one's label, and the places of its `k` nearest, (rows, k)."""

    rows: NDArray[np.int64]
    labels: NDArray[np.int64]
    nearest: NDArray[np.int64]
    labeled: int  # of all rows
    features: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AskNeighbours:
    """The question: of a sample of labeled rows, which `k` lie nearest to each, itself among them?

    By Euclidean distance of standardised numbers, levels of categories as indicators, and terms of texts; of all
    features, or of those that are not sensitive.
    """

    k: int
    sensitive: bool

    def collect(self, evidence: Evidence) -> Neighbours:
        """Of all labeled rows, or those of a seeded sample. Raises NotPossible for too few rows, or no feature."""
        import scipy.sparse as sp
        from sklearn.neighbors import NearestNeighbors

        dataset = evidence.dataset
        columns = tuple(c for c in readable(dataset) if self.sensitive or c.name not in dataset.roles.sensitive)
        if not columns:
            raise NotPossible("there is no feature besides the sensitive columns")
        rows, labels = _sample(evidence)
        if len(rows) <= self.k:
            told = f"more than {self.k} labeled rows are needed to find {self.k} neighbours"
            raise NotPossible(f"{told}; there are {len(rows)}")
        features = features_of(dataset, encoder_for(dataset, columns, rows), rows)
        design = sparse_design(features)
        if features.terms is not None:
            design = sp.hstack([design, features.terms], format="csr")
        if design.shape[1] <= _DENSE_COLUMNS:  # many times as fast
            design = design.toarray()
        with single_threaded():
            nearest = (
                NearestNeighbors(n_neighbors=self.k, algorithm="brute")
                .fit(design)
                .kneighbors(return_distance=False, X=design)
            )
        labeled = evidence.label_counts().total
        return Neighbours(rows, labels, nearest.astype(np.int64), labeled, tuple(c.name for c in columns))


def _sample(evidence: Evidence) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The labeled ones of at most MAX_ROWS rows, in order, and the codes of their labels."""
    dataset, total = evidence.dataset, evidence.profile.rows
    rows = np.arange(total)
    if total > MAX_ROWS:
        rows = np.sort(np.random.default_rng(_SEED).choice(total, MAX_ROWS, replace=False))
    cells = picked(dataset, dataset.roles.label, rows).column(0).to_pylist()
    values, codes = np.unique([text_of(value) for value in cells], return_inverse=True)
    labeled = values[codes] != MISSING
    return rows[labeled], codes[labeled].astype(np.int64)
