"""Cells of some rows, and the times of all, on every engine."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import numpy as np
import polars as pl
import pytest

from auditor.errors import NotPossible
from auditor.evidence.giveaway import AskGiveaways, read_alone
from auditor.evidence.label_classes import AskLabelClasses
from auditor.evidence.picked_cells import picked_cells
from auditor.evidence.time_order import AskTimes, told_moment
from auditor.testing import evidence_of

On = Callable[[pl.DataFrame], Any]
TABLE = pl.DataFrame(
    {
        "number": [3, None, 1, 7],
        "share": [0.5, float("nan"), None, 2.5],
        "word": ["b", "a", None, "b"],
        "flag": [True, None, False, True],
        "when": [datetime(2024, 1, 1), None, datetime(1969, 12, 31, 23), datetime(2024, 1, 2, 3, 4, 5, 6)],
        "y": ["u", "v", "v", "u"],
    }
)
MOMENTS = [1_704_067_200_000_000, -3_600_000_000, 1_704_164_645_000_006]


@pytest.mark.parametrize("rows", [[0, 1, 2, 3], [1, 3]])
def test_the_cells_of_the_rows_in_their_order(on: On, rows: list[int]) -> None:
    dataset = evidence_of(on(TABLE), label="y").dataset
    found = picked_cells(dataset, read_alone(dataset), np.array(rows), 4)
    assert [cells.column.name for cells in found] == ["number", "share", "word", "flag", "when"]
    for cells in found:
        told = TABLE[cells.column.name][rows].to_list()
        assert cells.known.tolist() == [value is not None and value == value for value in told]
        known = [value for value, there in zip(told, cells.known, strict=True) if there]
        numbers = cells.values[cells.known]
        if cells.words is not None:
            assert [cells.words[int(place)] for place in numbers] == known
        elif cells.column.name != "when":
            assert numbers.tolist() == known


def test_times_are_microseconds(on: On) -> None:
    times = evidence_of(on(TABLE), label="y", time="when").ask(AskTimes())
    assert times.known.tolist() == [True, False, True, True]
    assert times.moments[times.known].tolist() == MOMENTS
    assert times.dates


def test_numbers_are_times_without_a_calendar(on: On) -> None:
    times = evidence_of(on(TABLE), label="y", time="number").ask(AskTimes())
    assert times.moments[times.known].tolist() == [3, 1, 7]
    assert times.told(7.0) == "7"
    assert not times.dates


def test_the_classes_of_the_rows(on: On) -> None:
    assert evidence_of(on(TABLE), label="y").ask(AskLabelClasses()).codes.tolist() == [0, 1, 1, 0]


def test_what_tells_the_label_tells_it_on_every_engine(on: On) -> None:
    table = pl.DataFrame({"x": [1, 2, None] * 20, "w": ["p", "q", "p"] * 20, "y": ["a", "b", "c"] * 20})
    found = evidence_of(on(table), label="y").ask(AskGiveaways())
    assert {one.column: one.skill.value for one in found.tellers} == {"x": 1.0, "w": 0.5}


def test_a_zone_is_taken_in_utc() -> None:
    here = pl.Series([datetime(2024, 1, 1, 12, tzinfo=UTC)]).dt.convert_time_zone("America/New_York")
    times = evidence_of({"t": here, "y": ["a"]}, label="y", time="t").ask(AskTimes())
    assert told_moment(int(times.moments[0])) == "2024-01-01 12:00:00"


def test_no_time_at_all_is_said() -> None:
    with pytest.raises(NotPossible, match="no row has a time in 't'"):
        evidence_of({"t": pl.Series([None, None], dtype=pl.Date), "y": ["a", "b"]}, label="y", time="t").ask(AskTimes())
    with pytest.raises(NotPossible, match="no column says"):
        evidence_of({"y": ["a", "b"]}, label="y").ask(AskTimes())
