"""P-values: how surely an estimate lies beyond a limit, read off its own interval.

The p-value of "the truth lies above the limit" is the level at which the interval's lower bound reaches it,
so a p-value and an interval in a report can never disagree, and an estimate from a plugin needs nothing but
`bounds`. Where a formula gives the same number, it is used.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Protocol, runtime_checkable

from auditor.stats.estimates import Estimate, Proportion, Ratio, is_exact
from auditor.stats.normal import quantile_of_tail, tail_above
from auditor.stats.roots import zero_between
from auditor.stats.score_ratio import score_of_ratio

#: No p-value of an estimate is smaller: beyond, 1 - p runs out of digits, and no model is that true.
FLOOR = 1e-15

_LEAST_Z, _MOST_Z = 1e-8, quantile_of_tail(FLOOR)  # from an interval that is all but a point to the widest
_PRECISION = 1e-7  # of z
_MEETS = 1e-12
_FAR = 1e100  # beyond, or below its inverse, a limit is as good as infinite or zero, and a square no number


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


def surely_above(estimate: Estimate, limit: float, alpha: float) -> bool:
    """Whether `p_above` is at most `alpha`, at the price of one bound where the p-value may take a dozen.

    Raises ValueError if the limit is nan, or unless 0 < alpha < 0.5.
    """
    return _surely_beyond(estimate, limit, alpha, above=True)


def surely_below(estimate: Estimate, limit: float, alpha: float) -> bool:
    """Whether `p_below` is at most `alpha`; the mirror image of `surely_above`."""
    return _surely_beyond(estimate, limit, alpha, above=False)


def _surely_beyond(estimate: Estimate, limit: float, alpha: float, above: bool) -> bool:
    if isinstance(estimate, Proportion | Ratio) or math.isnan(limit) or math.isnan(estimate.value):
        return _p_beyond(estimate, limit, above) <= alpha
    low, high = estimate.bounds(1 - 2 * alpha)
    return low > limit if above else high < limit


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


@runtime_checkable
class TestsItself(Protocol):
    """An estimate that knows its p-values without the search through its intervals."""

    def p_above(self, limit: float) -> float:
        """The p-value of "the truth is at most `limit`"."""

    def p_below(self, limit: float) -> float:
        """The p-value of "the truth is at least `limit`"."""


def _by_formula(estimate: Estimate, limit: float, above: bool) -> float | None:
    """The p-value in closed form; None where there is none, or the limit is at the end of what can be."""
    sign = 1 if above else -1
    if isinstance(estimate, Ratio) and 1 / _FAR < limit < _FAR:
        counts = (estimate.successes_a, estimate.n_a, estimate.successes_b, estimate.n_b)
        return tail_above(sign * score_of_ratio(*counts, ratio=limit))
    if isinstance(estimate, TestsItself):
        return estimate.p_above(limit) if above else estimate.p_below(limit)
    if not isinstance(estimate, Proportion):
        return None
    if estimate.interval == "clopper-pearson" and 0 <= limit <= 1:
        return _binomial_tail(estimate.successes, estimate.n, limit, above)
    if estimate.interval == "wilson" and 1 / _FAR < limit < 1:
        return tail_above(sign * (estimate.value - limit) / math.sqrt(limit * (1 - limit) / estimate.n))
    return None


def _binomial_tail(successes: int, n: int, rate: float, above: bool) -> float:
    """The probability of at least (`above`) or at most so many successes, were `rate` the true one."""
    from scipy.special import betainc, betaincc  # the binomial functions fail above 2^31 units

    if above:
        return float(betainc(successes, n - successes + 1, rate)) if successes else 1.0
    return float(betaincc(successes + 1, n - successes, rate)) if successes < n else 1.0


def _by_inversion(estimate: Estimate, limit: float, above: bool) -> float:
    def margin_above(z: float) -> float:
        return estimate.bounds(1 - 2 * tail_above(z))[0] - limit

    def margin_below(z: float) -> float:
        return limit - estimate.bounds(1 - 2 * tail_above(z))[1]

    this, other = (margin_above, margin_below) if above else (margin_below, margin_above)
    if (p := _level_of(this)) is not None:
        return p
    if (p := _level_of(other)) is not None:
        return 1 - p
    return 0.5


def _level_of(margin: Callable[[float], float]) -> float | None:
    """The level from FLOOR to one half at which a bound meets the limit; None if it is never beyond.

    `margin` is how far the bound lies beyond the limit; the more sure it has to be (z), the less.
    """
    at_least, at_most = margin(_LEAST_Z), margin(_MOST_Z)
    if not at_least > 0:
        return None
    if at_most > 0:
        return FLOOR

    def beyond(z: float) -> float:
        # A bound that stops at the end of what can be, with the limit there, only meets it: that is not beyond.
        over = margin(z)
        return over if over > 0 else min(over, -_MEETS)

    return tail_above(zero_between(beyond, (_LEAST_Z, at_least), (_MOST_Z, min(at_most, -_MEETS)), _PRECISION))
