from __future__ import annotations

from itertools import product
from typing import Any

import numpy as np
import pytest
from pydantic import ValidationError

from auditor.gate.decide import Result
from auditor.testing import Status, decided, findings_of, measures_of
from auditor_checks.bias.worst_subgroups import WorstSubgroups

THREE = ("sex", "race", "age")
Group = tuple[str, str, str]


def table(rates: dict[Group, tuple[int, int]], default: tuple[int, int] = (300, 1000)) -> dict[str, list[Any]]:
    """Two values of each of three attributes; so many of so many rows of each subgroup are labeled yes."""
    cells: dict[str, list[Any]] = {name: [] for name in (*THREE, "y")}
    for group in {**dict.fromkeys(product("fm", "bw", "oy")), **rates}:
        yes, rows = rates.get(group, default)
        for name, value in zip(THREE, group, strict=True):
            cells[name] += [value] * rows
        cells["y"] += ["yes"] * yes + ["no"] * (rows - yes)
    return cells


def on(cells: dict[str, list[Any]], **options: Any) -> Result:
    return decided(WorstSubgroups(**options), cells, label="y", sensitive=THREE)


def test_equal_subgroups_pass() -> None:
    assert on(table({})).status is Status.PASS


def test_the_worst_subgroup_is_found_and_named() -> None:
    result = on(table({("f", "b", "y"): (600, 1000)}))
    assert result.status is Status.FAIL
    (failed,) = (d.measure for d in result.decided if d.status is Status.FAIL)
    assert str(failed.subject) == "sex = f, race = b, age = y"
    assert "60.0% (600 of 1000), 30.0% of all other rows" in failed.note
    assert [str(f.subject) for f in result.outcome.findings] == ["sex = f, race = b, age = y"]


def test_a_subgroup_with_fewer_is_found_too() -> None:
    assert on(table({("m", "w", "o"): (50, 1000)})).status is Status.FAIL


@pytest.mark.parametrize("yes", [0, 7, 14])
def test_a_cell_of_fourteen_rows_never_decides_and_is_named(yes: int) -> None:
    result = on(table({("f", "b", "x"): (yes, 14)}))
    assert result.status is Status.PASS
    (small,) = (f for f in result.outcome.findings if f.subject == "small subgroups")
    assert "1 subgroup of fewer than 30 rows" in small.message
    assert "sex = f, race = b, age = x (14 rows)" in small.message
    assert small.count == 14


def test_rows_in_small_subgroups_keep_a_pass_away_where_they_are_many() -> None:
    assert on(table({("f", "b", "x"): (0, 29)}, default=(20, 60))).status is Status.UNDECIDED


def test_a_small_subgroup_with_enough_rows_may_fail() -> None:
    result = on(table({("f", "b", "x"): (60, 60)}))
    assert [str(d.measure.subject) for d in result.decided if d.status is Status.FAIL] == ["sex = f, race = b, age = x"]


def test_a_fair_set_passes_though_its_smaller_subgroups_are_noisy() -> None:
    rng = np.random.default_rng(5)
    cells: dict[str, Any] = {name: rng.choice(list("abcde"), 20_000, p=[0.4, 0.3, 0.2, 0.06, 0.04]) for name in THREE}
    cells["y"] = np.where(rng.random(20_000) < 0.3, "yes", "no")
    assert on(cells).status is Status.PASS


def test_many_classes_are_each_held_against_the_rest() -> None:
    cells = table({})
    cells["y"] = [f"{label}{place % 3}" for place, label in enumerate(cells["y"])]
    assert on(cells).status is Status.PASS
    assert len(measures_of(WorstSubgroups(), cells, label="y", sensitive=THREE)) == 1


def test_favourable_classes_count_as_one() -> None:
    cells = table({("f", "b", "y"): (600, 1000)})
    cells["y"] = [label if label == "no" else ("good", "fine")[place % 2] for place, label in enumerate(cells["y"])]
    (measure,) = measures_of(WorstSubgroups(favourable=("good", "fine")), cells, label="y", sensitive=THREE)
    assert "good or fine: 60.0%" in measure.note


def test_with_two_attributes_there_is_nothing_to_combine() -> None:
    result = decided(WorstSubgroups(), table({}), label="y", sensitive=("sex", "race"))
    assert result.status is Status.SKIPPED
    assert result.outcome.skip is not None
    assert not result.outcome.skip.applies


def test_pairs_are_searched_on_request() -> None:
    measures = measures_of(WorstSubgroups(min_depth=2), table({}), label="y", sensitive=THREE)
    assert len(measures) == 4


def test_attributes_of_too_many_values_are_named() -> None:
    cells = table({})
    cells["code"] = [f"c{place % 4000}" for place in range(len(cells["y"]))]
    found = findings_of(WorstSubgroups(), cells, label="y", sensitive=(*THREE, "code"))
    assert [str(f.subject) for f in found] == ["code"]


def test_depths_must_rise() -> None:
    with pytest.raises(ValidationError, match="min_depth"):
        WorstSubgroups(min_depth=4)


def test_measures_are_few_however_many_subgroups_there_are() -> None:
    rng = np.random.default_rng(6)
    cells: dict[str, Any] = {name: rng.choice(list("abcdefghijkl"), 20_000) for name in THREE}
    cells["y"] = np.where(rng.random(20_000) < 0.3, "yes", "no")
    result = on(cells)
    assert len(result.decided) <= 3
    assert len(result.outcome.findings) <= 11


def test_a_few_rows_of_a_doubtful_subgroup_do_not_leave_the_rest_open() -> None:
    result = on(table({("f", "b", "x"): (4, 40)}))
    assert [d.status for d in result.decided] == [Status.PASS, Status.UNDECIDED]
    assert result.status is Status.PASS
