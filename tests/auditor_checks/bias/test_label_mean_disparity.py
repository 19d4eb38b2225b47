from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from auditor.gate.decide import Result
from auditor.testing import Status, decided, measures_of
from auditor_checks.bias.label_mean_disparity import LabelMeanDisparity

Cells = dict[str, Any]
ROLES: Cells = {"label": "pay", "sensitive": "sex", "task": "regression"}


def pay(**groups: tuple[float, int]) -> Cells:
    """For each sex, an average and a number of rows; the spread within each is 1."""
    z = {sex: np.random.default_rng(3).normal(size=rows) for sex, (_, rows) in groups.items()}
    scaled = {sex: (values - values.mean()) / values.std() for sex, values in z.items()}
    return {
        "sex": [sex for sex, (_, rows) in groups.items() for _ in range(rows)],
        "pay": np.concatenate([scaled[sex] + average for sex, (average, _) in groups.items()]),
    }


def on(table: Cells, **options: Any) -> Result:
    return decided(LabelMeanDisparity(**options), table, **ROLES)


def test_averages_are_shown_and_the_gap_is_in_standard_deviations() -> None:
    table = pay(m=(10, 200), f=(9, 100))
    measures = {(m.name, str(m.subject)): m for m in measures_of(LabelMeanDisparity(), table, **ROLES)}
    assert measures["average of pay", "sex = m"].estimate.value == pytest.approx(10)
    assert measures["average of pay", "sex = m"].at_most is None
    gap = measures["difference in standard deviations", "sex = f"]
    assert gap.estimate.value == pytest.approx(-1 / np.std(table["pay"], ddof=1))
    assert (gap.at_least, gap.at_most) == (-0.2, 0.2)
    assert gap.note.startswith("against sex = m")


@pytest.mark.parametrize("average", [9.5, 10.5])
def test_half_a_standard_deviation_fails_either_way(average: float) -> None:
    assert on(pay(m=(10, 1000), f=(average, 1000))).status is Status.FAIL


def test_equal_averages_pass_where_there_are_rows_enough() -> None:
    assert on(pay(m=(10, 1000), f=(10, 1000))).status is Status.PASS
    assert on(pay(m=(10, 40), f=(10, 40))).status is Status.UNDECIDED


def test_a_group_of_few_rows_never_fails() -> None:
    assert on(pay(m=(10, 1000), f=(5, 29))).status is not Status.FAIL
    assert on(pay(m=(10, 1000), f=(5, 29)), min_rows=29).status is Status.FAIL


def test_the_limit_is_an_option() -> None:
    assert on(pay(m=(10, 1000), f=(9.5, 1000)), max_difference=0.8).status is Status.PASS


def test_pairs_of_attributes_and_missing_ones_are_groups() -> None:
    table = pay(m=(10, 400), f=(10, 400)) | {"race": [None, "b"] * 400}
    measures = measures_of(LabelMeanDisparity(), table, label="pay", sensitive=("sex", "race"), task="regression")
    subjects = {str(m.subject) for m in measures}
    assert "race = (missing)" in subjects
    assert "sex = m, race = b" in subjects


def test_rows_without_a_label_are_left_out() -> None:
    table = {"sex": ["m", "m", "f", "f"], "pay": [1.0, None, 2.0, 3.0]}
    measures = measures_of(LabelMeanDisparity(), table, **ROLES)
    assert {str(m.subject): m.support for m in measures if m.name.startswith("average")} == {"sex = m": 1, "sex = f": 2}


@pytest.mark.parametrize(
    ("labels", "reason"),
    [([5.0] * 4, "does not vary"), ([None] * 4, "does not vary"), ([1.0, 2.0, 3.0, float("inf")], "without bounds")],
)
def test_what_has_no_averages_to_compare_is_said(labels: list[Any], reason: str) -> None:
    import polars as pl

    table = pl.DataFrame({"sex": ["m", "f"] * 2, "pay": pl.Series(labels, dtype=pl.Float64)})
    result = decided(LabelMeanDisparity(), table, **ROLES)
    assert result.status is Status.SKIPPED
    assert reason in result.reason
    assert result.outcome.skip is not None
    assert result.outcome.skip.applies  # so that the gate asks for an answer


def test_one_group_alone_differs_from_nobody() -> None:
    assert on(pay(m=(10, 50))).status is Status.UNDECIDED


ORDERED: Cells = {"label": "grade", "sensitive": "sex", "label_order": ("low", "mid", "high", "top")}


def grades(**groups: tuple[int, int, int]) -> Cells:
    """For each sex, its rows that are low, mid and high."""
    rows = [
        (sex, name)
        for sex, n in groups.items()
        for name, k in zip(("low", "mid", "high"), n, strict=True)
        for _ in range(k)
    ]
    return {"sex": [sex for sex, _ in rows], "grade": [grade for _, grade in rows]}


def test_an_ordered_label_is_compared_by_its_places() -> None:
    table = grades(m=(100, 100, 100), f=(150, 50, 50))
    measures = {(m.name, str(m.subject)): m for m in measures_of(LabelMeanDisparity(), table, **ORDERED)}
    average = measures["average place of grade", "sex = m"]
    assert average.estimate.value == 2
    assert average.note == "from 1, 'low', to 4, 'top'"
    places = np.repeat([1, 2, 3], [250, 150, 150])
    gap = measures["difference in standard deviations", "sex = f"]
    assert gap.estimate.value == pytest.approx((1.6 - 2) / np.std(places, ddof=1))
    assert gap.note.endswith("steps")


def test_many_small_shifts_of_a_step_fail_together() -> None:
    """No class's rate differs by ten points, and the average does by a quarter of a standard deviation."""
    table = grades(m=(3000, 4000, 3000), f=(3950, 4000, 2050))
    assert decided(LabelMeanDisparity(), table, **ORDERED).status is Status.FAIL
    assert (
        decided(LabelMeanDisparity(), grades(m=(3000, 4000, 3000), f=(3010, 4000, 2990)), **ORDERED).status
        is Status.PASS
    )


def test_a_group_fails_only_with_rows_enough_for_the_skewness_of_its_places() -> None:
    """Nine in ten are low: the average of a hundred rows is not nearly normal."""
    for times, status in ((1, Status.UNDECIDED), (10, Status.FAIL)):
        table = grades(m=(9000, 500, 500), f=(40 * times, 40 * times, 20 * times))
        assert decided(LabelMeanDisparity(), table, **ORDERED).status is status


def test_an_unknown_order_is_said_and_asks_for_no_answer() -> None:
    result = decided(
        LabelMeanDisparity(), grades(m=(2, 2, 2), f=(2, 2, 2)), **ORDERED | {"label_order": (), "task": "ordinal"}
    )
    assert result.status is Status.SKIPPED
    assert "--label-order" in result.reason
    assert result.outcome.skip is not None
    assert not result.outcome.skip.applies  # the rates of the classes are compared all the same


def test_an_ordered_label_that_does_not_vary_is_said() -> None:
    assert "does not vary" in decided(LabelMeanDisparity(), grades(m=(2, 0, 0), f=(2, 0, 0)), **ORDERED).reason
