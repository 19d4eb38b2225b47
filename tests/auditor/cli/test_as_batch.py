"""`--as batch`: a verdict on merging."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl
import pytest

import auditor

Dataaudit = Callable[..., Any]
SAID = ("--label", "y", "--sensitive", "none", "--fast")


def table(start: int, rows: int = 300) -> pl.DataFrame:
    places = range(start, start + rows)
    return pl.DataFrame({"x": list(places), "k": [f"k{i % 3}" for i in places], "y": ["no", "yes"] * (rows // 2)})


@pytest.fixture
def base(tmp_path: Path) -> Path:
    pl.concat([table(0), table(600)]).write_csv(tmp_path / "base.csv")
    return tmp_path / "base.csv"


def record(folder: Path) -> dict[str, Any]:
    (path,) = folder.glob("reports/*/*/report.json")
    found: dict[str, Any] = json.loads(path.read_text())
    return found


def test_a_batch_that_adds_rows_may_be_merged(dataaudit: Dataaudit, base: Path, tmp_path: Path) -> None:
    table(300).write_csv(tmp_path / "batch.csv")
    ran = dataaudit("run", "batch.csv", *SAID, "--reference", base, "--as", "batch")
    assert ran.code == 0, ran.out
    assert "This batch may be merged into base" in ran.out
    assert "base       base · 600 rows" in ran.out
    told = record(tmp_path)["dataset"]["reference"]
    assert told["is_base"]
    assert told["merging"]["adds"].startswith("300 rows that the base does not have (100 % of the batch)")
    assert told["merging"]["repeats"] == "no row of the base"
    (page,) = tmp_path.glob("reports/*/*/report.html")
    assert "What merging it would do" in page.read_text()


def test_one_that_copies_with_other_labels_should_not(dataaudit: Dataaudit, base: Path, tmp_path: Path) -> None:
    other = table(0).with_columns(y=pl.lit("no"))
    other.write_csv(tmp_path / "batch.csv")
    ran = dataaudit("run", "batch.csv", *SAID, "--reference", base, "--as", "batch", "--task", "binary")
    assert ran.code == 1
    said = " ".join(ran.out.split())
    assert "This batch should not be merged into base yet: the batch labels examples otherwise" in said
    assert "contradicts the base's label in 150 of the 300 rows that the base has too" in said
    (page,) = tmp_path.glob("reports/*/*/report.html")
    assert "What blocks merging" in page.read_text()


def test_a_batch_may_be_small_and_unlike_its_base(dataaudit: Dataaudit, base: Path, tmp_path: Path) -> None:
    table(300, 20).with_columns(k=pl.lit("k1")).write_csv(tmp_path / "batch.csv")
    ran = dataaudit("run", "batch.csv", *SAID, "--reference", base, "--as", "batch")
    assert ran.code == 0, ran.out
    levels = {check["id"]: check["level"] for check in record(tmp_path)["checks"]}
    assert levels["too-few-rows"] == levels["reference-shift"] == levels["label-rate-disparity"] == "warn"
    assert levels["duplicate-rows"] == levels["batch-gain"] == "error"


def test_a_level_that_was_set_stays(dataaudit: Dataaudit, base: Path, tmp_path: Path) -> None:
    (tmp_path / "dataaudit.toml").write_text('[checks.too-few-rows]\nlevel = "error"\n[run]\nas = "batch"\n')
    table(300, 20).write_csv(tmp_path / "batch.csv")
    assert dataaudit("run", "batch.csv", *SAID, "--reference", base).code == 1


def test_without_it_a_reference_is_what_it_was(dataaudit: Dataaudit, base: Path, tmp_path: Path) -> None:
    table(300).write_csv(tmp_path / "batch.csv")
    ran = dataaudit("run", "batch.csv", *SAID, "--reference", base)
    assert "merge" not in ran.out
    assert "reference  base · 600 rows" in ran.out
    assert {c["status"] for c in record(tmp_path)["checks"] if c["id"].startswith("batch-")} == {"skipped"}


def test_a_batch_without_a_base_is_refused(dataaudit: Dataaudit, base: Path) -> None:
    ran = dataaudit("run", base, *SAID, "--as", "batch")
    assert ran.code == 2
    assert ran.err.startswith("error: --as: a batch is to join other data. Name that data with --reference.")


def test_another_word_is_refused(dataaudit: Dataaudit, base: Path) -> None:
    assert dataaudit("run", base, *SAID, "--reference", base, "--as", "bach").code == 2


def test_a_batch_without_labels_is_held_against_the_rest(dataaudit: Dataaudit, base: Path, tmp_path: Path) -> None:
    table(300).drop("y").write_csv(tmp_path / "batch.csv")
    ran = dataaudit("run", "batch.csv", "--unlabelled", "--sensitive", "none", "--reference", base, "--as", "batch")
    assert ran.code == 0, ran.out
    told = record(tmp_path)["dataset"]["reference"]["merging"]
    assert told["contradicts"] == "not asked: the batch has no label"
    assert told["fits"] == "it lacks 'y'"


def test_a_batch_with_other_words_for_its_labels_should_not(dataaudit: Dataaudit, base: Path, tmp_path: Path) -> None:
    table(300).with_columns(y=(pl.col("y") == "yes").cast(pl.Int64)).write_csv(tmp_path / "batch.csv")
    ran = dataaudit("run", "batch.csv", *SAID, "--reference", base, "--as", "batch")
    assert ran.code == 1, ran.out
    reasons = {check["id"]: check["reason"] for check in record(tmp_path)["checks"]}
    assert reasons["batch-classes"] == "the label 'y' is numeric in the batch and categorical in the base"


@pytest.mark.parametrize("rows", [1, 300])
def test_a_batch_of_one_class_may_be_merged(dataaudit: Dataaudit, base: Path, tmp_path: Path, rows: int) -> None:
    table(300).with_columns(y=pl.lit("yes")).head(rows).write_csv(tmp_path / "batch.csv")
    said = ("--label", "y", "--sensitive", "k", "--fast", "--reference", base)
    assert dataaudit("run", "batch.csv", *said, "--as", "batch").code == 0
    assert dataaudit("run", "batch.csv", *said, "--as", "batch", "--policy", "strict").code == 4


def test_from_python(base: Path) -> None:
    frame = table(300).with_columns(pl.col("x") * 1000)
    report = auditor.audit(frame, label="y", sensitive="none", fast=True, reference=base, data_as="batch")
    assert report.dataset.reference is not None
    assert report.dataset.reference.is_base
    assert report.dataset.reference.merging["adds"].startswith("300 rows")
