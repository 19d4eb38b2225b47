"""Estimates made of other estimates: against a known share, against the whole, against the best of several."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from auditor.stats.estimates import Estimate, Ratio, difference, ratio
from auditor.stats.normal import tail_outside
from auditor.stats.pvalues import p_above, p_below

_LEAST_TAIL = 2e-16  # beyond, a confidence is 1 to the machine


@dataclass(frozen=True, slots=True)
class Scaled:
    """An estimate times a known number above 0: a share over the share it should have.

    What is scaled cannot be beyond `lower` and `upper`.
    """

    part: Estimate
    factor: float
    lower: float = -math.inf
    upper: float = math.inf

    def __post_init__(self) -> None:
        if not 0 < self.factor < math.inf:
            raise ValueError(f"the factor must be a number above 0, not {self.factor}")
        if not self.lower < self.upper:
            raise ValueError(f"the lower end must be below the upper one, not {self.lower} and {self.upper}")

    @property
    def value(self) -> float:
        """The value, scaled."""
        return self._within(self.part.value * self.factor)

    @property
    def n(self) -> int:
        """The units behind it."""
        return self.part.n

    @property
    def method(self) -> str:
        """The author of the interval that is scaled."""
        return self.part.method

    def bounds(self, confidence: float) -> tuple[float, float]:
        """The interval, scaled."""
        low, high = self.part.bounds(confidence)
        return self._within(low * self.factor), self._within(high * self.factor)

    def p_above(self, limit: float) -> float:
        """The p-value of "the truth is at most `limit`"."""
        return p_above(self.part, limit / self.factor) if limit < self.upper else 1.0

    def p_below(self, limit: float) -> float:
        """The p-value of "the truth is at least `limit`"."""
        return p_below(self.part, limit / self.factor) if limit > self.lower else 1.0

    def _within(self, value: float) -> float:
        return value if math.isnan(value) else min(max(value, self.lower), self.upper)


def difference_to_whole(successes: int, n: int, all_successes: int, all_n: int) -> Estimate:
    """The rate of a part less that of the whole it belongs to.

    The two share rows, so no interval for independent groups fits them; but the difference is that to the rest,
    times the share of the rest, which is taken as known. Raises ValueError for a part that is all there is.
    """
    return Scaled(difference(successes, n, all_successes - successes, all_n - n), (all_n - n) / all_n)


@dataclass(frozen=True, slots=True)
class RatioToWhole:
    """The rate of a part over that of the whole it belongs to, from its ratio `r` to the rest.

    With `share` the part's share of the rows, taken as known, it is r / (share r + 1 - share): it rises with r,
    from 0 to 1 / share, so that intervals and p-values of r are its own.
    """

    to_rest: Ratio
    share: float

    @property
    def value(self) -> float:
        """The ratio."""
        return self._of(self.to_rest.value)

    @property
    def n(self) -> int:
        """The rows of the whole."""
        return self.to_rest.n

    @property
    def method(self) -> str:
        """The authors of the interval of the ratio to the rest."""
        return self.to_rest.method

    def bounds(self, confidence: float) -> tuple[float, float]:
        """The interval of the ratio to the whole."""
        low, high = self.to_rest.bounds(confidence)
        return self._of(low), self._of(high)

    def p_above(self, limit: float) -> float:
        """The p-value of "the truth is at most `limit`"."""
        return p_above(self.to_rest, self._back(limit)) if limit * self.share < 1 else 1.0

    def p_below(self, limit: float) -> float:
        """The p-value of "the truth is at least `limit`"."""
        return p_below(self.to_rest, self._back(limit)) if limit * self.share < 1 else 0.0

    def _of(self, r: float) -> float:
        return 1 / self.share if math.isinf(r) else r / (self.share * r + 1 - self.share)

    def _back(self, limit: float) -> float:
        return limit * (1 - self.share) / (1 - limit * self.share)


def ratio_to_whole(successes: int, n: int, all_successes: int, all_n: int) -> RatioToWhole:
    """The rate of a part over that of the whole it belongs to."""
    return RatioToWhole(ratio(successes, n, all_successes - successes, all_n - n), n / all_n)


@dataclass(frozen=True, slots=True)
class ToHighest:
    """The rate of a group over the highest rate of several, itself among them: at most 1.

    `ratios` are those to each of the others. Which of them has the highest rate is learnt from the same rows, and
    looks higher than it is. So that the ratio is *below* a limit must hold against one of them at a level divided
    by their number (Bonferroni); that it is above one must hold against each, at the level itself, since the
    truth is the least of the ratios.
    """

    ratios: tuple[Ratio, ...]

    def __post_init__(self) -> None:
        if not self.ratios:
            raise ValueError("a highest rate needs another group to be looked for in")

    @property
    def value(self) -> float:
        """The ratio; 1 for the group that has the highest rate, nan where no group has any."""
        values = [one.value for one in self.ratios if not math.isnan(one.value)]
        return min(1.0, *values) if values else math.nan

    @property
    def n(self) -> int:
        """The rows of the group and of the one with the highest rate."""
        return min(self.ratios, key=lambda one: (math.isnan(one.value), one.value)).n

    @property
    def method(self) -> str:
        """The authors of the intervals, and of the correction."""
        return f"{self.ratios[0].method}, the highest of {len(self.ratios) + 1}"

    def bounds(self, confidence: float) -> tuple[float, float]:
        """The interval, within 0 and 1."""
        tail = tail_outside(confidence)
        corrected = 1 - 2 * max(tail / len(self.ratios), _LEAST_TAIL)
        low = min(one.bounds(confidence)[0] for one in self.ratios)
        high = min(one.bounds(corrected)[1] for one in self.ratios)
        return min(low, 1.0), min(high, 1.0)

    def p_above(self, limit: float) -> float:
        """The p-value of "the truth is at most `limit`"."""
        return max(p_above(one, limit) for one in self.ratios) if limit < 1 else 1.0

    def p_below(self, limit: float) -> float:
        """The p-value of "the truth is at least `limit`"."""
        if limit > 1:
            return 0.0
        return min(1.0, len(self.ratios) * min(p_below(one, limit) for one in self.ratios))


def to_highest(successes: int, n: int, others: Sequence[tuple[int, int]]) -> ToHighest:
    """The rate of a group over the highest of its own and the others' (successes, n)."""
    return ToHighest(tuple(ratio(successes, n, *other) for other in others))
