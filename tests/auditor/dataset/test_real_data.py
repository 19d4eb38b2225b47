"""The real data sets, read as they were found."""

from __future__ import annotations

from pathlib import Path

import pytest

from auditor.dataset.lines import lines_of
from auditor.dataset.options import ReadOptions
from auditor.dataset.readers import read, read_parts
from auditor.dataset.table import Kind

pytestmark = pytest.mark.realdata


def test_adult_as_found(real_data: Path, scratch: Path) -> None:
    loaded = read(real_data / "adult" / "adult-train.csv", ReadOptions(), scratch)
    source = loaded.source
    assert (source.rows_in_file, source.rows_read, len(loaded.columns)) == (32_561, 32_561, 15)
    assert sum(counts["?"] for counts in source.missing_tokens.values()) == 4_262
    assert source.dialect["header"].startswith("no")
    assert loaded.columns[0].name == "column_1"
    assert loaded.frame.select("column_10").collect()["column_10"].unique().sort().to_list() == ["Female", "Male"]
    assert [column.kind for column in loaded.columns].count(Kind.NUMERIC) == 6


def test_adult_test_labels_keep_their_point(real_data: Path, scratch: Path) -> None:
    loaded = read(real_data / "adult" / "adult-test.csv", ReadOptions(), scratch)
    assert loaded.source.rows_read == 16_281
    labels = loaded.frame.select("column_15").collect()["column_15"].unique().sort().to_list()
    assert labels == ["<=50K.", ">50K."]


def test_adult_train_and_test_together(real_data: Path, scratch: Path) -> None:
    folder = real_data / "adult"
    parts = {"train": folder / "adult-train.csv", "test": folder / "adult-test.csv"}
    loaded = read_parts(parts, ReadOptions(), scratch)
    assert loaded.source.rows_read == 48_842
    assert lines_of(loaded.source, [0, 32_561]) == {0: 1, 32_561: 1}


@pytest.mark.parametrize(("name", "rows"), [("red.csv", 1_599), ("white.csv", 4_898)])
def test_wine_has_no_header(name: str, rows: int, real_data: Path, scratch: Path) -> None:
    loaded = read(real_data / "wine" / name, ReadOptions(), scratch)
    assert (loaded.source.rows_read, len(loaded.columns)) == (rows, 12)
    assert [column.dtype for column in loaded.columns] == ["Float64"] * 11 + ["Int64"]


def test_german_has_a_header(real_data: Path, scratch: Path) -> None:
    loaded = read(real_data / "german" / "german_data_credit.csv", ReadOptions(), scratch)
    assert (loaded.source.rows_read, loaded.columns[0].name, loaded.columns[-1].name) == (
        1_000,
        "checking-account",
        "class-label",
    )


def test_banking_is_prose(real_data: Path, scratch: Path) -> None:
    loaded = read(real_data / "banking77" / "train.csv", ReadOptions(), scratch)
    assert loaded.source.rows_read == 10_003
    assert [(column.name, column.kind) for column in loaded.columns] == [
        ("text", Kind.TEXT),
        ("category", Kind.CATEGORICAL),
    ]


def test_hatecheck_has_a_nameless_column(real_data: Path, scratch: Path) -> None:
    loaded = read(real_data / "hatecheck" / "cases.csv", ReadOptions(), scratch)
    assert (loaded.source.rows_read, loaded.columns[0].name) == (3_728, "column_1")
    assert loaded.source.notes[0] == "column 1 has no name in the header and is called column_1"


def test_davidson_lines_are_found_behind_quoted_newlines(real_data: Path, scratch: Path) -> None:
    path = real_data / "davidson" / "labeled_data.csv"
    loaded = read(path, ReadOptions(), scratch)
    last = loaded.source.rows_read - 1
    (line,) = lines_of(loaded.source, [last]).values()
    text = path.read_text(encoding="utf-8").split("\n")[line - 1]  # read_text makes every line end a line feed
    assert text.startswith(f"{loaded.frame.collect()['column_1'][last]},")
    assert loaded.source.rows_read == 24_783


@pytest.mark.parametrize(
    ("path", "rows", "columns"),
    [
        ("snow2008/rte_votes.tsv", 8_000, 5),
        ("nessie/easy_text.tsv", 1_536, 3),
        ("gsm8k/test.jsonl", 1_319, 2),
        ("hh_rlhf/test.jsonl.gz", 2_312, 2),
        ("mnist_verified/mnist_test.parquet", 10_000, 786),
        ("hospital/dirty.csv", 1_000, 20),
    ],
)
def test_others(path: str, rows: int, columns: int, real_data: Path, scratch: Path) -> None:
    loaded = read(real_data / path, ReadOptions(), scratch)
    assert (loaded.source.rows_read, len(loaded.columns)) == (rows, columns)
