"""How far out a residual lies, under a heavy-tailed reference that is fitted where errors do not reach."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

#: The heaviest and the lightest tails that are told apart: below, a t has no variance; above, it is as good as normal.
_LEAST_FREEDOM, _MOST_FREEDOM = 1.5, 30.0
#: Of the rows on one side: the share that sets the scale, and the share that sets the weight of the tail.
_NEAR, _FAR = 0.5, 0.8


@dataclass(frozen=True, slots=True)
class Side:
    """Half a Student t: the scale, and the degrees of freedom, of what lies on one side of the median."""

    scale: float
    freedom: float


@dataclass(frozen=True, slots=True)
class Reference:
    """What residuals look like where the target is right: a Student t of its own on each side of the median."""

    median: float
    below: Side
    above: Side

    def p_values(self, residuals: Floats) -> Floats:
        """For each residual, twice the chance of one at least as far out on its side, and at most 1."""
        from scipy.special import stdtr

        away = residuals - self.median
        with np.errstate(over="ignore"):
            low = stdtr(self.below.freedom, np.minimum(away, 0) / self.below.scale)
            high = stdtr(self.above.freedom, -np.maximum(away, 0) / self.above.scale)
        return np.asarray(np.minimum(2 * np.minimum(low, high), 1.0))

    def interval(self, confidence: float) -> tuple[float, float]:
        """The residuals between which this share of all lies, as much being left out on either side."""
        from scipy.special import stdtrit

        tail = (1 - confidence) / 2
        low, high = (float(stdtrit(side.freedom, tail)) * side.scale for side in (self.below, self.above))
        return self.median + low, self.median - high


def reference_of(residuals: Floats) -> Reference:
    """The reference that the central 80 % of the residuals fit, so that up to a tenth in each tail may be errors.

    Each side of the median has a scale (from the middle of the side) and a weight of the tail (from how much
    farther its 80th percentile is), so that skewed residuals are not all flagged on one side. Raises ValueError
    where there is no residual, or one that is no number.
    Source: two-piece distributions, Fernandez and Steel 1998, Journal of the American Statistical Association
    93:359-371; fitted by quantiles.
    """
    if not len(residuals) or np.isnan(residuals).any():
        raise ValueError("a reference needs residuals, all of them numbers")
    median = float(np.median(residuals))
    away = residuals - median
    return Reference(median, _side(-away[away <= 0]), _side(away[away >= 0]))


def _side(distances: Floats) -> Side:
    from scipy.special import stdtrit

    near, far = np.quantile(distances, [_NEAR, _FAR])
    tiny = max(float(distances.max()) * 1e-9, 1e-300)
    near, far = max(float(near), tiny), max(float(far), tiny)
    freedoms = np.geomspace(_MOST_FREEDOM, _LEAST_FREEDOM, 60)
    ratios = stdtrit(freedoms, (1 + _FAR) / 2) / stdtrit(freedoms, (1 + _NEAR) / 2)
    # Few rows tell little of their tail: the ratio is drawn to that of a t with 4 degrees, as by 50 rows more.
    usual = stdtrit(4.0, (1 + _FAR) / 2) / stdtrit(4.0, (1 + _NEAR) / 2)
    ratio = (far / near * len(distances) + usual * 50) / (len(distances) + 50)
    freedom = float(np.interp(ratio, ratios, freedoms))
    return Side(near / float(stdtrit(freedom, (1 + _NEAR) / 2)), freedom)
