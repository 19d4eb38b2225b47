from __future__ import annotations

from pathlib import Path
from typing import Any

import polars as pl
import pytest

import auditor
from auditor.config import load_config
from auditor.errors import AuditError
from auditor.pipeline import audit_source
from auditor.proof import NotPassed, require_pass
from auditor.report.store import save

FRAME = pl.DataFrame({"x": range(100), "y": ["u", "v"] * 50})


def written(folder: Path, source: Any, **gate: Any) -> Path:
    """The path of a report, audited as a user would."""
    flags: dict[str, Any] = {"dataset": {"label": ("y",), "sensitive": ("none",)}, "gate": gate}
    run = {"fast": True} | {name: gate.pop(name) for name in ("select", "ignore") if name in gate}
    audited = audit_source(source, load_config(flags | {"run": run}, None, None))
    return save(audited, folder / "reports", ()) / "report.json"


@pytest.fixture
def data(tmp_path: Path) -> Path:
    path = tmp_path / "d.csv"
    FRAME.write_csv(path)
    return path


def test_the_bytes_that_passed_may_train(tmp_path: Path, data: Path) -> None:
    report = written(tmp_path, data)
    assert auditor.require_pass(report, data).verdict.status == "pass"
    copy = tmp_path / "copy.csv"
    copy.write_bytes(data.read_bytes())
    assert require_pass(str(report), str(copy)).verdict.status == "pass"


def test_a_byte_more_may_not(tmp_path: Path, data: Path) -> None:
    report = written(tmp_path, data)
    data.write_bytes(data.read_bytes() + b"\n")
    with pytest.raises(NotPassed, match="not the bytes that were audited"):
        require_pass(report, data)


@pytest.mark.parametrize("exit_zero", [False, True])
def test_bytes_that_failed_may_not_whatever_the_exit_code_was(tmp_path: Path, exit_zero: bool) -> None:
    path = tmp_path / "d.csv"
    FRAME.with_columns(y=pl.lit("u")).write_csv(path)
    report = written(tmp_path, path, exit_zero=exit_zero)
    with pytest.raises(NotPassed, match="did not pass: failed: class-imbalance"):
        require_pass(report, path)


def test_what_was_not_decided_may_not(tmp_path: Path, data: Path) -> None:
    report = written(tmp_path, data, policy="strict", exit_zero=True)
    with pytest.raises(NotPassed, match="was guessed"):
        require_pass(report, data)


@pytest.mark.parametrize("chosen", [{"select": ("diversity",)}, {"ignore": ("duplicate-rows",)}])
def test_a_report_of_some_checks_only_must_be_meant(tmp_path: Path, data: Path, chosen: dict[str, Any]) -> None:
    report = written(tmp_path, data, **chosen)
    (name,) = chosen
    with pytest.raises(NotPassed, match=rf"not all checks ran \(run\.{name} = .*allow_selected=True"):
        require_pass(report, data)
    assert require_pass(report, data, allow_selected=True).verdict.status == "pass"


def test_some_checks_that_failed_may_not_even_where_they_were_meant(tmp_path: Path) -> None:
    path = tmp_path / "d.csv"
    FRAME.with_columns(y=pl.lit("u")).write_csv(path)
    report = written(tmp_path, path, select=("class-imbalance",))
    with pytest.raises(NotPassed, match="did not pass"):
        require_pass(report, path, allow_selected=True)


def test_a_frame_has_no_bytes(tmp_path: Path, data: Path) -> None:
    report = written(tmp_path, FRAME)
    with pytest.raises(NotPassed, match="rows in memory"):
        require_pass(report, data)


def test_the_parts_must_be_the_same_in_the_same_order(tmp_path: Path, data: Path) -> None:
    other = tmp_path / "e.csv"
    FRAME.with_columns(x=pl.col("x") + 1_000).write_csv(other)
    report = written(tmp_path, {"train": data, "test": other})
    assert require_pass(report, [data, other]).verdict.status == "pass"
    for wrong in ([other, data], [data], data, [data, other, other], []):
        with pytest.raises(NotPassed):
            require_pass(report, wrong)


def test_one_part_is_as_good_as_the_file(tmp_path: Path, data: Path) -> None:
    for report in (written(tmp_path, {"train": data}), written(tmp_path, data)):
        assert require_pass(report, [data]).verdict.status == "pass"
        assert require_pass(report, data).verdict.status == "pass"


@pytest.mark.parametrize("parts", [1, 2])
def test_a_folder_of_parquet_parts_is_proven_too(tmp_path: Path, parts: int) -> None:
    folder = tmp_path / "d"
    folder.mkdir()
    for part in range(parts):
        FRAME.with_columns(x=pl.col("x") + part * 100).write_parquet(folder / f"{part}.parquet")
    report = written(tmp_path, folder)
    assert require_pass(report, folder).verdict.status == "pass"
    FRAME.write_parquet(folder / "late.parquet")
    with pytest.raises(NotPassed):
        require_pass(report, folder)


@pytest.mark.parametrize("missing", ["data", "report", "both"])
def test_what_is_not_there_proves_nothing(tmp_path: Path, data: Path, missing: str) -> None:
    report = written(tmp_path, data)
    with pytest.raises(AuditError, match="cannot be read"):
        require_pass(
            tmp_path / "gone.json" if missing != "data" else report,
            tmp_path / "gone.csv" if missing != "report" else data,
        )


def test_a_report_that_was_torn_proves_nothing(tmp_path: Path, data: Path) -> None:
    report = written(tmp_path, data)
    report.write_bytes(report.read_bytes()[:-100])
    with pytest.raises(AuditError, match="not a whole"):
        require_pass(report, data)
