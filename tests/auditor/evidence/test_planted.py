from __future__ import annotations

from typing import Any

import numpy as np

from auditor.evidence.planted import AskPlanted
from auditor.testing import evidence_of


def blobs(apart: float, classes: int = 2, rows: int = 600) -> dict[str, Any]:
    rng = np.random.default_rng(2)
    y = rng.integers(0, classes, rows)
    x = np.eye(classes)[y] * apart + rng.normal(size=(rows, classes))
    return {f"x{i}": x[:, i].tolist() for i in range(classes)} | {"y": [f"c{k}" for k in y]}


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
