"""How unevenly rows fall on two groups."""

from __future__ import annotations

from dataclasses import dataclass

from auditor.stats.rates import Proportion


@dataclass(frozen=True, slots=True)
class Imbalance:
    """(n_a - n_d) / (n_a + n_d), from -1 to 1: one less twice the share that d has of both."""

    share: Proportion

    @property
    def value(self) -> float:
        """Above 0 where d has fewer rows."""
        return 1 - 2 * self.share.value

    @property
    def n(self) -> int:
        """The rows of both groups."""
        return self.share.n

    @property
    def method(self) -> str:
        """The author of the share's interval."""
        return self.share.method

    def bounds(self, confidence: float) -> tuple[float, float]:
        """The interval, turned round from that of the share."""
        return self.bounds_if(1, confidence)

    def bounds_if(self, factor: float, confidence: float) -> tuple[float, float]:
        """The bounds that `factor` times as many rows with the same shares would give."""
        low, high = self.share.bounds_if(factor, confidence)
        return 1 - 2 * high, 1 - 2 * low


def class_imbalance(rows_a: int, rows_d: int) -> Imbalance:
    """The class imbalance of facet d beside facet a. Raises ValueError for negative counts."""
    return Imbalance(Proportion(rows_d, rows_a + rows_d))
