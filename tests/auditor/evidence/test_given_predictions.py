"""The user's own probabilities in the place of probes."""

from __future__ import annotations

from typing import Any

import numpy as np

from auditor.evidence.planted import AskPlanted
from auditor.evidence.suspicion import AskSuspicion, not_learned
from auditor.testing import evidence_of

Array = np.ndarray[Any, Any]


def world(rows: int = 900, wrong: float = 0.05, temperature: float = 1.0) -> tuple[list[str], Array, Array]:
    """Labels of three classes, probabilities that know the true class, sharpened; and which labels are wrong."""
    rng = np.random.default_rng(2)
    truth = rng.integers(0, 3, rows)
    scores = (3.0 * np.eye(3)[truth] + rng.normal(size=(rows, 3))) * temperature
    p = np.exp(scores - scores.max(axis=1, keepdims=True))
    flips = rng.random(rows) < wrong
    return [f"k{(t + f) % 3}" for t, f in zip(truth, flips, strict=True)], p / p.sum(axis=1, keepdims=True), flips


def test_they_need_no_feature_and_no_probe() -> None:
    labels, p, wrong = world()
    evidence = evidence_of({"y": labels}, label="y", pred_probs=p)
    found = evidence.ask(AskSuspicion())
    assert evidence.predictions.pool is None
    assert wrong[list(found.rows)].mean() > 0.8
    assert wrong[list(found.rows)].sum() > 0.6 * wrong.sum()


def test_they_are_calibrated_before_use() -> None:
    """A model far too sure of itself is tempered to nearly the same probabilities."""
    labels, p, _ = world()
    _, sharp, _ = world(temperature=12.0)
    plain = evidence_of({"y": labels}, label="y", pred_probs=p).predictions.probabilities
    tempered = evidence_of({"y": labels}, label="y", pred_probs=sharp).predictions.probabilities
    assert np.abs(plain - tempered).max() < 0.1
    assert np.abs(sharp - plain).max() > 0.3


def test_missing_labels_and_classes_without_rows_are_borne() -> None:
    import polars as pl

    labels, p, _ = world()
    frame = pl.DataFrame(np.hstack([p * 0.9, np.full((900, 1), 0.1)]), schema=["k0", "k1", "k2", "k3"])
    given = pl.Series([None, *labels[1:]], dtype=pl.String)
    evidence = evidence_of({"y": given}, label="y", pred_probs=frame)
    assert evidence.predictions.given[0] == -1
    assert np.isnan(evidence.ask(AskSuspicion()).scores[0])


def test_what_is_planted_is_found_and_said_not_to_have_misled_the_model() -> None:
    labels, p, _ = world(rows=3000)
    planted = evidence_of({"y": labels}, label="y", pred_probs=p).ask(AskPlanted())
    assert [one.kind for one in planted] == ["uniform", "between look-alike classes"]
    assert all(not one.refitted and one.found.value > 0.5 for one in planted)


def test_probabilities_that_know_nothing_are_told() -> None:
    labels, p, _ = world()
    evidence = evidence_of({"y": labels}, label="y", pred_probs=p[::-1])
    assert not evidence.ask(AskSuspicion()).learned
    assert "order of the classes" in str(not_learned(evidence))
