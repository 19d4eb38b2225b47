"""What a file was perhaps not meant to be read as is said."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from auditor.dataset.options import ReadOptions
from auditor.dataset.readers import read
from auditor.dataset.roles import Declared, assign
from auditor.errors import UsageError


def notes(tmp_path: Path, text: str, **options: Any) -> str:
    path = tmp_path / "d.csv"
    path.write_text(text)
    return "\n".join(read(path, ReadOptions(**options), tmp_path / "scratch").source.notes)


def refused(tmp_path: Path, text: str, label: str = "", **options: Any) -> str:
    path = tmp_path / "d.csv"
    path.write_text(text)
    loaded = read(path, ReadOptions(**options), tmp_path / "scratch")
    with pytest.raises(UsageError) as told:
        assign(loaded, Declared(label=(label,)) if label else Declared(), "d")
    return str(told.value)


NUMBERS = "".join(f"{n},{n + 0.5}\n" for n in range(20))


@pytest.mark.parametrize("label", ["", "label"])
def test_where_no_header_was_seen_a_column_that_is_not_there_says_so(tmp_path: Path, label: str) -> None:
    said = refused(tmp_path, NUMBERS, label)
    assert "column_1, column_2." in said
    assert "read without a header (the first line holds values like those below it)" in said
    assert "pass --header; else name them with --names" in said


def test_what_the_user_has_said_of_the_file_is_not_doubted(tmp_path: Path) -> None:
    assert "--header" not in refused(tmp_path, NUMBERS, "label", header=False)
    assert "--no-header" not in refused(tmp_path, "5,b\nx,y\nz,w\n", "label", header=True)


def test_names_that_look_like_data_are_doubted(tmp_path: Path) -> None:
    said = refused(tmp_path, "5,b\nx,y\nz,w\n", "label")
    assert "The first line was taken for names, but '5' looks like data: if it is, pass --no-header" in said
    assert "--no-header" not in refused(tmp_path, "a,b\nx,y\nz,w\n", "label")


def test_one_column_may_have_been_several(tmp_path: Path) -> None:
    assert "read as one column" in refused(tmp_path, "age  x\n1  2\n3  4\n", "label")
    assert "one column" not in refused(tmp_path, "a,b\n1,2\n3,4\n", "label")


@pytest.mark.parametrize(
    ("cells", "form"),
    [
        (('"1,234"', '"12,345.50"'), "numbers with separators of thousands were read as text, in n (1,234)"),
        (("1'234", "12'345"), "numbers with separators"),
        (("12%", "5.5 %"), "percentages were read as text"),
        (("$3.50", "$1200"), "amounts of money were read as text"),
        (("12/31/2024", "01/15/2024"), "dates were read as text"),
        (("Jan 3 2024", "Feb 4, 2024"), "dates"),
        (("3 March 2024 10:30", "4 May 2024 9:15:00"), "dates"),
        (("12/31/24", "1/2/24"), "dates"),
        (("2024-02-30", "2024-01-01"), "dates"),  # there is no such day
        (("1.2.3", "4.5.6"), ""),
        (("123-45-6789", "555-12-3456"), ""),
        (("1,5", "2"), ""),
        (("abc", "1'234"), ""),
    ],
)
def test_what_looks_like_numbers_and_is_text_is_told(tmp_path: Path, cells: tuple[str, ...], form: str) -> None:
    said = notes(tmp_path, "n;y\n" + "".join(f"{cell};a\n" for cell in cells), delimiter=";", decimal=".")
    assert form in said
    assert form or "read as text" not in said


def test_of_many_such_columns_a_few_are_named(tmp_path: Path) -> None:
    said = notes(tmp_path, ",".join(f"c{n}" for n in range(9)) + "\n" + ",".join(["5%"] * 9) + "\n")
    assert "in c0 (5%), c1 (5%), c2 (5%), c3 (5%), c4 (5%) and 4 more" in said


def test_a_header_that_stands_again_among_the_rows_is_told(tmp_path: Path) -> None:
    part = "a,b\n" + "1,x\n" * 15
    assert "1 row repeats the header" in notes(tmp_path, part * 2)
    assert "2 rows repeat the header" in notes(tmp_path, part * 3)
    assert "repeat" not in notes(tmp_path, part + "a,y\n2,b\n")
