from __future__ import annotations

import numpy as np
import pytest

from auditor.evidence.label_order import AskLabelOrder
from auditor.testing import Status, decided, evidence_of, findings_of
from auditor_checks.diversity.row_order import RowOrder

DRAW = np.random.default_rng(5)
SHUFFLED = DRAW.permutation(["a"] * 1_200 + ["b"] * 800)


def failing(label: np.ndarray | list[str]) -> list[str]:
    result = decided(RowOrder(), {"x": range(len(label)), "y": label}, label="y")
    return [d.measure.name for d in result.decided if d.status is Status.FAIL]


def test_a_shuffled_file_passes() -> None:
    assert decided(RowOrder(), {"x": range(2_000), "y": SHUFFLED}, label="y").status is Status.PASS


def test_a_file_sorted_by_label_fails_in_both_ways_and_the_stretches_are_told() -> None:
    ordered = np.sort(SHUFFLED)
    assert failing(ordered) == ["agreement-of-neighbours", "first-and-last-third"]
    (finding,) = findings_of(RowOrder(), {"x": range(2_000), "y": ordered}, label="y")
    assert finding.message.startswith("2 stretches of one class; a shuffled file has about 96")


def test_a_file_sorted_in_pieces_fails_by_its_neighbours_alone() -> None:
    assert failing((["a"] * 60 + ["b"] * 40) * 20) == ["agreement-of-neighbours"]


def test_a_rate_that_rises_through_the_file_fails_by_its_ends_alone() -> None:
    rises = np.where(DRAW.random(3_000) < np.linspace(0.2, 0.6, 3_000), "a", "b")
    assert failing(rises) == ["first-and-last-third"]


def test_classes_that_take_turns_pass() -> None:
    assert failing(["a", "b"] * 1_000) == []


def test_the_order_warns_by_default() -> None:
    assert RowOrder.default_level == "warn"


def test_a_number_is_taken_by_its_quarters() -> None:
    assert failing(np.sort(DRAW.normal(size=1_000)))


@pytest.mark.slow
def test_a_shuffled_file_agrees_by_chance_alone() -> None:
    found = [
        evidence_of({"y": DRAW.permutation(["a"] * 7 + ["b"] * 3 + ["c"] * 2)}, label="y").ask(AskLabelOrder())
        for _ in range(300)
    ]
    mean = np.mean([one.neighbours.value for one in found])
    assert mean == pytest.approx(0, abs=0.05)


def test_two_rows_have_no_order_to_speak_of() -> None:
    result = decided(RowOrder(), {"x": [1, 2], "y": ["a", "b"]}, label="y")
    assert (result.status, result.reason) == (Status.SKIPPED, "there are fewer than three labeled rows")


def test_it_says_that_rare_classes_are_one_and_that_numbers_are_quarters() -> None:
    many = {"x": list(range(2_500)), "y": [f"c{at // 100}" for at in range(2_500)]}
    (found,) = findings_of(RowOrder(), many, label="y", task="multiclass")
    assert "of one class, the rarest of over 20 taken as one;" in found.message
    (found,) = findings_of(RowOrder(), {"x": [1, 2] * 500, "y": [at / 7 for at in range(1_000)]}, label="y")
    assert found.message.startswith("4 stretches of one quarter of the label; a shuffled file has about 7")
