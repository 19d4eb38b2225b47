from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from auditor.testing import Status, decided, findings_of
from auditor_checks.diversity.id_like_features import IdLikeFeatures

ROWS = 300
DRAW = np.random.default_rng(8)


def table(**more: Any) -> dict[str, Any]:
    return {"x": DRAW.normal(size=ROWS), "y": ["a", "b", "b"] * (ROWS // 3)} | more


@pytest.mark.parametrize(
    ("name", "values", "why"),
    [
        ("who", [f"person {i}" for i in range(ROWS)], "words that hardly come twice"),
        ("n", [3 * i + 7 for i in range(ROWS)], "a whole number that follows the order of the rows"),
        ("n", [-i for i in range(ROWS)], "a whole number that follows the order of the rows"),
        ("n", DRAW.permutation(ROWS), "whole numbers that hardly leave any out"),
        ("customer_id", DRAW.permutation(ROWS) * 1_009, "a whole number called an id"),
        ("customerId", DRAW.permutation(ROWS) * 1_009, "a whole number called an id"),
    ],
)
def test_a_name_is_found(name: str, values: Any, why: str) -> None:
    assert decided(IdLikeFeatures(), table(**{name: values}), label="y").status is Status.FAIL
    (finding,) = findings_of(IdLikeFeatures(), table(**{name: values}), label="y")
    assert (finding.subject, finding.message) == (name, f"{ROWS} different values in {ROWS} cells: {why}")


@pytest.mark.parametrize(
    "values",
    [
        DRAW.normal(size=ROWS),  # measured
        DRAW.permutation(ROWS) * 1_009,  # sums of money
        np.arange(ROWS) // 2,  # each twice
        np.sort([*range(ROWS - 5), *range(5)]) * 1_009,  # in order, a few of them twice
        [f"town {i % 200}" for i in range(ROWS)],
    ],
)
def test_a_measurement_or_what_repeats_is_no_name(values: Any) -> None:
    assert decided(IdLikeFeatures(), table(amount=values), label="y").status is Status.PASS


def test_what_is_declared_the_id_is_no_feature() -> None:
    who = [f"person {i}" for i in range(ROWS)]
    assert decided(IdLikeFeatures(), table(who=who), label="y", id="who").status is Status.PASS


def test_of_few_rows_nothing_is_said() -> None:
    few = {"who": [f"person {i}" for i in range(40)], "y": ["a", "b"] * 20}
    assert decided(IdLikeFeatures(), few, label="y").status is Status.PASS


def test_a_number_that_climbs_is_known_from_some_rows_of_many() -> None:
    rows = 30_000
    many = {"n": np.arange(rows) * 5, "y": ["a", "b"] * (rows // 2)}
    (finding,) = findings_of(IdLikeFeatures(), many, label="y")
    assert "follows the order" in finding.message


def test_missing_cells_are_not_counted() -> None:
    who = [f"person {i}" if i % 2 else None for i in range(ROWS)]
    (finding,) = findings_of(IdLikeFeatures(), table(who=who), label="y")
    assert finding.message.startswith("150 different values in 150 cells")


def test_it_needs_no_label() -> None:
    assert decided(IdLikeFeatures(), {"n": list(range(99))}).status is Status.FAIL


def test_texts_alone_are_skipped() -> None:
    assert decided(IdLikeFeatures(), {"t": ["a b", "c d"]}, text="t").status is Status.SKIPPED
