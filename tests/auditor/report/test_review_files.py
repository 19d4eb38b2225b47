from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pyarrow.parquet as pq
import pytest

from auditor.check import Evidence
from auditor.report import review, review_table
from auditor.report.html import render_html
from auditor.report.model import ReviewRecord, load_report
from auditor.report.review import MAX_CELL, review_files
from auditor.testing import evidence_of

STORED = Path(__file__).parent / "stored" / "report-1.0.json"


def rows_of(sheet: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(sheet.read_bytes().decode("utf-8-sig"), newline="")))


def file(tmp_path: Path, **columns: list[str]) -> Path:
    path = tmp_path / "d.csv"
    pl.DataFrame({"x": range(40), **columns, "y": ["u", "v"] * 20}).write_csv(path)
    return path


def test_nothing_is_written_where_no_check_asked() -> None:
    assert review_files(Evidence(evidence_of({"x": [1, 2], "y": ["u", "v"]}, label="y").dataset)) is None


def test_the_sample_stands_first_in_random_order_then_the_flagged_rows_worst_first(
    tmp_path: Path, write_sheet: Callable[..., Path]
) -> None:
    sheet = rows_of(write_sheet(file(tmp_path), {9: "u", 2: "v", 30: "v"}, size=10))
    assert [row["sample"] for row in sheet[:10]] == ["yes"] * 10
    drawn = [int(row["row"]) for row in sheet[:10]]
    assert drawn != sorted(drawn)
    assert [row["row"] for row in sheet[10:]] == [str(row) for row in (9, 2, 30) if row not in drawn]
    assert {row["probability"] for row in sheet[:10]} == {""}
    assert {row["probability"] for row in sheet[10:]} == {"0.95"}
    assert {row["verdict"] + row["new_label"] + row["verdict_2"] + row["comment"] for row in sheet} == {""}


def test_a_row_says_where_it_stands_and_what_it_holds(tmp_path: Path, write_sheet: Callable[..., Path]) -> None:
    for row in rows_of(write_sheet(file(tmp_path), {9: "u"})):
        assert row["line"] == str(int(row["row"]) + 2)
        assert row["x"] == row["row"]
        assert row["label"] == "uv"[int(row["row"]) % 2]


def test_cells_are_cut_and_never_run(tmp_path: Path, write_sheet: Callable[..., Path]) -> None:
    texts = ["=HYPERLINK(1)", "a" * 1000] * 20
    sheet = write_sheet(file(tmp_path, **{"=t": texts}), {9: "u"}, size=40)
    rows = rows_of(sheet)
    assert {row["'=t"] for row in rows} == {"'=HYPERLINK(1)", "a" * (MAX_CELL - 1) + "…"}
    assert sheet.read_bytes().startswith(b"\xef\xbb\xbf")


def test_a_column_of_the_data_does_not_pass_for_one_of_ours(tmp_path: Path, write_sheet: Callable[..., Path]) -> None:
    rows = rows_of(write_sheet(file(tmp_path, verdict=["accept", "b"] * 20), {9: "u"}))
    assert {row["verdict"] for row in rows} == {""}
    assert {row["verdict_"] for row in rows} <= {"accept", "b"}


def test_the_table_holds_all_judged_rows_the_worst_first(
    tmp_path: Path, write_sheet: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(review_table, "_AT_ONCE", 7)
    labels = ["u", "v"] * 19 + ["", "u"]
    path = tmp_path / "d.csv"
    pl.DataFrame({"x": range(40), "y": labels}).write_csv(path)
    table = pq.read_table(write_sheet(path, {9: "u", 2: "v"}, size=10).with_name("review.parquet"))
    rows = table.to_pylist()
    assert [row["row"] for row in rows[:2]] == [9, 2]
    assert sorted(row["row"] for row in rows) == [*range(38), 39]  # row 38 has no label
    assert all(row["line"] == row["row"] + 2 and row["given"] == labels[row["row"]] for row in rows)
    assert sum(row["in_sample"] for row in rows) == 10
    drawn, sizes = (json.loads(table.schema.metadata[name]) for name in (b"stratum_drawn", b"stratum_rows"))
    assert {row["inclusion"] for row in rows} == {drawn[row["stratum"]] / sizes[row["stratum"]] for row in rows}
    assert {row["reason"] for row in rows[2:] if not row["in_sample"]} == {"not flagged"}


def test_rows_far_down_the_table_are_named_by_their_id_or_not_at_all(
    tmp_path: Path, write_sheet: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(review, "MAX_HASHED", 3)
    sheet = write_sheet(file(tmp_path), {9: "u", 2: "v"}, size=4)
    rows = pq.read_table(sheet.with_name("review.parquet")).to_pylist()
    hashed = [row for row in rows if row["key"]]
    assert hashed == [row for row in rows if row["check"]]
    assert {row["row"] for row in rows[:3]} <= {row["row"] for row in hashed}
    assert len(hashed) < 10
    named = write_sheet(file(tmp_path, name=[f"n{at}" for at in range(40)]), {9: "u"}, id="name")
    rows = pq.read_table(named.with_name("review.parquet")).to_pylist()
    assert all(row["key"] == f"n{row['row']}" for row in rows)


def test_the_page_says_how_to_settle_it() -> None:
    report = load_report(STORED)
    record = ReviewRecord(
        check=report.checks[0].id, sheet="review.csv", table="review.parquet", sample=200, flagged=7, flagged_besides=5
    )
    page = render_html(report.model_copy(update={"review": record}))
    assert "200 rows drawn at random" in page
    assert "dataaudit apply review.csv data.csv" in page
    assert "What settles it" not in render_html(report)


def test_a_drawn_row_that_is_flagged_stands_where_chance_has_put_it(
    tmp_path: Path, write_sheet: Callable[..., Path]
) -> None:
    flagged = {row: "uv"[(row + 1) % 2] for row in range(20)}
    drawn = [int(row["row"]) for row in rows_of(write_sheet(file(tmp_path), flagged, size=20))[:20]]
    places = [place for place, row in enumerate(drawn) if row in flagged]
    assert places != list(range(len(places)))
    assert [drawn[place] for place in places] != sorted(drawn[place] for place in places)
