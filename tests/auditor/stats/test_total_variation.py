from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auditor.stats.total_variation import total_variation

COUNTS = st.lists(st.tuples(st.integers(0, 40), st.integers(0, 40)), min_size=1, max_size=8)


@given(COUNTS)
@settings(deadline=None)
def test_the_value_lies_in_its_interval_and_is_no_more_than_the_plain_distance(cells: list[tuple[int, int]]) -> None:
    ours, theirs = [a for a, _ in cells], [b for _, b in cells]
    found = total_variation(ours, theirs)
    low, high = found.bounds(0.95)
    if not (sum(ours) and sum(theirs)):
        assert math.isnan(found.value)
        assert (low, high) == (0.0, 1.0)
        return
    plain = sum(abs(a / sum(ours) - b / sum(theirs)) for a, b in cells) / 2
    assert 0 <= low <= found.value <= high <= 1
    assert low < high
    assert found.value <= plain + 1e-12


@pytest.mark.parametrize("values", [2, 10, 50])
@pytest.mark.parametrize("sizes", [(50, 50), (200, 1000), (20_000, 5_000)])
@pytest.mark.parametrize("truth", [0.0, 0.05, 0.2])
def test_the_interval_covers_the_truth(values: int, sizes: tuple[int, int], truth: float) -> None:
    draw = np.random.default_rng(3)
    here = np.full(values, 1 / values)
    there = here + truth * np.where(np.arange(values) < values // 2, 1, -1) / (values / 2)
    covered = 0
    for _ in range(300):
        ours, theirs = draw.multinomial(sizes[0], here), draw.multinomial(sizes[1], there)
        low, high = total_variation(ours.tolist(), theirs.tolist()).bounds(0.95)
        covered += low <= truth + 1e-12 <= high + 1e-9
    assert covered / 300 >= 0.9  # 0.92 in the worst cell of 600 draws, over 0.95 in nearly all


def test_many_rows_leave_the_plain_distance() -> None:
    found = total_variation([500_000, 500_000], [600_000, 400_000])
    assert found.value == pytest.approx(0.1, abs=1e-3)
    assert found.n == 2_000_000


@pytest.mark.parametrize(("ours", "theirs"), [([1], [1, 2]), ([-1, 2], [1, 1])])
def test_counts_that_do_not_match_are_refused(ours: list[int], theirs: list[int]) -> None:
    with pytest.raises(ValueError, match="count"):
        total_variation(ours, theirs)
