from __future__ import annotations

import math
from itertools import accumulate
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.spatial.distance import jensenshannon
from scipy.stats import entropy, ks_2samp

from auditor.stats import divergences
from auditor.stats.divergences import aligned

COUNTS = st.integers(2, 6).flatmap(
    lambda k: st.tuples(*(st.lists(st.integers(0, 40), min_size=k, max_size=k).filter(any) for _ in range(2)))
)


def shares(counts: list[int]) -> Any:
    return np.array(counts, dtype=float) / sum(counts)


@given(COUNTS)
def test_kullback_leibler_is_scipys(counts: tuple[list[int], list[int]]) -> None:
    p, q = map(shares, counts)
    assert float(divergences.kullback_leibler(p, q)) == pytest.approx(entropy(p, q), abs=1e-9)


@given(COUNTS)
def test_jensen_shannon_is_the_square_of_scipys_distance(counts: tuple[list[int], list[int]]) -> None:
    p, q = map(shares, counts)
    assert float(divergences.jensen_shannon(p, q)) == pytest.approx(np.nan_to_num(jensenshannon(p, q)) ** 2, abs=1e-9)


@given(COUNTS)
def test_norms_are_what_they_are_by_hand(counts: tuple[list[int], list[int]]) -> None:
    p, q = map(shares, counts)
    gaps = [abs(a - b) for a, b in zip(p, q, strict=True)]
    assert float(divergences.lp_norm(p, q)) == pytest.approx(math.sqrt(sum(gap**2 for gap in gaps)), abs=1e-9)
    assert float(divergences.lp_norm(p, q, 3)) == pytest.approx(sum(gap**3 for gap in gaps) ** (1 / 3), abs=1e-9)
    assert float(divergences.total_variation(p, q)) == pytest.approx(sum(gaps) / 2, abs=1e-9)
    assert float(divergences.largest_gap(p, q)) == pytest.approx(max(gaps), abs=1e-9)


@given(COUNTS)
def test_the_ordered_distance_is_that_of_kolmogorov_and_smirnov(counts: tuple[list[int], list[int]]) -> None:
    a, b = ([place for place, rows in enumerate(side) for _ in range(rows)] for side in counts)
    found = float(divergences.kolmogorov_smirnov(*map(shares, counts)))
    assert found == pytest.approx(ks_2samp(a, b, method="asymp").statistic, abs=1e-9)
    assert found == pytest.approx(
        max(abs(x - y) for x, y in zip(*(accumulate(shares(side)) for side in counts), strict=True)), abs=1e-9
    )


def test_a_class_that_one_side_lacks_is_not_left_out() -> None:
    p, q = (counts / counts.sum() for counts in aligned({"x": 5, "y": 5}, {"x": 5, "z": 5}))
    assert float(divergences.total_variation(p, q)) == 0.5
    assert float(divergences.lp_norm(p, q)) == pytest.approx(math.sqrt(0.5))
    assert float(divergences.jensen_shannon(p, q)) == pytest.approx(math.log(2) / 2)
    assert float(divergences.kullback_leibler(p, q)) == math.inf


def test_classes_are_aligned_by_name_or_by_place() -> None:
    assert [side.tolist() for side in aligned({"b": 1, "a": 2}, {"c": 3})] == [[2, 1, 0], [0, 0, 3]]
    assert [side.tolist() for side in aligned({10: 1, 9: 2}, {9: 1})] == [[2, 1], [1, 0]]


def test_many_draws_are_compared_at_once() -> None:
    draws = np.array([[0.5, 0.5], [0.2, 0.8]])
    assert divergences.total_variation(draws, np.array([0.5, 0.5])).tolist() == pytest.approx([0, 0.3])
