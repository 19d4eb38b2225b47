"""What Python's csv module writes is read back cell for cell, and each row's line is the one it was written on."""

from __future__ import annotations

import csv
import gzip
import io
import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.dataset.lines import lines_of
from auditor.dataset.options import ReadOptions
from auditor.dataset.readers import read
from auditor.errors import DataError

#: Letters that make trouble: separators, quotes, line ends, blanks, and some beyond ASCII.
_CELLS = st.text(alphabet='ab1",;\t|\n\r .é漢', max_size=6)
_TABLES = st.integers(1, 4).flatmap(
    lambda width: st.lists(st.lists(_CELLS, min_size=width, max_size=width), min_size=1, max_size=8)
)
_ENCODINGS = st.sampled_from(["utf-8", "utf-8-sig", "utf-16"])


def _as_read(row: list[str]) -> tuple[str | None, ...]:
    return tuple(cell if cell.strip(" \t") else None for cell in row)


@given(
    rows=_TABLES,
    delimiter=st.sampled_from(",;\t|"),
    line_end=st.sampled_from(["\n", "\r\n", "\r"]),
    encoding=_ENCODINGS,
    zipped=st.booleans(),
    blank_lines=st.booleans(),
)
def test_strings_come_back(
    rows: list[list[str]], delimiter: str, line_end: str, encoding: str, zipped: bool, blank_lines: bool
) -> None:
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=delimiter, lineterminator=line_end, quoting=csv.QUOTE_ALL)
    names = [f"name{at}" for at in range(len(rows[0]))]
    expected_lines = []
    for row in [names, *rows]:
        expected_lines.append(_line_count(out.getvalue()) + 1)
        writer.writerow(row)
        if blank_lines:
            out.write(line_end)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "table.csv"
        content = out.getvalue().encode(encoding)
        path.write_bytes(gzip.compress(content) if zipped else content)
        # A first column that begins like no number keeps all columns strings.
        options = ReadOptions(delimiter=delimiter, header=True, missing=("",), encoding=encoding)
        loaded = read(path, options, Path(folder))
        got = [row[1:] for row in loaded.frame.collect().rows()]
        kept = [_as_read(row) for row in rows]
        assert _as_text(got) == _numbers_aside(kept, [column.dtype for column in loaded.columns])
        assert lines_of(loaded.source, range(len(rows))) == dict(enumerate(expected_lines[1:]))


def _line_count(text: str) -> int:
    """Complete lines, each ended by a line feed, a carriage return or both."""
    return text.replace("\r\n", "\n").replace("\r", "\n").count("\n")


def _as_text(rows: list[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    return [tuple(float(cell) if isinstance(cell, int) else cell for cell in row) for row in rows]


def _numbers_aside(rows: list[tuple[str | None, ...]], dtypes: list[str]) -> list[tuple[Any, ...]]:
    """The rows as they were written, where a column happened to hold numbers only, as numbers."""
    return [
        tuple(
            float(cell) if cell is not None and dtype in ("Int64", "Float64") else cell
            for cell, dtype in zip(row, dtypes, strict=True)
        )
        for row in rows
    ]


@given(
    rows=st.lists(
        st.tuples(
            st.none() | st.integers(-(2**63), 2**63 - 1),
            st.none() | st.floats(allow_nan=False),
            st.none() | st.booleans(),
            st.none() | st.datetimes(),
        ),
        min_size=1,
        max_size=30,
    ),
    minimal=st.booleans(),
)
def test_types_come_back(rows: list[tuple[Any, ...]], minimal: bool) -> None:
    out = io.StringIO(newline="")
    writer = csv.writer(out, quoting=csv.QUOTE_MINIMAL if minimal else csv.QUOTE_ALL)
    writer.writerow(["whole", "number", "truth", "time", "word"])
    writer.writerows([*row, "w"] for row in rows)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "table.csv"
        path.write_text(out.getvalue(), newline="")
        got = [row[1:5] for row in read(path, ReadOptions(header=True), Path(folder)).frame.collect().rows()]
    for mine, theirs in zip(got, rows, strict=True):
        assert mine == theirs


@given(text=st.text(alphabet='a1,"\n\r ', max_size=40))
def test_any_text_is_read_as_python_does_or_told(text: str) -> None:
    """Whatever the text: either an error with a line in it, or the records of Python's own strict reader."""
    content = "x,y\n" + text
    expected = _python_reads(content)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "table.csv"
        path.write_text(content, newline="")
        options = ReadOptions(delimiter=",", header=True, missing=("",))
        if expected is None:
            with pytest.raises(DataError) as caught:
                read(path, options, Path(folder))
            assert 1 <= (caught.value.line or 1) <= _line_count(content) + 1
            return
        loaded = read(path, options, Path(folder))
        got = [row[1:] for row in loaded.frame.collect().rows()]
        dtypes = [column.dtype for column in loaded.columns]
        kept = [_as_read([_stripped(cell, dtype) for cell, dtype in zip(row, dtypes, strict=True)]) for row in expected]
        if not loaded.source.dialect.get("blanks"):
            assert _as_text(got) == _numbers_aside(kept, dtypes)


def _stripped(cell: str, dtype: str) -> str:
    return cell.strip(" \t") if dtype in ("Int64", "Float64") else cell


def _python_reads(content: str) -> list[list[str]] | None:
    """The rows, or None where the strict reader or the count of fields objects, or there is no row."""
    try:
        rows = [row for row in csv.reader(io.StringIO(content, newline=""), strict=True) if row]
    except csv.Error:
        return None
    return rows[1:] if len(rows) > 1 and all(len(row) == 2 for row in rows) else None
