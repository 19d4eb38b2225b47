from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import polars as pl
import pytest

from auditor.evidence.date_shift import AskDateShifts, DateShift
from auditor.testing import evidence_of

START = date(2024, 1, 1)


def days(first: int, count: int) -> list[date]:
    return [START + timedelta(days=first + at) for at in range(count)]


def shifts(ours: list[Any], theirs: list[Any], **roles: Any) -> tuple[DateShift, ...]:
    table, other = ({"when": side, "x": [1.0] * len(side)} for side in (ours, theirs))
    return evidence_of(table, reference=other, **roles).ask(AskDateShifts())


def test_dates_are_counted_in_tenths_and_beyond_the_ends() -> None:
    (found,) = shifts([*days(0, 100), None], days(50, 100))
    assert (sum(found.ours), sum(found.theirs)) == (101, 100)
    assert max(found.ours[:-1]) - min(found.ours[:-1]) <= 1
    assert (found.after, found.before, found.known) == (50, 0, 100)
    assert (found.oldest, found.newest) == ("2024-01-01", "2024-04-09")
    assert found.values[0] == "up to 2024-01-10"
    assert (found.ours[-1], found.theirs[-1]) == (1, 0)


def test_the_time_column_is_among_them() -> None:
    assert [one.column for one in shifts(days(0, 30), days(0, 30), time="when")] == ["when"]


def test_a_side_without_dates_is_not_compared() -> None:
    frame = pl.DataFrame({"when": [None] * 30, "x": [1.0] * 30}, schema={"when": pl.Date, "x": pl.Float64})
    ours = pl.DataFrame({"when": days(0, 30), "x": [1.0] * 30})
    assert evidence_of(ours, reference=frame).ask(AskDateShifts()) == ()


@pytest.mark.parametrize("zone", [None, UTC])
def test_moments_are_compared_with_days(zone: Any) -> None:
    moments = [datetime(2024, 1, 1, 12, tzinfo=zone) + timedelta(days=at) for at in range(30)]
    (found,) = shifts(days(0, 30), moments)
    assert found.after == 1  # noon of the last day


def test_dates_all_alike_make_two_intervals() -> None:
    (found,) = shifts([START] * 40, days(0, 40))
    assert (found.ours, found.theirs) == ((40, 0, 0), (1, 39, 0))
