from __future__ import annotations

import math

import pytest

from auditor.stats.roots import zero_between, zero_of_decreasing


@pytest.mark.parametrize("near", [-1000.0, 0.0, 0.7, 5.0, 1000.0])
def test_finds_the_crossing_from_either_side(near: float) -> None:
    assert zero_of_decreasing(lambda x: 2 - x**3, near, step=0.1) == pytest.approx(2 ** (1 / 3), rel=1e-11)


def test_finds_a_jump() -> None:
    found = zero_between(lambda x: 1.0 if x < 0.3 else -1.0, (0, 1), (1, -1))
    assert found == pytest.approx(0.3, abs=1e-11)


def test_steps_over_infinite_values() -> None:
    found = zero_between(lambda x: math.inf if x < 0.1 else 0.3 - x, (0, math.inf), (1, -0.7))
    assert found == pytest.approx(0.3, abs=1e-11)


def test_says_so_when_nothing_crosses() -> None:
    with pytest.raises(ArithmeticError, match="does not cross zero"):
        zero_of_decreasing(lambda x: 1 / (1 + x * x), 0.0, 1.0)
