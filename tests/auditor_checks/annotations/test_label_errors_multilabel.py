"""`label-errors` where a row may have several labels, and where the user brings the probabilities."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import pytest

from auditor.testing import Evidence, Status, decided, evidence_of, findings_of, measures_of
from auditor_checks.annotations.label_errors import LabelErrors
from auditor_checks.annotations.wrong_labels import WrongLabels

pytestmark = pytest.mark.slow

NAMES = ("cat", "dog", "owl", "yak")


@cache
def tagged(wrong: float = 0.05, rows: int = 800, label_is: str = "annotation") -> tuple[Evidence, np.ndarray[Any, Any]]:
    """Four numbers, each of which tells a label; a share of the decisions turned around; and which."""
    rng = np.random.default_rng(3)
    x = rng.normal(size=(rows, 4))
    flips = rng.random((rows, 4)) < wrong
    has = (x + rng.normal(scale=0.05, size=x.shape) > 0.2) ^ flips
    table = {f"x{i}": x[:, i] for i in range(4)} | {name: has[:, k] for k, name in enumerate(NAMES)}
    return evidence_of(table, label=NAMES, label_is=label_is), flips


def test_the_rows_say_what_to_add_and_to_remove() -> None:
    evidence, flips = tagged()
    finding, *by_label = findings_of(LabelErrors(), evidence)
    hits = flips[list(finding.rows)].any(axis=1)
    assert hits.mean() > 0.9
    for add, remove in zip(finding.details["add"], finding.details["remove"], strict=True):
        assert add or remove
    assert {finding.subject[0] for finding in by_label if isinstance(finding.subject, str)} <= {"+", "-"}
    assert len(by_label) == 5


def test_the_true_share_of_wrong_decisions_lies_between_the_bounds() -> None:
    evidence, flips = tagged()
    share, *planted, clearest = measures_of(LabelErrors(), evidence)
    low, high = share.estimate.bounds(0.95)
    assert low < flips.mean() < high
    assert share.support == 800 * 4
    assert "row by label" in str(share.subject)
    assert "verify 200 rows" in share.note
    assert [one.subject for one in planted] == ["labels left out", "labels added"]
    assert clearest.estimate.value < 0.1


@pytest.mark.parametrize(
    ("wrong", "limit", "status"), [(0.0, 0.05, Status.PASS), (0.2, 0.05, Status.FAIL), (0.2, 0.3, Status.PASS)]
)
def test_the_bounds_are_held_to_the_limit(wrong: float, limit: float, status: Status) -> None:
    assert decided(LabelErrors(max_share=limit), tagged(wrong)[0]).status is status


def test_the_errors_of_outcomes_are_never_decided() -> None:
    result = decided(LabelErrors(), tagged(0.2, rows=300, label_is="outcome")[0])
    assert result.status is Status.UNDECIDED
    assert "surprising" in result.outcome.findings[0].message


def test_decisions_of_one_row_count_as_one_draw() -> None:
    """A row's decisions may all be wrong together, so that they tell no more than one would."""
    alone = WrongLabels(20, 40, 0, 400, 0.5).bounds(0.95)
    assert WrongLabels(200, 400, 0, 4000, 0.5, together=10.0).bounds(0.95) == alone
    narrow = WrongLabels(200, 400, 0, 4000, 0.5).bounds(0.95)
    assert alone[0] < narrow[0] < narrow[1] < alone[1]


def test_rounding_to_rows_is_never_in_favour_of_a_claim() -> None:
    low, high = WrongLabels(9, 11, 0, 1000, 1.0, together=10.0).bounds(0.95)
    assert (low, high) == (0.0, WrongLabels(0, 2, 0, 100, 1.0).bounds(0.95)[1])


def test_given_probabilities_are_said_to_be_taken_at_their_word() -> None:
    rng = np.random.default_rng(2)
    truth = rng.integers(0, 2, 2000)
    p = 1 / (1 + np.exp(-8 * (truth - 0.5 + rng.normal(scale=0.25, size=2000))))
    y = np.where(rng.random(2000) < 0.15, 1 - truth, truth).astype(str)
    probabilities = np.stack([1 - p, p], axis=1)
    evidence = evidence_of({"y": y}, label="y", label_is="annotation", pred_probs=probabilities)
    share, planted, _ = measures_of(LabelErrors(), evidence)
    assert "taken to be out of sample" in share.note
    assert planted.note.startswith("too hopeful")
    assert decided(LabelErrors(), evidence).status is Status.FAIL
