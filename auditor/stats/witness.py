"""A distance between two distributions, from how much more often a witness speaks for the one than for the other."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from auditor.stats.estimates import mean_difference
from auditor.stats.means import MeanDifference

#: Rows are alike where the sides are hard to tell: this share of what it would be where nothing differs, at least.
_LEAST_ALIKE = 0.1
#: Rows of equal weight on each side that a mean is made from, at least.
_FEWEST = 50

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class WitnessedDistance:
    """What a witness, chosen without these rows, tells of a total variation distance: at least so much.

    `gap` is the witness's mean (half its sign) in the one sample less that in the other; on average it is at most the
    distance, whatever the witness. A distance is not below 0: where the gap is, the interval goes from 0 as far up as
    the gap is uncertain, for the witness told nothing.
    """

    gap: MeanDifference

    @property
    def value(self) -> float:
        """The gap, or 0; nan with an empty sample."""
        return max(self.gap.value, 0.0) if self.gap.value == self.gap.value else self.gap.value

    @property
    def n(self) -> int:
        """Rows of both samples."""
        return self.gap.n

    @property
    def method(self) -> str:
        """The short name of the interval."""
        return "Welch t of a witness, from 0 on"

    def bounds(self, confidence: float) -> tuple[float, float]:
        """The two-sided interval within 0 and 1."""
        return self.bounds_if(1, confidence)

    def bounds_if(self, factor: float, confidence: float) -> tuple[float, float]:
        """The bounds that `factor` times as many rows would give."""
        low, high = self.gap.bounds_if(factor, confidence)
        return min(max(low, 0.0), 1.0), min(high + max(-self.gap.value, 0.0), 1.0)


def witnessed(witness: Floats, theirs: Floats, inside: NDArray[np.bool_]) -> WitnessedDistance | None:
    """From what the witness says of each row, the probability of each row to be `inside`, and whether it is.

    Rows are made alike by overlap weights (Li, Morgan and Zaslavsky 2018): each counts by its probability to be on the
    other side. None where hardly any rows are alike.
    """
    if not 0 < inside.sum() < len(inside):
        return None
    if (1 - theirs[inside]).mean() < _LEAST_ALIKE * (1 - inside.mean()):
        return None
    a, b = _weighted(witness[inside], 1 - theirs[inside]), _weighted(witness[~inside], theirs[~inside])
    return WitnessedDistance(mean_difference(*a, *b)) if min(a[2], b[2]) >= _FEWEST else None


def _weighted(values: Floats, weights: Floats) -> tuple[float, float, int]:
    """The weighted mean, and the spread and number of values of equal weight that would make it as uncertain."""
    total = weights.sum()
    n = int(max(total**2 / (weights**2).sum(), 1.0))
    mean = float((weights * values).sum() / total)
    error = float(np.sqrt((weights**2 * (values - mean) ** 2).sum()) / total)
    return mean, error * float(np.sqrt(n)), n
