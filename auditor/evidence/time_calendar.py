"""The calendar of a file: its gaps by its own rhythm, and the months, weekdays and hours that it has seen."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from auditor.errors import NotPossible
from auditor.evidence.time_order import AskTimes
from auditor.evidence.time_units import UNITS, Moments, Rhythm, different, rhythm_of

if TYPE_CHECKING:
    from auditor.evidence import Evidence

#: In the rhythm of a file, at most so many of the units that follow a filled one are empty.
_EMPTY = 0.1
#: Of fewer filled units, no rhythm is known.
_MIN_UNITS = 20
#: Rows that come one by one, each by itself, leave so many stretches as long as a gap in a whole file at most.
_BY_CHANCE = 0.05
#: Rows come by themselves where the rows of a unit vary by more than this of what their number does (1 by Poisson).
_BY_THEMSELVES = 0.5
_HOUR, _DAY = 3_600_000_000, 86_400_000_000
_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_HOURS = tuple(f"{hour}:00" for hour in range(24))
#: Files of fewer days than this are not asked for all weekdays, or for all months.
_DAYS_OF_WEEKDAYS, _DAYS_OF_MONTHS, _DAYS_OF_HOURS = 7, 28, 2


@dataclass(frozen=True, slots=True)
class Gap:
    """A stretch without rows: `units` empty ones from the moment `start` up to the moment `end`."""

    start: int
    end: int
    units: int


@dataclass(frozen=True, slots=True)
class Seen:
    """The months, weekdays or hours of the day that a file has rows of, of `all` there are, by name."""

    what: str
    names: tuple[str, ...]
    all: tuple[str, ...]

    @property
    def missing(self) -> tuple[str, ...]:
        """Those without any row."""
        return tuple(name for name in self.all if name not in self.names)


@dataclass(frozen=True, slots=True)
class Calendar:
    """When the rows came about, in microseconds since 1970, in UTC where the times had a zone.

    `unit` is the finest unit of the calendar that nearly always follows on itself, `expected` how many of it the file
    would have without `gaps`, the longest first; None, 0 and none where rows come too seldom. `seen` tells the seasons
    that the span and the resolution of the times let one ask for.
    """

    first: int
    last: int
    rows: int
    unit: str | None
    expected: int
    gaps: tuple[Gap, ...]
    seen: tuple[Seen, ...]

    @property
    def gap_share(self) -> float:
        """The share of the expected units that lie in gaps; 0 where none is expected."""
        return sum(gap.units for gap in self.gaps) / self.expected if self.expected else 0.0


@dataclass(frozen=True, slots=True)
class AskCalendar:
    """The question: which times does the file cover?"""

    def collect(self, evidence: Evidence) -> Calendar:
        """From the time of each row. NotPossible for numbers, and where all rows have one time."""
        times = evidence.ask(AskTimes())
        if not times.dates:
            raise NotPossible(f"{times.column!r} holds numbers, which have no calendar; give it as dates")
        moments = different(np.sort(np.asarray(times.moments[times.known], dtype=np.int64)))
        if len(moments) == 1:
            raise NotPossible(f"all rows have one time in {times.column!r}")
        rhythm = _rhythm(moments)
        gaps = _gaps(rhythm, moments) if rhythm else ()
        return Calendar(
            int(moments[0]),
            int(moments[-1]),
            int(times.known.sum()),
            rhythm.unit.name if rhythm else None,
            rhythm.span if rhythm else 0,
            gaps,
            tuple(_seen(moments)),
        )


def _rhythm(moments: Moments) -> Rhythm | None:
    """In the finest unit in which a filled one is nearly always followed by one.

    Units finer than the times are left out: of dates without a time of day, hours are no more than days.
    """
    filled = [different(unit.of(moments)) for unit in UNITS]
    for unit, units, coarser in zip(UNITS, filled, [*filled[1:], np.empty(0)], strict=True):
        if len(units) < _MIN_UNITS or len(units) == len(coarser):
            continue
        rhythm = rhythm_of(unit, units)
        if np.count_nonzero(rhythm.empty_after) <= _EMPTY * len(units):
            return rhythm
    return None


def _gaps(rhythm: Rhythm, moments: Moments) -> tuple[Gap, ...]:
    """Stretches of more empty units than come by chance."""
    empty = rhythm.empty_after
    if not empty.any():
        return ()
    found = np.flatnonzero(empty >= _shortest(rhythm, empty, moments))
    unit, filled = rhythm.unit, rhythm.filled
    gaps = [Gap(unit.start(int(filled[at]) + 1), unit.start(int(filled[at + 1])), int(empty[at])) for at in found]
    return tuple(sorted(gaps, key=lambda gap: (-gap.units, gap.start)))


def _shortest(rhythm: Rhythm, empty: NDArray[np.int64], moments: Moments) -> int:
    """The length from which a stretch of empty units is a gap.

    One gap among units that follow on each other as often as in this file, itself but half counted, is one; where the
    rows come by themselves, it must also be longer than any that they leave between them (Poisson).
    """
    share = (np.count_nonzero(empty) - 0.5) / len(empty)
    least = math.log(rhythm.span) / -math.log(share)
    units = rhythm.unit.of(moments)
    rows = np.diff(np.concatenate([[0], np.flatnonzero(units[1:] != units[:-1]) + 1, [len(units)]]))
    if rows.var() > _BY_THEMSELVES * rows.mean():
        least = max(least, math.log(rhythm.span / _BY_CHANCE) / float(rows.mean()))
    return max(1, math.ceil(least))


def _seen(moments: Moments) -> list[Seen]:
    """The seasons that the span of the times and their resolution let one ask for."""
    days, spanned = different(moments // _DAY), (int(moments[-1]) - int(moments[0])) / _DAY
    dates = days.astype("datetime64[D]")
    months = different(dates.astype("datetime64[M]").astype(np.int64))
    weekdays, hours = np.unique((days + 3) % 7), np.unique(different(moments // _HOUR) % 24)
    by_month = bool((dates == dates.astype("datetime64[M]")).all())  # each given by its first day
    found = []
    if spanned >= _DAYS_OF_MONTHS and not (by_month and (np.diff(months) > 1).all()):  # of quarters or of years
        found.append(_named("months", np.unique(months % 12), _MONTHS))
    if spanned >= _DAYS_OF_WEEKDAYS and not by_month and len(weekdays) > 1:  # not of weeks
        found.append(_named("weekdays", weekdays, _WEEKDAYS))
    if spanned >= _DAYS_OF_HOURS and len(hours) > 1:  # not of days
        found.append(_named("hours", hours, _HOURS))
    return found


def _named(what: str, places: NDArray[np.int64], names: tuple[str, ...]) -> Seen:
    return Seen(what, tuple(names[at] for at in places), names)
