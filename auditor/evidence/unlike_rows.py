"""Rows that lie far from nearly all others, and how: the first step to outliers and rare slices."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from auditor.dataset.table import Kind
from auditor.errors import NotPossible
from auditor.evidence.probes.features import Encoder, Features, encoded, readable
from auditor.evidence.probes.sample import encoder_for, features_of
from auditor.evidence.probes.threads import single_threaded

if TYPE_CHECKING:
    from auditor.evidence import Evidence

#: Rows below which nothing can be told from chance.
MIN_ROWS = 100
_SAMPLE = 20_000
#: Samples of rows that stand for the others: what is in each of them is not rare, as 2 % of rows mostly are.
_SAMPLES, _STANDING = 3, 80
#: A row is unlike the others if it is so many typical deviations farther from them than the typical row.
_FAR = 4.0
MAX_UNLIKE = 2_000
#: How far a missing number is from one that is there.
_MISSING = 2.0
#: Vectors weigh as much as four numbers: their standard deviation in all.
_VECTOR_SPREAD = 2.0
_SEED = 2013

Floats = NDArray[np.float32]
Ordinals = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Space:
    """Rows as points: numbers in standard deviations, levels as coordinates that weigh what they tell (-ln share)."""

    encoder: Encoder
    shares: tuple[NDArray[np.float64], ...]  # of each level of each category, in the sample
    scale: float  # of vectors

    def points(self, features: Features) -> Floats:
        """The rows × coordinates."""
        count, width = features.numbers.shape[1], features.vectors.shape[1]
        points = np.zeros((len(features), 2 * count + sum(map(len, self.shares)) + width), dtype=np.float32)
        missing = np.isnan(features.numbers)
        points[:, :count] = np.where(missing, 0.0, features.numbers)
        points[:, count : 2 * count] = missing * _MISSING
        rows, start = np.arange(len(features)), 2 * count
        for codes, shares in zip(features.codes.T, self.shares, strict=True):
            points[rows, start + codes] = np.sqrt(-np.log(shares)).astype(np.float32)[codes]
            start += len(shares)
        points[:, start:] = features.vectors * self.scale
        return points

    @property
    def blocks(self) -> list[tuple[str, NDArray[np.int64]]]:
        """Each column, and its coordinates."""
        count = len(self.encoder.numbers)
        found = [(one.name, np.array([at, count + at])) for at, one in enumerate(self.encoder.numbers)]
        start = 2 * count
        widths = [(one.column, len(shares)) for one, shares in zip(self.encoder.categories, self.shares, strict=True)]
        for name, width in (*widths, *self.encoder.vectors):
            found.append((name, np.arange(start, start + width)))
            start += width
        return found


@dataclass(frozen=True, slots=True, eq=False)
class UnlikeRows:
    """The rows unlike nearly all others, the farthest first.

    `distance` is how far each lies from the others, `typical` how far a row usually does; `points` (rows ×
    coordinates) are these rows, `nearest` a row near each that is like the others. `others` are the points of the
    rows of a `sample` of all. `more` rows beyond MAX_UNLIKE are unlike the others too.
    """

    space: Space
    rows: Ordinals
    distance: NDArray[np.float64]
    points: Floats
    nearest: Floats
    sample: Ordinals
    others: Floats
    typical: float
    more: int


@dataclass(frozen=True, slots=True)
class AskUnlikeRows:
    """The question: which rows lie far from nearly all others?"""

    def collect(self, evidence: Evidence) -> UnlikeRows:
        """Each row's distance from the nearest of 80 sampled rows (Sugiyama and Borgwardt 2013), the largest of three.

        Scales are learned from at most 20,000 rows; all rows are scored, in batches. Texts are left out.
        NotPossible for fewer than 100 rows, or where there is no feature besides texts.
        """
        total = evidence.profile.rows
        if total < MIN_ROWS:
            raise NotPossible(f"of fewer than {MIN_ROWS} rows none can be told to be unlike the others")
        sample = np.arange(total)
        if total > _SAMPLE:
            sample = np.sort(np.random.default_rng(_SEED).choice(total, _SAMPLE, replace=False))
        space, others = _space(evidence, sample)
        chosen = np.random.default_rng(_SEED).permutation(len(others))[: _SAMPLES * _STANDING]
        standing = [others[chosen[at::_SAMPLES]] for at in range(_SAMPLES)]
        with single_threaded():
            distance = np.concatenate(
                [_away(space.points(features), standing) for features in encoded(evidence.dataset, space.encoder)]
            )
            limit, typical = _far(distance)
            far = np.flatnonzero(distance > limit)
            rows = np.sort(far[np.argsort(-distance[far], kind="stable")][:MAX_UNLIKE])
            points = space.points(features_of(evidence.dataset, space.encoder, rows)) if len(rows) else others[:0]
            nearest = _nearest(points, standing)
        order = np.argsort(-distance[rows], kind="stable")
        more = len(far) - len(rows)
        rows = rows[order]
        return UnlikeRows(space, rows, distance[rows], points[order], nearest[order], sample, others, typical, more)


def _space(evidence: Evidence, sample: Ordinals) -> tuple[Space, Floats]:
    dataset = evidence.dataset
    columns = tuple(one for one in readable(dataset) if one.kind is not Kind.TEXT)
    if not columns:
        raise NotPossible("there is no feature besides texts")
    encoder = replace(encoder_for(dataset, columns, sample), terms=())
    features = features_of(dataset, encoder, sample)
    shares = tuple(
        np.maximum(np.bincount(codes, minlength=size), 1) / (len(codes) + size)
        for codes, size in zip(features.codes.T, features.levels, strict=True)
    )
    spread = float(np.sqrt(features.vectors.var(axis=0, dtype=np.float64).sum()))
    space = Space(encoder, shares, _VECTOR_SPREAD / spread if spread > 0 else 1.0)
    return space, space.points(features)


def distances(points: Floats, others: Floats) -> Floats:
    """The Euclidean distances, points × others."""
    squares = (points**2).sum(axis=1)[:, None] + (others**2).sum(axis=1) - 2 * points @ others.T
    return np.asarray(np.sqrt(np.maximum(squares, 0.0, out=squares), out=squares))


def _away(points: Floats, standing: Sequence[Floats]) -> NDArray[np.float64]:
    """The distance of each point from the nearest of each sample, the largest of these."""
    found = [np.max([_least(part, one) for one in standing], axis=0) for part in _parts(points)]
    return np.asarray(np.sqrt(np.maximum(np.concatenate(found), 0.0)), dtype=np.float64)


def _least(points: Floats, others: Floats) -> Floats:
    """The least squared distance of each point; what is the same for all others is added to that one only."""
    apart = points @ (-2 * others.T)
    apart += (others**2).sum(axis=1)
    return np.asarray(apart.min(axis=1) + np.einsum("ij,ij->i", points, points))


def _nearest(points: Floats, standing: Sequence[Floats]) -> Floats:
    """The row that this distance is to."""
    away = [distances(points, one) for one in standing]
    which = np.argmax([one.min(axis=1) for one in away], axis=0)
    found = np.stack([one[found.argmin(axis=1)] for one, found in zip(standing, away, strict=True)])
    return np.asarray(found[which, np.arange(len(points))])


def _parts(points: Floats) -> Iterator[Floats]:
    for start in range(0, len(points), 8_192):
        yield points[start : start + 8_192]


def _far(distance: NDArray[np.float64]) -> tuple[float, float]:
    """The distance beyond which a row is unlike the others, and the typical one.

    On the scale of logarithms, by the median and the upper quartile, so that a skewed scatter is no crowd of
    outliers.
    """
    median, upper = np.quantile(distance, [0.5, 0.75])
    if median <= 0:
        return float(np.inf), 0.0
    spread = max(float(np.log(upper / median)) / 0.6745, 0.02)
    return float(median * np.exp(_FAR * spread)), float(median)
