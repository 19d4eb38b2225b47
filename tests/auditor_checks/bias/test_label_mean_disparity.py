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
