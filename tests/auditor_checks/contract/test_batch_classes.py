from __future__ import annotations

from typing import Any

from auditor.testing import Status, decided, findings_of
from auditor_checks.contract.batch_classes import BatchClasses

BASE: dict[str, list[Any]] = {"x": [1, 2, 3, 4], "y": ["no", "yes", "no", "yes"]}


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


def test_labels_in_a_list_are_classes_too() -> None:
    base = {"x": [1, 2], "y": [["a", "b"], ["b"]]}
    batch = {"x": [1, 2], "y": [["a"], ["b", "new"]]}
    (found,) = findings_of(BatchClasses(), batch, label="y", base=base)
    assert (found.subject, list(found.rows)) == ("new", [1])


def test_a_base_without_the_label_is_said() -> None:
    result = decided(BatchClasses(), BASE, label="y", base={"x": [1, 2]})
    assert (result.status, "base has no label" in result.reason) == (Status.SKIPPED, True)
