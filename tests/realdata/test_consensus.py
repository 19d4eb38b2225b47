"""Votes of real annotators: what is known of them comes out."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import polars as pl
import pytest

from auditor import audit
from auditor.check import Evidence
from auditor.evidence.votes import AskConsensus, AskVotes
from auditor.stats.agreement import Level, krippendorff_alpha
from auditor.stats.dawid_skene import dawid_skene
from auditor.stats.vote_arrays import tally
from auditor.testing import Status, decided, evidence_of
from auditor_checks.annotations.annotator_agreement import AnnotatorAgreement
from auditor_checks.annotations.annotator_quality import AnnotatorQuality

pytestmark = pytest.mark.realdata

HATECHECK = tuple(f"label_{place}" for place in range(1, 11))


def snow(folder: Path, name: str) -> tuple[pl.DataFrame, Evidence]:
    """The votes of Snow et al. 2008."""
    table = pl.read_csv(folder / "snow2008" / f"{name}_votes.tsv", separator="\t")
    return table, evidence_of(table, label="response", annotator="!amt_worker_ids", id="orig_id")


@pytest.mark.parametrize(
    ("name", "items", "annotators", "least", "alpha"),
    [("rte", 800, 164, 0.927, 0.24147876613881025), ("temp", 462, 76, 0.941, 0.22341341257778025)],
)
def test_snows_workers_agree_on_the_gold_label(
    realdata: Path, name: str, items: int, annotators: int, least: float, alpha: float
) -> None:
    """The accuracy that is known for Dawid and Skene's consensus; alpha by the package krippendorff 0.9.0."""
    table, evidence = snow(realdata, name)
    votes = evidence.ask(AskVotes())
    assert (votes.arrays.items, votes.arrays.annotators) == (items, annotators)
    gold = table["gold"].cast(pl.String).gather(votes.rows).to_numpy()
    for consensus in (dawid_skene(votes.arrays), evidence.ask(AskConsensus())):
        assert (np.array(votes.classes)[consensus.best] == gold).mean() >= least
    for level in Level:
        found = krippendorff_alpha(tally(votes.arrays), level, votes.numbers())
        assert found.value == pytest.approx(alpha, abs=1e-9)


@pytest.mark.parametrize(("name", "spammers"), [("rte", 4), ("temp", 5)])
def test_snows_worst_workers_are_found_and_nobody_else(realdata: Path, name: str, spammers: int) -> None:
    table, evidence = snow(realdata, name)
    by_gold = table.group_by("!amt_worker_ids").agg((pl.col("response") == pl.col("gold")).mean().alias("right"))
    accuracy = dict(by_gold.iter_rows())
    findings = decided(AnnotatorQuality(), evidence).outcome.findings
    flagged = {str(f.subject).removeprefix("annotator ") for f in findings if f.message.startswith("spammer")}
    assert len(flagged) == spammers
    assert max(accuracy[name] for name in flagged) < 0.6


def test_snows_votes_fail_and_are_no_duplicates(realdata: Path) -> None:
    path = realdata / "snow2008" / "rte_votes.tsv"
    report = audit(path, label="response", annotator="!amt_worker_ids", id="orig_id", sensitive="none", fast=True)
    status = {check.id: check.status for check in report.checks}
    assert (status["annotator-agreement"], status["annotator-quality"]) == ("fail", "fail")
    assert "error" not in status.values()


def test_hatechecks_ten_annotators_agree_but_for_some_groups(realdata: Path) -> None:
    votes = pl.read_csv(realdata / "hatecheck" / "annotations.csv")
    cases = pl.read_csv(realdata / "hatecheck" / "cases.csv").select("case_id", "target_ident")
    evidence = evidence_of(
        votes.join(cases, on="case_id", how="left", maintain_order="left"),
        label="label_gold",
        annotator=HATECHECK,
        sensitive="target_ident",
    )
    agreement = decided(AnnotatorAgreement(), evidence)
    assert agreement.status is Status.PASS
    (alpha,) = (
        d.measure.estimate for d in agreement.decided if d.measure.subject == "all items" and d.measure.at_least
    )
    assert round(alpha.value, 3) == 0.939
    quality = decided(AnnotatorQuality(), evidence)
    assert quality.status is Status.PASS
    assert not [f for f in quality.outcome.findings if f.subject == "labels in use"]
