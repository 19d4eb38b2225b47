"""The normal distribution at the places we need it, precise far into the tail and without scipy."""

from __future__ import annotations

import math
from functools import lru_cache


@lru_cache(maxsize=4096)
def quantile_of_tail(tail: float) -> float:
    """The z that leaves `tail` (a probability between 0 and 1) above it: 0.025 gives 1.96.

    Takes the small tail and not its complement: 1 - 1e-17 is 1, and its quantile infinite.
    """
    from statistics import NormalDist

    return -NormalDist().inv_cdf(tail)


def tail_above(z: float) -> float:
    """The probability of a standard normal value above `z`; keeps its relative precision for large z."""
    return 0.5 * math.erfc(z / math.sqrt(2))


def tail_outside(confidence: float) -> float:
    """What a two-sided interval leaves out on each side. Raises ValueError unless 0 < confidence < 1."""
    if not 0 < confidence < 1:
        raise ValueError(f"confidence must lie between 0 and 1, not {confidence}")
    return (1 - confidence) / 2
