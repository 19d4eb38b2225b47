"""What is known of well-known data sets comes out, from the files as they were found."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from auditor import Report, audit
from auditor.report.model import CheckRecord, MeasureRecord
from auditor.testing import Status, decided, evidence_of
from auditor_checks.annotations.label_errors import LabelErrors
from auditor_checks.annotations.label_spelling import LabelSpelling
from auditor_checks.diversity.class_imbalance import ClassImbalance

pytestmark = pytest.mark.realdata


def check(report: Report, name: str) -> CheckRecord:
    (found,) = (record for record in report.checks if record.id == name)
    return found


def measure(report: Report, name: str, subject: str, of: str = "") -> MeasureRecord:
    found = [m for c in report.checks if of in c.id for m in c.measures if m.name == name and m.subject.text == subject]
    assert len(found) == 1, [(m.name, m.subject.text) for m in found]
    return found[0]


@pytest.fixture(scope="module")
def adult(realdata: Path) -> Report:
    return audit(realdata / "adult" / "adult-train.csv", fast=True)


def test_adult_is_read_whole_without_a_header(adult: Report) -> None:
    assert (adult.dataset.rows_in_file, adult.dataset.rows_audited) == (32_561, 32_561)
    assert adult.dataset.label == ("column_15",)
    assert len(adult.dataset.columns) == 15


def test_adults_sexes_and_races_are_guessed_by_what_they_say(adult: Report) -> None:
    assert adult.dataset.sensitive == ("column_9", "column_10")
    guessed = {s.value: s.detail for s in adult.settings if s.source == "guess" and s.name.endswith("sensitive")}
    assert "sexes" in guessed["column_10"]
    assert "races" in guessed["column_9"]


def test_adults_high_incomes_by_sex(adult: Report) -> None:
    female = measure(adult, "rate of >50K", "column_10 = Female")
    male = measure(adult, "rate of >50K", "column_10 = Male")
    assert (round(female.value, 4), round(male.value, 4)) == (0.1095, 0.3057)
    assert (female.n, male.n) == (10_771, 21_790)
    assert female.lower < female.value < female.upper
    assert measure(adult, "difference in >50K", "column_10 = Female").decision == "fail"
    assert check(adult, "label-rate-disparity").status == "fail"


def test_adults_repeated_rows(adult: Report) -> None:
    assert measure(adult, "repeated-rows", "all rows").value == pytest.approx(24 / 32_561)
    assert check(adult, "duplicate-rows").findings[0].count == 24
    assert check(adult, "duplicate-rows").status == "pass"


def test_adults_question_marks_are_missing_cells(adult: Report) -> None:
    assert sum(column.missing for column in adult.dataset.columns) == 4_262
    assert sum(tokens.get("?", 0) for tokens in adult.dataset.missing_tokens.values()) == 4_262


@pytest.fixture(scope="module")
def german(realdata: Path) -> Report:
    path = realdata / "german" / "german_data_credit.csv"
    return audit(path, label="class-label", positive="1", sensitive=["sex"], fast=True)


def test_germans_good_credit_by_sex_is_shown_with_its_interval(german: Report) -> None:
    female, male = (measure(german, "rate of class-label = 1", f"sex = {sex}") for sex in ("female", "male"))
    assert (round(female.value, 3), round(male.value, 3)) == (0.648, 0.723)
    assert female.n + male.n == 1000
    for rate in (female, male):
        assert rate.lower < rate.value < rate.upper
        assert rate.decision == "shown"


def test_germans_difference_cannot_be_decided(german: Report) -> None:
    gap = measure(german, "difference in class-label = 1", "sex = female")
    assert gap.value == pytest.approx(-0.075, abs=0.001)
    assert gap.lower < -0.1 < gap.upper < 0.1
    assert gap.decision == "undecided"
    assert gap.rows_to_decide is not None
    assert gap.rows_to_decide > 1000
    assert check(german, "label-rate-disparity").status == "undecided"


def test_wine_is_ordinal_if_told_and_repeats_itself(realdata: Path) -> None:
    for name, rows, repeats in (("red", 1599, 240), ("white", 4898, 937)):
        report = audit(realdata / "wine" / f"{name}.csv", task="ordinal", sensitive="none", fast=True)
        assert (report.dataset.task, report.dataset.label) == ("ordinal", ("column_12",))
        assert report.dataset.rows_audited == rows
        assert check(report, "duplicate-rows").findings[0].count == repeats


@pytest.fixture(scope="module")
def banking(realdata: Path) -> Report:
    return audit(realdata / "banking77" / "train.csv", sensitive="none", fast=True)


@pytest.mark.slow
def test_bankings_questions_are_texts_that_readers_labeled(banking: Report) -> None:
    assert (banking.dataset.label, banking.dataset.task, banking.dataset.label_is) == (
        ("category",),
        "multiclass",
        "annotation",
    )


def test_bankings_four_repeated_texts_differ_in_blanks_around_them(banking: Report, realdata: Path) -> None:
    """As they stand in the file, no two rows are equal; without line ends around the texts, four repeat."""
    rows = pl.read_csv(realdata / "banking77" / "train.csv")
    assert len(rows) == rows.n_unique() == banking.dataset.rows_audited == 10_003
    assert measure(banking, "repeated-rows", "all rows").value == pytest.approx(4 / 10_003)
    (finding,) = check(banking, "duplicate-rows").findings
    assert (finding.count, finding.subject.text) == (4, "4 groups")
    conflicts = check(banking, "conflicting-labels")
    assert conflicts.status == "pass"
    assert all("nearly equal" in finding.message for finding in conflicts.findings)


def test_intents_are_never_taken_for_misspelt_ones(banking: Report, realdata: Path) -> None:
    spelling = check(banking, "label-spelling")
    assert (spelling.status, spelling.findings) == ("pass", ())
    for name in ("data_full", "data_imbalanced"):
        assert decided(LabelSpelling(), clinc(realdata, name), label="intent").status is Status.PASS


def test_a_planted_typo_among_intents_is_found(realdata: Path) -> None:
    table = clinc(realdata, "data_full")
    names = table["intent"].to_list()
    names[names.index("transfer")] = "transfre"
    (finding,) = decided(LabelSpelling(), table.with_columns(intent=pl.Series(names)), label="intent").outcome.findings
    assert finding.subject == "'transfre'"
    assert list(finding.rows) == [names.index("transfre")]


def clinc(folder: Path, name: str) -> pl.DataFrame:
    pairs = json.loads((folder / "clinc150" / f"{name}.json").read_text(encoding="utf-8"))["train"]
    return pl.DataFrame(pairs, schema=["text", "intent"], orient="row")


def test_clincs_classes_are_counted(realdata: Path) -> None:
    evidence = evidence_of(clinc(realdata, "data_imbalanced"), label="intent")
    sizes = list(evidence.label_counts().classes().values())
    assert len(sizes) == 150
    assert {size: sizes.count(size) for size in (100, 75, 50, 25)} == {100: 61, 75: 29, 50: 30, 25: 30}
    assert decided(ClassImbalance(), evidence).status is Status.PASS


@pytest.mark.slow
def test_hatecheck_loads(realdata: Path) -> None:
    for name in ("cases", "annotations"):
        report = audit(realdata / "hatecheck" / f"{name}.csv", sensitive="none", fast=True)
        assert report.dataset.rows_audited == 3_728 if name == "cases" else report.dataset.rows_audited > 3_000
        assert report.dataset.label == ("label_gold",)
        assert [c.id for c in report.checks if c.status == "error"] == []


@pytest.mark.slow
def test_flipped_intents_come_first(realdata: Path) -> None:
    """Of eight intents, one label in twenty is flipped."""
    rng = np.random.default_rng(8)
    table = clinc(realdata, "data_full")
    kept = sorted(table["intent"].unique())[:8]
    table = table.filter(pl.col("intent").is_in(kept))
    wrong = rng.random(len(table)) < 0.05
    names = [kept[(kept.index(v) + 3 * w) % 8] for v, w in zip(table["intent"], wrong, strict=True)]
    result = decided(LabelErrors(), table.with_columns(intent=pl.Series(names)), label="intent")
    finding = result.outcome.findings[0]
    hits = wrong[list(finding.rows)]
    print(f"precision {hits.mean():.2f}, recall {hits.sum() / wrong.sum():.2f}")  # noqa: T201
    assert hits.mean() > 0.8
    assert hits.sum() > 0.5 * wrong.sum()
    assert hits[:10].all()
    low, high = result.outcome.measures[0].estimate.bounds(0.95)
    assert low < wrong.mean() < high
