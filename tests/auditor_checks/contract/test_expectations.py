from __future__ import annotations

import json
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import narwhals as nw
import polars as pl
import pytest

from auditor.check import Finding, Measure, Skip
from auditor.dataset.table import ROW, Column, Dataset, Kind, Roles, Source, Task
from auditor.errors import AuditError
from auditor.evidence import Evidence
from auditor_checks.contract.expectations import Expectations

# Looked for, not imported: to collect the tests is no reason to wait for it.
pytestmark = pytest.mark.skipif(find_spec("great_expectations") is None, reason="needs great_expectations")
TABLE = pl.DataFrame({"age": [17, 25, None, 90], "job": ["cook", "nurse", "nurse", None], "n": [1, 2, 3, 4]})


def evidence(frame: pl.DataFrame, path: Path) -> Evidence:
    numbered = frame.with_row_index(ROW).with_columns(pl.col(ROW).cast(pl.Int64))
    columns = tuple(Column(name, Kind.OTHER, str(kind)) for name, kind in frame.schema.items())
    source = Source("people", "frame", (str(path / "people.csv"),))
    return Evidence(Dataset("people", nw.from_native(numbered.lazy()), columns, Roles(), Task.UNLABELED, None, source))


def expectation(kind: str, severity: str = "critical", **kwargs: Any) -> dict[str, Any]:
    return {"type": f"expect_{kind}", "kwargs": kwargs, "meta": {}, "severity": severity}


def told(path: Path, *expectations: Any, frame: pl.DataFrame = TABLE) -> list[Measure | Finding | Skip]:
    suite: dict[str, Any] = {
        "name": "people",
        "expectations": list(expectations),
        "meta": {},
        "id": None,
        "notes": None,
    }
    (path / "people.expectations.json").write_text(json.dumps(suite))
    return list(Expectations().measure(evidence(frame, path)))


def measured(path: Path, *expectations: Any, frame: pl.DataFrame = TABLE) -> Measure:
    (measure,) = [item for item in told(path, *expectations, frame=frame) if isinstance(item, Measure)]
    return measure


def found(path: Path, *expectations: Any, frame: pl.DataFrame = TABLE) -> Finding:
    (finding,) = [item for item in told(path, *expectations, frame=frame) if isinstance(item, Finding)]
    return finding


def test_without_a_suite_it_says_how_to_make_one(tmp_path: Path) -> None:
    (skip,) = Expectations().measure(evidence(TABLE, tmp_path))
    assert isinstance(skip, Skip)
    assert "ExpectationSuite" in skip.reason or "suite" in skip.reason
    assert not skip.applies


def test_the_share_of_unexpected_values_is_held_to_what_mostly_leaves(tmp_path: Path) -> None:
    measure = measured(tmp_path, expectation("column_values_to_not_be_null", column="age", mostly=0.9))
    assert measure.estimate.value == 0.25
    assert measure.at_most == 0.1
    assert measure.support == 4


def test_missing_values_are_not_among_the_values(tmp_path: Path) -> None:
    measure = measured(tmp_path, expectation("column_values_to_be_between", column="age", max_value=50))
    assert measure.estimate.value == pytest.approx(1 / 3)
    assert measure.at_most == 0


@pytest.mark.parametrize("mostly", [0.9, 0.7, 0.95])
def test_a_share_at_the_limit_is_met(tmp_path: Path, mostly: float) -> None:
    bad = round(100 * (1 - mostly))
    frame = pl.DataFrame({"n": [-1] * bad + [1] * (100 - bad)})
    given = expectation("column_values_to_be_between", column="n", min_value=0, mostly=mostly)
    (only,) = told(tmp_path, given, frame=frame)
    assert isinstance(only, Measure)
    assert only.at_most is not None
    assert only.estimate.value <= only.at_most


def test_every_row_is_found_where_the_engine_lists_two_hundred(tmp_path: Path) -> None:
    frame = pl.DataFrame({"n": [-1] * 300 + [1]})
    finding = found(tmp_path, expectation("column_values_to_be_between", column="n", min_value=0), frame=frame)
    assert finding.count == 300
    assert list(finding.rows) == list(range(300))


@pytest.mark.parametrize(("severity", "limit"), [("warning", 0.0), ("info", None)])
def test_a_warning_is_warned_of_and_info_shown(tmp_path: Path, severity: str, limit: float | None) -> None:
    items = told(tmp_path, expectation("column_values_to_not_be_null", severity, column="age"))
    measure, finding = items
    assert isinstance(measure, Measure)
    assert (measure.at_most, measure.warns) == (limit, severity == "warning")
    assert isinstance(finding, Finding)
    assert severity in finding.message


def test_a_critical_expectation_that_lets_every_value_pass_decides_nothing(tmp_path: Path) -> None:
    measure = measured(tmp_path, expectation("column_values_to_be_between", column="age", max_value=0, mostly=0))
    assert measure.at_most is None
    assert "lets every value pass" in measure.note


def test_no_severity_is_critical(tmp_path: Path) -> None:
    given = expectation("column_values_to_not_be_null", column="n")
    del given["severity"]
    assert measured(tmp_path, given).at_most == 0


def test_an_expectation_without_counts_holds_or_not(tmp_path: Path) -> None:
    measure = measured(tmp_path, expectation("column_mean_to_be_between", column="n", max_value=2))
    assert (measure.name, measure.estimate.value, measure.at_most) == ("not-met", 1, 0)
    assert "2.5" in measure.note


def test_expectations_about_the_table_see_all_its_columns(tmp_path: Path) -> None:
    same = expectation("table_columns_to_match_ordered_list", column_list=["age", "job", "n"])
    assert measured(tmp_path, same).estimate.value == 0
    assert measured(tmp_path, expectation("table_row_count_to_equal", value=4)).estimate.value == 0


def test_a_column_that_should_exist(tmp_path: Path) -> None:
    assert measured(tmp_path, expectation("column_to_exist", column="wage")).estimate.value == 1


def test_columns_together(tmp_path: Path) -> None:
    frame = pl.DataFrame({"a": [1, 2, 1], "b": ["x", "x", "x"]})
    finding = found(tmp_path, expectation("compound_columns_to_be_unique", column_list=["a", "b"]), frame=frame)
    assert list(finding.rows) == [0, 2]


def test_a_row_condition_keeps_the_row_ordinals(tmp_path: Path) -> None:
    condition = {"type": "comparison", "column": {"name": "job"}, "operator": "==", "parameter": "nurse"}
    given = expectation("column_values_to_be_between", column="n", max_value=2, row_condition=condition)
    assert list(found(tmp_path, given).rows) == [2]


def test_a_row_condition_that_no_row_meets_is_no_pass(tmp_path: Path) -> None:
    condition = {"type": "comparison", "column": {"name": "n"}, "operator": ">", "parameter": 99}
    given = expectation("column_values_to_be_between", column="n", max_value=2, row_condition=condition)
    measure = measured(tmp_path, given)
    assert measure.name == "nothing-to-judge"
    assert measure.estimate.bounds(0.95) == (0, 1)
    assert measure.support == 0


@pytest.mark.parametrize(
    "condition",
    [
        "n.to_csv('{path}')==1",
        {"type": "pass_through", "pass_through_filter": "n.to_csv('{path}')==1"},
        {
            "type": "or",
            "conditions": [{"type": "pass_through", "pass_through_filter": "n.to_csv('{path}')==1"}],
        },
        {"type": "nullity", "column": {"name": "n` + n.to_csv('{path}') + `n"}, "is_null": True},
    ],
)
def test_a_row_condition_is_never_evaluated(tmp_path: Path, condition: Any) -> None:
    written = tmp_path / "written"
    harmful = json.loads(json.dumps(condition).replace("{path}", str(written)))
    given = expectation(
        "column_values_to_be_between",
        column="n",
        max_value=2,
        row_condition=harmful,
        condition_parser="pandas",
    )
    with pytest.raises(AuditError, match="evaluated as code"):
        told(tmp_path, given)
    assert not written.exists()


@pytest.mark.parametrize(
    ("given", "named"),
    [
        (expectation("column_values_to_be_nice", column="n"), "expect_column_values_to_be_nice"),
        (expectation("column_values_to_not_be_null", column="wage"), "wage"),
        (expectation("column_values_to_be_between", column="job", min_value=3), "job"),
        (expectation("column_values_to_be_between", column="n", min_vale=3), "min_vale"),
        (expectation("column_values_to_match_regex", column="job", regex="("), "job"),
        (expectation("column_values_to_be_between", column="n", min_value={"$PARAMETER": "low"}), "low"),
        (expectation("column_values_to_be_null", "severe", column="n"), "severe"),
        ({"expectation_type": "expect_column_to_exist", "kwargs": {"column": "n"}}, "anew"),
        ({"type": "expect_column_to_exist", "kwargs": {"column": "n"}, "moestly": 1}, "moestly"),
        ({"type": "expect_column_to_exist", "kwargs": ["n"]}, "kwargs"),
        (
            {"type": "unexpected_rows_expectation", "kwargs": {"unexpected_rows_query": "select 1"}},
            "unexpected_rows",
        ),
        ("expect_column_to_exist", "type"),
    ],
)
def test_what_cannot_be_run_is_an_error_that_names_it(tmp_path: Path, given: Any, named: str) -> None:
    with pytest.raises(AuditError, match=named):
        told(tmp_path, expectation("column_to_exist", column="n"), given)


def test_an_empty_suite_is_no_pass(tmp_path: Path) -> None:
    with pytest.raises(AuditError, match="checks nothing"):
        told(tmp_path)


def test_an_empty_table_is_no_pass(tmp_path: Path) -> None:
    with pytest.raises(AuditError, match="no rows"):
        told(tmp_path, expectation("column_to_exist", column="n"), frame=TABLE.clear())


@pytest.mark.parametrize("text", ["", "{", "[]", '{"name": 1}', '{"expectations": {}}', "[" * 100_000])
def test_what_is_no_suite_is_an_error(tmp_path: Path, text: str) -> None:
    (tmp_path / "suite.json").write_text(text)
    with pytest.raises(AuditError, match=r"suite\.json"):
        list(Expectations(path=tmp_path / "suite.json").measure(evidence(TABLE, tmp_path)))


def test_a_key_that_comes_twice_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "suite.json").write_text('{"expectations": [{"type": "a"}], "expectations": []}')
    with pytest.raises(AuditError, match="declared twice"):
        list(Expectations(path=tmp_path / "suite.json").measure(evidence(TABLE, tmp_path)))


def test_nothing_is_printed_and_no_file_is_written(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    told(tmp_path, expectation("column_values_to_be_unique", column="job"))
    assert capfd.readouterr() == ("", "")
    assert [path.name for path in tmp_path.iterdir()] == ["people.expectations.json"]


def test_hostile_names_and_values_are_only_data(tmp_path: Path) -> None:
    name = "<script>alert(1)</script>\n`@x`"
    frame = pl.DataFrame({name: ["'; --", "{batch}", "$x"]})
    given = expectation("column_values_to_be_in_set", column=name, value_set=["'; --", "{batch}"])
    assert list(found(tmp_path, given, frame=frame).rows) == [2]


def test_the_documentation_has_its_parts() -> None:
    documentation = Expectations.documentation()
    assert documentation.finds
    assert documentation.why
    assert documentation.method
