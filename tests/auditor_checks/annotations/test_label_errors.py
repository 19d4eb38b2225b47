from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from auditor.testing import Status, decided, evidence_of, findings_of, measures_of
from auditor_checks.annotations.label_errors import LabelErrors


def table(apart: float = 5.0, wrong: float = 0.05, rows: int = 600) -> tuple[dict[str, Any], set[int]]:
    """Three classes around three corners, a share of them under the next class's name; and those rows."""
    rng = np.random.default_rng(4)
    y = rng.integers(0, 3, rows)
    x = np.eye(3)[y] * apart + rng.normal(size=(rows, 3))
    flipped = rng.random(rows) < wrong
    names = np.array(["cat", "dog", "owl"])[(y + flipped) % 3]
    return {f"x{i}": x[:, i].tolist() for i in range(3)} | {"y": names.tolist()}, set(np.flatnonzero(flipped).tolist())


def test_planted_errors_are_listed_with_what_they_should_be() -> None:
    planted, wrong = table()
    finding, *mixed_up = findings_of(LabelErrors(), planted, label="y", label_is="annotation")
    assert {f.subject for f in mixed_up} == {"dog → cat", "owl → dog", "cat → owl"}
    hits = wrong & set(finding.rows)
    print(f"precision {len(hits) / finding.count:.2f}, recall {len(hits) / len(wrong):.2f}")  # noqa: T201
    assert len(hits) >= 0.9 * finding.count
    assert len(hits) >= 0.7 * len(wrong)
    first = finding.rows[0]
    assert finding.details["given"][0] == planted["y"][first]
    names = ["cat", "dog", "owl"]
    assert finding.details["suggested"][0] == names[names.index(planted["y"][first]) - 1]
    assert float(finding.details["probability"][0] or 0) > 0.8


def test_the_true_share_lies_between_the_bounds() -> None:
    planted, wrong = table()
    measure = measures_of(LabelErrors(), planted, label="y", label_is="annotation")[0]
    low, high = measure.estimate.bounds(0.95)
    assert low < len(wrong) / 600 < high
    assert not measure.sampled


@pytest.mark.parametrize(
    ("wrong", "limit", "status"),
    [(0.0, 0.05, Status.PASS), (0.05, 0.05, Status.UNDECIDED), (0.2, 0.05, Status.FAIL), (0.2, 0.3, Status.PASS)],
)
def test_the_bounds_are_held_to_the_limit(wrong: float, limit: float, status: Status) -> None:
    check = LabelErrors(max_share=limit)
    assert decided(check, table(wrong=wrong)[0], label="y", label_is="annotation").status is status


def test_a_smaller_assumed_precision_claims_less() -> None:
    planted, _ = table(wrong=0.2)
    evidence = evidence_of(planted, label="y", label_is="annotation")
    assert decided(LabelErrors(), evidence).status is Status.FAIL
    assert decided(LabelErrors(assumed_precision=0.1), evidence).status is Status.UNDECIDED


def test_classes_that_overlap_are_hardly_flagged_and_nothing_is_held_against_them() -> None:
    overlapping, _ = table(apart=1.0, wrong=0.0)
    result = decided(LabelErrors(), overlapping, label="y", label_is="annotation")
    assert result.status is Status.UNDECIDED
    assert "explain only" in result.outcome.measures[0].note
    assert all(finding.count < 12 for finding in result.outcome.findings)
    assert result.outcome.measures[0].estimate.bounds(0.95)[0] == 0.0


def test_what_flags_prove_depends_on_the_skill_of_the_probes() -> None:
    planted, _ = table(wrong=0.2)
    evidence = evidence_of(planted, label="y", label_is="annotation")
    assert decided(LabelErrors(min_skill=0.99), evidence).status is Status.UNDECIDED


def test_noise_tells_nothing_and_is_skipped() -> None:
    rng = np.random.default_rng(1)
    noise = {"x": rng.normal(size=300).tolist(), "y": rng.permutation(["a", "b", "c"] * 100).tolist()}
    result = decided(LabelErrors(), noise, label="y", label_is="annotation")
    assert result.status is Status.SKIPPED
    assert "no better" in result.reason


@pytest.mark.parametrize("label_is", ["outcome", "decision"])
def test_the_errors_of_outcomes_and_decisions_are_never_decided(label_is: str) -> None:
    for wrong in (0.0, 0.3):
        result = decided(LabelErrors(), table(wrong=wrong)[0], label="y", label_is=label_is)
        assert result.status is Status.UNDECIDED
        assert "not identifiable" in result.outcome.measures[0].note
        assert all("surprising" in finding.message for finding in result.outcome.findings)


def test_classes_too_rare_to_be_judged_are_said() -> None:
    planted, _ = table()
    planted["y"][:3] = ["emu"] * 3
    findings = findings_of(LabelErrors(), planted, label="y", label_is="annotation")
    assert [(f.subject, f.count) for f in findings if "rare" in f.message] == [("1 class", 3)]


@pytest.mark.parametrize(
    "rows", [{"x": [1.0], "y": ["a"]}, {"x": [1.0, 2.0] * 9, "y": ["a"] * 18}, {"x": ["p", "q"] * 9, "y": [None] * 18}]
)
def test_a_table_that_no_probe_can_learn_is_skipped(rows: dict[str, Any]) -> None:
    import polars as pl

    cells = rows | {"y": pl.Series(rows["y"], dtype=pl.String)}
    assert decided(LabelErrors(), cells, label="y", label_is="annotation").status is Status.SKIPPED


def test_it_is_left_out_where_models_are_not_wanted() -> None:
    dataset = evidence_of(table()[0], label="y").dataset
    assert LabelErrors.needs.unmet(dataset, fast=True) is not None
    assert LabelErrors.needs.unmet(dataset) is None
