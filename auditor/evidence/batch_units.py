"""Numeric columns of a batch that stand in another unit than in the base it is to join: months for years."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from auditor.dataset.batches import batches
from auditor.dataset.table import ROW, Dataset, Kind, Task
from auditor.evidence.unit_errors import CONVERSIONS, Conversion

if TYPE_CHECKING:
    from auditor.evidence import Evidence

#: Rows of each side that are looked at, evenly spread over it.
MAX_ROWS = 20_000
#: Values of each side below which nothing is told, and different values below which a column holds codes.
MIN_VALUES, MIN_DISTINCT = 30, 5
#: The two sides differ by chance less than this, times √(1/n + 1/m): once in 10,000 columns (Smirnov 1948).
_BY_CHANCE = 2.22
#: What must be undone is at least so much; done, it must be a quarter of that, and within this or what chance gives
#: once in 100 columns.
_APART, _MUCH_NEARER, _NEAR, _NEAR_BY_CHANCE = 0.1, 4, 0.05, 1.63
#: Values of the base that come again, and half as many of the batch's that are among them: the same values still.
_COMES_AGAIN, _STILL = 0.5, 0.5
#: A factor that no growth explains, and how near chance must come for a smaller one to be sure.
_FAR, _SURE = 5.0, 0.1
#: A factor that no unit explains must be as large as this, either way.
_UNNAMED = 1.5
_TRIED = 1_000
_ZEROS = 0.2
#: A converted value may be off by so much of itself, for it was rounded.
_ROUNDED = 0.01
_TENTHS = np.arange(1, 10) / 10

Floats = NDArray[np.float64]

#: Unit mistakes of whole columns, besides those of single values.
_UNITS = {
    7.0: "weeks, days",
    24.0: "days, hours",
    52.0: "years, weeks",
    365.25: "years, days",
    3600.0: "hours, seconds",
}
_OF_COLUMNS = (
    *CONVERSIONS,
    *(Conversion(f"times {factor:g} ({units})", factor) for factor, units in _UNITS.items()),
    *(Conversion(f"divided by {factor:g} ({units})", 1 / factor) for factor, units in _UNITS.items()),
)


@dataclass(frozen=True, slots=True)
class UnitChange:
    """A column whose values fit those of the base once `conversion` is undone.

    `sure` is true where a usual unit explains it and little else could: the factor is large, or the values are no
    longer among those that come again and again in the base, or so many values fit that chance gives no such fit.
    `apart` is the largest difference of the two distribution functions as the values stand, `undone` after it;
    `middle` the medians of the batch and of the base.
    """

    column: str
    conversion: Conversion
    sure: bool
    apart: float
    undone: float
    middle: tuple[float, float]


@dataclass(frozen=True, slots=True)
class UnitChanges:
    """The columns looked at, and those of them in another unit."""

    columns: tuple[str, ...]
    found: tuple[UnitChange, ...]


@dataclass(frozen=True, slots=True)
class AskUnitChanges:
    """The question: do columns of the batch stand in another unit than in the base?"""

    def collect(self, evidence: Evidence) -> UnitChanges:
        """One pass over the numeric columns of each side, at most MAX_ROWS rows of it."""
        names = _numeric(evidence.dataset, evidence.reference.dataset)
        if not names:
            return UnitChanges((), ())
        here, there = (_sorted(one, names) for one in (evidence, evidence.reference))
        looked_at = [name for name in names if min(len(here[name]), len(there[name])) >= MIN_VALUES]
        looked_at = [name for name in looked_at if len(np.unique(there[name])) >= MIN_DISTINCT]
        changes = (unit_change(name, here[name], there[name]) for name in looked_at)
        return UnitChanges(tuple(looked_at), tuple(change for change in changes if change is not None))


def _numeric(dataset: Dataset, base: Dataset) -> list[str]:
    roles = dataset.roles
    asked = {*roles.features, *roles.sensitive, *(roles.label if dataset.task is Task.REGRESSION else ())}
    held = {column.name for column in base.columns}
    return [c.name for c in dataset.columns if c.kind is Kind.NUMERIC and c.name in asked & held]


def _sorted(evidence: Evidence, names: Sequence[str]) -> dict[str, Floats]:
    """The values of each column that are there, in order: of evenly spread rows, where there are many."""
    import narwhals as nw

    frame, step = evidence.dataset.frame, -(-evidence.profile.rows // MAX_ROWS)
    if step > 1:
        frame = frame.filter(nw.col(ROW) % step == 0)
    parts: dict[str, list[Floats]] = {name: [] for name in names}
    for batch in batches(frame, names):
        for at, name in enumerate(names):
            cells = batch.column(at).drop_null().to_numpy(zero_copy_only=False).astype(np.float64)
            parts[name].append(cells[np.isfinite(cells)])
    return {name: np.sort(np.concatenate(of)) if of else np.empty(0) for name, of in parts.items()}


def unit_change(column: str, here: Floats, there: Floats) -> UnitChange | None:
    """The conversion that turns values like the base's (`there`) into the batch's (`here`), both sorted, if one does.

    The distance of Kolmogorov and Smirnov between the two must be past chance and .1; undone, it must be a quarter of
    that or less, and small. Where the base's values come again and again (whole years), the batch's must not be among
    them as they stand. Of several conversions the nearest; last, the factor by which the tenths of the values differ.
    """
    conversions = _OF_COLUMNS
    if np.mean(there == 0) > _ZEROS:
        # 0 stays 0 in another unit, and where most values are 0 hides what became of the rest.
        here, there = here[here != 0], there[there != 0]
        conversions = tuple(one for one in conversions if one.offset == 0)
    if min(len(here), len(there)) < MIN_VALUES:
        return None
    chance = float(np.sqrt(1 / len(here) + 1 / len(there)))
    apart = _distance(here, there)
    if apart <= max(_APART, _BY_CHANCE * chance):
        return None
    coarse = _coming_again(there) >= _COMES_AGAIN
    if coarse and np.isin(here, there).mean() >= _STILL * _coming_again(there):
        return None
    near = min(apart / _MUCH_NEARER, max(_NEAR, _NEAR_BY_CHANCE * chance))
    best, undone = _nearest(here, there, conversions)
    named = undone <= near
    if not named:
        factor = _factor(here, there)
        if factor is None or max(factor, 1 / factor) < _UNNAMED:
            return None
        best = Conversion(f"times {factor:.3g}" if factor > 1 else f"divided by {1 / factor:.3g}", factor)
        undone = _distance(best.undone(here), there, _ROUNDED)
    if undone > near:
        return None
    far = max(abs(best.factor), 1 / abs(best.factor)) >= _FAR
    sure = named and (far or coarse or _NEAR_BY_CHANCE * chance <= _SURE)
    return UnitChange(column, best, sure, apart, undone, (float(np.median(here)), float(np.median(there))))


def _nearest(here: Floats, there: Floats, conversions: Sequence[Conversion]) -> tuple[Conversion, float]:
    """The conversion that, undone, leaves the least distance, and how much that is."""
    some, beside = _thinned(here), _thinned(there)
    tried = [(_distance(np.sort(one.undone(some)), beside, _ROUNDED), one) for one in conversions]
    best = min(tried, key=lambda item: item[0])[1]
    return best, _distance(np.sort(best.undone(here)), there, _ROUNDED)


def _coming_again(values: Floats) -> float:
    """The share of sorted values that another one equals."""
    same = values[1:] == values[:-1]
    return float((np.append(same, False) | np.insert(same, 0, False)).mean())


def _thinned(values: Floats) -> Floats:
    """Evenly spread ones of sorted values: enough to tell which conversion comes nearest."""
    return values[:: max(1, len(values) // _TRIED)]


def _distance(here: Floats, there: Floats, slack: float = 0.0) -> float:
    """The largest difference of two distribution functions, from sorted values.

    With `slack`, a value may lie so much of itself lower or higher than it should: it was rounded.
    """
    at = np.concatenate([here, there])
    reach = np.abs(at) * slack
    return max(_ahead(here, there, at, reach), _ahead(there, here, at, reach))


def _ahead(one: Floats, other: Floats, at: Floats, reach: Floats) -> float:
    """By how much of its values the one is ahead of the other, where the other may be late by `reach`."""
    below = np.searchsorted(one, at, "right") / len(one)
    return float((below - np.searchsorted(other, at + reach, "right") / len(other)).max())


def _factor(here: Floats, there: Floats) -> float | None:
    """The middle one of the ratios of the tenths; None where they have not one sign."""
    ours, theirs = (np.quantile(side, _TENTHS) for side in (here, there))
    ratios = ours[theirs != 0] / theirs[theirs != 0]
    factor = float(np.median(ratios)) if len(ratios) else 0.0
    return factor if factor > 0 else None
