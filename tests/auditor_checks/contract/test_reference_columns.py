from __future__ import annotations

from typing import Any

from auditor.testing import Status, decided, findings_of
from auditor_checks.contract.reference_columns import ReferenceColumns

TABLE: dict[str, list[Any]] = {"age": [1, 2, 3, 4], "job": ["a", "b", "a", "b"], "y": ["n", "y", "n", "y"]}


def test_the_same_columns_pass_the_label_aside() -> None:
    other = {"age": [7], "job": ["c"]}
    assert decided(ReferenceColumns(), TABLE, label="y", reference=other).status is Status.PASS


def test_a_feature_that_is_missing_or_of_another_kind_fails() -> None:
    other = {"age": ["old"], "id": [1], "y": ["n"]}
    result = decided(ReferenceColumns(), TABLE, label="y", reference=other)
    assert result.status is Status.FAIL
    assert {d.measure.name: d.measure.estimate.value for d in result.decided} == {
        "columns-lacking": 1,
        "columns-of-another-kind": 1,
    }
    found = {str(f.subject): f.message for f in findings_of(ReferenceColumns(), TABLE, label="y", reference=other)}
    assert found["job"] == "is not in the reference"
    assert found["age"].startswith("is numeric here and categorical in the reference")
    assert found["id"] == "is in the reference alone"


def test_without_a_reference_it_does_not_apply() -> None:
    result = decided(ReferenceColumns(), TABLE, label="y")
    assert result.status is Status.SKIPPED
    assert result.outcome.skip is not None
    assert not result.outcome.skip.applies


def test_a_batch_must_have_the_columns_of_its_base() -> None:
    base = TABLE | {"city": ["p", "q", "p", "q"]}
    assert decided(ReferenceColumns(), TABLE, label="y", reference=base).status is Status.PASS
    result = decided(ReferenceColumns(), TABLE, label="y", base=base)
    assert result.status is Status.FAIL
    assert [d.measure.note for d in result.decided if d.status is Status.FAIL] == ["city"]


def test_a_batch_that_is_to_be_labeled_later_may_lack_the_label() -> None:
    batch = {name: cells for name, cells in TABLE.items() if name != "y"}
    assert decided(ReferenceColumns(), batch, base=TABLE).status is Status.PASS
