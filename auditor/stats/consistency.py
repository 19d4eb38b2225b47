"""How alike the labels of similar rows are.

Source: Zemel, Wu, Swersky, Pitassi and Dwork 2013, ICML, "Learning fair representations", equation 12: one less
the average of |label - average label of the k nearest rows|, which of classes is the share of the neighbours that
have another class. The form is AIF360's: a row is among its own k nearest.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from auditor.stats.intervals import wilson
from auditor.stats.normal import quantile_of_tail, tail_outside

Ints = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Consistency:
    """The share of pairs of other neighbours that `differ`, and the part that such pairs are of all.

    `effective` is the number of independent pairs that would tell as much.
    """

    differ: float
    part: float
    effective: float
    n: int

    @property
    def value(self) -> float:
        """From 0 to 1, where all neighbours have the label of their row."""
        return 1 - self.part * self.differ

    @property
    def method(self) -> str:
        """The authors of the variance and of the interval."""
        return "Fafchamps-Gubert, Wilson"

    def bounds(self, confidence: float) -> tuple[float, float]:
        """The interval, within 0 and 1."""
        return self.bounds_if(1, confidence)

    def bounds_if(self, factor: float, confidence: float) -> tuple[float, float]:
        """The bounds that `factor` times as many rows, as alike as these, would give."""
        tail = tail_outside(confidence)
        if math.isnan(self.differ):
            return 0.0, 1.0
        low, high = wilson(self.differ, self.effective * factor, quantile_of_tail(tail))
        return 1 - self.part * high, 1 - self.part * low


def consistency(labels: Ints, neighbours: Ints) -> Consistency:
    """The consistency of `labels` (n,), codes of classes, with those of the `neighbours` (n, k), places of rows.

    Pairs of neighbours share rows, and rows of a kind share neighbours. So the variance is that of dyads, in which
    all pairs that have a row in common may go together (Fafchamps and Gubert 2007, Journal of Development
    Economics 83:326-350). Raises ValueError unless every row has its neighbours among the rows.
    """
    if labels.ndim != 1 or neighbours.ndim != 2 or len(neighbours) != len(labels) or not neighbours.size:
        raise ValueError(f"labels (n,) and neighbours (n, k) are needed, not {labels.shape} and {neighbours.shape}")
    if neighbours.min() < 0 or neighbours.max() >= len(labels):
        raise ValueError("a neighbour must be one of the rows")
    n, k = neighbours.shape
    rows, others = np.repeat(np.arange(n), k), neighbours.ravel()
    pairs = rows != others
    rows, others = rows[pairs], others[pairs]
    if not len(rows):
        return Consistency(math.nan, 0.0, 0.0, n)
    differs = (labels[rows] != labels[others]).astype(np.float64)
    share = float(differs.mean())
    off = differs - share
    by_row = np.bincount(rows, off, minlength=n) + np.bincount(others, off, minlength=n)
    variance = float((by_row**2).sum() - (off**2).sum()) / len(rows) ** 2
    # No better than independent rows; and where no pair differs, as good as those.
    effective = min(share * (1 - share) / variance, float(n)) if variance > 0 else float(n)
    return Consistency(share, len(rows) / (n * k), effective, n)
