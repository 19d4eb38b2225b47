"""The scale on which a target is modelled: as it is, or by its logarithm."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from auditor.errors import NotPossible

Floats = NDArray[np.float64]

_FARTHEST = 1e6  # typical distances from the median: beyond, a target says no more
_LOG_BEND = 0.05  # the quantile of sizes at which the logarithm bends into a straight line through 0


@dataclass(frozen=True, slots=True)
class TargetScale:
    """Targets as numbers of about unit size: (y - centre) / unit, where y may first be bent by asinh(y / bend).

    The inverse hyperbolic sine is a logarithm for what is large, and stands for 0 and for a wrong sign as well.
    """

    name: str
    bend: float | None
    centre: float
    unit: float

    def forward(self, target: Floats) -> Floats:
        """From targets, which must be finite, to the scale."""
        bent = target if self.bend is None else np.arcsinh(target / self.bend)
        return np.asarray(np.clip(bent / self.unit - self.centre / self.unit, -_FARTHEST, _FARTHEST))

    def backward(self, value: Floats) -> Floats:
        """From the scale to targets."""
        bent = value * self.unit + self.centre
        if self.bend is None:
            return np.asarray(bent)
        return np.asarray(np.sinh(np.clip(bent, -700, 700)) * self.bend)

    def log_slope(self, target: Floats) -> Floats:
        """The logarithm of how much the scale stretches at each target: it makes densities comparable."""
        if self.bend is None:
            return np.full(len(target), -np.log(self.unit))
        return np.asarray(-np.log(self.unit) - np.log(np.hypot(target, self.bend)))


def scales_of(target: Floats) -> tuple[TargetScale, ...]:
    """The plain scale, and the logarithmic one. NotPossible where the (finite) targets do not vary."""
    plain = _scale("as it is", target, None)
    if plain is None:
        raise NotPossible("the label does not vary")
    sizes = np.abs(target[target != 0])
    bent = _scale("logarithm", target, float(np.quantile(sizes, _LOG_BEND)))
    return (plain,) if bent is None else (plain, bent)


def _scale(name: str, target: Floats, bend: float | None) -> TargetScale | None:
    bent = target if bend is None else np.arcsinh(target / bend)
    centre = float(np.median(bent))
    with np.errstate(over="ignore"):
        away = np.abs(bent - centre)
    unit = 1.4826 * float(np.median(away))
    if unit <= 0:  # half of the targets are one value
        unit = float(np.median(away[away > 0])) if (away > 0).any() else 0.0
    return TargetScale(name, bend, centre, unit) if 0 < unit < np.inf else None
