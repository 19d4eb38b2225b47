from __future__ import annotations

import math
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.stats.evenness import gini, hill_number, imbalance_ratio

counts = st.lists(st.integers(0, 1000), min_size=1, max_size=20).filter(any)


@pytest.mark.parametrize("order", [0, 1, 2, 3.5])
def test_an_even_split_has_as_many_effective_classes_as_classes(order: float) -> None:
    assert hill_number([7, 7, 7, 7], order) == pytest.approx(4)
    assert hill_number([7, 0, 0], order) == pytest.approx(1)
    assert hill_number([], order) == 0


def test_the_three_numbers_of_a_skewed_table() -> None:
    shares = (0.5, 0.3, 0.2)
    assert hill_number([50, 30, 20], 0) == 3
    assert hill_number([50, 30, 20], 1) == pytest.approx(math.exp(-sum(p * math.log(p) for p in shares)))
    assert hill_number([50, 30, 20], 2) == pytest.approx(1 / (0.25 + 0.09 + 0.04))


@given(counts)
def test_small_classes_matter_less_the_higher_the_order(rows: list[int]) -> None:
    numbers = [hill_number(rows, order) for order in (0, 0.5, 1, 2, 4)]
    assert all(low <= high * (1 + 1e-9) for high, low in pairwise(numbers))
    assert numbers[-1] >= 1 - 1e-9


@given(counts)
def test_gini_is_half_the_mean_difference_over_the_mean(rows: list[int]) -> None:
    mean = sum(rows) / len(rows)
    differences = sum(abs(a - b) for a in rows for b in rows) / len(rows) ** 2
    assert gini(rows) == pytest.approx(differences / (2 * mean), abs=1e-9)


def test_gini_of_nothing_is_no_inequality() -> None:
    assert gini([0, 0]) == 0


def test_the_largest_over_the_smallest_class_that_occurs() -> None:
    assert imbalance_ratio([90, 0, 9]) == 10
    assert imbalance_ratio([0]) == 1


@pytest.mark.parametrize("wrong", [lambda: hill_number([-1], 1), lambda: gini([-1]), lambda: imbalance_ratio([-1])])
def test_a_negative_count_is_refused(wrong: object) -> None:
    with pytest.raises(ValueError, match="negative"):
        wrong()  # type: ignore[operator]


def test_a_negative_order_is_refused() -> None:
    with pytest.raises(ValueError, match="order"):
        hill_number([1], -1)
