"""How much of the space of an embedding the rows fill: clusters, and dimensions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from auditor.errors import NotPossible
from auditor.evidence.embedding_copies import sampled_vectors
from auditor.evidence.probes.threads import single_threaded
from auditor.stats.dimensions import participation_ratio

if TYPE_CHECKING:
    from auditor.evidence import Evidence

#: Rows that are looked at, and clusters that are made of them, at most.
MAX_VECTORS, MAX_CLUSTERS = 5_000, 50
_ROWS_A_CLUSTER = 20
_MOST_ROWS = 0.9
_SEED = 1957


@dataclass(frozen=True, slots=True)
class EmbeddingContent:
    """Of `clusters` made of `vectors`, how many hold nine rows in ten, and the share of the largest; the effective
    number of dimensions.
    """

    vectors: int
    clusters: int
    holding: int
    largest: float
    dimensions: float


@dataclass(frozen=True, slots=True)
class AskEmbeddingContent:
    """The question: how widely do the vectors of an embedding spread?"""

    column: str

    def collect(self, evidence: Evidence) -> EmbeddingContent:
        """k-means (k-means++, seeded), a cluster for 20 rows up to 50. NotPossible for fewer than 40 vectors."""
        from sklearn.cluster import KMeans

        _, vectors = sampled_vectors(evidence, self.column, MAX_VECTORS)
        clusters = min(MAX_CLUSTERS, len(vectors) // _ROWS_A_CLUSTER, len(np.unique(vectors, axis=0)))
        if clusters < 2:
            raise NotPossible(f"{self.column!r} holds too few different vectors to be put in clusters")
        with single_threaded():
            labels = KMeans(clusters, n_init=1, max_iter=50, random_state=_SEED).fit(vectors).labels_
        sizes = np.sort(np.bincount(labels, minlength=clusters))[::-1] / len(vectors)
        holding = int(np.searchsorted(np.cumsum(sizes), _MOST_ROWS - 1e-9)) + 1
        return EmbeddingContent(len(vectors), clusters, holding, float(sizes[0]), participation_ratio(vectors))
