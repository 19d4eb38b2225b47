"""A small group's rate, pooled with those of other groups, against a rate that is counted."""

from __future__ import annotations

import math
from dataclasses import dataclass

from auditor.stats.intervals import wilson
from auditor.stats.normal import quantile_of_tail, tail_outside


@dataclass(frozen=True, slots=True)
class _Borrowed:
    """The group's rate is a beta distribution with the parameters `a` and `b`; the other is `having` of `rows`."""

    a: float
    b: float
    having: int
    rows: int

    def __post_init__(self) -> None:
        if not (self.a > 0 and self.b > 0):
            raise ValueError(f"the parameters of a beta distribution are above 0, not {self.a} and {self.b}")
        if not 0 <= self.having <= self.rows or not self.rows:
            raise ValueError(f"the other rate must be of at least one row, not {self.having} of {self.rows}")

    @property
    def n(self) -> int:
        """What the group's rate is worth, in rows, and the rows of the other."""
        return round(self.a + self.b) + self.rows

    @property
    def rate(self) -> float:
        """The group's rate."""
        return self.a / (self.a + self.b)

    @property
    def other(self) -> float:
        """The other rate."""
        return self.having / self.rows

    def _ends(self, confidence: float) -> tuple[tuple[float, float], tuple[float, float]]:
        from scipy.special import betainccinv, betaincinv

        tail = tail_outside(confidence)
        own = float(betaincinv(self.a, self.b, tail)), float(betainccinv(self.a, self.b, tail))
        return own, wilson(self.other, self.rows, quantile_of_tail(tail))


@dataclass(frozen=True, slots=True)
class PooledDifference(_Borrowed):
    """The group's pooled rate less the other."""

    @property
    def value(self) -> float:
        """The difference, from -1 to 1."""
        return self.rate - self.other

    @property
    def method(self) -> str:
        """How the interval is made."""
        return "pooled, Newcombe"

    def bounds(self, confidence: float) -> tuple[float, float]:
        """The two intervals put together as Newcombe (1998, method 10) does."""
        (low, high), (other_low, other_high) = self._ends(confidence)
        below = math.hypot(max(self.rate - low, 0.0), other_high - self.other)
        above = math.hypot(max(high - self.rate, 0.0), self.other - other_low)
        return max(-1.0, self.value - below), min(1.0, self.value + above)


@dataclass(frozen=True, slots=True)
class PooledRatio(_Borrowed):
    """The group's pooled rate over the other; without any of the other, nan between 0 and infinity."""

    @property
    def value(self) -> float:
        """The ratio, from 0 to infinity."""
        return self.rate / self.other if self.having else math.nan

    @property
    def method(self) -> str:
        """How the interval is made."""
        return "pooled, Zou-Donner"

    def bounds(self, confidence: float) -> tuple[float, float]:
        """The logarithms of the two intervals put together (Zou and Donner 2008, Stat. Med. 27:1693-1702)."""
        if not self.having:
            return 0.0, math.inf
        (low, high), (other_low, other_high) = self._ends(confidence)
        below = math.hypot(_log(self.rate, low), _log(other_high, self.other))
        above = math.hypot(_log(high, self.rate), _log(self.other, other_low))
        return self.value * math.exp(-below), self.value * math.exp(above)


def _log(above: float, below: float) -> float:
    """At least 0: the mean of a very skewed distribution may lie outside of its own interval."""
    return max(math.log(above / below), 0.0) if below > 0 else math.inf
