from __future__ import annotations

import math

import pytest

from auditor.stats.approximate import Approximate


def test_a_difference_has_a_symmetric_interval() -> None:
    assert Approximate(0.1, 0.05, 100, "by hand").bounds(0.95) == pytest.approx((0.1 - 0.098, 0.1 + 0.098), abs=1e-4)


def test_a_ratio_has_one_on_the_logarithm() -> None:
    low, high = Approximate(2.0, 0.1, 100, "by hand", 0.0, logarithm=True).bounds(0.95)
    assert low * high == pytest.approx(4)


def test_the_interval_stays_within_what_can_be_and_holds_the_value() -> None:
    assert Approximate(0.9, 1.0, 10, "by hand", -1.0, 1.0).bounds(0.95)[1] == 1
    assert Approximate(0.0, 0.01, 10, "by hand", centre=0.5).bounds(0.95)[0] == 0


def test_what_is_not_known_is_open() -> None:
    assert Approximate(math.nan, 0.1, 0, "by hand", -1.0, 1.0).bounds(0.95) == (-1, 1)
    assert Approximate(1.0, math.inf, 0, "by hand").bounds(0.95) == (-math.inf, math.inf)


def test_more_rows_bring_it_to_the_value() -> None:
    low, high = Approximate(0.1, 0.05, 100, "by hand", centre=0.12).bounds_if(1e6, 0.95)
    assert (low, high) == pytest.approx((0.1, 0.1), abs=1e-3)


@pytest.mark.parametrize(("error", "n"), [(-0.1, 5), (math.nan, 5), (0.1, -5)])
def test_nonsense_is_refused(error: float, n: int) -> None:
    with pytest.raises(ValueError, match="negative"):
        Approximate(0.1, error, n, "by hand")
