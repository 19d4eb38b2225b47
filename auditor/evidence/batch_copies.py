"""Rows of a batch that are one of the base's but for a little noise, in their numbers or in their vector."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from auditor.dataset.table import Kind
from auditor.errors import NotPossible
from auditor.evidence import embedding_copies, numeric_copies
from auditor.evidence.batch_matches import AskMatches
from auditor.evidence.both_labels import labels_of_both
from auditor.evidence.embedding_copies import MAX_VECTORS, embeddings, pairs_by_direction, sampled_vectors, with_radius
from auditor.evidence.near_pairs import Floats, NearPairs, Ordinals
from auditor.evidence.numeric_copies import fine_numbers, pairs_by_numbers

if TYPE_CHECKING:
    from auditor.evidence import Evidence, Question

_CONTENT = frozenset({Kind.TEXT, Kind.EMBEDDING})


@dataclass(frozen=True, slots=True, eq=False)
class NearLabels:
    """Labeled rows of the batch near a labeled row of the base, and those whose label none of these has.

    `rows` are the batch's such rows, of `alike`, the nearest first; `base` the nearest row of the base, `labels` the
    two rows' labels, the batch's first. Of the base's own rows near another, `base_wrong` of `base_alike`.
    """

    rows: Ordinals
    base: Ordinals
    labels: tuple[tuple[str, str], ...]
    alike: int
    base_wrong: int
    base_alike: int


@dataclass(frozen=True, slots=True, eq=False)
class BatchCopies:
    """What near rows tell. `columns` are those in which copies may differ a little.

    `rows` are the batch's rows that are near one of the base and equal none in all features, in order, `base` the
    row of the base nearest to each; the base's own rows that are near another one are `own`. `compared` rows of the
    batch and `base_compared` of the base were looked at; `radius` is None where nearness tells no copies. `labels`
    is None where one side has no classes. `alone` says that a row has nothing else to tell it from another.
    """

    columns: tuple[str, ...]
    rows: Ordinals
    base: Ordinals
    own: int
    compared: int
    base_compared: int
    radius: float | None
    labels: NearLabels | None
    alone: bool


@dataclass(frozen=True, slots=True)
class AskBatchNumbers:
    """The question: which rows of the batch are one of the base but for a little noise in their numbers?"""

    def collect(self, evidence: Evidence) -> BatchCopies:
        """One pass over each side, as for `AskNumericCopies`, in standard deviations of the base.

        NotPossible where the two have too many rows, or no number in common that is fine enough.
        """
        base = evidence.reference
        names = evidence.ask(AskMatches()).compared
        fine = fine_numbers(base, names)
        found = pairs_by_numbers((base, evidence), names, fine)
        of_base, rows = base.profile.rows, evidence.profile.rows
        radius = _across(found, of_base).excess(of_base + rows, numeric_copies.RADII).radius
        return _told(evidence, tuple(fine), found, radius, (of_base, rows), alone=True)


@dataclass(frozen=True, slots=True)
class AskBatchVectors:
    """The question: which vectors of the batch are nearly one of the base's?"""

    column: str

    def collect(self, evidence: Evidence) -> BatchCopies:
        """One pass over each side, as for `AskEmbeddingCopies`; of either at most MAX_VECTORS rows are looked at.

        NotPossible where one side has no vector, or they differ in length.
        """
        base = evidence.reference
        there, theirs = sampled_vectors(base, self.column, MAX_VECTORS)
        here, ours = sampled_vectors(evidence, self.column, MAX_VECTORS)
        if ours.shape[1] != theirs.shape[1]:
            raise NotPossible(
                f"{self.column!r} has vectors of {ours.shape[1]} numbers, in the base of {theirs.shape[1]}"
            )
        of_base = base.profile.rows
        vectors = np.concatenate([theirs, ours])
        found = pairs_by_direction(self.column, np.concatenate([there, here + of_base]), vectors)
        every = of_base + evidence.profile.rows
        radius = with_radius(_across(found, of_base).excess(every, embedding_copies.RADII), vectors).radius
        return _told(evidence, (self.column,), found, radius, (len(theirs), len(ours)), alone=content_only(evidence))


def near_copies(evidence: Evidence) -> tuple[BatchCopies, ...]:
    """What can be told of near copies: by numbers, then by each embedding that both sides have."""
    questions: list[Question[BatchCopies]] = [AskBatchNumbers(), *map(AskBatchVectors, shared_embeddings(evidence))]
    found = []
    for question in questions:
        try:
            found.append(evidence.ask(question))
        except NotPossible:  # no such numbers, or too many rows
            continue
    return tuple(found)


def shared_embeddings(evidence: Evidence) -> tuple[str, ...]:
    """The features that hold vectors on both sides."""
    held = set(embeddings(evidence.reference))
    return tuple(name for name in embeddings(evidence) if name in held)


def content_only(evidence: Evidence) -> bool:
    """Whether texts and vectors are all that tells examples apart, so that a near one is nearly the same example."""
    dataset = evidence.dataset
    texts = set(dataset.roles.text)
    names = evidence.ask(AskMatches()).compared
    return {Kind.TEXT if name in texts else dataset.column(name).kind for name in names} <= _CONTENT


def _across(found: NearPairs, of_base: int) -> NearPairs:
    """The pairs of a row of the base and one of the batch."""
    across = (found.pairs[:, 0] < of_base) & (found.pairs[:, 1] >= of_base)
    return NearPairs(found.pairs[across], found.distance[across], found.crowded)


def _told(
    evidence: Evidence,
    columns: tuple[str, ...],
    found: NearPairs,
    radius: float | None,
    compared: tuple[int, int],
    *,
    alone: bool,
) -> BatchCopies:
    of_base = evidence.reference.profile.rows
    near = found.within(-1.0 if radius is None else radius)
    across = _across(near, of_base)
    within = near.pairs[near.pairs[:, 1] < of_base]
    rows, base = _nearest(across)
    base_compared, ours = compared
    return BatchCopies(
        columns,
        rows - of_base,
        base,
        len(np.unique(within)),
        ours,
        base_compared,
        radius,
        _labels(evidence, across, within) if alone else None,
        alone,
    )


def _nearest(across: NearPairs) -> tuple[Ordinals, Ordinals]:
    """Each row of the batch once, in order, and the row of the base nearest to it."""
    order = np.lexsort((across.pairs[:, 0], across.distance))
    rows, first = np.unique(across.pairs[order, 1], return_index=True)
    return rows, across.pairs[order, 0][first]


def _labels(evidence: Evidence, across: NearPairs, within: Ordinals) -> NearLabels | None:
    labeled = labels_of_both(evidence)
    if labeled is None:
        return None
    names, label, of_base = labeled.classes, labeled.codes, labeled.of_base
    known = (label[across.pairs] >= 0).all(axis=1)
    near = NearPairs(across.pairs[known], across.distance[known])
    rows, there = _nearest(near)
    wrong = _without_like(near.pairs[:, 1], near.pairs[:, 0], label)
    both = np.concatenate([within, within[:, ::-1]])
    both = both[(label[both] >= 0).all(axis=1)]
    told = np.isin(rows, wrong)
    order = _by_distance(near, rows[told])
    ours, theirs = rows[told][order], there[told][order]
    labels = tuple((names[label[a]], names[label[b]]) for a, b in zip(ours.tolist(), theirs.tolist(), strict=True))
    own_wrong = _without_like(both[:, 0], both[:, 1], label)
    return NearLabels(ours - of_base, theirs, labels, len(rows), len(own_wrong), len(np.unique(both[:, 0])))


def _without_like(rows: Ordinals, others: Ordinals, label: NDArray[np.int64]) -> Ordinals:
    """The rows that have a label which none of the others near them has."""
    return np.setdiff1d(rows, rows[label[rows] == label[others]])


def _by_distance(near: NearPairs, rows: Ordinals) -> Ordinals:
    """The order of the rows by how near their nearest one is."""
    nearest: Floats = np.full(int(near.pairs.max(initial=-1)) + 1, np.inf)
    np.minimum.at(nearest, near.pairs[:, 1], near.distance)
    return np.argsort(nearest[rows], kind="stable")
