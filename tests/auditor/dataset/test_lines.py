from __future__ import annotations

import tempfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.dataset.lines import all_lines, lines_of
from auditor.dataset.options import ReadOptions
from auditor.dataset.readers import read, read_parts
from auditor.dataset.records import quote_line
from auditor.dataset.table import Loaded
from auditor.errors import DataError

Written = Callable[..., Loaded]


def test_only_the_asked_rows(written: Written) -> None:
    assert lines_of(written("a,b\n1,2\n3,4\n5,6\n").source, [2, 0]) == {0: 2, 2: 4}


def test_quoted_newlines_blank_lines_and_no_header(written: Written) -> None:
    source = written('\n1,"x\r\ny"\n\n2,z\n', header=False).source
    assert lines_of(source, [0, 1]) == {0: 2, 1: 5}


def test_a_header_of_two_lines(written: Written) -> None:
    assert lines_of(written('"a\nb",c\n1,2\n').source, [0]) == {0: 3}


def test_skipped_lines_are_no_rows(written: Written) -> None:
    source = written('a,b\n1,2\n3\n"x"y,1\n4,5\n', skip_bad_lines=True).source
    assert lines_of(source, [0, 1]) == {0: 2, 1: 5}


def test_a_byte_order_mark_and_utf_16(written: Written) -> None:
    assert lines_of(written("a,b\r\n1,ü\r\n2,y\r\n".encode("utf-16")).source, [1]) == {1: 3}


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("rows", ["1;2\n\n3;4\n", '1;"2\n"\n3;4\n', "1;2\n3\n5;6\n"])
def test_the_line_that_names_the_separator_is_counted(written: Written, rows: str, encoding: str, end: str) -> None:
    text = f"sep=;\na;b\n{rows}".replace("\n", end)
    source = written(text.encode(encoding), skip_bad_lines=True).source
    assert lines_of(source, [0, 1]) == {0: 3, 1: 5}


def test_json_lines(written: Written) -> None:
    source = written('{"a": 1}\n\nno\n{"a": 2}\n', "rows.jsonl", skip_bad_lines=True).source
    assert lines_of(source, [0, 1]) == {0: 1, 1: 4}


def test_formats_without_lines(written: Written, tmp_path: Path, scratch: Path) -> None:
    assert lines_of(written('[{"a": 1}]', "rows.json").source, [0]) == {}
    pl.DataFrame({"a": [1]}).write_parquet(tmp_path / "rows.parquet")
    assert lines_of(read(tmp_path / "rows.parquet", ReadOptions(), scratch).source, [0]) == {}


def test_lines_in_parts_are_those_of_each_file(tmp_path: Path, scratch: Path) -> None:
    (tmp_path / "one.csv").write_text("a\n1\n2\n")
    (tmp_path / "two.csv").write_text("a\n\n3\n")
    loaded = read_parts({"x": tmp_path / "one.csv", "y": tmp_path / "two.csv"}, ReadOptions(), scratch)
    assert lines_of(loaded.source, [0, 1, 2]) == {0: 2, 1: 3, 2: 3}
    assert all_lines(loaded.source).tolist() == [2, 3, 3]


def test_no_rows_asked(written: Written) -> None:
    assert lines_of(written("a\n1\n").source, []) == {}


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ('1,"x\n', 0),
        ('"a\nb","c\nd', 1),
        ('"a""\nb\n""c\n', 0),
        ('5\'10","x\ny\n', 0),
        ('a\n,"b\r\n\r\n', 1),
    ],
)
def test_where_the_last_quote_opens(text: str, line: int) -> None:
    assert quote_line([text], ",") == line


def test_skipping_is_counted_and_reconciled(written: Written, cells: Callable[..., Any]) -> None:
    loaded = written('a,b\n1,2\n3\n\xff,1\n4,5,6\n7,8\n9,"x\n'.encode("latin-1"), skip_bad_lines=True)
    source = loaded.source
    assert cells(loaded) == [(1, 2), (7, 8)]
    assert (source.rows_in_file, source.rows_read, source.skipped_count) == (6, 2, 4)
    assert [(line.line, line.problem) for line in source.skipped_lines] == [
        (3, "expected 2 fields, found 1"),
        (4, "byte 1 of the line is 0xFF, which is not UTF-8"),
        (5, "expected 2 fields, found 3"),
        (7, "a quote opens here and is never closed"),
    ]


def test_an_open_quote_costs_its_own_line_only(written: Written, cells: Callable[..., Any]) -> None:
    loaded = written('a,b\n"x,1\n2,3\n4,5\n', skip_bad_lines=True)
    assert cells(loaded) == [(2, 3), (4, 5)]
    assert [line.line for line in loaded.source.skipped_lines] == [2]


def test_a_thousand_skipped_lines_are_kept_all_are_counted(written: Written) -> None:
    source = written("a,b\n1,2\n" + "3\n" * 1500 + "4,5\n", skip_bad_lines=True).source
    assert (len(source.skipped_lines), source.skipped_count, source.rows_in_file) == (1000, 1500, 1502)


def test_nothing_to_skip(written: Written) -> None:
    source = written("a,b\n1,2\n", skip_bad_lines=True).source
    assert (source.skipped_lines, source.skipped_count) == ((), 0)


def test_all_lines_are_those_of_each_row(written: Written, tmp_path: Path, scratch: Path) -> None:
    source = written('a,b\n1,"x\ny"\n\n2,z\n').source
    assert all_lines(source).tolist() == [2, 5]
    path = tmp_path / "d.parquet"
    pl.DataFrame({"a": [1, 2]}).write_parquet(path)
    assert all_lines(read(path, ReadOptions(), scratch).source).tolist() == [0, 0]


_LINE = st.sampled_from(["1,2", "3,x", '"4","y"', '"5\n6",z', "", "7,é"])
_END = st.sampled_from(["\n", "\r\n", "\r"])


@given(rows=st.lists(st.tuples(_LINE, _END), min_size=1, max_size=12), last=_LINE, utf16=st.booleans())
def test_where_lines_are_known_to_be_records_nothing_is_read_again(
    rows: list[tuple[str, str]], last: str, utf16: bool
) -> None:
    text = "a,b\n" + "".join(line + end for line, end in rows) + last + "8,9"
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "t.csv"
        path.write_bytes(text.encode("utf-16" if utf16 else "utf-8"))
        scratch = Path(folder) / "scratch"
        scratch.mkdir()
        try:
            source = read(path, ReadOptions(), scratch).source
        except DataError:
            return
        assert source.layout is not None
        looked_up = replace(source, layout=replace(source.layout, even=False))
        asked = range(source.rows_read)
        assert lines_of(source, asked) == lines_of(looked_up, asked)
        assert all_lines(source).tolist() == all_lines(looked_up).tolist()


@pytest.mark.parametrize(("text", "even"), [("a,b\r\n1,2\r\n", True), ("a,b\n1,2", True), ("a,b\n\n1,2\n", False),
                                            ("a,b\r1,2\n", False), ('a,b\n"1\n",2\n', False)])  # fmt: skip
def test_a_file_is_even_where_each_line_is_a_record(written: Written, text: str, even: bool) -> None:
    layout = written(text).source.layout
    assert layout is not None
    assert layout.even is even
