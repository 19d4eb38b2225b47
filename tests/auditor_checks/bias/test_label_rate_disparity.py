from __future__ import annotations

from typing import Any

import polars as pl
import pytest

from auditor.check import Measure
from auditor.gate.decide import Decided, Result
from auditor.testing import Status, decided, measures_of
from auditor_checks.bias.label_rate_disparity import LabelRateDisparity

Cells = dict[str, list[Any]]


def rates(**groups: tuple[int, int]) -> Cells:
    """For each sex, how many of how many rows are labeled yes."""
    return {
        "sex": [sex for sex, (_, rows) in groups.items() for _ in range(rows)],
        "y": [label for yes, rows in groups.values() for label in ["yes"] * yes + ["no"] * (rows - yes)],
    }


def gaps(result: Result) -> dict[str, Decided]:
    return {str(d.measure.subject): d for d in result.decided if d.measure.name.startswith("difference")}


def on_sex(table: Cells, **options: Any) -> Result:
    return decided(LabelRateDisparity(**options), table, label="y", sensitive="sex")


def test_rates_by_group_are_shown_with_an_interval_and_no_limit() -> None:
    measures = measures_of(LabelRateDisparity(), rates(m=(30, 100), f=(20, 80)), label="y", sensitive="sex")
    shown = {str(m.subject): m for m in measures if m.name == "rate of yes"}
    assert {name: m.estimate.value for name, m in shown.items()} == {"sex = m": 0.3, "sex = f": 0.25}
    assert all(m.at_most is None and m.at_least is None for m in shown.values())
    low, high = shown["sex = m"].estimate.bounds(0.95)
    assert 0.2 < low < 0.3 < high < 0.4


def test_a_gap_is_measured_against_the_largest_group() -> None:
    measures = measures_of(LabelRateDisparity(), rates(f=(20, 80), m=(30, 100)), label="y", sensitive="sex")
    (gap,) = (m for m in measures if m.name == "difference in yes")
    assert str(gap.subject) == "sex = f"
    assert gap.estimate.value == pytest.approx(-0.05)
    assert (gap.at_least, gap.at_most, gap.note) == (-0.1, 0.1, "against sex = m")


def test_balanced_and_independent_passes() -> None:
    assert on_sex(rates(m=(300, 1000), f=(300, 1000))).status is Status.PASS


@pytest.mark.parametrize("yes", [200, 600])
def test_twenty_points_in_two_thousand_rows_fail_either_way(yes: int) -> None:
    assert on_sex(rates(m=(400, 1000), f=(yes, 1000))).status is Status.FAIL


def test_twenty_points_in_few_rows_cannot_be_decided() -> None:
    result = on_sex(rates(m=(12, 30), f=(6, 30)))
    assert result.status is Status.UNDECIDED
    needed = gaps(result)["sex = m"].rows_to_decide
    assert needed is not None
    assert 60 < needed < 2000


@pytest.mark.parametrize("yes", range(15))
def test_a_cell_of_fourteen_rows_never_decides(yes: int) -> None:
    """Whatever its rate, no pass and no fail; and the large groups' answer stands."""
    result = on_sex(rates(m=(400, 1000), f=(400, 1000), x=(yes, 14)))
    assert gaps(result)["sex = x"].status is Status.UNDECIDED
    assert result.status is Status.PASS
    assert "too few rows" in result.reason


def test_how_small_a_cell_may_be_to_fail_is_an_option() -> None:
    table = rates(m=(400, 1000), x=(0, 29))
    assert on_sex(table).status is Status.UNDECIDED
    assert on_sex(table, min_rows=29).status is Status.FAIL


def test_a_small_cell_that_is_half_of_the_rest_leaves_the_check_undecided() -> None:
    assert on_sex(rates(m=(400, 1000), x=(6, 14))).status is Status.UNDECIDED


def test_missing_is_a_group_of_its_own() -> None:
    table = rates(m=(400, 1000), f=(400, 1000), unknown=(0, 500))
    table["sex"] = [None if sex == "unknown" else sex for sex in table["sex"]]
    result = on_sex(table)
    assert gaps(result)["sex = (missing)"].status is Status.FAIL
    assert gaps(result)["sex = m"].status is Status.PASS


def test_rows_without_a_label_have_no_rate() -> None:
    table = rates(m=(50, 100), f=(50, 100))
    table = {"sex": [*table["sex"], "f"], "y": [*table["y"], None]}
    measures = measures_of(LabelRateDisparity(), table, label="y", sensitive="sex")
    assert {m.support for m in measures} == {100}


def test_a_pair_of_attributes_may_hide_a_gap() -> None:
    table: Cells = {"sex": [], "race": [], "y": []}
    for sex, race, yes in [("m", "w", 300), ("m", "b", 100), ("f", "w", 100), ("f", "b", 300)]:
        table["sex"] += [sex] * 500
        table["race"] += [race] * 500
        table["y"] += ["yes"] * yes + ["no"] * (500 - yes)
    result = decided(LabelRateDisparity(), table, label="y", sensitive=("sex", "race"))
    found = {name: d.status for name, d in gaps(result).items()}
    assert (found["sex = m"], found["race = w"]) == (Status.PASS, Status.PASS)
    assert found["sex = f, race = w"] is Status.FAIL
    assert found["sex = m, race = w"] is Status.PASS


def test_the_positive_class_is_the_one_shown() -> None:
    def shown(**roles: Any) -> set[str]:
        measures = measures_of(LabelRateDisparity(), rates(m=(1, 4), f=(2, 4)), label="y", sensitive="sex", **roles)
        return {m.name for m in measures}

    assert shown() == {"rate of yes", "difference in yes"}
    assert shown(positive="no") == {"rate of no", "difference in no"}


def test_of_many_classes_the_largest_are_each_held_against_the_rest() -> None:
    table = {"sex": ["m", "f"] * 12, "y": ["a"] * 12 + ["b"] * 8 + ["c"] * 4}
    measures = measures_of(LabelRateDisparity(max_classes=2), table, label="y", sensitive="sex")
    assert {m.name for m in measures if m.name.startswith("rate")} == {"rate of a", "rate of b"}


@pytest.mark.parametrize(
    ("label", "columns"),
    [("tags", {"tags": [["p", "q"], ["q"], ["p"], []]}), (("p", "q"), {"p": [1, 0, 1, 0], "q": [1, 1, 0, 0]})],
)
def test_each_of_several_labels_a_row_has_its_rate(label: Any, columns: Cells) -> None:
    table = columns | {"sex": ["m", "m", "f", "f"]}
    measures: list[Measure] = measures_of(LabelRateDisparity(), table, label=label, sensitive="sex")
    shown = {(m.name, str(m.subject)): m.estimate.value for m in measures if m.name.startswith("rate")}
    assert shown == {
        ("rate of p", "sex = m"): 0.5,
        ("rate of p", "sex = f"): 0.5,
        ("rate of q", "sex = m"): 1.0,
        ("rate of q", "sex = f"): 0.0,
    }


def test_the_limit_is_an_option() -> None:
    table = rates(m=(400, 1000), f=(200, 1000))
    assert on_sex(table, max_difference=0.3).status is Status.PASS


@pytest.mark.parametrize("labels", [["yes"] * 4, [None] * 4])
def test_without_two_classes_no_rate_can_differ(labels: list[str | None]) -> None:
    table = {"sex": ["m", "f", "m", "f"], "y": pl.Series(labels, dtype=pl.String)}
    result = decided(LabelRateDisparity(), table, label="y", sensitive="sex")
    assert result.status is Status.SKIPPED
    assert "no two classes" in result.reason


def test_label_columns_without_any_label_are_not_answered() -> None:
    empty = pl.Series([None, None], dtype=pl.Boolean)
    result = decided(
        LabelRateDisparity(), {"sex": ["m", "f"], "p": empty, "q": empty}, label=("p", "q"), sensitive="sex"
    )
    assert result.status in (Status.UNDECIDED, Status.SKIPPED)


def test_one_group_alone_differs_from_nobody() -> None:
    result = on_sex(rates(m=(40, 100)))
    assert result.status is Status.UNDECIDED
    assert result.reason == "nothing could be measured"


def test_values_may_hold_anything() -> None:
    table = {"sex, or": ["a, b = c", "(x)", "a, b = c", "(x)"], "y": ["1", "0", "1", "1"]}
    measures = measures_of(LabelRateDisparity(), table, label="y", sensitive="sex, or")
    assert {m.estimate.value for m in measures if m.name == "rate of 1"} == {1.0, 0.5}
