"""Numbers as few codes: the interval between quantiles that each lies in."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def quantile_codes(numbers: NDArray[np.floating], intervals: int) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """The codes, 0 for a missing number and from 1 on the interval, and the edges between the intervals.

    Equal quantiles make one edge. No edges, and only zeros, where no number is there.
    """
    known = np.isfinite(numbers)
    if not known.any():
        return np.zeros(len(numbers), dtype=np.int64), np.empty(0)
    edges = np.unique(np.quantile(numbers[known], np.linspace(0, 1, intervals + 1)[1:-1]))
    return np.where(known, 1 + np.searchsorted(edges, numbers, side="right"), 0).astype(np.int64), edges
