"""Estimates: a value, the units behind it, and the interval in which the truth is to be expected.

A count made in the file is `exact`. What speaks for a population or a process beyond the file is estimated:
a rate (`proportion`), two rates compared (`difference`, `ratio`), an average (`mean`, `mean_difference`).
None of them ever has a zero width for lack of data: a rate of 0 out of 20 may well be 0.1.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from operator import index
from typing import Protocol

from auditor.stats.means import Mean, MeanDifference
from auditor.stats.normal import tail_outside
from auditor.stats.rates import Difference, Proportion, RateInterval, Ratio

__all__ = [
    "Difference",
    "Estimate",
    "Exact",
    "Mean",
    "MeanDifference",
    "Proportion",
    "RateInterval",
    "Ratio",
    "difference",
    "exact",
    "is_exact",
    "is_ours",
    "mean",
    "mean_difference",
    "proportion",
    "ratio",
]


class Estimate(Protocol):
    """What any estimate can tell; a class of your own with these four will do."""

    @property
    def value(self) -> float:
        """The best single guess; nan when there is nothing to guess from."""

    @property
    def n(self) -> int:
        """The units behind it: rows, or rows of both groups together."""

    @property
    def method(self) -> str:
        """The short name of the interval, for a person to read."""

    def bounds(self, confidence: float) -> tuple[float, float]:
        """The two-sided interval, with (1 - confidence) / 2 left out on each side.

        Raises ValueError unless 0 < confidence < 1.
        """


@dataclass(frozen=True, slots=True)
class Exact:
    """A fact: counted, not estimated. Both bounds are the value."""

    value: float
    n: int = 1

    def __post_init__(self) -> None:
        if math.isnan(self.value):
            raise ValueError("a counted value must be a number, not nan")
        if self.n < 0:
            raise ValueError(f"n must not be negative, but is {self.n}")

    @property
    def method(self) -> str:
        """How the value came about."""
        return "counted"

    def bounds(self, confidence: float) -> tuple[float, float]:
        """The value, twice, at any confidence."""
        tail_outside(confidence)
        return self.value, self.value


def exact(value: float, n: int = 1) -> Exact:
    """A fact counted over `n` units. Raises ValueError for nan or a negative n."""
    return Exact(float(value), index(n))


def proportion(successes: int, n: int, method: RateInterval = "wilson") -> Proportion:
    """A rate with Wilson's interval, or with the wider one of Clopper and Pearson, which never undercovers.

    Raises ValueError unless 0 <= successes <= n, TypeError for counts that are not whole.
    """
    return Proportion(index(successes), index(n), method)


def difference(successes_a: int, n_a: int, successes_b: int, n_b: int) -> Difference:
    """The rate of a minus that of b, independent groups, with Newcombe's hybrid score interval.

    Raises ValueError unless 0 <= successes <= n in both, TypeError for counts that are not whole.
    """
    return Difference(index(successes_a), index(n_a), index(successes_b), index(n_b))


def ratio(successes_a: int, n_a: int, successes_b: int, n_b: int) -> Ratio:
    """The rate of a over that of b, independent groups, with the score interval of Miettinen and Nurminen.

    Raises ValueError unless 0 <= successes <= n in both, TypeError for counts that are not whole.
    """
    return Ratio(index(successes_a), index(n_a), index(successes_b), index(n_b))


def mean(value: float, sd: float, n: int, lower: float | None = None, upper: float | None = None) -> Mean:
    """An average of `n` values with sample standard deviation `sd`, with Student's t interval.

    `lower` and `upper` are the ends of the range of a single value, if known (0 and 1 for a score). The
    interval leans on a nearly normal average: for few values of a skewed kind it is too short.
    Raises ValueError for nan, a negative sd or n, a range that does not rise or leaves the value out.
    """
    low = -math.inf if lower is None else float(lower)
    high = math.inf if upper is None else float(upper)
    return Mean(_within_rounding(float(value), low, high) if n else math.nan, float(sd), index(n), low, high)


def mean_difference(mean_a: float, sd_a: float, n_a: int, mean_b: float, sd_b: float, n_b: int) -> MeanDifference:
    """The average of a minus that of b, with the t interval of Welch 1947, Biometrika 34:28-35.

    Raises ValueError for nan, a negative sd or n.
    """
    return MeanDifference(float(mean_a), float(sd_a), index(n_a), float(mean_b), float(sd_b), index(n_b))


def is_ours(estimate: Estimate) -> bool:
    """Whether the estimate is one of this module's, so that its numbers are known to be sound."""
    return isinstance(estimate, Exact | Proportion | Difference | Ratio | Mean | MeanDifference)


def is_exact(estimate: Estimate) -> bool:
    """Whether the estimate is a fact: both its bounds are its value."""
    if is_ours(estimate):  # of ours, none but a fact has no width, and to ask for the bounds of all takes long
        return isinstance(estimate, Exact)
    low, high = estimate.bounds(0.95)
    return low == estimate.value == high


def _within_rounding(value: float, lower: float, upper: float) -> float:
    """The value moved to the end of its range when it lies beyond by no more than a sum's rounding error."""
    nearest = min(max(value, lower), upper)
    return nearest if math.isclose(value, nearest, rel_tol=1e-9, abs_tol=1e-12) else value
