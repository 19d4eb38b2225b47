from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.stats.borrowed import PooledDifference, PooledRatio

SHAPES = st.floats(0.01, 1e5)


@given(SHAPES, SHAPES, st.integers(1, 999), st.floats(0.5, 0.999))
def test_the_interval_holds_the_value_and_widens_with_confidence(a: float, b: float, having: int, level: float) -> None:
    for one in (PooledDifference(a, b, having, 1000), PooledRatio(a, b, having, 1000)):
        low, high = one.bounds(level)
        wider = one.bounds((1 + level) / 2)
        assert low <= high
        assert wider[0] <= low
        assert high <= wider[1]
        assert a + b < 2 or low <= one.value <= high  # below, a beta distribution may have no mass at its mean


def test_bounds_against_a_simulation_of_both_rates() -> None:
    rng = np.random.default_rng(0)
    part, other = rng.beta(30, 70, 200_000), rng.beta(300.5, 700.5, 200_000)
    difference, ratio = np.quantile(part - other, [0.025, 0.975]), np.quantile(part / other, [0.025, 0.975])
    assert PooledDifference(30, 70, 300, 1000).bounds(0.95) == pytest.approx(difference, abs=0.003)
    assert PooledRatio(30, 70, 300, 1000).bounds(0.95) == pytest.approx(ratio, rel=0.02)


def test_a_ratio_to_nothing_is_open() -> None:
    none = PooledRatio(1, 9, 0, 50)
    assert math.isnan(none.value)
    assert none.bounds(0.95) == (0.0, math.inf)


@pytest.mark.parametrize("parts", [(0, 1, 1, 2), (1, 1, 3, 2), (1, 1, 0, 0)])
def test_wrong_counts_are_refused(parts: tuple[float, float, int, int]) -> None:
    with pytest.raises(ValueError, match=r"parameters|at least one row"):
        PooledDifference(*parts)
