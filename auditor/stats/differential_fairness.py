"""Smoothed empirical differential fairness: the largest ratio of any two groups' rates of any class, as a logarithm.

Source: Foulds, Islam, Keya and Pan 2020, IEEE ICDE, "An intersectional definition of fairness", definition 3.1 and
equation 7: 0 where all groups have equal rates, ln 2 where one has some class twice as often as another.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from auditor.stats.divergences import Floats
from auditor.stats.intervals import wilson
from auditor.stats.normal import quantile_of_tail, tail_outside


@dataclass(frozen=True, slots=True)
class DifferentialFairness:
    """`having` are rows by group and class, of `rows` in each group; see `differential_fairness`.

    Which two groups differ most is learnt from the same rows. So the interval takes the score intervals of all
    groups' rates together, each at the level divided by their number: the truth of the rates, not of the smoothed
    ones, lies in it. Where a small group never has a class, it is open above.
    """

    having: tuple[tuple[int, ...], ...]
    rows: tuple[int, ...]
    concentration: float

    @property
    def value(self) -> float:
        """ε, from 0 upward; nan with fewer than two groups."""
        if len(self.rows) < 2:
            return math.nan
        having, rows = np.array(self.having, dtype=np.float64), np.array(self.rows, dtype=np.float64)
        classes = having.shape[1]
        with np.errstate(divide="ignore", invalid="ignore"):
            logs = np.log((having + self.concentration / classes) / (rows + self.concentration)[:, None])
            widest = np.ptp(logs, axis=0)
        # A class that no group has cannot differ, and no smoothing was asked for.
        return float(np.nan_to_num(widest, nan=0.0, posinf=math.inf).max())

    @property
    def n(self) -> int:
        """The rows of all groups."""
        return sum(self.rows)

    @property
    def method(self) -> str:
        """The author of the intervals of the rates, and of the correction."""
        return f"Wilson, Bonferroni over {len(self.rows)} groups"

    def bounds(self, confidence: float) -> tuple[float, float]:
        """The interval of the unsmoothed ε; infinite above where the rates leave that open."""
        tail = tail_outside(confidence)
        if math.isnan(self.value):
            return 0.0, math.inf
        # Of two classes one rate tells the other; of more, each class of each group has an interval of its own.
        rates = len(self.rows) * (1 if len(self.having[0]) == 2 else len(self.having[0]))
        z = quantile_of_tail(max(tail / rates, 1e-300))
        lows, highs = _logs(self.having, self.rows, z)
        least = float((lows.max(axis=0) - highs.min(axis=0)).max())
        most = float(np.nan_to_num(highs.max(axis=0) - lows.min(axis=0), nan=math.inf, posinf=math.inf).max())
        return min(max(least, 0.0), self.value), max(most, self.value)


def differential_fairness(
    having: Sequence[Sequence[int]], rows: Sequence[int], concentration: float = 1.0
) -> DifferentialFairness:
    """ε over groups: `having` holds, for each group, the rows of each class; `rows` the rows of each group.

    A Dirichlet prior of that concentration, the same for all classes, is added to each group. Raises ValueError for
    a negative concentration, a group without rows, or fewer than two classes.
    """
    if not 0 <= concentration < math.inf:
        raise ValueError(f"the concentration must be 0 or more, not {concentration}")
    if any(count <= 0 for count in rows) or len(having) != len(rows):
        raise ValueError("every group needs its rows, and at least one")
    if any(len(classes) < 2 or len(classes) != len(having[0]) for classes in having):
        raise ValueError("every group needs the same classes, and at least two")
    return DifferentialFairness(tuple(tuple(map(int, one)) for one in having), tuple(map(int, rows)), concentration)


def _logs(having: Sequence[Sequence[int]], rows: Sequence[int], z: float) -> tuple[Floats, Floats]:
    """The logarithms of the bounds of each group's rates, (groups, classes) each."""
    bounds = np.array(
        [[wilson(count / n, n, z) for count in counts] for counts, n in zip(having, rows, strict=True)],
        dtype=np.float64,
    )
    with np.errstate(divide="ignore"):
        logs = np.log(bounds)
    return logs[..., 0], logs[..., 1]
