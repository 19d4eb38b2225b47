from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.stats.annotators import Informedness, confusions, spammer_score

RECALLS = st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30)), min_size=2, max_size=4)


def test_informedness_is_youdens_index_for_two_classes() -> None:
    found = Informedness((45, 30), (50, 50))
    assert found.value == pytest.approx(0.9 + 0.6 - 1)
    assert found.n == 100


@given(RECALLS, st.floats(0.5, 0.999))
def test_bounds_hold_the_value(pairs: list[tuple[int, int]], sure: float) -> None:
    found = Informedness(tuple(a for a, _ in pairs), tuple(a + b for a, b in pairs))
    low, high = found.bounds(sure)
    assert -1 <= low <= high <= 1
    if math.isnan(found.value):
        assert (low, high) == (-1, 1)
    else:
        assert low <= found.value <= high


def test_the_interval_of_informedness_covers_the_truth() -> None:
    rng = np.random.default_rng(2)
    hits = 0
    for _ in range(400):
        right = rng.binomial((40, 20, 15), (0.7, 0.5, 0.9))
        low, high = Informedness(tuple(right.tolist()), (40, 20, 15)).bounds(0.95)
        hits += low <= (0.7 + 0.5 + 0.9 - 1) / 2 <= high
    assert hits >= 0.93 * 400


def test_one_class_tells_no_spammer() -> None:
    assert math.isnan(Informedness((5, 0), (5, 0)).value)
    assert math.isnan(spammer_score(np.array([[3.0, 1.0], [0.0, 0.0]])))


@pytest.mark.parametrize(
    ("counts", "score"),
    [
        ([[5, 0], [0, 5]], 1),
        ([[0, 5], [5, 0]], 1),  # who always says the other class tells them apart
        ([[9, 0], [7, 0]], 0),
        ([[6, 2], [3, 1]], 0),
        ([[9, 1], [4, 6]], 0.25),  # (sensitivity + specificity - 1) squared
        ([[1, 0, 0], [0, 1, 0], [0, 0, 1]], 1),
    ],
)
def test_the_spammer_score_of_raykar_and_yu(counts: list[list[float]], score: float) -> None:
    assert spammer_score(np.array(counts, dtype=float)) == pytest.approx(score)


def test_a_confusion_of_one_annotator_stands_out_from_the_others() -> None:
    annotator = np.repeat([0, 1, 2], 40)
    true = np.tile(np.repeat([0, 1], 20), 3)
    said = true.copy()
    said[20:32] = 0  # annotator 0 says 0 for 1 in 12 of 20
    said[60] = 0
    found = confusions(annotator, true, said, classes=2, limit=0.2)
    assert [list(found.annotator), list(found.true), list(found.said)] == [[0, 1], [1, 1], [0, 0]]
    assert (found.count.tolist(), found.of.tolist()) == ([12, 1], [20, 20])
    assert found.others.tolist() == [1 / 40, 12 / 40]
    assert found.p_value[0] == pytest.approx(1.0173e-4, rel=1e-4)  # at least 12 of 20 at .2
    assert found.p_value[1] > 0.5
    assert found.tested == 6


def test_what_all_confuse_is_nobodys_confusion() -> None:
    annotator = np.repeat([0, 1, 2], 20)
    true, said = np.ones(60, dtype=np.int64), np.tile([0, 1], 30)
    assert confusions(annotator, true, said, classes=2, limit=0.2).p_value.min() > 0.3


def test_a_lone_annotator_is_held_against_the_limit() -> None:
    zeros = np.zeros(30, dtype=np.int64)
    found = confusions(zeros, zeros, zeros + 1, classes=2, limit=0.2)
    assert math.isnan(found.others[0])
    assert found.p_value[0] == pytest.approx(0.2**30)
