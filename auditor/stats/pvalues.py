"""P-values: how surely an estimate lies beyond a limit, read off its own interval.

The p-value of "the truth lies above the limit" is the level at which the interval's lower bound reaches it,
so a p-value and an interval in a report can never disagree, and an estimate from a plugin needs nothing but
`bounds`. Where a formula gives the same number, it is used.
"""

from __future__ import annotations

import math
from collections.abc import Callable

from auditor.stats.estimates import Estimate, Proportion, Ratio, is_exact
from auditor.stats.normal import tail_above
from auditor.stats.score_ratio import score_of_ratio

#: No p-value of an estimate is smaller: beyond, 1 - p runs out of digits, and no model is that true.
FLOOR = 1e-15

_HALF = 0.5 - 1e-9  # the interval of confidence 2e-9, which is all but a point
_PRECISION = 1e-6  # of the natural logarithm of the p-value
_FAR = 1e100  # a ratio beyond, or below its inverse, is as good as infinite or zero


def p_above(estimate: Estimate, limit: float) -> float:
    """The one-sided p-value of "the truth is at most `limit`": small when it is surely above.

    It is at most a/2 when the lower bound at confidence 1 - a lies above `limit`. A fact gives 0 or 1, an
    estimate without a value 1. Above one half it decides nothing, and is the complement of the p-value to the
    other side. Raises ValueError if the limit is nan.
    """
    return _p_beyond(estimate, limit, above=True)


def p_below(estimate: Estimate, limit: float) -> float:
    """The one-sided p-value of "the truth is at least `limit`": small when it is surely below.

    The mirror image of `p_above`.
    """
    return _p_beyond(estimate, limit, above=False)


def _p_beyond(estimate: Estimate, limit: float, above: bool) -> float:
    if math.isnan(limit):
        raise ValueError("a limit must be a number, not nan")
    value = estimate.value
    if math.isnan(value):
        return 1.0
    if (p := _by_formula(estimate, limit, above)) is not None:
        return min(max(p, FLOOR), 1.0)
    if is_exact(estimate):
        return 0.0 if (value > limit if above else value < limit) else 1.0
    return _by_inversion(estimate, limit, above)


def _by_formula(estimate: Estimate, limit: float, above: bool) -> float | None:
    """The p-value in closed form; None where there is none, or the limit is at an end of what can be."""
    sign = 1 if above else -1
    if isinstance(estimate, Ratio) and 1 / _FAR < limit < _FAR:
        counts = (estimate.successes_a, estimate.n_a, estimate.successes_b, estimate.n_b)
        return tail_above(sign * score_of_ratio(*counts, ratio=limit))
    if isinstance(estimate, Proportion) and 0 < limit < 1:
        if estimate.interval == "clopper-pearson":
            return _binomial_tail(estimate.successes, estimate.n, limit, above)
        error = math.sqrt(limit * (1 - limit) / estimate.n)
        return tail_above(sign * (estimate.value - limit) / error)
    return None


def _binomial_tail(successes: int, n: int, rate: float, above: bool) -> float:
    """The probability of at least (`above`) or at most so many successes, were `rate` the true one."""
    from scipy.special import bdtr, betainc

    if not above:
        return float(bdtr(successes, n, rate))
    return float(betainc(successes, n - successes + 1, rate)) if successes else 1.0


def _by_inversion(estimate: Estimate, limit: float, above: bool) -> float:
    def surely_above(p: float) -> bool:
        return estimate.bounds(1 - 2 * p)[0] > limit

    def surely_below(p: float) -> bool:
        return estimate.bounds(1 - 2 * p)[1] < limit

    this, other = (surely_above, surely_below) if above else (surely_below, surely_above)
    if (p := _smallest(this)) is not None:
        return p
    if (p := _smallest(other)) is not None:
        return 1 - p
    return 0.5


def _smallest(holds: Callable[[float], bool]) -> float | None:
    """The smallest p from FLOOR to one half from which on it holds; None if it never does."""
    if not holds(_HALF):
        return None
    if holds(FLOOR):
        return FLOOR
    low, high = math.log(FLOOR), math.log(_HALF)
    while high - low > _PRECISION:
        middle = (low + high) / 2
        low, high = (low, middle) if holds(math.exp(middle)) else (middle, high)
    return math.exp(high)
