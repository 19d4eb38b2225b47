from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import narwhals as nw
import polars as pl
import pytest

from auditor.check import Finding, Measure, Skip
from auditor.dataset.table import ROW, Column, Dataset, Kind, Roles, Source, Task
from auditor.errors import AuditError
from auditor.evidence import Evidence
from auditor_checks.contract.schema import Schema

pytest.importorskip("pandera")
TABLE = pl.DataFrame({"age": [17, 25, None, 90], "job": ["cook", "nurse", "nurse", None]})


def evidence(frame: pl.DataFrame, path: Path) -> Evidence:
    numbered = frame.with_row_index(ROW).with_columns(pl.col(ROW).cast(pl.Int64))
    columns = tuple(Column(name, Kind.OTHER, str(kind)) for name, kind in frame.schema.items())
    source = Source("people", "frame", (str(path / "people.csv.gz"),))
    return Evidence(Dataset("people", nw.from_native(numbered.lazy()), columns, Roles(), Task.UNLABELED, None, source))


def commit(path: Path, columns: dict[str, Any] | None = None, **settings: Any) -> None:
    declared = {"schema_type": "dataframe", "api": "pandas", "columns": columns or {}, **settings}
    (path / "people.schema.json").write_text(json.dumps(declared))


def told(frame: pl.DataFrame, path: Path) -> list[Measure | Finding | Skip]:
    return list(Schema().measure(evidence(frame, path)))


def broken(frame: pl.DataFrame, path: Path) -> dict[str, int]:
    measures = [item for item in told(frame, path) if isinstance(item, Measure)]
    return {str(m.subject): int(m.estimate.value) for m in measures if m.estimate.value}


def test_without_a_contract_it_says_how_to_make_one(tmp_path: Path) -> None:
    (skip,) = told(TABLE, tmp_path)
    assert isinstance(skip, Skip)
    assert "infer_schema" in skip.reason
    assert not skip.applies


def test_a_kept_contract_gives_a_passing_measure_for_each_rule(tmp_path: Path) -> None:
    commit(tmp_path, {"age": {"dtype": "int64", "nullable": True, "greater_than": 0}})
    measures = told(TABLE, tmp_path)
    assert [m.subject for m in measures if isinstance(m, Measure)] == [
        "age: is there",
        "age: type int64",
        "age: greater_than(0)",
    ]
    assert all(isinstance(m, Measure) and m.estimate.value == 0 and m.at_most == 0 for m in measures)
    assert all(isinstance(m, Measure) and m.support == 4 for m in measures)


def test_the_rows_that_break_a_rule_are_all_found(tmp_path: Path) -> None:
    ages = pl.DataFrame({"age": [5] * 300 + [20]})
    commit(tmp_path, {"age": {"dtype": "int64", "in_range": {"min_value": 18, "max_value": 99}}})
    (finding,) = [item for item in told(ages, tmp_path) if isinstance(item, Finding)]
    assert finding.count == 300
    assert list(finding.rows) == list(range(300))


def test_missing_values_break_a_column_that_is_not_nullable(tmp_path: Path) -> None:
    commit(tmp_path, {"age": {"dtype": "int64"}, "job": {"dtype": "str"}})
    assert broken(TABLE, tmp_path) == {"age: not missing": 1, "job: not missing": 1}


def test_a_missing_column_breaks_the_contract(tmp_path: Path) -> None:
    commit(tmp_path, {"income": {"dtype": "float64"}})
    assert broken(TABLE, tmp_path) == {"income: is there": 1}


def test_strict_names_every_other_column(tmp_path: Path) -> None:
    commit(tmp_path, {"age": {"nullable": True}}, strict=True)
    assert broken(TABLE, tmp_path) == {"table: no other columns": 1, "job: not in the contract": 1}


def test_the_order_of_columns(tmp_path: Path) -> None:
    commit(tmp_path, {"job": {"nullable": True}, "age": {"nullable": True}}, ordered=True)
    assert broken(TABLE, tmp_path) == {"table: columns in order": 1}


def test_columns_named_by_a_pattern(tmp_path: Path) -> None:
    commit(tmp_path, {"^a": {"regex": True, "greater_than": 20}, "^z": {"regex": True, "required": False}})
    assert broken(TABLE, tmp_path) == {"age: not missing": 1, "age: greater_than(20)": 1}


def test_unique_over_all_rows_alone_and_together(tmp_path: Path) -> None:
    pairs = pl.DataFrame({"a": [1, 2, 1, 1], "b": [None, 3, None, 4]})
    commit(tmp_path, {"a": {"unique": True, "report_duplicates": "exclude_first"}}, unique=["a", "b"])
    assert broken(pairs, tmp_path) == {"a: unique": 2, "table: unique together: a, b": 2}


def test_unique_together_with_a_column_that_is_not_there(tmp_path: Path) -> None:
    commit(tmp_path, {"age": {"nullable": True}}, unique=["age", "nowhere"])
    assert broken(TABLE, tmp_path) == {"table: unique together: age, nowhere": 1}


def test_a_check_declared_as_a_warning_is_only_warned_of(tmp_path: Path) -> None:
    check = {"min_value": 20, "options": {"check_name": "greater_than", "raise_warning": True}}
    commit(tmp_path, {"age": {"nullable": True, "checks": [check]}})
    items = told(TABLE, tmp_path)
    (shown,) = [m for m in items if isinstance(m, Measure) and m.warns]
    assert shown.estimate.value == 1
    assert any(isinstance(item, Finding) for item in items)


def test_what_a_schema_would_repair_is_not_repaired(tmp_path: Path) -> None:
    columns = {"age": {"default": 1, "dtype": "int64", "drop_invalid_rows": True}, "x": {"default": 1}}
    commit(tmp_path, columns, drop_invalid_rows=True, add_missing_columns=True)
    assert broken(TABLE, tmp_path) == {"age: not missing": 1, "x: is there": 1}


def test_validation_switched_off_in_the_environment_changes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import pandera.config

    monkeypatch.setattr(pandera.config.CONFIG, "validation_enabled", False)
    commit(tmp_path, {"age": {"nullable": True, "greater_than": 20}})
    assert broken(TABLE, tmp_path) == {"age: greater_than(20)": 1}


def test_a_long_rule_is_cut_and_like_rules_are_told_apart(tmp_path: Path) -> None:
    checks = [{"value": list(range(n)), "options": {"check_name": "isin"}} for n in (99, 100)]
    commit(tmp_path, {"age": {"nullable": True, "checks": checks}})
    subjects = [str(m.subject) for m in told(TABLE, tmp_path) if isinstance(m, Measure)]
    assert len(set(subjects)) == len(subjects) == 3
    assert all(len(subject) < 120 for subject in subjects)


def test_names_and_values_are_only_data(tmp_path: Path) -> None:
    name = "<script>__import__('os')</script>\n`@`"
    commit(tmp_path, {name: {"dtype": "str", "isin": ["'; --"]}})
    assert broken(pl.DataFrame({name: ["'; --", "\x00"]}), tmp_path) == {f'{name}: isin(["\'; --"])': 1}


def test_a_declared_path_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(AuditError, match="cannot be read"):
        list(Schema(path=tmp_path / "none.yaml").measure(evidence(TABLE, tmp_path)))


def test_a_declared_path_wins(tmp_path: Path) -> None:
    commit(tmp_path, {"age": {}})
    (tmp_path / "other.json").write_text(json.dumps({"columns": {"job": {"nullable": True}}}))
    items = list(Schema(path=tmp_path / "other.json").measure(evidence(TABLE, tmp_path)))
    assert [item.subject for item in items if isinstance(item, Measure)] == ["job: is there"]


def test_two_contracts_beside_the_data(tmp_path: Path) -> None:
    commit(tmp_path, {"age": {}})
    (tmp_path / "people.schema.yaml").write_text("columns: {}")
    with pytest.raises(AuditError, match="several contracts"):
        told(TABLE, tmp_path)


def test_an_empty_schema_is_no_pass(tmp_path: Path) -> None:
    commit(tmp_path)
    with pytest.raises(AuditError, match="checks nothing"):
        told(TABLE, tmp_path)


def test_an_empty_table_is_no_pass(tmp_path: Path) -> None:
    commit(tmp_path, {"age": {}})
    with pytest.raises(AuditError, match="no rows"):
        told(TABLE.clear(), tmp_path)


def test_a_check_that_raises_is_an_error(tmp_path: Path) -> None:
    commit(tmp_path, {"job": {"dtype": "str", "nullable": True, "greater_than": 3}})
    with pytest.raises(AuditError, match=r"job: greater_than\(3\) could not be run: TypeError"):
        told(TABLE, tmp_path)


def test_the_documentation_has_its_parts() -> None:
    documentation = Schema.documentation()
    assert documentation.finds
    assert documentation.why
    assert documentation.method
