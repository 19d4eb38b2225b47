"""Averages, and two of them compared: the estimates that are made from a mean and a standard deviation."""

from __future__ import annotations

import math
from dataclasses import dataclass

from auditor.stats import intervals
from auditor.stats.normal import tail_outside

#: A standard deviation this small beside its mean, or this small at all, is rounding noise of equal values.
_ROUNDING = 1e-14
_NOTHING = 1e-200


@dataclass(frozen=True, slots=True)
class Mean:
    """The average of `n` independent values with the sample standard deviation `sd` (divisor n - 1).

    `lower` and `upper` are the ends of what a value can be at all, where they are known. The bounds stay
    inside, and allow for a share of values at either end that so small a sample may have missed
    (`intervals.unseen_share`): where that reaches further than Student's interval, it is the bound. So a
    rare event, or a sample of equal values, never looks certain. Where an end is not known, equal values
    (`sd` 0) leave that side open at any n, and so does a single value, whose spread nobody knows.
    """

    value: float
    sd: float
    n: int
    lower: float = -math.inf
    upper: float = math.inf

    def __post_init__(self) -> None:
        _check_mean(self.value, self.sd, self.n)
        if math.isnan(self.lower) or math.isnan(self.upper) or self.lower >= self.upper:
            raise ValueError(f"the range of a mean must rise, but goes from {self.lower} to {self.upper}")
        if not (math.isnan(self.value) or self.lower <= self.value <= self.upper):
            raise ValueError(f"the mean {self.value} lies outside of its range, {self.lower} to {self.upper}")

    @property
    def method(self) -> str:
        """The name of the interval."""
        return "Student t"

    def bounds(self, confidence: float) -> tuple[float, float]:
        """The interval of the mean, within its range."""
        return self.bounds_if(1, confidence)

    def bounds_if(self, factor: float, confidence: float) -> tuple[float, float]:
        """The bounds that `factor` times as many values with the same spread would give."""
        tail, n = tail_outside(confidence), self.n * factor
        if self.n < 2:
            return self.lower, self.upper
        constant = _is_constant(self.value, self.sd)
        half = 0.0 if constant else intervals.student_half(self.sd / math.sqrt(n), n - 1, tail)
        unseen = intervals.unseen_share(n, tail)
        low = self.value - self._reach(self.lower, half, unseen)
        high = self.value + self._reach(self.upper, half, unseen)
        return max(low, self.lower), min(high, self.upper)

    def _reach(self, end: float, half: float, unseen: float) -> float:
        """How far the mean may lie from the value on the side of that end of the range."""
        if math.isinf(end):
            return half if half > 0 else math.inf
        return max(half, unseen * abs(end - self.value))


@dataclass(frozen=True, slots=True)
class MeanDifference:
    """The average of a minus the average of b, from independent values with their own spreads.

    A group of equal values (`sd` 0) is lent the spread of the other: its own is not known to be nothing.
    With fewer than two values in a group, or no spread in either, the bounds are infinite.
    """

    mean_a: float
    sd_a: float
    n_a: int
    mean_b: float
    sd_b: float
    n_b: int

    def __post_init__(self) -> None:
        _check_mean(self.mean_a, self.sd_a, self.n_a, " of a")
        _check_mean(self.mean_b, self.sd_b, self.n_b, " of b")

    @property
    def value(self) -> float:
        """The difference; nan with an empty group."""
        return self.mean_a - self.mean_b if self.n_a and self.n_b else math.nan

    @property
    def n(self) -> int:
        """The values of both groups together."""
        return self.n_a + self.n_b

    @property
    def method(self) -> str:
        """The name of the interval."""
        return "Welch t"

    def bounds(self, confidence: float) -> tuple[float, float]:
        """The interval of the difference."""
        return self.bounds_if(1, confidence)

    def bounds_if(self, factor: float, confidence: float) -> tuple[float, float]:
        """The bounds that `factor` times as many values with the same spreads would give."""
        tail, n_a, n_b = tail_outside(confidence), self.n_a * factor, self.n_b * factor
        constant_a = _is_constant(self.mean_a, self.sd_a)
        constant_b = _is_constant(self.mean_b, self.sd_b)
        if min(self.n_a, self.n_b) < 2 or (constant_a and constant_b):
            return -math.inf, math.inf
        error_a = (self.sd_b if constant_a else self.sd_a) / math.sqrt(n_a)
        error_b = (self.sd_a if constant_b else self.sd_b) / math.sqrt(n_b)
        half = intervals.welch_half(error_a, n_a, error_b, n_b, tail)
        return self.value - half, self.value + half


def _check_mean(value: float, sd: float, n: int, which: str = "") -> None:
    if n < 0:
        raise ValueError(f"n{which} must not be negative, but is {n}")
    if n >= 1 and not math.isfinite(value):
        raise ValueError(f"the mean{which} must be finite, but is {value}")
    if n >= 2 and not 0 <= sd < math.inf:
        raise ValueError(f"the sd{which} must be finite and not negative, but is {sd}")


def _is_constant(value: float, sd: float) -> bool:
    return sd <= max(_ROUNDING * abs(value), _NOTHING)
