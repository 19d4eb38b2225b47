"""Rates, and two of them compared: the estimates that are made from counts."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

from auditor.stats import intervals
from auditor.stats.normal import quantile_of_tail, tail_outside
from auditor.stats.score_ratio import ratio_bounds

#: How the interval of a proportion is made.
RateInterval = Literal["wilson", "clopper-pearson"]

_NAMES: dict[str, str] = {"wilson": "Wilson", "clopper-pearson": "Clopper-Pearson"}


@dataclass(frozen=True, slots=True)
class Proportion:
    """A rate: `successes` out of `n`. Without any units it is nan, between 0 and 1."""

    successes: int
    n: int
    interval: RateInterval = "wilson"

    def __post_init__(self) -> None:
        _check_rate(self.successes, self.n)
        if self.interval not in _NAMES:
            known = " or ".join(map(repr, _NAMES))
            raise ValueError(f"the method of a proportion is {known}, not {self.interval!r}")

    @property
    def value(self) -> float:
        """The rate, from 0 to 1."""
        return _rate(self.successes, self.n)

    @property
    def method(self) -> str:
        """The author of the interval."""
        return _NAMES[self.interval]

    def bounds(self, confidence: float) -> tuple[float, float]:
        """The interval of the rate, within 0 and 1."""
        return self.bounds_if(1, confidence)

    def bounds_if(self, factor: float, confidence: float) -> tuple[float, float]:
        """The bounds that `factor` times as many units with the same rate would give."""
        tail = tail_outside(confidence)
        if self.n == 0:
            return 0.0, 1.0
        if self.interval == "wilson":
            return intervals.wilson(self.value, self.n * factor, quantile_of_tail(tail))
        return intervals.clopper_pearson(self.successes * factor, self.n * factor, tail)


@dataclass(frozen=True, slots=True)
class _TwoRates:
    """The counts of two independent groups."""

    successes_a: int
    n_a: int
    successes_b: int
    n_b: int

    def __post_init__(self) -> None:
        _check_rate(self.successes_a, self.n_a, " of a")
        _check_rate(self.successes_b, self.n_b, " of b")

    @property
    def n(self) -> int:
        """The units of both groups together."""
        return self.n_a + self.n_b

    @property
    def rates(self) -> tuple[float, float]:
        """The rate of a and the rate of b; nan for a group without units."""
        return _rate(self.successes_a, self.n_a), _rate(self.successes_b, self.n_b)


@dataclass(frozen=True, slots=True)
class Difference(_TwoRates):
    """The rate of a minus the rate of b. With an empty group it is nan, between -1 and 1."""

    @property
    def value(self) -> float:
        """The difference, from -1 to 1."""
        rate_a, rate_b = self.rates
        return rate_a - rate_b

    @property
    def method(self) -> str:
        """The author of the interval."""
        return "Newcombe"

    def bounds(self, confidence: float) -> tuple[float, float]:
        """The interval of the difference, within -1 and 1."""
        return self.bounds_if(1, confidence)

    def bounds_if(self, factor: float, confidence: float) -> tuple[float, float]:
        """The bounds that `factor` times as many units with the same rates would give."""
        tail = tail_outside(confidence)
        if self.n_a == 0 or self.n_b == 0:
            return -1.0, 1.0
        rate_a, rate_b = self.rates
        return intervals.newcombe(rate_a, self.n_a * factor, rate_b, self.n_b * factor, quantile_of_tail(tail))


@dataclass(frozen=True, slots=True)
class Ratio(_TwoRates):
    """The rate of a over the rate of b, from 0 to infinity.

    No success in either group, or an empty group, speaks for no ratio at all: nan, between 0 and infinity.
    (1 would read as "equal", which nobody has seen.) No success in b alone: infinity, with a lower bound.
    """

    @property
    def value(self) -> float:
        """The ratio, from 0 to infinity."""
        rate_a, rate_b = self.rates
        if rate_b == 0:
            return math.inf if rate_a > 0 else math.nan
        return rate_a / rate_b

    @property
    def method(self) -> str:
        """The authors of the interval."""
        return "Miettinen-Nurminen"

    def bounds(self, confidence: float) -> tuple[float, float]:
        """The interval of the ratio; the upper bound is infinite when b has no success."""
        return self.bounds_if(1, confidence)

    def bounds_if(self, factor: float, confidence: float) -> tuple[float, float]:
        """The bounds that `factor` times as many units with the same rates would give."""
        tail = tail_outside(confidence)
        if math.isnan(self.value):
            return 0.0, math.inf
        a = (self.successes_a * factor, self.n_a * factor)
        b = (self.successes_b * factor, self.n_b * factor)
        low, high = ratio_bounds(*a, *b, z=quantile_of_tail(tail))
        return min(low, self.value), max(high, self.value)


def _rate(successes: int, n: int) -> float:
    return successes / n if n else math.nan


def _check_rate(successes: int, n: int, which: str = "") -> None:
    if n < 0:
        raise ValueError(f"n{which} must not be negative, but is {n}")
    if not 0 <= successes <= n:
        raise ValueError(f"the successes{which} must lie between 0 and n = {n}, but are {successes}")
