"""Votes as plain arrays: who said which class of which item; and items with the same votes put together."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

Index = NDArray[np.int32]
Floats = NDArray[np.float64]

_SEED = 1970


@dataclass(frozen=True, slots=True, eq=False)
class VoteArrays:
    """One entry a vote: annotator `annotator[v]` said class `said[v]` of item `item[v]`; all from 0 on.

    At most one vote for each item and annotator. Raises ValueError where the arrays differ in length or an index
    lies outside of its range.
    """

    item: Index
    annotator: Index
    said: Index
    items: int
    annotators: int
    classes: int

    def __post_init__(self) -> None:
        sizes = (self.items, self.annotators, self.classes)
        for name, array, size in zip(("item", "annotator", "said"), self.arrays, sizes, strict=True):
            if len(array) != len(self.item):
                raise ValueError(f"{len(array)} votes have {name!r}, but {len(self.item)} have 'item'")
            if len(array) and not 0 <= array.min() <= array.max() < size:
                raise ValueError(f"{name!r} must lie between 0 and {size - 1}")

    @classmethod
    def from_table(cls, cells: NDArray[np.integer[Any]], classes: int) -> VoteArrays:
        """The votes in a table with a row an item and a column an annotator; -1 stands for no vote."""
        item, annotator = np.nonzero(cells >= 0)
        said = cells[item, annotator].astype(np.int32)
        items, annotators = cells.shape
        return cls(item.astype(np.int32), annotator.astype(np.int32), said, items, annotators, classes)

    def __len__(self) -> int:
        return len(self.item)

    @property
    def arrays(self) -> tuple[Index, Index, Index]:
        """Item, annotator and class of each vote."""
        return self.item, self.annotator, self.said

    @property
    def per_item(self) -> NDArray[np.int64]:
        """How many votes each item has."""
        return np.bincount(self.item, minlength=self.items)

    def counts(self) -> Any:
        """Votes by item (rows) and class (columns), a sparse matrix."""
        from scipy.sparse import coo_array

        ones = np.ones(len(self), dtype=np.float64)
        return coo_array((ones, (self.item, self.said)), shape=(self.items, self.classes)).tocsr()

    def of_items(self, chosen: NDArray[np.bool_]) -> VoteArrays:
        """The votes on the chosen items alone; the items keep their numbers."""
        kept = chosen[self.item]
        return replace(self, item=self.item[kept], annotator=self.annotator[kept], said=self.said[kept])


@dataclass(frozen=True, slots=True, eq=False)
class Tally:
    """The votes of all items with two and more: pattern p has `counts[p, k]` votes for class k, in `times[p]` items."""

    counts: Any  # sparse, patterns × classes
    times: NDArray[np.int64]

    @property
    def items(self) -> int:
        """Items with two votes and more."""
        return int(self.times.sum())

    @property
    def size(self) -> Floats:
        """Votes of each pattern."""
        return np.asarray(self.counts.sum(axis=1), dtype=float).ravel()

    @property
    def squares(self) -> Floats:
        """The sum of each pattern's squared counts."""
        return np.asarray((self.counts * self.counts).sum(axis=1), dtype=float).ravel()

    @property
    def agreeing(self) -> Floats:
        """The share of each pattern's pairs of votes that agree."""
        return (self.squares - self.size) / (self.size * (self.size - 1))

    def against_rest(self, k: int) -> Tally:
        """The same votes as "class k" and "any other"."""
        from scipy.sparse import csr_array

        mine = np.asarray(self.counts[:, [k]].todense()).ravel()
        pairs, which = np.unique(np.stack([mine, self.size - mine], axis=1), axis=0, return_inverse=True)
        return Tally(csr_array(pairs), np.bincount(which.ravel(), self.times, len(pairs)).astype(np.int64))

    def with_two(self, agree: bool) -> Tally:
        """Two items more, of the average size: one of each of the two commonest classes, or both torn between them."""
        sums = np.asarray(self.times @ self.counts).ravel()
        a, b = np.argsort(-sums, kind="stable")[:2].tolist()
        size = max(2, round(float(sums.sum()) / self.items))
        most, rest = (size, 0) if agree else (size - size // 2, size // 2)
        return self._with([(0, a, most), (0, b, rest), (1, b, most), (1, a, rest)])

    def _with(self, cells: list[tuple[int, int, int]]) -> Tally:
        """Two patterns more, each with one item: `cells` are pattern, column and votes."""
        from scipy.sparse import coo_array, vstack

        rows, columns, votes = zip(*cells, strict=True)
        more = coo_array((np.array(votes, dtype=float), (rows, columns)), shape=(2, self.counts.shape[1]))
        return Tally(vstack([self.counts, more]).tocsr(), np.append(self.times, [1, 1]))

    def kappa_with_two(self, agree: bool) -> Tally:
        """The same for `cohen_kappa`, whose columns are one annotator's classes and then the other's."""
        classes = self.counts.shape[1] // 2
        sums = np.asarray(self.times @ self.counts).ravel()
        a, b = np.argsort(-(sums[:classes] + sums[classes:]), kind="stable")[:2].tolist()
        other = (a, b) if agree else (b, a)
        return self._with([(0, a, 1), (0, classes + other[0], 1), (1, b, 1), (1, classes + other[1], 1)])


def tally(votes: VoteArrays) -> Tally:
    """Items with the same votes put together; items with fewer than two votes are left out."""
    counts = votes.counts()
    pairable = np.flatnonzero(votes.per_item >= 2)
    if not len(pairable):
        return Tally(counts[:0], np.empty(0, dtype=np.int64))
    # Patterns are told by a sum of random numbers, one a class: 128 bits, and no dense matrix.
    rng = np.random.default_rng(_SEED)
    marks = rng.integers(0, 2**64, size=(votes.classes, 2), dtype=np.uint64)
    sums = np.zeros((votes.items, 2), dtype=np.uint64)
    np.add.at(sums, votes.item, marks[votes.said])
    _, first, times = np.unique(sums[pairable], axis=0, return_index=True, return_counts=True)
    order = np.argsort(first)  # so that nothing hangs on the random numbers
    return Tally(counts[pairable[first[order]]], times[order])
