from __future__ import annotations

import pytest

from auditor.testing import Status, decided, findings_of, measures_of
from auditor_checks.diversity.missing_values import MissingValues

HOLES = {
    "full": [1, 2, 3, 4],
    "half": ["a", None, None, "b"],
    "nan": [0.5, float("nan"), 1.0, 2.0],
    "y": [None, None, None, 1],
}


def test_the_missing_share_of_each_column_the_emptiest_first() -> None:
    shares = {str(m.subject): m.estimate.value for m in measures_of(MissingValues(), HOLES, label="y")}
    assert list(shares.items()) == [("half", 0.5), ("nan", 0.25), ("full", 0.0)]


@pytest.mark.parametrize(("limit", "status"), [(0.2, Status.FAIL), (0.5, Status.PASS)])
def test_the_limit_is_an_option(limit: float, status: Status) -> None:
    assert decided(MissingValues(max_share=limit), HOLES, label="y").status is status


def test_missing_labels_are_another_checks_business() -> None:
    assert decided(MissingValues(), {"x": [1, 2], "y": [None, 1]}, label="y").status is Status.PASS


@pytest.mark.parametrize("disguise", ["?", "N/A", " null ", "", "-", "Unknown"])
def test_a_missing_value_in_disguise_is_pointed_out(disguise: str) -> None:
    (finding,) = findings_of(MissingValues(), {"x": ["a", disguise, disguise, "b"]})
    assert (finding.subject, finding.count) == ("x", 2)
    assert repr(disguise) in finding.message


@pytest.mark.parametrize("value", ["0", "no", "nat", "a?"])
def test_an_ordinary_value_is_not(value: str) -> None:
    assert findings_of(MissingValues(), {"x": ["a", value, value, "b"]}) == []


def test_ids_and_splits_may_be_missing_too() -> None:
    table = {"key": [1, None], "part": ["train", "test"], "x": [1, 2]}
    subjects = {str(m.subject): m.estimate.value for m in measures_of(MissingValues(), table, id="key", split="part")}
    assert subjects == {"key": 0.5, "part": 0, "x": 0}


def test_lists_may_be_missing_too() -> None:
    (measure,) = measures_of(MissingValues(), {"x": [["a"], None, [], ["b"]]})
    assert measure.estimate.value == 0.25


def test_one_row_without_a_hole_passes() -> None:
    assert decided(MissingValues(), {"x": [1]}).status is Status.PASS
    assert decided(MissingValues(), {"x": [1], "z": [None]}).status is Status.FAIL
