"""What census data lacks, as anybody can count it there."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from auditor.testing import Status, decided
from auditor_checks.diversity.balance import Balance
from auditor_checks.diversity.coverage import Coverage

pytestmark = pytest.mark.realdata
NAMES = ["age", "workclass", "fnlwgt", "education", "education_num", "marital", "occupation", "relationship", "race"]
NAMES += ["sex", "gain", "loss", "hours", "country", "income"]


def census(realdata: Path) -> pl.DataFrame:
    frame = pl.read_csv(realdata / "adult" / "adult-train.csv", has_header=False, new_columns=NAMES)
    stripped = frame.with_columns(pl.col(pl.String).str.strip_chars())
    return stripped.with_columns(pl.col(pl.String).replace("?", None))


def test_a_female_husband_is_the_most_surprising_gap_and_can_be_ruled_out(realdata: Path) -> None:
    frame = census(realdata)
    roles = {"label": "income", "sensitive": ("sex", "race")}
    plain = decided(Coverage(), frame, **roles)
    assert plain.status is Status.PASS
    first = plain.outcome.findings[0]
    assert (str(first.subject), first.count) == ("sex = Female, relationship = Husband", 1)
    assert any("education_num (told by education)" in finding.message for finding in plain.outcome.findings)
    ruled = Coverage(impossible=({"sex": "Female", "relationship": "Husband"},))
    assert str(decided(ruled, frame, **roles).outcome.findings[0].subject) != str(first.subject)


def test_a_rare_group_has_few_of_the_rare_class(realdata: Path) -> None:
    result = decided(Balance(), census(realdata), label="income", sensitive=("sex", "race"))
    rarest = {
        str(d.measure.subject): d.measure.estimate.value for d in result.decided if d.measure.name == "rarest class"
    }
    assert rarest["race = Other"] == 25
    assert rarest["sex = Female"] == 1179
