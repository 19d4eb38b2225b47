"""The share of wrong ones in a part of the rows, from a sample that was drawn from all of them."""

from __future__ import annotations

import math
from dataclasses import dataclass

from auditor.stats.betting import SequentialRate
from auditor.stats.verification import VerifiedRate


@dataclass(frozen=True, slots=True)
class PartRate:
    """A part's rate: `wrong`, the share of all rows that are wrong and belong to the part, over its `share` of them.

    How many rows the part has is counted, not estimated, so that the interval of `wrong` is that of the rate, only
    longer; it holds whatever the strata of the sample have to do with the part. `seen` of its rows were verified.
    """

    wrong: VerifiedRate | SequentialRate
    share: float
    seen: int

    @property
    def value(self) -> float:
        """The best guess, at most 1; nan for a part without rows."""
        return min(self.wrong.value / self.share, 1.0) if self.share > 0 else math.nan

    @property
    def n(self) -> int:
        """The verified rows of the part."""
        return self.seen

    @property
    def method(self) -> str:
        """The short name of the interval."""
        return f"{self.wrong.method}, over the known size of the part"

    def bounds(self, confidence: float) -> tuple[float, float]:
        """Those of `wrong`, divided by the share; within 0 and 1."""
        low, high = self.wrong.bounds(confidence)
        return (min(low / self.share, 1.0), min(high / self.share, 1.0)) if self.share > 0 else (0.0, 1.0)


@dataclass(frozen=True, slots=True)
class PartGap:
    """The rate of one part less that of another.

    Interval: the distances from the guesses to their limits, squared and added (Zou and Donner 2008, Statistics in
    Medicine 27:1693-1702, of which Newcombe's method 10 is the case of two binomials).
    """

    part: PartRate
    other: PartRate

    @property
    def value(self) -> float:
        """From -1 to 1."""
        return self.part.value - self.other.value

    @property
    def n(self) -> int:
        """The verified rows of both."""
        return self.part.n + self.other.n

    @property
    def method(self) -> str:
        """The short name of the interval."""
        return f"Zou-Donner, from {self.part.wrong.method}"

    def bounds(self, confidence: float) -> tuple[float, float]:
        """The interval; from -1 to 1 where nothing is known of one of the two."""
        a, b, value = self.part.value, self.other.value, self.value
        if math.isnan(value):
            return -1.0, 1.0
        (low_a, high_a), (low_b, high_b) = self.part.bounds(confidence), self.other.bounds(confidence)
        return value - math.hypot(a - low_a, high_b - b), value + math.hypot(high_a - a, b - low_b)
