"""What holds for every built-in check, whatever the table."""

from __future__ import annotations

import time
from typing import Any

import polars as pl
import pytest

import auditor_checks
from auditor.check import Check, Family
from auditor.plugins import flaw
from auditor.testing import Status, decided, evidence_of

ALL = auditor_checks.checks()
IDS = [check.id for check in ALL]


@pytest.mark.parametrize("check", ALL, ids=IDS)
def test_a_check_is_what_the_plugin_api_asks_for(check: type[Check]) -> None:
    assert flaw(check) is None
    assert check.__module__ == f"auditor_checks.{check.family}.{check.id.replace('-', '_')}"
    assert check.model_config.get("frozen")


@pytest.mark.parametrize("check", ALL, ids=IDS)
def test_its_docstring_is_its_documentation(check: type[Check]) -> None:
    told = check.documentation()
    assert told.finds.endswith(".")
    assert told.why
    assert told.method


@pytest.mark.parametrize("check", ALL, ids=IDS)
def test_its_options_have_defaults_and_types(check: type[Check]) -> None:
    for name, field in check.model_fields.items():
        assert not field.is_required(), name
        assert field.annotation is not None


def test_ids_are_unique_and_every_family_is_there() -> None:
    assert len(set(IDS)) == len(IDS)
    assert {check.family for check in ALL} == set(Family)


def missing(rows: int) -> pl.Series:
    return pl.Series([None] * rows, dtype=pl.String)


ODD: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "one row": ({"x": [1.5], "sex": ["f"], "y": ["a"]}, {}),
    "one class": ({"x": [1.5, 2.5] * 20, "sex": ["f", "m"] * 20, "y": ["a"] * 40}, {}),
    "no label anywhere": ({"x": [1.5, 2.5], "sex": ["f", "m"], "y": missing(2)}, {}),
    "nothing anywhere": ({"x": missing(3), "sex": missing(3), "y": missing(3)}, {}),
    "only a label": ({"sex": ["f", "m"] * 20, "y": ["a", "b"] * 20}, {}),
    "lists": ({"x": [[1, 2], None, []], "sex": ["f", "m", None], "y": [["a"], None, []]}, {}),
    "structs": ({"x": [{"a": 1}, {"a": 2}, None], "sex": ["f", "m", "m"], "y": ["a", "b", "a"]}, {}),
    "a scale": ({"x": [1.5, 2.5, 3.5], "sex": ["f", "m", "m"], "y": [0.1, 0.2, None]}, {}),
    "names of ours": ({"rows": ["a", "b"], "value": [1, 2], "sex": ["f", "m"], "y": ["a", "b"]}, {}),
    "infinite": ({"x": [float("inf"), -float("inf"), 1e308, None], "sex": ["f", "m"] * 2, "y": ["a", "b"] * 2}, {}),
    "empty names": ({"": ["p", "q"], "sex": ["", " "], "y": ["", "b"]}, {}),
}


@pytest.mark.parametrize("check", ALL, ids=IDS)
@pytest.mark.parametrize("odd", ODD.values(), ids=list(ODD))
def test_an_odd_table_is_no_error(check: type[Check], odd: tuple[dict[str, Any], dict[str, Any]]) -> None:
    table, roles = odd
    result = decided(check(), table, label="y", sensitive="sex", **roles)
    assert result.status is not Status.ERROR, result.reason


@pytest.mark.parametrize("check", [check for check in ALL if check.needs.reference], ids=lambda check: check.id)
@pytest.mark.parametrize("odd", ODD.values(), ids=list(ODD))
def test_an_odd_table_may_be_a_batch(check: type[Check], odd: tuple[dict[str, Any], dict[str, Any]]) -> None:
    table, roles = odd
    for base in (table, {name: list(cells)[:1] for name, cells in table.items()}, {"sex": missing(2), "x": [1, 2]}):
        result = decided(check(), table, label="y", sensitive="sex", base=base, **roles)
        assert result.status is not Status.ERROR, result.reason


@pytest.mark.parametrize("check", ALL, ids=IDS)
def test_a_table_without_label_and_people_is_no_error(check: type[Check]) -> None:
    assert decided(check(), {"x": list(range(40))}).status in {Status.PASS, Status.SKIPPED}


@pytest.mark.slow
def test_ten_thousand_classes_take_seconds() -> None:
    rows = 20_000
    table = {"x": list(range(rows)), "sex": ["f", "m"] * (rows // 2), "y": [f"class {i % 10_000}" for i in range(rows)]}
    started = time.process_time()
    evidence = evidence_of(table, label="y", sensitive="sex")
    results = {check.id: decided(check(), evidence) for check in ALL}
    assert time.process_time() - started < 30
    assert [name for name, result in results.items() if result.status is Status.ERROR] == []
    assert results["class-imbalance"].status is Status.FAIL
    assert results["label-spelling"].status is Status.PASS


@pytest.mark.slow
def test_two_thousand_columns_take_seconds() -> None:
    table: dict[str, Any] = {f"x{i}": [float(i), 1.0, 2.0, None] * 10 for i in range(200)}
    table |= {f"w{i}": [f"word {row}" for row in range(40)] for i in range(1800)}
    table |= {"sex": ["f", "m"] * 20, "y": ["a", "b"] * 20}
    started = time.process_time()
    evidence = evidence_of(table, label="y", sensitive="sex")
    results = {check.id: decided(check(), evidence) for check in ALL if not check.needs.model}
    assert time.process_time() - started < 40
    assert [name for name, result in results.items() if result.status is Status.ERROR] == []
    assert len(results["missing-values"].decided) == 2001
