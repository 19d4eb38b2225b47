from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.check import Skip
from auditor.testing import Status, decided, findings_of
from auditor_checks.diversity.time_travel import TimeTravel

ROLES: dict[str, Any] = {"label": "y", "split": "split", "time": "t"}
FIRST = datetime(2024, 1, 1)


def table(times: list[Any], test: int = 50) -> dict[str, Any]:
    """The last `test` rows are the test split."""
    rows = len(times)
    return {"t": times, "y": ["a", "b"] * (rows // 2), "split": ["train"] * (rows - test) + ["test"] * test}


def days(*numbers: int) -> list[datetime]:
    return [FIRST + timedelta(days=n) for n in numbers]


def test_a_split_by_time_passes() -> None:
    assert decided(TimeTravel(), table(days(*range(200))), **ROLES).status is Status.PASS


def test_training_rows_later_than_those_to_test_with_fail_and_are_listed() -> None:
    times = days(*range(200))
    times[3], times[7] = FIRST + timedelta(days=400), FIRST + timedelta(days=151)
    assert decided(TimeTravel(), table(times), **ROLES).status is Status.FAIL
    (finding,) = findings_of(TimeTravel(), table(times), **ROLES)
    assert list(finding.rows) == [3, 7]
    assert finding.message == (
        "2 rows of train later than 2024-05-30, which parts train from test best; the last is of 2025-02-04"
    )


def test_the_same_moment_is_not_later() -> None:
    assert decided(TimeTravel(), table(days(*([5] * 200))), **ROLES).status is Status.PASS


def test_a_row_out_of_place_in_a_hundred_is_let_pass_unless_the_limit_says_otherwise() -> None:
    times = days(*range(200))
    times[3] = FIRST + timedelta(days=400)
    assert decided(TimeTravel(), table(times), **ROLES).status is Status.PASS
    assert decided(TimeTravel(max_later=0), table(times), **ROLES).status is Status.FAIL


@pytest.mark.parametrize("stray", [{150: -9999}, {170: -9999}, {3: 9999}, {3: 9999, 150: -9999}])
def test_a_wrong_date_on_either_side_puts_one_row_out_of_place_and_is_named(stray: dict[int, int]) -> None:
    times = days(*range(300))
    for row, day in stray.items():
        times[row] = FIRST + timedelta(days=day)
    given_times = table(times, test=150)
    (measure, _) = decided(TimeTravel(), given_times, **ROLES).decided
    assert (measure.measure.estimate.value, measure.status) == (1 / 150, Status.PASS)
    assert {row for finding in findings_of(TimeTravel(), given_times, **ROLES) for row in finding.rows} == set(stray)


def test_a_stray_test_row_is_told_with_its_time() -> None:
    times = days(*range(200))
    times[199] = datetime(1970, 1, 1)
    (finding,) = findings_of(TimeTravel(), table(times), **ROLES)
    assert finding.message == (
        "1 row of test earlier than 2024-05-30, which parts train from test best; the first is of 1970-01-01"
    )


MOMENTS = st.lists(st.integers(0, 9), min_size=1, max_size=12)


@given(train=MOMENTS, test=MOMENTS)
def test_no_other_time_leaves_fewer_out_of_place(train: list[int], test: list[int]) -> None:
    dates = days(*train, *test)
    whole = {"t": dates, "y": ["a"] * len(dates), "split": ["train"] * len(train) + ["test"] * len(test)}
    measure, _ = (d.measure for d in decided(TimeTravel(), whole, **ROLES).decided)
    least = min(
        max(sum(t > cut for t in train) / len(train), sum(t < cut for t in test) / len(test)) for cut in range(-1, 11)
    )
    assert measure.estimate.value == pytest.approx(least)


def test_of_a_split_that_heeds_no_time_half_are_later() -> None:
    mixed = [day for n in range(50) for day in days(n, n, n)] + days(*range(50))
    (later, chance) = (d.measure.estimate.value for d in decided(TimeTravel(), table(mixed), **ROLES).decided)
    assert later == pytest.approx(0.5)
    assert chance == pytest.approx(0.5)


def test_years_are_ordered_though_they_are_numbers() -> None:
    years = [2019] * 80 + [2020] * 70 + [2020] * 50
    assert decided(TimeTravel(), table(years), **ROLES).status is Status.PASS
    (finding,) = findings_of(TimeTravel(), table([2021] * 20 + years[20:]), **ROLES)
    assert finding.message.endswith("later than 2020, which parts train from test best; the last is of 2021")


def test_rows_without_a_time_are_left_out() -> None:
    times: list[Any] = days(*range(200))
    times[0] = times[199] = None
    assert decided(TimeTravel(), table(times), **ROLES).status is Status.PASS


@pytest.mark.parametrize("side", [slice(0, 150), slice(150, 200)])
def test_a_side_without_times_is_skipped(side: slice) -> None:
    times: list[Any] = days(*range(200))
    times[side] = [None] * len(times[side])
    result = decided(TimeTravel(), table(times), **ROLES)
    assert (result.status, "has a time" in result.reason) == (Status.SKIPPED, True)


def test_where_nothing_is_split_the_question_makes_no_sense() -> None:
    roles = {"label": "y", "time": "t"}
    told = decided(TimeTravel(), table(days(*range(200))), **roles).outcome.skip
    assert told == Skip("no column tells the splits apart", applies=False)


def test_one_split_is_skipped() -> None:
    result = decided(TimeTravel(), table(days(*range(200)), test=0), **ROLES)
    assert (result.status, "two are needed" in result.reason) == (Status.SKIPPED, True)
