"""Units of the calendar and a file's own rhythm in them: which are filled, which are empty at nights and weekends."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

_SECOND = 1_000_000
_HOUR, _DAY = 3_600 * _SECOND, 86_400 * _SECOND
#: From a Thursday, 1970-01-01, back to a Monday.
_TO_MONDAY = 3

Moments = NDArray[np.int64]
Units = NDArray[np.int64]


def different(ordered: NDArray[np.int64]) -> NDArray[np.int64]:
    """Each value of an ordered array once."""
    return ordered[np.concatenate([[True], ordered[1:] != ordered[:-1]])] if len(ordered) else ordered


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit of the calendar; `cycles` are the rhythms that it may have: after so many hours, or days, it repeats."""

    name: str
    cycles: tuple[int, ...] = ()

    def of(self, moments: Moments) -> Units:
        """The unit that each moment (microseconds since 1970) lies in, as a number."""
        if self.name in _LENGTHS:
            return moments // _LENGTHS[self.name]
        if self.name == "week":
            return (moments // _DAY + _TO_MONDAY) // 7
        months = moments.astype("datetime64[us]").astype("datetime64[M]").astype(np.int64)
        return months if self.name == "month" else months // 12

    def start(self, unit: int) -> int:
        """The moment at which a unit begins."""
        if self.name in _LENGTHS:
            return unit * _LENGTHS[self.name]
        if self.name == "week":
            return (unit * 7 - _TO_MONDAY) * _DAY
        months = unit if self.name == "month" else unit * 12
        return int(np.datetime64(months, "M").astype("datetime64[us]").astype(np.int64))

    def phase(self, units: Units, cycle: int) -> Units:
        """The place of each unit in a cycle that begins on a Monday, or at midnight."""
        if self.name == "day":
            return (units + _TO_MONDAY) % cycle
        hours = units * _LENGTHS[self.name] // _HOUR
        return (hours + _TO_MONDAY * 24) % cycle

    @property
    def steps(self) -> int:
        """Units to a place in a cycle: an hour holds 60 minutes."""
        return 1 if self.name == "day" else _HOUR // _LENGTHS[self.name]


_LENGTHS = {"second": _SECOND, "minute": 60 * _SECOND, "hour": _HOUR, "day": _DAY}
_WEEK_OF_HOURS, _DAY_OF_HOURS = 168, 24
UNITS = (
    Unit("second", (_WEEK_OF_HOURS, _DAY_OF_HOURS)),
    Unit("minute", (_WEEK_OF_HOURS, _DAY_OF_HOURS)),
    Unit("hour", (_WEEK_OF_HOURS, _DAY_OF_HOURS)),
    Unit("day", (7,)),
    Unit("week"),
    Unit("month"),
    Unit("year"),
)
#: A place in a cycle is expected to be filled if it is at least this share as often as the place filled most often.
_EXPECTED = 0.2
#: A cycle is known once so many of it went by.
_MIN_CYCLES = 4


@dataclass(frozen=True, slots=True, eq=False)
class Rhythm:
    """The `filled` units of a file, in order, and the places of a cycle that are `expected` to be filled.

    `expected` is empty where the file has no rhythm: all units are expected.
    """

    unit: Unit
    filled: Units
    expected: NDArray[np.bool_]

    @property
    def empty_after(self) -> NDArray[np.int64]:
        """After each filled unit but the last, how many expected units are empty up to the next."""
        between = np.diff(self._expected_before(self.filled)) - self._is_expected(self.filled[:-1])
        return np.maximum(between, 0)

    @property
    def span(self) -> int:
        """The units that are expected from the first to the last."""
        ends = self._expected_before(self.filled[[0, -1]])
        return int(ends[1] - ends[0]) + 1

    def _is_expected(self, units: Units) -> NDArray[np.int64]:
        if not len(self.expected):
            return np.ones(len(units), dtype=np.int64)
        return self.expected[self.unit.phase(units, len(self.expected))].astype(np.int64)

    def _expected_before(self, units: Units) -> NDArray[np.int64]:
        """Expected units before each, counted from a fixed moment."""
        if not len(self.expected):
            return units
        steps, cycle = self.unit.steps, len(self.expected)
        shift = _TO_MONDAY * (24 * steps if self.unit.name != "day" else 1)
        whole, rest = np.divmod(units + shift, cycle * steps)
        up_to = np.concatenate([[0], np.cumsum(np.repeat(self.expected, steps))])
        return np.asarray(whole * up_to[-1] + up_to[rest], dtype=np.int64)


def rhythm_of(unit: Unit, filled: Units) -> Rhythm:
    """The rhythm of some filled units (in order, each once): the longest of its cycles that went by four times."""
    for cycle in unit.cycles:
        if (filled[-1] - filled[0]) < _MIN_CYCLES * cycle * unit.steps:
            continue
        often = np.bincount(unit.phase(filled, cycle), minlength=cycle)
        return Rhythm(unit, filled, often >= _EXPECTED * often.max())
    return Rhythm(unit, filled, np.empty(0, dtype=bool))
