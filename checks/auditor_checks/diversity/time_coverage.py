"""`time-coverage`: times that the data does not cover: gaps, seasons, the latest."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Annotated, ClassVar, Literal

from pydantic import AfterValidator, Field

from auditor.check import Check, Evidence, Family, Finding, Measure, Needs, Role, Share, Skip, Unit, exact
from auditor.errors import NotPossible
from auditor_checks.wording import counted

if TYPE_CHECKING:
    from auditor.evidence.time_calendar import Calendar, Gap, Seen

_SHOWN = 10
_DAY = 86_400_000_000
_DAYS = {"d": 1.0, "w": 7.0, "h": 1 / 24, "y": 365.25}
_AGE = re.compile(r"(\d+(?:\.\d+)?)\s*([dwhy])")


def _an_age(told: str | None) -> str | None:
    if told is not None and not _AGE.fullmatch(told):
        raise ValueError(f"{told!r} is no age: write a number and h, d, w or y, as in '90d'")
    return told


class TimeCoverage(Check):
    """The data does not cover the times that the model will meet.

    A model that has seen no December guesses in December; one whose data has a hole has not seen what happened in it (a
    sensor that failed, an export that broke), and one whose data ended long ago knows the world as it was. Collect what
    is missing, find out why there is a gap, or do not use the model at those times.

    Method: counted. Gaps are told by the file's own rhythm: the finest unit (second to year) in which at most a tenth
    of the filled units are followed by an empty one, where the hours of a week or the days of it that are hardly ever
    filled (nights, weekends) are not expected; a gap is a stretch of empty units longer than chance gives so often.
    Calendar months are held against all twelve from four weeks of data on; weekdays and hours are shown. With
    `max_age` ("90d"), the newest row may be no older on the day `as_of`; without that on the newest day of the
    reference, else today. Times with a zone are taken in UTC.
    """

    id: ClassVar[str] = "time-coverage"
    family: ClassVar[Family] = Family.DIVERSITY
    default_level: ClassVar[Literal["error", "warn"]] = "warn"
    needs: ClassVar[Needs] = Needs(roles=frozenset({Role.TIME}))
    remedy: ClassVar[str] = "Collect rows of the times that are missing, or do not use the model at those times."

    max_gaps: Share = 0.02
    min_months: Annotated[int, Field(ge=0, le=12)] = 12
    max_age: Annotated[str | None, AfterValidator(_an_age)] = None
    as_of: date | None = None

    def measure(self, evidence: Evidence) -> Iterator[Measure | Finding | Skip]:
        """The share of time that lies in gaps and the gaps, the seasons seen, and the age of the newest row."""
        from auditor.evidence.time_calendar import AskCalendar

        try:
            seen = evidence.ask(AskCalendar())
        except NotPossible as reason:
            yield Skip(str(reason))
            return
        column = evidence.dataset.roles.time or ""
        yield from self._gaps(column, seen)
        for season in seen.seen:
            yield from self._season(column, seen, season)
        yield from self._age(column, seen, evidence)

    def _gaps(self, column: str, seen: Calendar) -> Iterator[Measure | Finding]:
        if seen.unit is None:
            return
        share, note = exact(seen.gap_share, seen.expected), f"in {seen.unit}s, as often as rows usually come"
        yield Measure("time-in-gaps", column, share, at_most=self.max_gaps, support=seen.rows, note=note)
        for gap in seen.gaps[:_SHOWN]:
            yield Finding(column, _told(seen.unit, gap), gap.units)

    def _season(self, column: str, seen: Calendar, season: Seen) -> Iterator[Measure | Finding]:
        from auditor.evidence.time_order import told_moment

        number = exact(len(season.names), len(season.all))
        least = self.min_months if season.what == "months" else None
        yield Measure(f"{season.what}-seen", column, number, at_least=least, support=seen.rows, unit=Unit.NUMBER)
        if season.missing:
            span = f"{told_moment(seen.first)} to {told_moment(seen.last)}"
            message = f"{season.what} without a row, from {span}: {', '.join(season.missing)}"
            yield Finding(column, message, len(season.missing))

    def _age(self, column: str, seen: Calendar, evidence: Evidence) -> Iterator[Measure]:
        """Nothing without a day to measure from: what is as old tomorrow must be told alike tomorrow."""
        from auditor.evidence.time_order import told_moment

        then, whose = self._today(evidence)
        if then is None:
            return
        days = exact(max((then - seen.last) / _DAY, 0.0), seen.rows)
        note = f"the newest row is of {told_moment(seen.last)}; in days before {whose}"
        most = _in_days(self.max_age)
        yield Measure("age-in-days", column, days, at_most=most, support=seen.rows, unit=Unit.NUMBER, note=note)

    def _today(self, evidence: Evidence) -> tuple[int | None, str]:
        from auditor.evidence.time_calendar import AskCalendar
        from auditor.evidence.time_order import told_moment

        if self.as_of is not None:
            return _moment(self.as_of), f"{self.as_of}"
        reference = evidence.dataset.reference
        if reference is not None and reference.dataset.roles.time is not None:
            try:
                newest = evidence.reference.ask(AskCalendar()).last
            except NotPossible:
                return None, ""
            return newest, f"the newest row of the reference, {told_moment(newest)}"
        today = datetime.now(UTC).date()
        return (_moment(today), f"today, {today}") if self.max_age else (None, "")


def _told(unit: str, gap: Gap) -> str:
    from auditor.evidence.time_order import told_moment

    empty = f"{counted(gap.units, unit)} in which rows are usual"
    return f"no row from {told_moment(gap.start)} until {told_moment(gap.end)}: {empty}"


def _in_days(age: str | None) -> float | None:
    found = _AGE.fullmatch(age or "")
    return float(found[1]) * _DAYS[found[2]] if found else None


def _moment(day: date) -> int:
    return (day - date(1970, 1, 1)).days * _DAY
