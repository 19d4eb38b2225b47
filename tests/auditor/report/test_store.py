from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from auditor.errors import AuditError
from auditor.report import store
from auditor.report.model import Report, load_report
from auditor.report.store import Audited, save

STORED = Path(__file__).parent / "stored" / "report-1.0.json"


def report(name: str = "people", **dataset: Any) -> Report:
    stored = load_report(STORED)
    return stored.model_copy(update={"dataset": stored.dataset.model_copy(update={"name": name, **dataset})})


def everything_in(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*"))


def test_the_report_its_views_and_its_tables_stand_in_one_folder(tmp_path: Path) -> None:
    folder = save(Audited(report(), {"c-1.parquet": pa.table({"row": [1]})}), tmp_path)
    assert folder == tmp_path / "people" / "2026-01-02T03-04-05Z"
    assert everything_in(folder) == ["c-1.parquet", "report.html", "report.json"]
    assert load_report(folder / "report.json") == report()
    assert pq.read_table(folder / "c-1.parquet").num_rows == 1


def test_the_record_is_written_whatever_the_formats(tmp_path: Path) -> None:
    folder = save(Audited(report()), tmp_path, formats=())
    assert everything_in(folder) == ["report.json"]


def test_two_runs_in_one_second_get_two_folders(tmp_path: Path) -> None:
    folders = [save(Audited(report()), tmp_path, ()) for _ in range(3)]
    assert [folder.name[20:] for folder in folders] == ["", "-2", "-3"]


@pytest.mark.parametrize(
    ("name", "folder"),
    [
        ("../../etc/passwd", "etc_passwd"),
        ("..", "dataset"),
        ("", "dataset"),
        ("a b/c\\d\n\x1b[31m", "a_b_c_d_31m"),
        ("ünï", "ünï"),
        ("x" * 300, "x" * 80),
        (".hidden", "hidden"),
        ("\udcff", "dataset"),
    ],
)
def test_no_name_leads_out_of_the_output_folder(tmp_path: Path, name: str, folder: str) -> None:
    saved = save(Audited(report(name)), tmp_path, ())
    assert saved.parent == tmp_path / folder


def test_a_file_name_that_is_no_utf8_is_no_hindrance(tmp_path: Path) -> None:
    odd = report(paths=(os.fsdecode(b"d\xff.csv"),))
    folder = save(Audited(odd), tmp_path)
    assert load_report(folder / "report.json").dataset.paths == odd.dataset.paths


def test_a_view_that_breaks_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_: Report) -> str:
        raise RuntimeError("no ink")

    monkeypatch.setattr(store, "VIEWS", {"html": ("report.html", broken)})
    with pytest.raises(RuntimeError, match="no ink"):
        save(Audited(report()), tmp_path)
    assert everything_in(tmp_path) == ["people"]


def test_a_disk_that_is_full_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(AuditError, match="No space left on device. Set another --output"):
        save(Audited(report()), tmp_path)
    assert everything_in(tmp_path) == ["people"]


def test_a_file_where_the_folder_should_be_is_said(tmp_path: Path) -> None:
    (tmp_path / "reports").write_text("")
    with pytest.raises(AuditError, match="the report cannot be written: .* Set another --output"):
        save(Audited(report()), tmp_path / "reports")


def test_the_folder_of_another_run_is_never_touched(tmp_path: Path) -> None:
    first = save(Audited(report()), tmp_path, ())
    before = (first / "report.json").read_bytes()
    second = save(Audited(report(rows_audited=1)), tmp_path, ())
    assert second != first
    assert (first / "report.json").read_bytes() == before
