from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from auditor.stats.association import association


def shuffled(scores: np.ndarray, given: np.ndarray, times: int) -> np.ndarray:
    rng = np.random.default_rng(0)
    rows = np.arange(len(given))
    return np.array([scores[rows, rng.permutation(given)].sum() for _ in range(times)])


@pytest.mark.parametrize("classes", [2, 5])
def test_as_many_deviations_as_shuffling_finds(classes: int) -> None:
    rng = np.random.default_rng(1)
    scores, given = rng.random((300, classes)) ** 3, rng.choice(classes, 300, p=rng.dirichlet(np.ones(classes)))
    sums = shuffled(scores, given, 20_000)
    expected = (scores[np.arange(300), given].sum() - sums.mean()) / sums.std()
    assert association(scores, given) == pytest.approx(expected, abs=0.05)


def test_of_two_classes_it_is_the_test_of_ranks() -> None:
    rng = np.random.default_rng(2)
    given = rng.integers(0, 2, 400)
    ranks = stats.rankdata(rng.normal(size=400) + 0.3 * given)
    z = association(np.column_stack([-ranks, ranks]), given)
    told = stats.mannwhitneyu(ranks[given == 1], ranks[given == 0], method="asymptotic", use_continuity=False)
    assert 2 * stats.norm.sf(abs(z)) == pytest.approx(told.pvalue, rel=1e-6)


def test_chance_is_seldom_taken_for_more() -> None:
    rng = np.random.default_rng(3)
    z = [association(rng.random((200, 3)), rng.choice(3, 200, p=[0.8, 0.15, 0.05])) for _ in range(2000)]
    assert np.mean(np.array(z) > 1.645) == pytest.approx(0.05, abs=0.015)


def test_what_does_not_depend_on_the_class_is_nothing() -> None:
    rng = np.random.default_rng(4)
    scores = np.repeat(rng.random((50, 1)), 3, axis=1)  # a row's own level
    assert association(scores, rng.integers(0, 3, 50)) == 0.0
    assert association(np.tile([0.2, 0.8], (50, 1)), rng.integers(0, 2, 50)) == 0.0  # a class's own


def test_one_row_or_one_class_is_no_association() -> None:
    assert association(np.array([[0.1, 0.9]]), np.array([1])) == 0.0
    assert association(np.random.default_rng(5).random((20, 2)), np.zeros(20, dtype=np.int64)) == 0.0


def test_a_label_must_be_there_for_each_row() -> None:
    with pytest.raises(ValueError, match="2 rows and labels of 1"):
        association(np.ones((2, 2)), np.array([0]))
