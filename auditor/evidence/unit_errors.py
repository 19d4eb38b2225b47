"""Numeric labels that are what is predicted in another unit: pounds for kilograms, a decimal point too far, a sign."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from auditor.evidence.probes.scales import TargetScale
from auditor.evidence.residuals import AskResiduals, Floats, Scored

if TYPE_CHECKING:
    from auditor.evidence import Evidence

_NEAR, _ASIDE = 1.5, 3.0  # standard deviations: within, a converted value fits; up to the second, it lies beside
_FEWEST = 5
_CHANCE = 1e-4


@dataclass(frozen=True, slots=True)
class Conversion:
    """A mistake that maps the right value x to `factor` × x + `offset`."""

    name: str
    factor: float
    offset: float = 0.0

    def undone(self, value: Floats) -> Floats:
        """The right values, had the mistake been made."""
        return np.asarray((value - self.offset) / self.factor)

    def made(self, value: Floats) -> Floats:
        """The wrong values that the mistake would make of right ones."""
        return np.asarray(value * self.factor + self.offset)


def _both_ways(factor: float, units: str) -> tuple[Conversion, Conversion]:
    return Conversion(f"times {factor:g} ({units})", factor), Conversion(f"divided by {factor:g} ({units})", 1 / factor)


CONVERSIONS = (
    Conversion("with the other sign", -1.0),
    *_both_ways(10, "a decimal place"),
    *_both_ways(100, "two decimal places, per cent"),
    *_both_ways(1000, "three decimal places, thousands"),
    *_both_ways(2.20462, "kilograms, pounds"),
    *_both_ways(2.54, "inches, centimetres"),
    *_both_ways(25.4, "inches, millimetres"),
    *_both_ways(3.28084, "metres, feet"),
    *_both_ways(1.60934, "miles, kilometres"),
    *_both_ways(12, "years, months"),
    *_both_ways(60, "hours, minutes"),
    Conversion("in Fahrenheit for Celsius", 1.8, 32.0),
    Conversion("in Celsius for Fahrenheit", 1 / 1.8, -32.0 / 1.8),
)


@dataclass(frozen=True, slots=True)
class UnitErrors:
    """The rows (ordinals) whose label looks like the right one after a conversion, and what it was before."""

    conversion: Conversion
    rows: tuple[int, ...]
    given: tuple[float, ...]
    suggested: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class AskUnitErrors:
    """The question: do some labels stand in another unit?"""

    def collect(self, evidence: Evidence) -> tuple[UnitErrors, ...]:
        """The conversions around which labels heap up, the most frequent first. NotPossible as for residuals."""
        found = evidence.ask(AskResiduals())
        return unit_errors(found.scored, found.rows, found.recipe.scale)


def unit_errors(scored: Scored, rows: NDArray[np.int64], scale: TargetScale) -> tuple[UnitErrors, ...]:
    """Conversions that put at least five labels, which were out of range, in the middle of where they belong.

    A heap must stand out: labels converted to within 1.5 standard deviations are counted against those that come
    as far beside it again, as many by chance (a binomial test). Each row goes to the conversion with most rows.
    """
    free = np.ones(len(rows), dtype=bool)
    around = _Around(scored, scale)
    found: list[UnitErrors] = []
    while True:
        heaps = [(one, _heap(one, scored, around, free)) for one in CONVERSIONS]
        best, heap = max(heaps, key=lambda item: int(item[1].sum()))
        if not heap.any():
            return tuple(found)
        at = np.flatnonzero(heap)
        right = best.undone(scored.given[at])
        found.append(
            UnitErrors(best, tuple(rows[at].tolist()), tuple(scored.given[at].tolist()), tuple(right.tolist()))
        )
        free &= ~heap


def _heap(conversion: Conversion, scored: Scored, around: _Around, free: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """The rows of the heap around a conversion; none where they are too few, or might be chance."""
    from scipy.special import bdtrc

    edges = [around.away(conversion.undone(around.at(side * _ASIDE))) for side in (-1, 1)]
    # Where what is usual, so converted, would come near the heap, one cannot be told from the other.
    told_apart = (np.sign(edges[0]) == np.sign(edges[1])) & (np.abs(edges).min(axis=0) > _ASIDE)
    away = np.abs(around.away(conversion.undone(scored.given)))
    near, aside = free & told_apart & (away <= _NEAR), free & told_apart & (away > _NEAR) & (away <= _ASIDE)
    hits, misses = int(near.sum()), int(aside.sum())
    if hits < _FEWEST or bdtrc(hits - 1, hits + misses, 0.5) > _CHANCE:
        return np.zeros(len(near), dtype=bool)
    return np.asarray(near & (np.abs(around.away(scored.given)) > _ASIDE))


class _Around:
    """What lies around the predictions, in typical distances of given values, on the scale of the model.

    Typical ones are medians, on either side: the interval itself is too wide where one label in ten is wrong in
    the same way.
    """

    def __init__(self, scored: Scored, scale: TargetScale) -> None:
        self._scale = scale
        self._middle = scale.forward(scored.predicted)
        self._below = np.maximum(self._middle - scale.forward(scored.low), 1e-12)
        self._above = np.maximum(scale.forward(scored.high) - self._middle, 1e-12)
        given = self.away(scored.given)
        self._below = self._below * _typical(-given[given < 0])
        self._above = self._above * _typical(given[given > 0])

    def away(self, value: Floats) -> Floats:
        """How far from its prediction each value lies, below it as a negative number."""
        distance = self._scale.forward(value) - self._middle
        return np.asarray(distance / np.where(distance < 0, self._below, self._above))

    def at(self, away: float) -> Floats:
        """The values that lie so far from the predictions."""
        return self._scale.backward(self._middle + away * (self._below if away < 0 else self._above))


def _typical(distance: Floats) -> float:
    return max(float(np.median(distance)) / 0.6745, 1e-12) if len(distance) else 1.0
