from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import roc_auc_score

from auditor.stats.auc import Auc, auc
from auditor.stats.pvalues import p_above, p_below


@given(st.lists(st.tuples(st.integers(0, 5), st.booleans()), min_size=2, max_size=40))
def test_it_is_what_sklearn_says(rows: list[tuple[int, bool]]) -> None:
    scores, inside = np.array([s for s, _ in rows], dtype=float), np.array([i for _, i in rows])
    found = auc(scores, inside)
    if inside.all() or not inside.any():
        assert math.isnan(found.value)
    else:
        assert found.value == pytest.approx(roc_auc_score(inside, scores))
        low, high = found.bounds(0.95)
        assert 0 <= low <= found.value <= high <= 1
        assert low < high


@pytest.mark.parametrize(("value", "side"), [(1.0, 0), (0.0, 1)])
def test_a_whole_separation_of_few_rows_leaves_room(value: float, side: int) -> None:
    bounds = Auc(value, 5, 5).bounds(0.95)
    assert bounds[1 - side] == value
    assert abs(bounds[side] - value) > 0.2


def test_no_rows_of_one_kind_leave_everything_open() -> None:
    assert Auc(math.nan, 0, 9).bounds(0.95) == (0.0, 1.0)


def test_a_score_that_is_nan_is_refused() -> None:
    with pytest.raises(ValueError, match="nan"):
        auc(np.array([0.1, math.nan]), np.array([True, False]))


@pytest.mark.parametrize("sizes", [(10, 10), (20, 100), (100, 100)])
@pytest.mark.parametrize("shift", [0.0, 0.8, 1.8])
def test_the_interval_covers_the_truth(sizes: tuple[int, int], shift: float) -> None:
    truth = 0.5 * math.erfc(-shift / 2)  # of two normal distributions, that far apart
    draw = np.random.default_rng(5)
    inside = np.arange(sum(sizes)) < sizes[0]
    covered = 0
    for _ in range(400):
        low, high = auc(draw.normal(size=len(inside)) + shift * inside, inside).bounds(0.95)
        covered += low <= truth <= high
    assert covered / 400 >= 0.92


@pytest.mark.parametrize("value", [0.0, 1.0])
def test_a_whole_separation_has_a_p_value(value: float) -> None:
    surely = p_above if value == 1.0 else p_below
    assert surely(Auc(value, 524, 339), 0.5 + (value - 0.5) * 0.8) < 1e-6
