from __future__ import annotations

from typing import Any

import polars as pl
import pytest

from auditor.errors import UsageError
from auditor.testing import Status, decided, measures_of
from auditor_checks.diversity.class_imbalance import ClassImbalance


def classes(**rows: int) -> dict[str, list[str]]:
    return {"y": [name for name, count in rows.items() for _ in range(count)]}


def measured(table: dict[str, Any], name: str, **roles: Any) -> dict[str, float]:
    measures = measures_of(ClassImbalance(), table, **roles)
    return {str(m.subject): m.estimate.value for m in measures if m.name == name}


def test_rows_and_relative_share_of_each_class_the_smallest_first() -> None:
    table = classes(a=60, b=30, c=10)
    assert list(measured(table, "rows", label="y").items()) == [("c", 10), ("b", 30), ("a", 60)]
    assert measured(table, "relative-share", label="y") == pytest.approx({"c": 0.3, "b": 0.9, "a": 1.8})


def test_an_even_split_passes() -> None:
    assert decided(ClassImbalance(), classes(a=20, b=20), label="y").status is Status.PASS


def test_a_class_of_few_rows_fails_unless_so_few_are_enough() -> None:
    table = classes(a=100, b=19)
    assert decided(ClassImbalance(), table, label="y").status is Status.FAIL
    assert decided(ClassImbalance(min_rows=19), table, label="y").status is Status.PASS


def test_a_class_far_below_its_even_share_fails_unless_that_is_normal() -> None:
    table = classes(a=1000, b=50)
    assert decided(ClassImbalance(), table, label="y").status is Status.FAIL
    assert decided(ClassImbalance(min_relative_share=0.05), table, label="y").status is Status.PASS


def test_one_class_is_nothing_to_learn_from() -> None:
    assert decided(ClassImbalance(), classes(a=100), label="y").status is Status.FAIL
    assert decided(ClassImbalance(min_classes=1), classes(a=100), label="y").status is Status.PASS


@pytest.mark.parametrize("cells", [["a"], [None, None, None]])
def test_one_row_or_no_label_fails(cells: list[str | None]) -> None:
    table = {"x": range(len(cells)), "y": pl.Series(cells, dtype=pl.String)}
    assert decided(ClassImbalance(), table, label="y").status is Status.FAIL


def test_a_missing_label_is_no_class() -> None:
    table = {"y": ["a"] * 20 + ["b"] * 20 + [None] * 3}
    assert set(measured(table, "rows", label="y")) == {"a", "b"}
    assert decided(ClassImbalance(), table, label="y").status is Status.PASS


def test_of_several_labels_a_row_only_the_rows_are_held_to_a_limit() -> None:
    table = {"tags": [["a", "b"]] * 20 + [["a"]] * 500}
    assert measured(table, "relative-share", label="tags") == {}
    assert measured(table, "rows", label="tags") == {"a": 520, "b": 20}
    assert decided(ClassImbalance(), table, label="tags").status is Status.PASS


def test_a_label_column_that_is_never_true_fails() -> None:
    table = {"p": [True] * 30, "q": [False] * 30}
    assert measured(table, "rows", label=("p", "q")) == {"p": 30, "q": 0}
    assert decided(ClassImbalance(), table, label=("p", "q")).status is Status.FAIL


def test_a_scale_has_no_classes() -> None:
    assert decided(ClassImbalance(), {"y": [0.5, 1.5, 2.5]}, label="y").status is Status.SKIPPED


def test_a_rare_class_is_normal_where_it_is_declared_and_has_examples_enough() -> None:
    table = classes(genuine=9980, fraud=20)
    assert decided(ClassImbalance(), table, label="y").status is Status.FAIL
    assert decided(ClassImbalance(expected={"fraud": 0.002}), table, label="y").status is Status.PASS


def test_too_few_examples_are_never_normal() -> None:
    table = classes(genuine=4995, fraud=5)
    failed = decided(ClassImbalance(expected={"fraud": 0.001}), table, label="y")
    assert [d.measure.name for d in failed.decided if d.status is Status.FAIL] == ["rows"]


def test_a_declared_class_far_below_its_share_fails() -> None:
    table = classes(genuine=9900, fraud=100)
    assert decided(ClassImbalance(expected={"fraud": 0.5}), table, label="y").status is Status.FAIL
    assert decided(ClassImbalance(expected={"fraud": 0.1}), table, label="y").status is Status.PASS


def test_a_declared_class_that_never_occurs_fails() -> None:
    table = classes(a=50, b=50)
    failed = decided(ClassImbalance(expected={"c": 0.1}), table, label="y")
    assert failed.status is Status.FAIL
    assert ("rows", "c", 0) in [(d.measure.name, d.measure.subject, d.measure.estimate.value) for d in failed.decided]


def test_a_declared_class_does_not_count_among_those_that_occur() -> None:
    failed = decided(ClassImbalance(expected={"b": 0.1}, min_rows=1), classes(a=50), label="y", task="binary")
    (measure,) = [d for d in failed.decided if d.measure.name == "classes"]
    assert (measure.measure.estimate.value, measure.status) == (1, Status.FAIL)


def test_the_others_split_evenly_what_the_declared_classes_leave() -> None:
    check = ClassImbalance(expected={"a": 0.6})
    shares = {
        m.subject: m.estimate.value
        for m in measures_of(check, classes(a=60, b=30, c=10), label="y")[1:]
        if m.name == "relative-share"
    }
    assert shares == pytest.approx({"a": 1, "b": 1.5, "c": 0.5})


def test_a_class_that_the_declared_ones_leave_nothing_to_has_no_share_to_reach() -> None:
    check = ClassImbalance(expected={"a": 0.9, "b": 0.1})
    told = measures_of(check, classes(a=90, b=10, c=1), label="y")
    assert {m.subject for m in told if m.name == "relative-share"} == {"a", "b"}


@pytest.mark.parametrize("wrong", [{"a": 0.7, "b": 0.7}, {"a": 0}, {"a": 1.5}, {"a": "rare"}])
def test_shares_that_cannot_be_are_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="expected"):
        ClassImbalance(expected=wrong)


def test_a_class_may_be_declared_by_a_number_or_a_truth_value() -> None:
    assert ClassImbalance(expected={1: 0.1}).expected == {"1": 0.1}


def test_shares_are_not_for_several_labels_a_row() -> None:
    with pytest.raises(UsageError, match="several labels"):
        measures_of(ClassImbalance(expected={"a": 0.1}), {"y": [["a", "b"], ["a"]]}, label="y")
