"""Raters of one group beside all others on the same items: what is left when no item differs."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from auditor.stats import intervals
from auditor.stats.normal import tail_outside


@dataclass(frozen=True, slots=True)
class WithinItems:
    """The risk difference of Mantel and Haenszel with items as strata, and how sure of it raters and items make us.

    `spread` is the variance of the numerator: that of Cameron, Gelbach and Miller (2011, Journal of Business &
    Economic Statistics 29:238-249), clustered by rater and by item, and no less than by either alone; with Student's
    t for the raters of the smaller side. A pair of votes that speaks for either side is lent to the interval, so
    that what never differed has some width.
    """

    value: float
    weight: float  # the sum of n_a n_b / n over items
    spread: float
    n: int  # votes on items that both sides voted on
    items: int
    raters: int  # of the smaller side

    @property
    def method(self) -> str:
        """The authors of the estimate and of its variance."""
        return "Mantel-Haenszel, clustered by rater and item"

    def bounds(self, confidence: float) -> tuple[float, float]:
        """The interval of the difference, within -1 and 1."""
        return self.bounds_if(1, confidence)

    def bounds_if(self, factor: float, confidence: float) -> tuple[float, float]:
        """The bounds that `factor` times as many raters and items of the same kind would give."""
        tail = tail_outside(confidence)
        if self.raters < 2:
            return -1.0, 1.0
        error = math.sqrt(self.spread * factor + 0.5) / (self.weight * factor + 1)
        half = intervals.student_half(error, self.raters * factor - 1, tail)
        return max(-1.0, self.value - half), min(1.0, self.value + half)


def within_items(
    said: NDArray[np.bool_], mine: NDArray[np.bool_], item: NDArray[np.integer[Any]], rater: NDArray[np.integer[Any]]
) -> WithinItems:
    """The rate at which raters of a group say yes less that of all others, on the items that both voted on.

    One entry a vote, (n,) each: whether it says yes, whether its rater is of the group, and which item and rater.
    nan, between -1 and 1, where no item has votes of both. Raises ValueError for arrays of different lengths.
    """
    if not len(said) == len(mine) == len(item) == len(rater):
        raise ValueError("the votes must have as many items, raters and groups, but the arrays differ in length")
    size = int(item.max()) + 1 if len(item) else 0
    votes, of_group = np.bincount(item, minlength=size), np.bincount(item[mine], minlength=size)
    shared = ((of_group > 0) & (of_group < votes))[item]
    said, mine, item, rater = said[shared], mine[shared], item[shared], rater[shared]
    if not len(said):
        return WithinItems(math.nan, 0.0, 0.0, 0, 0, 0)
    group, yes = (_centred(values.astype(np.float64), item) for values in (mine, said))
    weight = float(group @ group)
    value = float(group @ yes) / weight
    told = group * (yes - value * group)  # what each vote adds to the numerator's error
    by_item = _of_clusters(told, item)
    # What a rater is off the others is in part taken for the item's: of n votes on it, 1/n.
    told *= np.sqrt(votes[item] / (votes[item] - 1))
    by_rater = _of_clusters(told, rater)
    spread = max(by_item, by_rater, by_item + by_rater - float(told @ told))
    fewest = min(len(np.unique(rater[mine])), len(np.unique(rater[~mine])))
    return WithinItems(value, weight, spread, len(said), len(np.unique(item)), fewest)


def _centred(values: NDArray[np.float64], item: NDArray[np.integer[Any]]) -> NDArray[np.float64]:
    """Each value less the average of its item's."""
    votes = np.maximum(np.bincount(item), 1)
    return np.asarray(values - (np.bincount(item, values) / votes)[item])


def _of_clusters(told: NDArray[np.float64], cluster: NDArray[np.integer[Any]]) -> float:
    """The sum of the squared sums of clusters, corrected for their number."""
    place = np.unique(cluster, return_inverse=True)[1]
    sums, count = np.bincount(place, told), int(place.max()) + 1
    return float(sums @ sums) * count / max(count - 1, 1)
