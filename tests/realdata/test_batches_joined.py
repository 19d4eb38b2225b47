"""Halves of real data as batch and base: what is the same may be merged, what was planted is found."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import polars as pl
import pytest

from auditor.evidence.batch_texts import AskNearBase
from auditor.testing import Status, decided, evidence_of, measures_of
from auditor_checks.annotations.batch_conflicts import BatchConflicts
from auditor_checks.contract.batch_units import BatchUnits
from auditor_checks.contract.batch_values import BatchValues
from auditor_checks.diversity.batch_gain import BatchGain

pytestmark = pytest.mark.realdata
NAMES = ["age", "workclass", "fnlwgt", "education", "education_num", "marital", "occupation", "relationship", "race"]
NAMES += ["sex", "gain", "loss", "hours", "country", "income"]
ROLES: dict[str, Any] = {"label": "income", "sensitive": ("sex", "race")}


def census(realdata: Path) -> pl.DataFrame:
    frame = pl.read_csv(realdata / "adult" / "adult-train.csv", has_header=False, new_columns=NAMES)
    words = frame.with_columns(pl.col(pl.String).str.strip_chars())
    numbers = ("age", "fnlwgt", "education_num", "gain", "loss", "hours")
    words = words.filter(pl.col("income").is_not_null())
    return words.with_columns(pl.col(numbers).cast(pl.Int64)).with_columns(pl.col(pl.String).replace("?", None))


def test_the_second_half_of_a_census_adds_rows_and_repeats_few(realdata: Path) -> None:
    frame = census(realdata)
    half = len(frame) // 2
    evidence = evidence_of(frame[half:], base=frame[:half], **ROLES)
    first, second = measures_of(BatchGain(), evidence)[:2]
    assert first.estimate.value == 16_263
    assert second.note == "11 of 16,281 rows; 12 of 16,280 of the base's own"
    assert decided(BatchGain(), evidence).status is Status.PASS
    assert measures_of(BatchConflicts(), evidence)[0].note.startswith("1 of 12 rows")


def test_copies_with_wrong_labels_are_counted(realdata: Path) -> None:
    frame = census(realdata)
    half = len(frame) // 2
    base = frame[:half]
    flipped = base.sample(2_000, seed=1).with_columns(
        pl.when(pl.int_range(pl.len()) < 100)
        .then(pl.when(pl.col("income") == ">50K").then(pl.lit("<=50K")).otherwise(pl.lit(">50K")))
        .otherwise("income")
        .alias("income")
    )
    evidence = evidence_of(pl.concat([frame[half:], flipped]), base=base, **ROLES)
    assert decided(BatchGain(), evidence).status is Status.FAIL
    result = decided(BatchConflicts(), evidence)
    assert result.status is Status.FAIL
    assert result.outcome.measures[0].note.startswith("101 of 2,012 rows")


@pytest.mark.slow
@pytest.mark.parametrize(("column", "factor"), [("age", 12), ("hours", 60), ("fnlwgt", 0.4536), ("gain", 0.001)])
def test_a_unit_is_told_from_the_same_population(realdata: Path, column: str, factor: float) -> None:
    frame = census(realdata)
    for seed in range(20):
        some = frame.sample(6_000, seed=seed, shuffle=True)
        batch, base = some[:3_000], some[3_000:]
        evidence = evidence_of(batch, base=base, **ROLES)
        assert decided(BatchUnits(), evidence).status is Status.PASS
        assert decided(BatchValues(), evidence).status is not Status.FAIL
        other = evidence_of(batch.with_columns(pl.col(column) * factor), base=base, **ROLES)
        assert [d.measure.note for d in decided(BatchUnits(), other).decided if d.status is Status.FAIL] == [column]


@pytest.mark.slow
def test_bank_questions(realdata: Path) -> None:
    base, batch = (pl.read_csv(realdata / "banking77" / f"{name}.csv") for name in ("train", "test"))
    evidence = evidence_of(batch, base=base, label="category", text="text", label_is="annotation")
    assert decided(BatchConflicts(), evidence).status is Status.UNDECIDED  # 6 equal rows tell little
    assert measures_of(BatchConflicts(), evidence)[0].note.startswith("0 of 6 rows")
    found = evidence.ask(AskNearBase())
    assert 900 < len(found.near) < 1_200
    copies = base.sample(1_000, seed=2).with_columns(pl.col("text") + " please")
    labels = pl.when(pl.int_range(pl.len()) < 100).then(pl.col("category").reverse()).otherwise("category")
    copies = copies.with_columns(category=labels)
    result = decided(
        BatchConflicts(), evidence_of(copies, base=base, label="category", text="text", label_is="annotation")
    )
    assert result.status is Status.FAIL
    near = next(m for m in result.outcome.measures if m.name.startswith("nearly"))
    assert near.estimate.value > 0.05
