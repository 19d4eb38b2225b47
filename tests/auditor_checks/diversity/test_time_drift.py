from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import numpy as np
import pytest

from auditor.testing import Status, decided, findings_of, measures_of
from auditor_checks.diversity.time_drift import TimeDrift

ROWS = 3_000
ROLES: dict[str, Any] = {"label": "y", "time": "t"}


def table(seed: int = 1, /, **more: Any) -> dict[str, Any]:
    draw = np.random.default_rng(seed)
    times = [datetime(2023, 1, 1) + timedelta(hours=int(h)) for h in draw.integers(0, 9_000, ROWS)]
    x, kind = draw.normal(size=ROWS), draw.choice(["p", "q", "r"], ROWS)
    return {"t": times, "x": x, "kind": kind, "y": draw.choice(["a", "b"], ROWS)} | more


def moved(base: dict[str, Any]) -> np.ndarray:
    """How late each row is, from 0 to 1."""
    late = np.array([(t - datetime(2023, 1, 1)) / timedelta(hours=9_000) for t in base["t"]])
    return late.astype(float)


def failing(data: dict[str, Any]) -> list[str]:
    every = decided(TimeDrift(), data, **ROLES).decided
    return [str(d.measure.subject) for d in every if d.status is Status.FAIL and d.measure.name == "distance"]


def test_what_does_not_move_passes() -> None:
    assert decided(TimeDrift(), table(), **ROLES).status is Status.PASS


@pytest.mark.slow
def test_chance_moves_nothing() -> None:
    assert not any(failing(table(seed)) for seed in range(20))


def test_a_label_that_grows_more_frequent_is_told_with_both_rates() -> None:
    data = table()
    data["y"] = np.where(np.random.default_rng(0).random(ROWS) < 0.2 + 0.5 * moved(data), "a", "b")
    assert failing(data) == ["y"]
    (finding,) = findings_of(TimeDrift(), data, **ROLES)
    assert finding.message.startswith("up to 2023-05-")
    assert "a: 2" in finding.message


def test_a_number_that_rises_and_a_word_that_comes_up_are_told() -> None:
    data = table()
    data["x"] = data["x"] + 2 * moved(data)
    data["kind"] = np.where(moved(data) > 0.7, "new", data["kind"])
    assert set(failing(data)) == {"x", "kind"}


def test_cells_that_go_missing_are_told() -> None:
    data = table()
    data["x"] = [None if late > 0.6 else x for x, late in zip(data["x"], moved(data), strict=True)]
    assert failing(data) == ["x"]


def test_years_are_compared_though_they_are_numbers() -> None:
    data = table()
    data["t"] = [2020] * 1_000 + [2021] * 2_000
    data["y"] = ["a", "b"] * 500 + ["a"] * 2_000
    assert failing(data) == ["y"]


def test_most_rows_of_one_time_leave_the_ends() -> None:
    data = table()
    data["t"] = [2019] * 400 + [2020] * 2_000 + [2021] * 600
    (measure, *_) = measures_of(TimeDrift(), data, **ROLES)
    assert measure.support == 1_000


def test_the_label_is_shown_first_and_ten_columns_at_most() -> None:
    draw = np.random.default_rng(3)
    measures = measures_of(TimeDrift(), table(**{f"c{i}": draw.integers(0, 3, ROWS) for i in range(30)}), **ROLES)
    assert measures[0].subject == "y"
    assert [measure.name for measure in measures] == ["distance"] * 10 + ["largest-step"] * 10


@pytest.mark.parametrize("times", [[2020] * ROWS, [None] * ROWS])
def test_one_time_or_none_is_skipped(times: list[Any]) -> None:
    data = table() | {"t": np.array(times, dtype=float)}
    assert decided(TimeDrift(), data, **ROLES).status is Status.SKIPPED


def test_without_a_label_the_features_are_compared() -> None:
    measures = measures_of(TimeDrift(), {k: v for k, v in table().items() if k != "y"}, time="t")
    assert {measure.subject for measure in measures} == {"x", "kind"}


def test_most_rows_of_the_first_time_are_held_against_the_rest() -> None:
    data = table()
    data["t"] = [2020] * 2_500 + [2021] * 500
    (measure, *_) = measures_of(TimeDrift(), data, **ROLES)
    assert measure.support == ROWS


def long(seed: int = 1, rows: int = 6_000) -> dict[str, Any]:
    draw = np.random.default_rng(seed)
    hours = np.sort(draw.integers(0, 9_000, rows))
    times = [datetime(2023, 1, 1) + timedelta(hours=int(h)) for h in hours]
    y = draw.choice(["a", "b"], rows)
    return {"t": times, "x": draw.normal(size=rows), "kind": draw.choice(["p", "q", "r"], rows), "y": y}


def steps(data: dict[str, Any]) -> dict[str, Status | None]:
    every = decided(TimeDrift(), data, **ROLES).decided
    return {str(d.measure.subject): d.status for d in every if d.measure.name == "largest-step"}


def test_what_changes_and_changes_back_is_a_step() -> None:
    data = long()
    middle = np.arange(6_000) // 1_000 == 3
    data["x"] = np.where(middle, data["x"] + 2, data["x"])
    assert steps(data) == {"x": Status.FAIL, "kind": Status.PASS, "y": Status.PASS}
    (finding,) = findings_of(TimeDrift(), data, **ROLES)
    assert (finding.subject, "under −1." in finding.message) == ("x", True)
    (measure,) = [m for m in measures_of(TimeDrift(), data, **ROLES) if (m.name, m.subject) == ("largest-step", "x")]
    assert measure.note.startswith("of 5 steps, that at 2023-0")


@pytest.mark.slow
def test_chance_is_no_step() -> None:
    assert all(status is Status.PASS for seed in range(10) for status in steps(long(seed)).values())


def test_of_few_rows_or_few_times_no_steps_are_told() -> None:
    assert not steps(long(rows=2_900))
    one_day = long() | {"t": [datetime(2023, 1, 1)] * 3_500 + [datetime(2023, 1, 2)] * 2_500}
    assert not steps(one_day)


def test_rows_without_a_time_belong_to_no_stretch() -> None:
    data = long()
    without = np.arange(6_000) % 10 == 0
    data["t"] = [None if gone else t for gone, t in zip(without, data["t"], strict=True)]
    data["x"] = np.where(without, 99.0, data["x"])
    assert steps(data)["x"] is Status.PASS
