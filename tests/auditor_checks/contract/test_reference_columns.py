from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

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


@pytest.mark.parametrize("side", ["base", "reference"])
@pytest.mark.parametrize(
    ("role", "other"),
    [("label", {"y": [0, 1, 0, 1]}), ("time", {"t": ["x", "y", "x", "y"]}), ("id", {"key": ["a", "b", "c", "d"]})],
)
def test_whatever_has_a_role_must_be_of_the_same_kind(side: str, role: str, other: dict[str, list[Any]]) -> None:
    (column,) = other
    table = TABLE | {"t": [datetime(2024, 1, day) for day in (1, 2, 3, 4)], "key": [1, 2, 3, 4]}
    roles: dict[str, Any] = {"label": "y", role: column, side: table | other}
    assert decided(ReferenceColumns(), table, **roles).status is Status.FAIL
    (found,) = findings_of(ReferenceColumns(), table, **roles)
    assert str(found.subject) == column
    assert found.message.endswith(" in the reference: it was not compared")
    assert decided(ReferenceColumns(), table, **(roles | {side: table})).status is Status.PASS


def test_a_column_without_a_role_must_fit_a_base_alone() -> None:
    table, other = TABLE | {"note": ["p", "q", "p", "q"]}, TABLE | {"note": [1, 2, 1, 2]}
    asked: dict[str, Any] = {"label": "y", "features": ["age", "job"]}
    assert decided(ReferenceColumns(), table, **asked, reference=other).status is Status.PASS
    assert decided(ReferenceColumns(), table, **asked, base=other).status is Status.FAIL


def test_a_labeled_batch_does_not_fit_a_base_without_the_label() -> None:
    base = {name: cells for name, cells in TABLE.items() if name != "y"}
    assert decided(ReferenceColumns(), TABLE, label="y", base=base).status is Status.FAIL
    (found,) = findings_of(ReferenceColumns(), TABLE, label="y", base=base)
    assert (str(found.subject), found.message) == ("y", "is not in the reference")


@pytest.mark.parametrize("side", ["base", "reference"])
def test_a_column_without_values_is_of_no_kind(side: str) -> None:
    empty = TABLE | {"age": [None] * 4}
    for table, other, told in (
        (empty, TABLE, "is empty here and numeric in the reference"),
        (TABLE, empty, "is numeric here and empty in the reference"),
    ):
        roles: dict[str, Any] = {"label": "y", side: other}
        assert decided(ReferenceColumns(), table, **roles).status is Status.FAIL
        (found,) = findings_of(ReferenceColumns(), table, **roles)
        assert found.message.startswith(told)
