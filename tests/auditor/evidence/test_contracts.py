from __future__ import annotations

import json
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import narwhals as nw
import polars as pl
import pytest

from auditor.dataset.table import ROW, Column, Dataset, Kind, Roles, Source, Task
from auditor.errors import AuditError
from auditor.evidence import Evidence
from auditor.evidence.contracts import beside, pandas_frame
from auditor.evidence.gx_suite import AskGreatExpectations
from auditor.evidence.pandera_contract import AskPandera

pd = pytest.importorskip("pandas")
pa = pytest.importorskip("pandera.pandas")


def evidence(frame: pl.DataFrame, engine: str = "polars", path: str = "") -> Evidence:
    numbered = frame.with_row_index(ROW).with_columns(pl.col(ROW).cast(pl.Int64))
    native: Any = numbered.lazy()
    if engine == "pandas":
        native = numbered.to_pandas()
    elif engine == "duckdb":
        duckdb = pytest.importorskip("duckdb")
        native = duckdb.from_arrow(numbered.sort(ROW, descending=True).to_arrow())
    columns = tuple(Column(name, Kind.OTHER, str(kind)) for name, kind in frame.schema.items())
    source = Source("t", "frame", (path,) if path else ())
    return Evidence(Dataset("t", nw.from_native(native).lazy(), columns, Roles(), Task.UNLABELED, None, source))


def column(values: list[Any], kind: Any = None) -> pl.DataFrame:
    return pl.DataFrame({"x": pl.Series(values, dtype=kind)})


def commit(path: Path, declared: dict[str, Any] | str, name: str = "t.schema.json") -> AskPandera:
    (path / name).write_text(declared if isinstance(declared, str) else json.dumps(declared))
    return AskPandera(str(path / name))


def broken(path: Path, frame: pl.DataFrame, engine: str = "polars", **part: Any) -> dict[str, tuple[int, ...]]:
    declared = {"schema_type": "dataframe", "api": "pandas", "columns": {"x": {"nullable": True, **part}}}
    result = evidence(frame, engine).ask(commit(path, declared))
    return {rule.text.split("(")[0]: rule.rows for rule in result.rules if rule.broken}


MOMENTS = pl.Series(["2024-01-31", None]).str.to_datetime()
KINDS: dict[str, pl.DataFrame] = {
    "whole": column([1, 300]),
    "whole with holes": column([1, None]),
    "numbers": column([0.5, 2.0]),
    "booleans": column([True, False]),
    "booleans with holes": column([True, None]),
    "text": column(["a", None]),
    "moments": pl.DataFrame({"x": MOMENTS}),
    "nothing": column([None, None]),
}


@pytest.mark.parametrize(
    ("declared", "kept"),
    [
        ("int64", {"whole", "whole with holes"}),
        ("Int64", {"whole", "whole with holes"}),
        ("int8", {"whole with holes"}),
        ("uint16", {"whole", "whole with holes"}),
        ("float64", {"whole", "whole with holes", "numbers"}),
        ("float32", {"whole", "whole with holes", "numbers"}),
        ("bool", {"booleans", "booleans with holes"}),
        ("boolean", {"booleans", "booleans with holes"}),
        ("str", {"text", "moments"}),
        ("string[python]", {"text", "moments"}),
        ("object", {"text", "booleans with holes"}),
        ("category", set(KINDS)),
        ("datetime64[ns]", {"moments"}),
        ("datetime64[ns, UTC]", set()),
    ],
)
def test_types_are_compared_by_what_the_values_are(tmp_path: Path, declared: str, kept: set[str]) -> None:
    held = {kind for kind, frame in KINDS.items() if not broken(tmp_path, frame, dtype=declared)}
    assert held == kept | {"nothing"}


@pytest.mark.parametrize(
    ("declared", "values", "rows"),
    [
        ("int64", ["1", "two", "3.5", None], (1, 2)),
        ("int64", [1.0, 2.5, float("inf")], (1, 2)),
        ("int8", ["1", "1000"], (1,)),
        ("float64", ["1e3", "x"], (1,)),
        ("bool", [0, 1, 2], (2,)),
        ("datetime64[ns]", ["2024-01-31", "31 January", "2024-02-30"], (1, 2)),
        ("str", [1, 2], ()),
    ],
)
def test_coerce_counts_the_rows_that_cannot_be_converted(
    tmp_path: Path, declared: str, values: list[Any], rows: tuple[int, ...]
) -> None:
    found = broken(tmp_path, column(values), dtype=declared, coerce=True, nullable=False)
    assert next((r for text, r in found.items() if text.startswith("type")), ()) == rows
    assert found.get("not missing", ()) == ((3,) if None in values else ())


def test_text_is_not_coerced_to_booleans_all_of_them_true(tmp_path: Path) -> None:
    assert broken(tmp_path, column(["False"]), dtype="bool", coerce=True)


def test_whole_numbers_beyond_the_reach_of_floats_are_kept_exactly(tmp_path: Path) -> None:
    big = column([2**53 + 1, None])
    assert not broken(tmp_path, big, dtype="int64", isin=[2**53 + 1])
    for nullable in (True, False):
        assert pandas_frame(evidence(big), ["x"], nullable=nullable)["x"][0] == 2**53 + 1


def test_checks_of_text_that_was_read_as_moments_are_an_error(tmp_path: Path) -> None:
    with pytest.raises(AuditError, match="declare it as datetime64"):
        broken(tmp_path, KINDS["moments"], dtype="str", str_startswith="2024")


def test_checks_of_a_column_without_values(tmp_path: Path) -> None:
    assert not broken(tmp_path, column([None, None]), dtype="str", str_matches="^a")


def test_a_check_that_counts_missing_values_as_broken(tmp_path: Path) -> None:
    check = {"value": 0, "options": {"check_name": "greater_than", "ignore_na": False}}
    assert broken(tmp_path, column([1, None]), checks=[check]) == {"greater_than": (1,)}


def test_a_check_about_the_column_as_a_whole(tmp_path: Path) -> None:
    assert broken(tmp_path, column(["a", "b"]), unique_values_eq=["a"]) == {"unique_values_eq": ()}


def test_look_ahead_in_a_pattern(tmp_path: Path) -> None:
    assert broken(tmp_path, column(["ab", "ac"]), str_matches="a(?!c)") == {"str_matches": (1,)}


@pytest.mark.parametrize("engine", ["polars", "pandas", "duckdb"])
def test_row_ordinals_are_the_same_on_every_engine(tmp_path: Path, engine: str) -> None:
    found = broken(tmp_path, column([3, 1, None, 2]), engine, nullable=False, greater_than=1)
    assert found == {"greater_than": (1,), "not missing": (2,)}


def test_checks_over_the_whole_table(tmp_path: Path) -> None:
    check = [{"value": 0, "options": {"check_name": "greater_than"}}]
    ask = commit(tmp_path, {"columns": {"a": {}, "b": {}}, "checks": check})
    result = evidence(pl.DataFrame({"a": [1, 2, -1], "b": [1, 0, -1]})).ask(ask)
    assert [rule.rows for rule in result.rules if rule.broken] == [(1, 2)]


def test_a_type_for_all_columns(tmp_path: Path) -> None:
    ask = commit(tmp_path, {"columns": {"a": {}}, "dtype": "int64"})
    result = evidence(pl.DataFrame({"a": [1], "b": ["x"]})).ask(ask)
    assert [(rule.subject, rule.text) for rule in result.rules if rule.broken] == [("b", "type int64")]


def test_the_index_that_inferring_a_schema_writes(tmp_path: Path) -> None:
    frame = pl.DataFrame({"a": [1, 2], "b": ["x", None]})
    ask = commit(tmp_path, pa.infer_schema(frame.to_pandas()).to_json())
    assert all(not rule.broken for rule in evidence(frame).ask(ask).rules)


def test_an_index_that_a_file_cannot_have(tmp_path: Path) -> None:
    ask = commit(tmp_path, {"columns": {"a": {}}, "index": [{"dtype": "str", "name": "key"}]})
    with pytest.raises(AuditError, match="index"):
        evidence(pl.DataFrame({"a": [1]})).ask(ask)


@pytest.mark.parametrize(
    "schema",
    [
        lambda: pa.DataFrameSchema({"a": pa.Column(int, pa.Check.ge(2)), "b": pa.Column(str)}),
        lambda: pa.DataFrameSchema({"a": pa.Column(float, unique=True, coerce=True)}, strict=True),
        lambda: pa.DataFrameSchema({"b": pa.Column(str), "a": pa.Column(int)}, ordered=True),
        lambda: pa.DataFrameSchema({"[ab]": pa.Column(regex=True), "c": pa.Column(required=False)}),
        lambda: pa.DataFrameSchema({"a": pa.Column()}, unique=["a", "b"]),
        lambda: pa.DataFrameSchema({"c": pa.Column(int)}),
        lambda: pa.DataFrameSchema({"b": pa.Column(str, pa.Check.isin(["x", "y"]), nullable=True)}),
    ],
)
@pytest.mark.parametrize(
    "frame",
    [
        pl.DataFrame({"a": [2, 3], "b": ["x", "y"]}),
        pl.DataFrame({"a": [1, 1], "b": ["x", "x"]}),
        pl.DataFrame({"b": ["x", None], "a": [2, 3]}),
    ],
)
def test_pandera_itself_comes_to_the_same_verdict(tmp_path: Path, schema: Any, frame: pl.DataFrame) -> None:
    ours = evidence(frame).ask(commit(tmp_path, schema().to_json()))
    try:
        schema().validate(frame.to_pandas(), lazy=True)
        theirs = True
    except pa.errors.SchemaErrors:
        theirs = False
    assert all(not rule.broken for rule in ours.rules) is theirs


@pytest.mark.parametrize(
    ("declared", "said"),
    [
        ("", "cannot be parsed"),
        ("{", "cannot be parsed"),
        ("[" * 100_000, "cannot be parsed"),
        ("[]", "no pandera schema"),
        ("{}", "no pandera schema"),
        ('{"columns": {"a": {}, "a": {}}}', "'a' is declared twice"),
        ({"columns": {"a": {"nulable": True}}}, "nulable"),
        ({"columns": {"a": {"my_check": 3}}}, "my_check"),
        ({"columns": {"a": {"__class__": 3}}}, "__class__"),
        ({"columns": {"a": {"checks": {"__init__": 3}}}}, "__init__"),
        ({"columns": {"a": {"checks": None}}}, "left out a check"),
        (
            {"columns": {"a": {"checks": [{"value": 1, "options": {"check_name": "gt", "_check_fn": 1}}]}}},
            "_check_fn",
        ),
        ({"columns": {"a": {"checks": [3]}}}, "None"),
        ({"columns": {"a": {"checks": {"gt": 1}, "lt": 3}}}, "drops some of its checks"),
        ({"columns": {"a": {"greater_than": {"minimum": 1}}}}, "min_value"),
        ({"columns": {"a": {"dtype": "int65"}}}, "int65"),
        ({"columns": {"a": {"dtype": "timedelta64[ns]"}}}, "cannot be told from a data file"),
        ({"columns": {"a": 3}}, "not written as pandera writes"),
        ({"columns": 3}, "not written as pandera writes"),
        ({"columns": {"(": {"regex": True}}}, "regular expression"),
        ({"columns": {"a": {}}, "stricct": True}, "stricct"),
        ({"columns": {"a": {}}, "api": "pyspark_sql"}, "pyspark_sql"),
        ({"columns": {"a": {"greater_than": {"min_value": 1, "groupby": "z"}}}}, "'z'"),
    ],
)
def test_a_contract_that_cannot_be_run_whole_is_an_error(tmp_path: Path, declared: Any, said: str) -> None:
    with pytest.raises(AuditError, match=r"t\.schema\.json") as error:
        evidence(pl.DataFrame({"a": [1, 2]})).ask(commit(tmp_path, declared))
    assert said in str(error.value)


def test_bytes_that_are_no_text(tmp_path: Path) -> None:
    (tmp_path / "t.schema.json").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(AuditError, match="not UTF-8"):
        evidence(column([1])).ask(AskPandera(str(tmp_path / "t.schema.json")))


def test_a_schema_in_yaml(tmp_path: Path) -> None:
    pytest.importorskip("yaml")
    schema = pa.DataFrameSchema({"x": pa.Column(int, [pa.Check.ge(2), pa.Check.isin([1, 2])])})
    result = evidence(column([1, 2])).ask(commit(tmp_path, schema.to_yaml(), "t.schema.yaml"))
    assert [rule.rows for rule in result.rules if rule.broken] == [(0,)]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("columns: {x: {}, x: {}}", "declared twice"),
        ("columns: [", "cannot be parsed"),
        ("", "no pandera schema"),
        ("!!python/object/apply:os.mkdir [{path}]", "cannot be parsed"),
        ("columns: &c {x: *c}", "cannot be"),
    ],
)
def test_yaml_is_never_evaluated(tmp_path: Path, text: str, said: str) -> None:
    pytest.importorskip("yaml")
    made = tmp_path / "made"
    with pytest.raises(AuditError, match=said):
        evidence(column([1])).ask(commit(tmp_path, text.replace("{path}", str(made)), "t.schema.yml"))
    assert not made.exists()


def test_yaml_without_its_parser_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "yaml", None)
    with pytest.raises(AuditError, match=r"dataaudit\[contracts\]"):
        evidence(column([1])).ask(commit(tmp_path, "columns: {x: {}}", "t.schema.yaml"))


@pytest.mark.parametrize(("ask", "module"), [(AskPandera, "pandera"), (AskGreatExpectations, "great_expectations")])
def test_an_engine_that_is_not_installed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, ask: Any, module: str
) -> None:
    for name in [name for name in sys.modules if name.split(".")[0] == module]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, module, None)
    (tmp_path / "c.json").write_text('{"columns": {"x": {}}, "expectations": [{"type": "expect_nothing"}]}')
    with pytest.raises(AuditError, match=r"pip install 'dataaudit\[contracts\]'"):
        evidence(column([1])).ask(ask(str(tmp_path / "c.json")))


@pytest.mark.parametrize(("ask", "module"), [(AskPandera, "pandera"), (AskGreatExpectations, "great_expectations")])
def test_an_import_that_ends_the_process(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, ask: Any, module: str
) -> None:
    for name in [name for name in sys.modules if name.split(".")[0] == module]:
        monkeypatch.delitem(sys.modules, name)
    (tmp_path / module).mkdir()
    (tmp_path / module / "__init__.py").write_text("import sys; sys.exit(0)")
    monkeypatch.syspath_prepend(tmp_path)
    (tmp_path / "c.json").write_text('{"columns": {"x": {}}, "expectations": [{"type": "expect_nothing"}]}')
    with pytest.raises(AuditError, match="tried to end the process"):
        evidence(column([1])).ask(ask(str(tmp_path / "c.json")))


def test_the_engines_are_imported_only_to_run_a_contract() -> None:
    import auditor.evidence.contracts as module

    assert isinstance(module, ModuleType)
    assert not {"pandera", "great_expectations", "pandas"} & vars(module).keys()


def test_a_schema_written_for_polars(tmp_path: Path) -> None:
    pp = pytest.importorskip("pandera.polars")
    kinds = {"x": pl.Int64, "s": pl.String, "t": pl.Datetime("us"), "b": pl.Boolean, "c": pl.Categorical}
    schema = pp.DataFrameSchema({name: pp.Column(kind, nullable=True) for name, kind in kinds.items()})
    frame = pl.DataFrame({"x": [1, None], "s": ["a", "b"], "t": MOMENTS, "b": [True, None], "c": ["u", "v"]})
    rules = evidence(frame).ask(commit(tmp_path, schema.to_json())).rules
    assert len(rules) == 10
    assert all(not rule.broken for rule in rules)


@pytest.mark.parametrize("data", ["people.csv", "people.csv.gz", "people.parquet"])
def test_a_contract_beside_the_data_is_found_by_its_stem(tmp_path: Path, data: str) -> None:
    (tmp_path / "people.schema.yml").write_text("columns: {}")
    dataset = evidence(column([1]), path=str(tmp_path / data)).dataset
    assert beside(dataset, (".schema.yaml", ".schema.yml")) == str(tmp_path / "people.schema.yml")


def test_rows_from_memory_have_nothing_beside_them() -> None:
    assert beside(evidence(column([1])).dataset, (".schema.yaml",)) is None
