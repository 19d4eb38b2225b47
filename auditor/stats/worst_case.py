"""What two groups' gap could be at worst, were it known to which of them the rows of neither belong.

Source: Manski 1989, Journal of Human Resources 24:343-360; Horowitz and Manski 1995, Econometrica 63:281-302. No
row is given a group: the bounds hold for every way in which they could be given one.
"""

from __future__ import annotations

from dataclasses import dataclass

from auditor.stats.rates import Difference


@dataclass(frozen=True, slots=True)
class WorstCase:
    """The gap among rows whose group is known, and the least and the largest it could be with all others.

    More rows do not bring the two closer; their own intervals are added outside (Imbens and Manski 2004,
    Econometrica 72:1845-1857, in its simple form, which covers the whole set).
    """

    known: Difference
    least: Difference
    most: Difference

    @property
    def value(self) -> float:
        """The gap among the rows whose group is known."""
        return self.known.value

    @property
    def n(self) -> int:
        """The rows of both groups and of neither."""
        return self.most.n

    @property
    def method(self) -> str:
        """The authors of the bounds, and of their intervals."""
        return "Manski, Newcombe"

    @property
    def extremes(self) -> tuple[float, float]:
        """The least and the largest gap in these very rows, with nothing estimated."""
        return self.least.value, self.most.value

    def bounds(self, confidence: float) -> tuple[float, float]:
        """From the lower bound of the least gap to the upper bound of the largest."""
        low, high = self.least.bounds(confidence)[0], self.most.bounds(confidence)[1]
        return min(low, self.known.bounds(confidence)[0]), max(high, self.known.bounds(confidence)[1])


def worst_case(a: tuple[int, int], b: tuple[int, int], unknown: tuple[int, int]) -> WorstCase:
    """The gap a - b from (rows that have the label, rows) of both groups, and of the rows that may be of either.

    It is largest where all unknown rows that have the label are of a and all others of b, and least the other way
    round. Raises ValueError unless 0 <= having <= rows in each.
    """
    (having_a, rows_a), (having_b, rows_b), (having, rows) = a, b, unknown
    if not 0 <= having <= rows:
        raise ValueError(f"the unknown rows that have the label must lie between 0 and {rows}, but are {having}")
    without = rows - having
    return WorstCase(
        Difference(having_a, rows_a, having_b, rows_b),
        Difference(having_a, rows_a + without, having_b + having, rows_b + having),
        Difference(having_a + having, rows_a + having, having_b, rows_b + without),
    )
