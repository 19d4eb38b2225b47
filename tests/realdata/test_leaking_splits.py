"""What the training split gives away: as it was published, in honest splits of a census, and with copies planted."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import polars as pl
import pytest

from auditor.testing import Status, decided, evidence_of, findings_of
from auditor_checks.diversity.split_leakage import SplitLeakage

pytestmark = pytest.mark.realdata
LABEL = "column_14"
FEW = ["column_0", "column_3", "column_9", LABEL]  # age, education, sex and income


def split(train: pl.DataFrame, test: pl.DataFrame) -> pl.DataFrame:
    return pl.concat([train.with_columns(split=pl.lit("train")), test.with_columns(split=pl.lit("test"))])


@pytest.mark.slow
def test_the_questions_of_banking77_that_are_trained_on_too_are_listed(realdata: Path) -> None:
    train, test = (pl.read_csv(realdata / "banking77" / f"{name}.csv") for name in ("train", "test"))
    evidence = evidence_of(split(train, test), label="category", text="text", split="split")
    assert decided(SplitLeakage(), evidence).status is Status.PASS  # 6 of 3,080 are within the limit
    equal = next(found for found in findings_of(SplitLeakage(), evidence) if "equal rows" in found.message)
    assert equal.count == 6
    leaked = pl.concat([test[:-300], train.sample(300, seed=1)])
    evidence = evidence_of(split(train, leaked), label="category", text="text", split="split")
    assert decided(SplitLeakage(), evidence).status is Status.FAIL


def test_a_census_of_few_columns_coincides_and_one_of_all_with_copies_fails(realdata: Path) -> None:
    census = pl.read_csv(realdata / "adult" / "adult-train.csv", has_header=False).filter(pl.col(LABEL).is_not_null())
    roles: dict[str, Any] = {"label": LABEL, "split": "split"}
    for seed in range(5):
        some = census.sample(5_000, seed=seed, shuffle=True)
        few = some.select(FEW)
        assert decided(SplitLeakage(), evidence_of(split(few[1_000:], few[:1_000]), **roles)).status is not Status.FAIL
        copied = pl.concat([some[100:1_000], some[1_000:].sample(100, seed=seed)])
        assert decided(SplitLeakage(), evidence_of(split(some[1_000:], some[:1_000]), **roles)).status is Status.PASS
        assert decided(SplitLeakage(), evidence_of(split(some[1_000:], copied), **roles)).status is Status.FAIL
