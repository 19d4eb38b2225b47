"""What data of this size could have shown, and how much would be needed for an answer."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Protocol, runtime_checkable

from auditor.stats.estimates import Estimate
from auditor.stats.intervals import newcombe
from auditor.stats.normal import quantile_of_tail

_MOST_ROWS = 10**15  # beyond, "how many rows" has no useful answer
_PRECISION = 1e-9  # of a rate, or of a factor


@runtime_checkable
class _Growable(Protocol):
    """An estimate that knows what its bounds would be with more units."""

    def bounds_if(self, factor: float, confidence: float) -> tuple[float, float]:
        """The bounds that `factor` times as many units with the same value and spread would give."""


def smallest_detectable_difference(
    n_a: int, n_b: int, base_rate: float, *, alpha: float = 0.05, power: float = 0.8, limit: float = 0.0
) -> float:
    """The smallest true difference of rates that groups of this size would likely show to be above `limit`.

    b has the rate `base_rate`, a that much more; "show" means that the lower bound of `difference` at the
    one-sided level `alpha` lies above `limit`, "likely" with probability `power`. Infinite when even a rate
    of 1 in a would not do. Power is by the normal distribution with the two rates' own (unpooled) variances:
    within three points of the exact one from five expected successes and failures on, within ten below.
    Raises ValueError for a rate outside of 0 to 1, a limit outside of -1 to 1, or unless
    0 < alpha < power < 1.
    """
    _check(n_a, n_b, base_rate, alpha, power, limit)
    least = max(0.0, base_rate + limit)
    if n_a == 0 or n_b == 0 or least >= 1:
        return math.inf
    z_alpha, z_power = quantile_of_tail(alpha), quantile_of_tail(1 - power)
    variance_b = base_rate * (1 - base_rate) / n_b

    def likely(rate: float) -> bool:
        # The likeliest bad luck of that size, shared out by variance: a comes out lower, b higher. If the
        # bound holds even there, it holds in all luckier samples.
        variance_a = rate * (1 - rate) / n_a
        bad_luck = z_power / math.sqrt(variance_a + variance_b) if variance_a + variance_b else 0.0
        seen_a = min(max(rate - variance_a * bad_luck, 0.0), 1.0)
        seen_b = min(max(base_rate + variance_b * bad_luck, 0.0), 1.0)
        return newcombe(seen_a, n_a, seen_b, n_b, z_alpha)[0] > limit

    return _first(likely, least) - base_rate if likely(1.0) else math.inf


def rows_to_decide(estimate: Estimate, limit: float, *, alpha: float = 0.05) -> int | None:
    """About how many units in all the estimate needs for its one-sided bound to clear `limit`.

    Either side, at the one-sided level `alpha`, if value, spread and the shares of the groups stay as they
    are: a size to plan with, not a promise. What is decided already needs the `n` it has; what is not needs
    more. None when no number would do: the value is the limit, or there is no finite value or bound.
    An estimate with a `bounds_if` of its own is asked; for others the distance from the value to the bound is
    taken to shrink with the root of n. Raises ValueError unless 0 < alpha < 0.5.
    """
    if not 0 < alpha < 0.5:
        raise ValueError(f"alpha must lie between 0 and 0.5, not {alpha}")
    value, confidence = estimate.value, 1 - 2 * alpha
    if not (math.isfinite(value) and math.isfinite(limit)) or value == limit:
        return None
    side = 0 if value > limit else 1

    def clears(bounds: tuple[float, float]) -> bool:
        return bounds[0] > limit if side == 0 else bounds[1] < limit

    now = estimate.bounds(confidence)
    if clears(now):
        return estimate.n
    if isinstance(estimate, _Growable):
        grow = estimate.bounds_if
        return _fewest(lambda factor: clears(grow(factor, confidence)), estimate.n)
    return _more_than(estimate.n, ((now[side] - value) / (limit - value)) ** 2)


def _fewest(enough: Callable[[float], bool], n: int) -> int | None:
    """The fewest units, more than `n`, whose factor over `n` is enough."""
    factor = 2.0
    while not enough(factor):
        factor *= 2
        if factor * n > _MOST_ROWS:
            return None
    return _more_than(n, _first(enough, factor / 2, factor, max(_PRECISION, 0.25 / n)))


def _more_than(n: int, factor: float) -> int | None:
    return max(n + 1, math.ceil(n * factor)) if n * factor <= _MOST_ROWS else None


def _first(holds: Callable[[float], bool], low: float, high: float = 1.0, precision: float = _PRECISION) -> float:
    """Where, between `low` and `high`, something that holds at `high` begins to hold."""
    if holds(low):
        return low
    while high - low > max(precision, 1e-12 * high):
        middle = (low + high) / 2
        low, high = (low, middle) if holds(middle) else (middle, high)
    return high


def _check(n_a: int, n_b: int, base_rate: float, alpha: float, power: float, limit: float) -> None:
    if n_a < 0 or n_b < 0:
        raise ValueError(f"group sizes must not be negative, but are {n_a} and {n_b}")
    if not 0 <= base_rate <= 1:
        raise ValueError(f"the base rate must lie between 0 and 1, not {base_rate}")
    if not -1 <= limit <= 1:
        raise ValueError(f"the limit of a difference of rates must lie between -1 and 1, not {limit}")
    if not 0 < alpha < power < 1:
        raise ValueError(f"0 < alpha < power < 1 must hold, but alpha is {alpha} and power {power}")
