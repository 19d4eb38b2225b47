"""The largest of several estimates, with an interval that allows for its having been picked."""

from __future__ import annotations

from dataclasses import dataclass

from auditor.stats.estimates import Estimate


@dataclass(frozen=True, slots=True)
class LargestOf:
    """The largest of the values that several estimates speak of.

    That some value is *at least* so large is a claim picked out of all: its level is divided by their number
    (Bonferroni). That all are *at most* so large must hold for each at the level itself. Raises ValueError without
    estimates.
    """

    estimates: tuple[Estimate, ...]

    def __post_init__(self) -> None:
        if not self.estimates:
            raise ValueError("the largest of nothing is not known")

    @property
    def place(self) -> int:
        """Which of them is the largest; of equal ones the first."""
        values = [one.value for one in self.estimates]
        return values.index(max(values))

    @property
    def value(self) -> float:
        """The largest value."""
        return self.estimates[self.place].value

    @property
    def n(self) -> int:
        """What the largest was counted over."""
        return self.estimates[self.place].n

    @property
    def method(self) -> str:
        """The short name of the interval."""
        return f"{self.estimates[0].method}; the largest of {len(self.estimates)}, Bonferroni"

    def bounds(self, confidence: float) -> tuple[float, float]:
        """The interval: its lower end corrected for the choice, its upper end that of the one that reaches furthest."""
        corrected = 1 - (1 - confidence) / len(self.estimates)
        lower = max(one.bounds(corrected)[0] for one in self.estimates)
        return lower, max(one.bounds(confidence)[1] for one in self.estimates)
