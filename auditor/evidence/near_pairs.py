"""Candidates for near pairs: rows that fall into one bucket of some partition of the space."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from auditor.stats.near_excess import NearExcess, near_excess, stands_out

#: Rows of one bucket that each row is compared with, the next ones by a coordinate.
WINDOW = 16
#: Items that may have a near one at the end of the window.
_CROWDED = 0.01

Ordinals = NDArray[np.int64]
Floats = NDArray[np.float64]
#: The buckets of all items (a key each), and the coordinate by which the items of a bucket are ordered.
Partition = tuple[NDArray[np.uint64], NDArray[np.floating]]


@dataclass(frozen=True, slots=True)
class NearPairs:
    """Pairs of items (× 2, the lower first, in order), and how far apart they are.

    `crowded` where many items have so many near ones that not all were compared.
    """

    pairs: Ordinals
    distance: Floats
    crowded: bool = False

    def excess(self, items: int, radii: Sequence[float]) -> NearExcess:
        """The radius at which pairs stand out as copies, of those at which no fewer of all pairs do.

        Where all are crowded, each has a near one: nothing stands out.
        """
        nearest = self.nearest(items)
        standing = [radius for radius in radii if not self.crowded and stands_out(self.distance, radius)]
        return near_excess(nearest, standing) if standing else replace(near_excess(nearest, radii), radius=None)

    def within(self, radius: float) -> NearPairs:
        """The pairs no farther apart."""
        near = self.distance <= radius
        return NearPairs(self.pairs[near], self.distance[near], self.crowded)

    def nearest(self, items: int) -> Floats:
        """The distances of items from their nearest one, a pair that is nearest to both once."""
        order = np.argsort(self.distance, kind="stable")
        both, place = self.pairs[order].ravel(), np.repeat(np.arange(len(order)), 2)
        earliest = np.full(items, -1)
        earliest[both[::-1]] = place[::-1]  # of several, the last one written stays: the nearest
        nearest: Floats = self.distance[order][np.unique(earliest[earliest >= 0])]
        return nearest

    def leaders(self, items: int) -> Ordinals:
        """The item that each item repeats: itself for those that stay when, in order, all near one that stays go."""
        leader = list(range(items))
        nearest = [np.inf] * items
        order = np.lexsort((self.pairs[:, 0], self.pairs[:, 1]))
        for (one, other), away in zip(self.pairs[order].tolist(), self.distance[order].tolist(), strict=True):
            if leader[one] == one and away < nearest[other]:
                leader[other], nearest[other] = one, away
        return np.array(leader, dtype=np.int64)


def near_pairs(
    partitions: Iterable[Partition], apart: Callable[[Ordinals, Ordinals], Floats], radius: float, items: int
) -> NearPairs:
    """Pairs of one bucket of any partition that are no farther apart than the radius.

    `apart` gives the distances of pairs. Of a bucket with more items than WINDOW, each is compared with the next
    ones along the coordinate only, so that the cost grows with the items, not with their square.
    """
    packed, distances, last = np.empty(0, dtype=np.int64), np.empty(0), 0
    for keys, along in partitions:
        order = np.lexsort((along, keys))
        ordered = keys[order]
        for step in range(1, min(WINDOW, items - 1) + 1):
            same = np.flatnonzero(ordered[step:] == ordered[:-step])
            if not len(same):
                break
            one, other = order[same], order[same + step]
            low, high = np.minimum(one, other), np.maximum(one, other)
            away = apart(low, high)
            near = away <= radius
            last = max(last, int(np.count_nonzero(near)) if step == WINDOW else 0)
            packed = np.concatenate([packed, low[near] * items + high[near]])
            distances = np.concatenate([distances, away[near]])
        packed, first = np.unique(packed, return_index=True)
        distances = distances[first]
    return NearPairs(
        np.stack([packed // max(items, 1), packed % max(items, 1)], axis=1), distances, last > _CROWDED * items
    )
