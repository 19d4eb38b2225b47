"""How far two distributions over the same values lie apart: total variation, with an interval."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from auditor.stats.normal import quantile_of_tail, tail_above, tail_outside


@dataclass(frozen=True, slots=True)
class TotalVariation:
    """Half the sum of the differences of shares over all values; 0 alike, 1 nothing in common.

    `ours` and `theirs` count the same values in the same order, in two independent samples. The plain distance lies
    too high, since chance differences add up, by at most what they come to where nothing differs (a folded normal
    distribution each; Leone, Nelson and Nottingham 1961). The interval is that of the difference of the two shares of
    all values that the first sample has more of, by the delta method, its lower end less that most: it is wider than
    it must be where much differs, and holds where little does.
    """

    ours: tuple[int, ...]
    theirs: tuple[int, ...]

    def __post_init__(self) -> None:
        if len(self.ours) != len(self.theirs):
            raise ValueError(f"{len(self.ours)} counts cannot be compared with {len(self.theirs)}")
        if any(count < 0 for count in (*self.ours, *self.theirs)):
            raise ValueError("a count is negative")

    @property
    def value(self) -> float:
        """The distance, less about what chance adds to it; nan where a sample is empty."""
        if not (sum(self.ours) and sum(self.theirs)):
            return math.nan
        return self._plain - min(self._added(at_most=False), self._plain)

    @property
    def n(self) -> int:
        """Rows of both samples."""
        return sum(self.ours) + sum(self.theirs)

    @property
    def method(self) -> str:
        """The short name of the interval."""
        return "delta method, less the most that chance adds"

    def bounds(self, confidence: float) -> tuple[float, float]:
        """The two-sided interval within 0 and 1; all of it where a sample is empty."""
        z = quantile_of_tail(tail_outside(confidence))
        if math.isnan(self.value):
            return 0.0, 1.0
        half = z * self._error
        return max(self._plain - self._added(at_most=True) - half, 0.0), min(self._plain + half, 1.0)

    @property
    def _shares(self) -> list[tuple[float, float]]:
        a, b = sum(self.ours), sum(self.theirs)
        return [(x / a, y / b) for x, y in zip(self.ours, self.theirs, strict=True)]

    @property
    def _plain(self) -> float:
        return sum(abs(p - q) for p, q in self._shares) / 2

    def _added(self, *, at_most: bool) -> float:
        """What chance adds: where nothing differs, or about, where as much differs as was seen."""
        true = [0.0 if at_most else abs(p - q) for p, q in self._shares]
        seen = [_folded(gap, self._spread(p, q)) for gap, (p, q) in zip(true, self._shares, strict=True)]
        return (sum(seen) - sum(true)) / 2

    def _spread(self, p: float, q: float) -> float:
        """The standard error of a difference of shares; never 0, for a value may have been missed."""
        a, b = sum(self.ours), sum(self.theirs)
        p, q = (p * a + 0.5) / (a + 1), (q * b + 0.5) / (b + 1)
        return math.sqrt(p * (1 - p) / a + q * (1 - q) / b)

    @property
    def _error(self) -> float:
        more = [(p, q) for p, q in self._shares if p > q]
        return self._spread(sum(p for p, _ in more), sum(q for _, q in more))


def _folded(mean: float, sd: float) -> float:
    """The average of the size of a normal value."""
    z = abs(mean) / sd
    density = math.exp(-z * z / 2) / math.sqrt(2 * math.pi)
    return 2 * sd * density + abs(mean) * (1 - 2 * tail_above(z))


def total_variation(ours: Sequence[int], theirs: Sequence[int]) -> TotalVariation:
    """From the counts of the same values in two samples. Raises ValueError for counts that do not match."""
    return TotalVariation(tuple(ours), tuple(theirs))
