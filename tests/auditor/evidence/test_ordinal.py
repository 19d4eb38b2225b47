"""Classes in an order: which it is, and how many steps a label lies from where the features see its row."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.check import Evidence
from auditor.dataset.table import Dataset
from auditor.evidence.noise import LabelNoise
from auditor.evidence.ordinal import Distances, distances, places
from auditor.evidence.predictions import Predictions
from auditor.evidence.suspicion import AskSuspicion, in_clearest_rows
from auditor.testing import evidence_of

SIZES = ("s", "m", "l", "xl")


def ordinal(labels: list[Any], **roles: Any) -> Dataset:
    return evidence_of({"y": labels}, label="y", task="ordinal", **roles).dataset


def test_the_declared_order_counts_and_classes_without_rows_keep_their_place() -> None:
    dataset = ordinal(["s", "m", "xl"], label_order=SIZES)
    assert places(("xl", "s", "m"), dataset) == {"s": 0, "m": 1, "l": 2, "xl": 3}
    assert places(("xl", "huge"), dataset) is None


def test_numbers_are_in_their_own_order_without_a_word() -> None:
    assert places(("10", "9", "-1", "2.5"), ordinal([1, 2, 3])) == {"-1": 0, "2.5": 1, "9": 2, "10": 3}
    assert places(("2", "1.0", "1"), ordinal([1, 2, 3])) == {"1": 0, "1.0": 0, "2": 1}


@pytest.mark.parametrize("names", [("low", "high"), ("1", "two"), ("1", "inf"), ("1", "nan")])
def test_what_is_no_number_is_in_no_known_order(names: tuple[str, ...]) -> None:
    assert places(names, ordinal([1, 2, 3])) is None


def test_classes_of_another_task_are_in_no_order() -> None:
    dataset = evidence_of({"y": [1, 2, 3]}, label="y", task="multiclass").dataset
    assert places(("1", "2", "3"), dataset) is None


@given(st.lists(st.integers(-50, 50), min_size=1, max_size=9, unique=True))
def test_places_rise_by_one_with_the_numbers(numbers: list[int]) -> None:
    found = places([str(n) for n in numbers], ordinal([1, 2, 3]))
    assert found is not None
    assert [found[str(n)] for n in sorted(numbers)] == list(range(len(numbers)))


def predicted(probabilities: list[list[float]], labels: list[int], **unlearned: int) -> Predictions:
    """Probabilities of the classes 1, 2, 3, … under even noise, which takes a twentieth of each class's labels."""
    classes = len(probabilities[0])
    noise = np.full((classes, classes), 0.05 / (classes - 1))
    np.fill_diagonal(noise, 0.95)
    cells = np.array(probabilities, dtype=np.float32)
    names = tuple(str(k + 1) for k in range(classes))
    return Predictions(names, np.array(labels), cells, unlearned, (), LabelNoise(noise), None, None)


def of(found: Predictions, dataset: Dataset | None = None) -> Distances:
    result = distances(dataset or ordinal([1, 2, 3]), found, np.flatnonzero(found.given >= 0))
    assert result is not None
    return result


def test_the_expected_steps_are_the_chances_of_the_true_classes_times_their_distance() -> None:
    p = [[0.001, 0.009, 0.99], [0.2, 0.7, 0.1]]
    found = of(predicted(p, [0, 1]))
    far = np.array(p[0]) * [0.95, 0.025, 0.025]
    near = np.array(p[1]) * [0.025, 0.95, 0.025]
    assert found.expected == pytest.approx([far @ [0, 1, 2] / far.sum(), near @ [1, 0, 1] / near.sum()], rel=1e-4)
    assert found.far_chance == pytest.approx([far[2] / far.sum(), 0], rel=1e-4)


def test_rows_that_were_not_judged_have_no_part_in_it() -> None:
    assert len(of(predicted([[0.1, 0.2, 0.7]] * 3, [0, -1, 2])).expected) == 2


def test_disagreement_is_counted_by_distance() -> None:
    certain = np.eye(6).tolist()
    found = of(predicted([certain[k] for k in (0, 1, 2, 3, 5, 3)], [0] * 6))
    assert found.disagreeing == (1, 1, 3)


def test_classes_too_rare_to_be_learned_are_a_step_all_the_same() -> None:
    found = predicted([[0.5, 0.5]], [0])
    assert distances(ordinal([1, 2, 3]), found, np.array([0])) is None  # no two classes are far apart
    between = of(predicted([[0.5, 0.5]], [0], **{"1.5": 2})).between
    assert between.tolist() == [[0, 2], [2, 0]]


def test_a_row_is_far_off_only_where_its_suggestion_is_far_off() -> None:
    found = of(predicted([[0.0, 0.4, 0.3, 0.3], [0.0, 0.1, 0.3, 0.6]], [0, 0]))
    assert (found.far_chance > 0.5).all()
    assert found.of(np.array([0, 1]), np.array([0, 0]), np.array([1, 3])).far == (False, True)


def graded(task: str = "ordinal", **roles: Any) -> tuple[Evidence, set[int]]:
    """Grades 1 to 5 that a model sees one step unsharp; rows 0 to 29 are labeled four steps off, or two at least."""
    rng = np.random.default_rng(5)
    truth = np.arange(1500) % 5
    seen = np.clip(truth + rng.choice([-1, 0, 1], 1500, p=[0.15, 0.7, 0.15]), 0, 4)
    p = np.exp(-2.0 * np.abs(np.arange(5) - seen[:, None]))
    labels = truth.copy()
    labels[:30] = np.where(truth[:30] > 2, 0, np.where(truth[:30] < 2, 4, 0))
    names = [str(k + 1) for k in labels]
    evidence = evidence_of(
        {"y": names}, label="y", task=task, label_is="annotation", pred_probs=p / p.sum(axis=1, keepdims=True), **roles
    )
    return evidence, set(range(30))


def test_flags_on_ordinal_labels_are_ranked_by_the_steps_they_are_off() -> None:
    evidence, wrong = graded()
    found = evidence.ask(AskSuspicion())
    assert found.steps is not None
    assert found.flagged > 30
    assert list(found.steps.expected) == sorted(found.steps.expected, reverse=True)
    assert len(set(found.rows[:30]) & wrong) >= 28
    far = {row for row, is_far in zip(found.rows, found.steps.far, strict=True) if is_far}
    assert len(far & wrong) >= 28
    assert len(far - wrong) <= 3


def test_the_chances_and_what_is_flagged_do_not_know_the_order() -> None:
    found, nominal = (graded(task)[0].ask(AskSuspicion()) for task in ("ordinal", "multiclass"))
    np.testing.assert_array_equal(found.scores, nominal.scores)
    assert set(found.rows) == set(nominal.rows)
    assert nominal.steps is None


def test_confirmed_rows_go_with_their_steps() -> None:
    found = graded()[0].ask(AskSuspicion())
    left = found.without({found.rows[0]})
    assert found.steps is not None
    assert left.steps is not None
    assert left.steps.expected == found.steps.expected[1:]
    assert left.steps.far == found.steps.far[1:]


def test_in_the_clearest_rows_neighbours_contradict_nothing() -> None:
    probabilities = np.tile(np.array([[0.9, 0.06, 0.04]], dtype=np.float32), (30, 1))
    labels = np.array([0, 1, 2] + [0] * 27)
    assert (in_clearest_rows(probabilities, labels).successes, in_clearest_rows(probabilities, labels).n) == (2, 3)
    far = np.abs(np.subtract.outer(range(3), range(3))) >= 2
    assert in_clearest_rows(probabilities, labels, far).successes == 1
