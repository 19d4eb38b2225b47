from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.stats.near_excess import near_excess

RADII = (0.02, 0.01, 0.001)


def test_pairs_that_lie_within_a_radius_only_stand_out() -> None:
    found = near_excess(np.array([0.0005] * 20 + [0.015] * 10 + [0.03] * 10), RADII)
    assert (found.radius, found.within, found.around) == (0.001, 20, 0)


def test_a_smooth_density_sets_nothing_apart() -> None:
    found = near_excess(np.linspace(0, 0.04, 400), RADII)
    assert found.radius is None
    assert found.within == pytest.approx(found.around, abs=2)


@pytest.mark.parametrize(("pairs", "radius"), [(6, None), (7, 0.02)])
def test_fewer_than_seven_pairs_may_be_chance(pairs: int, radius: float | None) -> None:
    assert near_excess(np.full(pairs, 0.015), RADII).radius == radius


def test_without_radii_it_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="radius"):
        near_excess(np.empty(0), ())


def test_uniform_pairs_are_hardly_ever_called_copies() -> None:
    rng = np.random.default_rng(0)
    called = sum(near_excess(rng.uniform(0, 0.04, 40), RADII).radius is not None for _ in range(500))
    assert called <= 15


@given(st.lists(st.floats(0, 0.04), max_size=60))
def test_what_is_within_and_around_are_counts_of_the_pairs(distances: list[float]) -> None:
    found = near_excess(np.array(distances), RADII)
    assert 0 <= found.within + found.around <= len(distances)
