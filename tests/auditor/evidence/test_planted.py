from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from auditor.evidence.planted import AskPlanted
from auditor.evidence.suspicion import AskSuspicion
from auditor.testing import evidence_of


def blobs(apart: float, classes: int = 2, rows: int = 600) -> dict[str, Any]:
    rng = np.random.default_rng(2)
    y = rng.integers(0, classes, rows)
    x = np.eye(classes)[y] * apart + rng.normal(size=(rows, classes))
    return {f"x{i}": x[:, i].tolist() for i in range(classes)} | {"y": [f"c{k}" for k in y]}


@pytest.mark.slow
def test_planted_errors_are_found_where_classes_are_far_apart_and_not_where_they_overlap() -> None:
    (clear,) = evidence_of(blobs(6.0), label="y").ask(AskPlanted())
    (blurred,) = evidence_of(blobs(1.0), label="y").ask(AskPlanted())
    assert clear.found.value > 0.9
    assert blurred.found.value < 0.3
    assert clear.found.n >= 36


def test_with_more_classes_errors_are_planted_between_those_that_look_alike_too() -> None:
    kinds = [one.kind for one in evidence_of(blobs(5.0, classes=3), label="y").ask(AskPlanted())]
    assert kinds == ["uniform", "between look-alike classes"]


def test_equal_tables_give_equal_answers() -> None:
    first, second = (evidence_of(blobs(3.0), label="y").ask(AskPlanted()) for _ in range(2))
    assert first == second


@pytest.mark.slow
def test_the_planted_errors_do_not_move_the_point_from_which_on_rows_are_flagged() -> None:
    """One label in a hundred is wrong: were the rate estimated with the planted ones, twice as much would be said."""
    told = []
    for seed in range(4):
        rng = np.random.default_rng(seed)
        y = rng.integers(0, 2, 4000)
        x = np.eye(2)[y] * 1.5 + rng.normal(size=(4000, 2))
        wrong = rng.choice(4000, 40, replace=False)
        y[wrong] ^= 1
        evidence = evidence_of({"a": x[:, 0], "b": x[:, 1], "y": [f"c{k}" for k in y]}, label="y")
        (planted,) = evidence.ask(AskPlanted())
        recall = len(set(wrong.tolist()) & set(evidence.ask(AskSuspicion()).rows)) / 40
        assert planted.if_more is not None
        assert planted.at_best == planted.if_more.value
        told.append((recall, planted.found.value, planted.if_more.value))
    recall, found, if_more = np.mean(told, axis=0)
    assert abs(found - recall) < 0.08
    assert if_more > recall + 0.1
