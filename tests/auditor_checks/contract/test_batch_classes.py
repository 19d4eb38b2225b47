from __future__ import annotations

from typing import Any

import pytest

from auditor.testing import Status, decided, findings_of
from auditor_checks.contract.batch_classes import BatchClasses

BASE: dict[str, list[Any]] = {"x": list(range(80)), "y": ["no", "yes"] * 40}


def test_classes_of_the_base_pass_and_need_not_all_be_there() -> None:
    batch = {"x": [5, 6, 7], "y": ["no", "no", None]}
    assert decided(BatchClasses(), batch, label="y", task="binary", base=BASE).status is Status.PASS


def test_a_class_that_the_base_lacks_fails_and_is_named_with_its_rows() -> None:
    batch = {"x": [5, 6, 7], "y": ["no", "maybe", "maybe"]}
    result = decided(BatchClasses(), batch, label="y", base=BASE)
    assert (result.status, result.decided[0].measure.note) == (Status.FAIL, "maybe")
    (found,) = findings_of(BatchClasses(), batch, label="y", base=BASE)
    assert (found.subject, found.count, list(found.rows)) == ("maybe", 2, [1, 2])
    assert decided(BatchClasses(max_classes=1), batch, label="y", base=BASE).status is Status.PASS


@pytest.mark.parametrize(("new", "status", "warned"), [(1, Status.PASS, 1), (6, Status.FAIL, 0)])
def test_a_class_no_rarer_than_others_of_the_base_may_stand_in_the_batch_by_chance(
    new: int, status: Status, warned: int
) -> None:
    base = {"x": list(range(102)), "y": ["no", "yes"] * 50 + ["odd"] * 2}
    batch = {"x": list(range(100)), "y": ["no"] * (100 - new) + ["strange"] * new}
    result = decided(BatchClasses(), batch, label="y", base=base)
    assert (result.status, result.warned) == (status, warned)
    assert [one.measure.note for one in result.decided if one.status is Status.FAIL] == ["strange"]


def test_a_new_class_in_a_batch_that_is_small_beside_its_base_is_no_chance() -> None:
    base = {"x": list(range(2_002)), "y": ["no", "yes"] * 1_000 + ["odd"] * 2}
    batch = {"x": [1, 2, 3], "y": ["no", "yes", "strange"]}
    assert decided(BatchClasses(), batch, label="y", base=base).status is Status.FAIL


def test_labels_in_a_list_are_classes_too() -> None:
    base = {"x": [1, 2], "y": [["a", "b"], ["b"]]}
    batch = {"x": [1, 2], "y": [["a"], ["b", "new"]]}
    (found,) = findings_of(BatchClasses(), batch, label="y", base=base)
    assert (found.subject, list(found.rows)) == ("new", [1])


def test_a_base_without_the_label_is_said() -> None:
    result = decided(BatchClasses(), BASE, label="y", base={"x": [1, 2]})
    assert (result.status, "base has no label" in result.reason) == (Status.SKIPPED, True)


def test_a_single_row_of_a_new_class_is_no_chance_where_the_base_has_no_rare_one() -> None:
    batch = {"x": list(range(80)), "y": ["no"] * 79 + ["nO"]}
    assert decided(BatchClasses(), batch, label="y", base=BASE).status is Status.FAIL
