from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import pytest

from auditor.testing import Evidence, Status, decided, evidence_of, findings_of, measures_of
from auditor_checks.annotations.label_errors import LabelErrors

pytestmark = pytest.mark.slow


def table(apart: float = 5.0, wrong: float = 0.05, rows: int = 600) -> tuple[dict[str, Any], set[int]]:
    """Three classes around three corners, a share of them under the next class's name; and those rows."""
    rng = np.random.default_rng(4)
    y = rng.integers(0, 3, rows)
    x = np.eye(3)[y] * apart + rng.normal(size=(rows, 3))
    flipped = rng.random(rows) < wrong
    names = np.array(["cat", "dog", "owl"])[(y + flipped) % 3]
    return {f"x{i}": x[:, i].tolist() for i in range(3)} | {"y": names.tolist()}, set(np.flatnonzero(flipped).tolist())


@cache
def labeled(wrong: float = 0.05) -> Evidence:
    """The evidence of the table, whose labels are annotations: models are fitted once for all tests that ask it."""
    return evidence_of(table(wrong=wrong)[0], label="y", label_is="annotation")


def test_planted_errors_are_listed_with_what_they_should_be() -> None:
    planted, wrong = table()
    finding, *mixed_up = findings_of(LabelErrors(), labeled())
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
    _, wrong = table()
    measure = measures_of(LabelErrors(), labeled())[0]
    low, high = measure.estimate.bounds(0.95)
    assert low < len(wrong) / 600 < high
    assert not measure.sampled


@pytest.mark.parametrize(
    ("wrong", "limit", "status"),
    [(0.0, 0.05, Status.PASS), (0.05, 0.05, Status.UNDECIDED), (0.2, 0.05, Status.FAIL), (0.2, 0.3, Status.PASS)],
)
def test_the_bounds_are_held_to_the_limit(wrong: float, limit: float, status: Status) -> None:
    check = LabelErrors(max_share=limit)
    assert decided(check, labeled(wrong)).status is status


def test_a_smaller_assumed_precision_claims_less() -> None:
    evidence = labeled(0.2)
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
    assert decided(LabelErrors(min_skill=0.99), labeled(0.2)).status is Status.UNDECIDED


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


def graded(task: str) -> dict[str, Any]:
    """Grades 1 to 5 that the user's probabilities see one step unsharp; the first 30 rows are labeled far off."""
    rng = np.random.default_rng(5)
    truth = np.arange(1500) % 5
    seen = np.clip(truth + rng.choice([-1, 0, 1], 1500, p=[0.15, 0.7, 0.15]), 0, 4)
    p = np.exp(-2.0 * np.abs(np.arange(5) - seen[:, None]))
    given = np.where(np.arange(1500) < 30, np.where(truth < 2, 4, 0), truth)
    roles = {"label": "y", "task": task, "label_is": "annotation", "pred_probs": p / p.sum(axis=1, keepdims=True)}
    return {"table": {"y": [str(grade + 1) for grade in given]}, **roles}


def test_labels_far_off_are_told_from_confused_neighbours() -> None:
    far, everything, *_ = findings_of(LabelErrors(), **graded("ordinal"))
    assert far.subject == "two steps or more"
    assert len(set(far.rows) & set(range(30))) >= 28
    assert far.count <= 33
    assert far.rows[0] == everything.rows[0]
    assert f"the other {everything.count - far.count} flagged rows" in far.message
    off = [abs(int(str(g)) - int(str(s))) for g, s in zip(far.details["given"], far.details["suggested"], strict=True)]
    assert min(off) == 2
    steps = [float(step or 0) for step in everything.details["expected steps"]]
    assert steps == sorted(steps, reverse=True)


def test_disagreement_is_shown_by_distance_and_held_to_no_limit() -> None:
    measures = [m for m in measures_of(LabelErrors(), **graded("ordinal")) if m.name == "disagreement"]
    assert [m.subject for m in measures] == ["1 step off", "2 steps off", "3 steps or more off"]
    assert measures[0].estimate.value == pytest.approx(0.24, abs=0.02)  # the ends of the scale are blurred one way only
    assert sum(m.estimate.value for m in measures[1:]) == pytest.approx(0.02, abs=0.005)
    assert {m.at_most for m in measures} == {None}


def test_classes_without_an_order_are_no_steps_apart() -> None:
    assert all("step" not in f.message for f in findings_of(LabelErrors(), **graded("multiclass")))
    assert all(m.name != "disagreement" for m in measures_of(LabelErrors(), **graded("multiclass")))


def test_spellings_of_a_class_are_one_class_and_the_usual_one_is_suggested() -> None:
    planted, wrong = table(wrong=0.02)
    spelled = planted | {"y": [f"{name.title()} " if at % 3 == 0 else name for at, name in enumerate(planted["y"])]}
    result = decided(LabelErrors(), spelled, label="y", label_is="annotation")
    assert result.status is Status.PASS
    finding = result.outcome.findings[0]
    assert finding.count < 2 * len(wrong)
    assert set(finding.details["suggested"]) <= {"cat", "dog", "owl"}
