"""Embeddings that are another one but for a little noise: the same picture or text, cut or worded a bit differently."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from auditor.dataset.table import Kind
from auditor.errors import NotPossible
from auditor.evidence.near_pairs import Floats, NearPairs, Ordinals, Partition, near_pairs
from auditor.evidence.probes.features import vectors_of
from auditor.evidence.probes.sample import picked
from auditor.stats.dimensions import participation_ratio
from auditor.stats.near_excess import NearExcess

if TYPE_CHECKING:
    from auditor.evidence import Evidence

#: Rows that are looked at, at most.
MAX_VECTORS = 20_000
#: How far apart copies may be: the chord between vectors of length 1, whose cosines are 0.98, 0.995, …
RADII = (0.2, 0.1, 0.05, 0.02, 0.01)
_TABLES, _PLANES = 16, 14
#: Vectors that spread over so many dimensions are not within the widest radius of each other by chance.
_MANY_DIMENSIONS = 16
_SEED = 2002


@dataclass(frozen=True, slots=True, eq=False)
class EmbeddingCopies:
    """Pairs of rows whose vectors are copies, or none where nearness says nothing (`excess.radius` is None then).

    Of `rows` of the data, `compared` were looked at: those of a seeded sample, where there are more than can be.
    Vectors that are equal in all are compared once, by their first row.
    """

    column: str
    rows: int
    compared: int
    found: NearPairs
    excess: NearExcess


@dataclass(frozen=True, slots=True)
class AskEmbeddingCopies:
    """The question: which vectors of an embedding are nearly the same?"""

    column: str

    def collect(self, evidence: Evidence) -> EmbeddingCopies:
        """One pass; candidates share the side of random planes (Charikar 2002) in one of 16 tables, each is compared.

        The mean vector is taken off first: vectors of many models share a direction that says nothing. NotPossible
        where there are no two vectors, or they differ in length.
        """
        rows, vectors = sampled_vectors(evidence, self.column, MAX_VECTORS)
        found = pairs_by_direction(self.column, rows, vectors)
        total = evidence.profile.rows
        excess = with_radius(found.excess(total, RADII), vectors)
        found = found.within(-1.0 if excess.radius is None else excess.radius)
        return EmbeddingCopies(self.column, total, min(total, MAX_VECTORS), found, excess)


def pairs_by_direction(column: str, rows: Ordinals, vectors: NDArray[np.float32]) -> NearPairs:
    """Different vectors near each other, by the numbers of their rows, as far as 2 × max(RADII).

    NotPossible where there are no two.
    """
    _, first = np.unique(vectors, axis=0, return_index=True)
    rows, vectors = rows[np.sort(first)], vectors[np.sort(first)]
    if len(rows) < 2:
        raise NotPossible(f"{column!r} holds fewer than two different vectors")
    unit = directions(vectors)
    found = near_pairs(_partitions(unit), lambda a, b: _apart(unit, a, b), 2 * max(RADII), len(unit))
    return replace(found, pairs=rows[found.pairs])


def with_radius(excess: NearExcess, vectors: NDArray[np.float32]) -> NearExcess:
    """Where no radius sets copies apart, the widest, if vectors spread over so many dimensions that it tells copies."""
    if excess.radius is None and participation_ratio(vectors) >= _MANY_DIMENSIONS:
        return replace(excess, radius=max(RADII))
    return excess


def embeddings(evidence: Evidence) -> tuple[str, ...]:
    """The features that hold vectors."""
    dataset = evidence.dataset
    return tuple(name for name in dataset.roles.features if dataset.column(name).kind is Kind.EMBEDDING)


def sampled_vectors(evidence: Evidence, column: str, most: int) -> tuple[Ordinals, NDArray[np.float32]]:
    """The vectors of at most so many rows (rows × dimensions) and their ordinals; missing ones left out.

    A vector of zeros has no direction, and is missing too. NotPossible where there are none, or they differ in length.
    """
    total = evidence.profile.rows
    rows = np.arange(total)
    if total > most:
        rows = np.sort(np.random.default_rng(_SEED).choice(total, most, replace=False))
    if not total:
        raise NotPossible("there are no rows")
    vectors = vectors_of(picked(evidence.dataset, [column], rows).column(0))
    there = np.asarray(vectors.any(axis=1))
    if not there.any():
        raise NotPossible(f"{column!r} holds no vector but missing ones and zeros")
    return rows[there], vectors[there]


def directions(vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    """The vectors without their mean, as vectors of length 1."""
    centred = vectors - vectors.mean(axis=0, dtype=np.float64).astype(np.float32)
    length = np.linalg.norm(centred, axis=1, keepdims=True)
    return np.asarray(centred / np.maximum(length, np.finfo(np.float32).tiny), dtype=np.float32)


def _partitions(unit: NDArray[np.float32]) -> Iterator[Partition]:
    """The sides of 14 random planes, 16 times: at a cosine of 0.98, 999 pairs of 1,000 share a bucket."""
    rng = np.random.default_rng(_SEED)
    powers = (1 << np.arange(_PLANES)).astype(np.uint64)
    for _ in range(_TABLES):
        planes = rng.standard_normal((unit.shape[1], _PLANES + 1)).astype(np.float32)
        sides = unit @ planes
        yield (sides[:, :-1] > 0) @ powers, sides[:, -1]


def _apart(unit: NDArray[np.float32], one: Ordinals, other: Ordinals) -> Floats:
    """The chords, some pairs at a time so that memory is bounded."""
    found = [
        np.linalg.norm(unit[one[at : at + 16_384]] - unit[other[at : at + 16_384]], axis=1)
        for at in range(0, len(one), 16_384)
    ]
    return np.concatenate(found).astype(np.float64) if found else np.empty(0)
