from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auditor.evidence.time_units import UNITS, Unit, different, rhythm_of

BY_NAME = {unit.name: unit for unit in UNITS}


def at(text: str) -> np.ndarray:
    return np.array([text], dtype="datetime64[us]").astype(np.int64)


@pytest.mark.parametrize(
    ("name", "start"),
    [
        ("second", "2024-02-29T13:45:07"),
        ("minute", "2024-02-29T13:45"),
        ("hour", "2024-02-29T13:00"),
        ("day", "2024-02-29"),
        ("week", "2024-02-26"),
        ("month", "2024-02-01"),
        ("year", "2024-01-01"),
    ],
)
def test_a_unit_begins_where_the_calendar_says(name: str, start: str) -> None:
    unit = BY_NAME[name]
    (number,) = unit.of(at("2024-02-29T13:45:07.5"))
    assert unit.start(int(number)) == int(at(start)[0])


@pytest.mark.parametrize("moment", ["1969-12-31T23:59", "1900-02-28", "2000-01-03"])
def test_a_moment_before_1970_lies_in_its_unit_too(moment: str) -> None:
    for unit in UNITS:
        (number,) = unit.of(at(moment))
        assert unit.start(int(number)) <= int(at(moment)[0]) < unit.start(int(number) + 1)


def test_a_week_begins_on_monday_and_a_day_at_midnight() -> None:
    day, hour = BY_NAME["day"], BY_NAME["hour"]
    assert day.phase(day.of(at("2024-01-01")), 7).tolist() == [0]
    assert hour.phase(hour.of(at("2024-01-01T05:30")), 168).tolist() == [5]
    assert hour.phase(hour.of(at("2024-01-02T05:30")), 24).tolist() == [5]


@settings(deadline=None)
@given(st.sampled_from(["minute", "hour", "day"]), st.sets(st.integers(-3_000, 3_000), min_size=2), st.data())
def test_empty_units_are_those_expected_between(name: str, units: set[int], data: st.DataObject) -> None:
    filled = np.array(sorted(units))
    rhythm = rhythm_of(BY_NAME[name], filled)
    expected = rhythm.expected

    def counts(unit: int) -> bool:
        return not len(expected) or bool(expected[rhythm.unit.phase(np.array([unit]), len(expected))[0]])

    place = data.draw(st.integers(0, len(filled) - 2))
    between = range(int(filled[place]) + 1, int(filled[place + 1]))
    assert rhythm.empty_after[place] == sum(map(counts, between))


def test_weekends_are_not_expected_in_a_file_of_working_days() -> None:
    days = np.arange(700)
    work = days[(days + 3) % 7 < 5]
    rhythm = rhythm_of(Unit("day", (7,)), work)
    assert rhythm.expected.tolist() == [True] * 5 + [False] * 2
    assert not rhythm.empty_after.any()
    assert rhythm.span == len(work)


def test_each_value_of_an_ordered_array_once() -> None:
    assert different(np.array([1, 1, 2, 5, 5])).tolist() == [1, 2, 5]
    assert different(np.array([], dtype=np.int64)).tolist() == []
