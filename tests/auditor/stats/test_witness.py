from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auditor.stats.estimates import mean_difference
from auditor.stats.witness import WitnessedDistance, witnessed


def distance(gap: float, n: int = 100) -> WitnessedDistance:
    return WitnessedDistance(mean_difference(gap, 0.5, n, 0.0, 0.5, n))


@settings(deadline=None)  # the first call imports scipy
@given(st.floats(-0.5, 0.5), st.integers(2, 10_000), st.floats(0.5, 0.999))
def test_the_interval_lies_within_what_a_distance_can_be_and_holds_the_value(gap: float, n: int, sure: float) -> None:
    found = distance(gap, n)
    low, high = found.bounds(sure)
    assert 0 <= low <= found.value <= high <= 1


def test_a_gap_below_zero_is_as_uncertain_as_one_of_zero() -> None:
    assert distance(-0.2).bounds(0.95) == pytest.approx(distance(0.0).bounds(0.95))


def test_a_gap_above_zero_keeps_its_interval() -> None:
    found = distance(0.3)
    assert found.bounds(0.95) == found.gap.bounds(0.95)
    assert found.n == 200


def test_nothing_to_guess_from_is_no_number() -> None:
    assert math.isnan(WitnessedDistance(mean_difference(0.0, 0.0, 0, 0.0, 0.5, 9)).value)


def test_it_seldom_claims_a_distance_where_there_is_none() -> None:
    draw = np.random.default_rng(1)
    claims = 0
    for _ in range(400):
        a, b = draw.choice([-0.5, 0.5], (2, 80))
        found = WitnessedDistance(mean_difference(a.mean(), a.std(ddof=1), 80, b.mean(), b.std(ddof=1), 80))
        claims += found.bounds(0.95)[0] > 0
    assert claims <= 20  # 2.5 % are expected; 20 come once in 800


def sides(seed: int, rows: int = 4000, far: float = 1.0) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """A value of each row that rises with x and nothing else, the chance to be inside by x, and whether it is."""
    draw = np.random.default_rng(seed)
    inside = draw.random(rows) < 0.5
    x = draw.normal(size=rows) + far * inside
    return (
        np.where(draw.random(rows) < 1 / (1 + np.exp(-2 * x)), 0.5, -0.5),
        1 / (1 + np.exp(np.minimum(far / 2 * far - far * x, 700))),
        inside,
    )


def test_weights_make_rows_alike_that_lie_elsewhere() -> None:
    witness, theirs, inside = sides(1)
    assert witness[inside].mean() - witness[~inside].mean() > 0.2
    found = witnessed(witness, theirs, inside)
    assert found is not None
    assert found.bounds(0.95)[0] == 0
    assert found.bounds(0.95)[1] < 0.05


def test_where_no_rows_are_alike_there_is_nothing_to_tell() -> None:
    assert witnessed(*sides(1, far=40.0)) is None
    assert witnessed(*sides(1, rows=60)) is None
    assert witnessed(np.zeros(100), np.full(100, 0.5), np.ones(100, dtype=bool)) is None
