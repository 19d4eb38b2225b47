from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.stats.differential_fairness import differential_fairness
from auditor.stats.estimates import proportion

GROUPS = st.lists(
    st.integers(1, 60).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))), min_size=2, max_size=6
)


def aif360s(groups: list[tuple[int, int]], concentration: float = 1.0) -> float:
    """`smoothed_empirical_differential_fairness` by hand: every pair of groups, both classes."""
    rates = [(positive + concentration / 2) / (n + concentration) for positive, n in groups]
    return max(
        max(abs(math.log(p) - math.log(q)), abs(math.log(1 - p) - math.log(1 - q))) for p in rates for q in rates
    )


@given(GROUPS)
def test_it_is_aif360s(groups: list[tuple[int, int]]) -> None:
    found = differential_fairness([(k, n - k) for k, n in groups], [n for _, n in groups])
    assert found.value == pytest.approx(aif360s(groups), abs=1e-9)
    low, high = found.bounds(0.95)
    assert 0 <= low <= found.value <= high


def test_many_classes_share_the_prior() -> None:
    found = differential_fairness([(3, 5, 2), (1, 8, 1)], (10, 10), concentration=3)
    assert found.value == pytest.approx(math.log(4 / 13) - math.log(2 / 13))


def test_without_smoothing_a_class_that_a_group_lacks_is_infinitely_unfair() -> None:
    assert differential_fairness([(0, 9), (5, 5)], (9, 10), concentration=0).value == math.inf
    assert differential_fairness([(0, 9), (0, 5)], (9, 5), concentration=0).value == 0


def test_one_group_alone_is_not_known() -> None:
    found = differential_fairness([(1, 2)], (3,))
    assert math.isnan(found.value)
    assert found.bounds(0.95) == (0, math.inf)


def test_the_interval_is_corrected_for_the_groups_that_the_widest_pair_was_looked_for_in() -> None:
    found = differential_fairness([(30, 70), (60, 40), (50, 50)], (100, 100, 100))
    (least, _), (_, most) = (proportion(k, 100).bounds(1 - 0.05 / 3) for k in (60, 30))
    assert found.bounds(0.95)[0] == pytest.approx(math.log(least) - math.log(most))


@pytest.mark.parametrize(
    ("having", "rows", "concentration", "message"),
    [
        ([(1, 1), (1, 1)], (2, 2), -1.0, "concentration"),
        ([(1, 1), (0, 0)], (2, 0), 1.0, "at least one"),
        ([(1,), (1,)], (1, 1), 1.0, "at least two"),
        ([(1, 1), (1, 1, 0)], (2, 2), 1.0, "same classes"),
    ],
)
def test_nonsense_is_refused(
    having: list[tuple[int, ...]], rows: list[int], concentration: float, message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        differential_fairness(having, rows, concentration)


def test_the_interval_holds_the_truth_though_the_widest_pair_was_looked_for() -> None:
    random, held = np.random.default_rng(2), 0
    true, sizes = np.array([0.3, 0.3, 0.3, 0.35]), np.array([400, 200, 300, 100])
    epsilon = math.log(0.35 / 0.3)
    for _ in range(200):
        having = random.binomial(sizes, true)
        found = differential_fairness(
            [(int(k), int(n - k)) for k, n in zip(having, sizes, strict=True)], sizes.tolist()
        )
        low, high = found.bounds(0.95)
        held += low <= epsilon <= high
    assert held / 200 >= 0.95
