from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import numpy as np
import pytest
from pydantic import ValidationError

from auditor.testing import Result, Status, decided, findings_of, measures_of
from auditor_checks.diversity.time_coverage import TimeCoverage

ROLES: dict[str, Any] = {"time": "t"}
FIRST = np.datetime64("2022-01-03")  # a Monday
DAYS = FIRST + np.arange(730)
WORKING = DAYS[np.is_busday(DAYS)]


def table(times: Any) -> dict[str, Any]:
    moments = np.asarray(times).astype("datetime64[us]")
    return {"t": moments, "x": np.arange(len(moments)) % 7}


def values(times: Any, check: TimeCoverage | None = None, **more: Any) -> dict[str, float]:
    return {m.name: m.estimate.value for m in measures_of(check or TimeCoverage(), table(times), **ROLES, **more)}


def result(times: Any, check: TimeCoverage | None = None, **more: Any) -> Result:
    return decided(check or TimeCoverage(), table(times), **ROLES, **more)


def gaps(times: Any) -> list[str]:
    return [f.message for f in findings_of(TimeCoverage(), table(times), **ROLES) if f.message.startswith("no row")]


@pytest.mark.parametrize("times", [DAYS, WORKING, DAYS[::7], np.arange("2020-01", "2022-01", dtype="datetime64[M]")])
def test_a_whole_file_has_no_gap_by_its_own_rhythm(times: Any) -> None:
    assert values(times)["time-in-gaps"] == 0
    assert result(times).status is Status.PASS


def test_a_month_out_of_two_years_of_working_days_is_a_gap() -> None:
    lacking = WORKING[(np.datetime64("2023-03-01") > WORKING) | (np.datetime64("2023-03-31") < WORKING)]
    assert gaps(lacking) == ["no row from 2023-03-01 until 2023-04-03: 23 days in which rows are usual"]
    assert result(lacking).status is Status.FAIL


def test_a_single_day_is_told_and_fails_nothing() -> None:
    assert gaps(WORKING[np.datetime64("2023-03-01") != WORKING]) == [
        "no row from 2023-03-01 until 2023-03-02: 1 day in which rows are usual"
    ]
    assert result(WORKING[np.datetime64("2023-03-01") != WORKING]).status is Status.PASS


def office_hours(days: int) -> np.ndarray:
    hours = FIRST.astype("datetime64[h]") + np.arange(24 * days)
    of_day = hours.astype(int) % 24
    open_ = np.is_busday(hours.astype("datetime64[D]")) & (of_day >= 8) & (of_day < 18)
    minutes = np.random.default_rng(1).integers(0, 60, (int(open_.sum()), 5))
    times: np.ndarray = (hours[open_].astype("datetime64[m]")[:, None] + minutes).ravel()
    return times


def test_nights_and_weekends_are_no_gaps_but_a_morning_without_rows_is() -> None:
    times = office_hours(200)
    assert values(times)["time-in-gaps"] == 0
    off = (times >= np.datetime64("2022-03-01T08:00")) & (times < np.datetime64("2022-03-01T13:00"))
    assert gaps(times[~off]) == [
        "no row from 2022-02-28 18:00:00 until 2022-03-01 13:00:00: 5 hours in which rows are usual"
    ]


def test_rows_that_come_by_chance_have_hardly_a_gap() -> None:
    draw = np.random.default_rng(2)
    found = [
        values(FIRST.astype("datetime64[s]") + draw.integers(0, 3 * 365 * 86_400, rows)).get("time-in-gaps", 0.0)
        for rows in (100, 500, 2_000, 10_000)
        for _ in range(10)
    ]
    assert max(found) < 0.02
    assert np.mean([share > 0 for share in found]) <= 0.15


def test_a_date_that_stands_for_no_date_makes_a_gap() -> None:
    assert gaps(np.append(WORKING, np.datetime64("1900-01-01")))[0].startswith(
        "no row from 1900-01-02 until 2022-01-03"
    )


def test_a_winter_lacks_nine_months_and_they_are_named() -> None:
    winter = DAYS[:80]
    assert values(winter)["months-seen"] == 3
    assert result(winter).status is Status.FAIL
    (finding,) = findings_of(TimeCoverage(), table(winter), **ROLES)
    assert finding.count == 9
    assert finding.message.startswith("months without a row, from 2022-01-03 to 2022-03-23: April, May, June, July")
    assert result(winter, TimeCoverage(min_months=3)).status is Status.PASS


def test_weekdays_and_hours_without_rows_are_shown_and_decide_nothing() -> None:
    times = office_hours(400)
    seen = values(times)
    assert (seen["weekdays-seen"], seen["hours-seen"]) == (5, 10)
    assert result(times).status is Status.PASS


@pytest.mark.parametrize(
    ("times", "asked"),
    [
        (DAYS[::7], {"months-seen"}),  # by the week
        (np.arange("2015-01", "2022-01", 3, dtype="datetime64[M]"), set()),  # by the quarter
        (np.arange("1980", "2022", dtype="datetime64[Y]"), set()),
        (DAYS.astype("datetime64[h]") + 6, {"months-seen", "weekdays-seen"}),  # every day at six
        (DAYS[:5], set()),
    ],
)
def test_seasons_are_asked_for_where_the_times_let_one_tell(times: Any, asked: set[str]) -> None:
    assert set(values(times)) - {"time-in-gaps"} == asked


def test_the_age_is_measured_from_the_day_that_is_named() -> None:
    check = TimeCoverage(max_age="90d", as_of=date(2024, 4, 1))
    assert values(DAYS, check)["age-in-days"] == 90
    assert result(DAYS, check).status is Status.PASS
    assert result(DAYS, TimeCoverage(max_age="90d", as_of=date(2024, 4, 2))).status is Status.FAIL
    assert result(DAYS, TimeCoverage(max_age="12w", as_of=date(2024, 4, 1))).status is Status.FAIL


def test_without_a_day_to_measure_from_no_age_is_told() -> None:
    assert "age-in-days" not in values(DAYS)


def test_the_age_is_measured_from_the_newest_row_of_the_reference() -> None:
    assert values(DAYS, reference=table(DAYS + 30))["age-in-days"] == 30


def test_an_age_without_a_day_is_measured_from_today() -> None:
    recent = np.datetime64(datetime.now(UTC).date() - timedelta(days=3)) - np.arange(400)
    assert values(recent, TimeCoverage(max_age="90d"))["age-in-days"] in (3, 4)  # midnight may pass


@pytest.mark.parametrize("age", ["90", "d", "ninety days", "-3d"])
def test_an_age_that_is_none_is_refused(age: str) -> None:
    with pytest.raises(ValidationError, match="write a number"):
        TimeCoverage(max_age=age)


def test_numbers_have_no_calendar() -> None:
    got = decided(TimeCoverage(), {"t": [2019, 2020, 2021], "x": [1, 2, 3]}, **ROLES)
    assert (got.status, got.reason) == (
        Status.SKIPPED,
        "'t' holds numbers, which have no calendar; give it as dates",
    )


@pytest.mark.parametrize("times", [DAYS[[5, 5, 5]], np.array(["NaT"] * 3, dtype="datetime64[us]")])
def test_one_time_or_none_is_skipped(times: Any) -> None:
    assert result(times).status is Status.SKIPPED


def test_too_few_times_have_no_rhythm_and_no_gap() -> None:
    assert "time-in-gaps" not in values(DAYS[[0, 3, 400]])
