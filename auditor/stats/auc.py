"""How well scores tell two groups apart: the area under the ROC curve, with an interval."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from auditor.stats.normal import quantile_of_tail, tail_outside
from auditor.stats.roots import zero_between

_INSIDE = 1e-9


@dataclass(frozen=True, slots=True)
class Auc:
    """The chance that a row of the group scores higher than another, ties counted half; n rows in all.

    The interval is that of Newcombe (2006, Statistics in Medicine 25:559-573, method 5): the score interval of the
    variance of Hanley and McNeil (1982). It has no zero width where the scores separate the groups wholly.
    """

    value: float
    inside: int
    outside: int

    @property
    def n(self) -> int:
        """Rows of both kinds."""
        return self.inside + self.outside

    @property
    def method(self) -> str:
        """The short name of the interval."""
        return "Newcombe's score interval of an AUC"

    def bounds(self, confidence: float) -> tuple[float, float]:
        """The two-sided interval; 0 and 1 where one kind has no rows."""
        z = quantile_of_tail(tail_outside(confidence))
        if not (self.inside and self.outside):
            return 0.0, 1.0
        return self._bound(z, -1), self._bound(z, 1)

    def _bound(self, z: float, side: int) -> float:
        """Where the value lies `z` standard errors of the bound itself away from it."""
        end = 1.0 if side > 0 else 0.0

        def excess(theta: float) -> float:
            return side * (theta - self.value) - z * self._error(theta)

        if self.value == end:
            return end
        # The error is 0 at both ends: the search begins just inside.
        start = min(max(self.value, _INSIDE), 1 - _INSIDE)
        if excess(start) >= 0:  # hardly any confidence is asked for: the bound lies between the value and there
            return self.value
        return zero_between(excess, (start, excess(start)), (end, excess(end)))

    def _error(self, theta: float) -> float:
        mean_size = self.n / 2 - 1
        spread = (1 - theta) / (2 - theta) + theta / (1 + theta)
        return math.sqrt(max(theta * (1 - theta) * (1 + mean_size * spread), 0.0) / (self.inside * self.outside))


def auc(scores: NDArray[np.floating], inside: NDArray[np.bool_]) -> Auc:
    """From the score of each row and whether it is of the group; by mid-ranks (Mann and Whitney 1947).

    The value is nan where one kind has no rows. Raises ValueError for scores that are nan.
    """
    if np.isnan(scores).any():
        raise ValueError("a score is nan")
    within = int(inside.sum())
    rest = len(scores) - within
    if not (within and rest):
        return Auc(math.nan, within, rest)
    _, place, count = np.unique(scores, return_inverse=True, return_counts=True)
    mid_ranks = (np.cumsum(count) - (count - 1) / 2)[place]
    above = float(mid_ranks[inside].sum()) - within * (within + 1) / 2
    return Auc(above / (within * rest), within, rest)
