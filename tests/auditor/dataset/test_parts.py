from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from auditor.dataset.options import ReadOptions
from auditor.dataset.readers import read_parts
from auditor.dataset.table import Kind, Loaded
from auditor.errors import DataError, UsageError

Join = Callable[..., Loaded]


@pytest.fixture
def join(tmp_path: Path, scratch: Path) -> Join:
    def join(parts: Mapping[str, str], **options: Any) -> Loaded:
        paths = {}
        for name, content in parts.items():
            folder = tmp_path / name
            folder.mkdir()
            paths[name] = folder / "data.csv"  # the same name in another folder
            paths[name].write_text(content)
        return read_parts(paths, ReadOptions(**options), scratch)

    return join


def test_rows_stand_below_each_other_with_their_part(join: Join, cells: Callable[..., Any]) -> None:
    loaded = join({"train": "a,b\n1,x\n2,y\n", "test": "a,b\n3,z\n"})
    assert cells(loaded) == [(1, "x", "train"), (2, "y", "train"), (3, "z", "test")]
    assert [(column.name, column.kind) for column in loaded.columns] == [
        ("a", Kind.NUMERIC),
        ("b", Kind.CATEGORICAL),
        ("split", Kind.CATEGORICAL),
    ]


def test_columns_may_stand_in_another_order(join: Join, cells: Callable[..., Any]) -> None:
    assert cells(join({"x": "a,b\n1,2\n", "y": "b,a\n4,3\n"})) == [(1, 2, "x"), (3, 4, "y")]


@pytest.mark.parametrize(
    ("first", "second", "values"),
    [
        ("1\n2", "0.5", [1.0, 2.0, 0.5]),
        ("1.50\n007", "x", ["1.50", "007", "x"]),
        ("1.50\n2.5", "x", ["1.50", "2.5", "x"]),  # the text as it was written, not a number turned back
        ("1", "true", ["1", "true"]),
        ("1\n2", "?", [1, 2, None]),
        ("?", "2024-01-31", None),
        ("?", "NA", [None, None]),
        ("true", "?", [True, None]),
    ],
)
def test_types_hold_for_all_parts(
    first: str, second: str, values: list[Any] | None, join: Join, cells: Callable[..., Any]
) -> None:
    loaded = join({"x": f"a\n{first}\n", "y": f"a\n{second}\n"}, header=True)
    rows = [row[0] for row in cells(loaded)]
    assert values is None or rows == values
    assert loaded.columns[0].dtype == str(loaded.frame.collect_schema()["a"])


def test_prose_is_judged_over_all_parts(join: Join) -> None:
    prose = "".join(f"how do I get my card number {at}\n" for at in range(50))
    assert join({"x": "t\n" + prose, "y": "t\nhello\n"}).columns[0].kind is Kind.TEXT


def test_sums_and_digest(join: Join) -> None:
    loaded = join({"x": "a,b\n1,?\n", "y": "a,b\n2,?\n3\n"}, skip_bad_lines=True)
    source = loaded.source
    assert source.missing_tokens == {"b": {"?": 2}}
    assert (source.rows_in_file, source.rows_read, source.skipped_count) == (3, 2, 1)
    assert source.skipped_lines[0].problem.startswith("y: expected 2 fields")
    digests = [hashlib.sha256(Path(path).read_bytes()).hexdigest() for path in source.paths]
    assert [part.digest for part in source.parts] == digests
    assert source.digest == hashlib.sha256("\n".join(digests).encode()).hexdigest()


def test_columns_that_differ_are_named(join: Join) -> None:
    with pytest.raises(DataError, match=r"part 'y' .* it lacks 'b' and has 'c' besides"):
        join({"x": "a,b\n1,2\n", "y": "a,c\n1,2\n"})


def test_a_split_column_is_there_already(join: Join) -> None:
    with pytest.raises(UsageError, match="has a column 'split' of its own"):
        join({"x": "a,split\n1,2\n"})


def test_no_parts(scratch: Path) -> None:
    with pytest.raises(UsageError, match="no part was given"):
        read_parts({}, ReadOptions(), scratch)


def test_parts_of_several_formats(tmp_path: Path, scratch: Path, cells: Callable[..., Any]) -> None:
    pl.DataFrame({"a": [1, 2], "b": ["x", "y"]}).write_parquet(tmp_path / "train.parquet")
    (tmp_path / "test.csv").write_text("a,b\n0.5,z\n")
    paths = {"train": tmp_path / "train.parquet", "test": tmp_path / "test.csv"}
    loaded = read_parts(paths, ReadOptions(), scratch)
    assert cells(loaded) == [(1.0, "x", "train"), (2.0, "y", "train"), (0.5, "z", "test")]
    assert loaded.source.format == "several"


def test_numbers_in_one_part_and_words_in_another_are_said(join: Join) -> None:
    loaded = join({"x": "a,y\n1,0\n2,1\n", "y": "a,y\n1,no\n2,yes\n"})
    (note,) = loaded.source.notes
    assert note.startswith("y: numeric in x, categorical in y: read as text")


def test_whole_and_broken_numbers_are_alike(join: Join) -> None:
    assert join({"x": "a\n1\n2\n", "y": "a\n1.5\n2\n"}).source.notes == ()
