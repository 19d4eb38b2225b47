from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.stats.estimates import difference, exact, proportion, ratio
from auditor.stats.pvalues import p_above, p_below
from auditor.stats.relative import Scaled, ToHighest, difference_to_whole, ratio_to_whole, to_highest

counts = st.integers(1, 400).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


def test_a_scaled_share_is_the_share_over_what_it_should_be() -> None:
    share = Scaled(proportion(10, 100), 1 / 0.2)
    low, high = proportion(10, 100).bounds(0.95)
    assert share.value == pytest.approx(0.5)
    assert share.bounds(0.95) == pytest.approx((low * 5, high * 5))
    assert p_below(share, 0.8) == pytest.approx(p_below(proportion(10, 100), 0.16))
    assert (share.n, share.method) == (100, "Wilson")


def test_what_is_scaled_stays_within_its_ends() -> None:
    gap = Scaled(difference(300, 600, 0, 3000), 2.1, lower=-1.0, upper=1.0)
    assert (gap.value, gap.bounds(0.95)[1]) == (1.0, 1.0)
    assert 0.9 < gap.bounds(0.95)[0] < 1
    assert (p_above(gap, 1.0), p_below(gap, -1.0)) == (1.0, 1.0)
    assert p_above(gap, 0.01) < 1e-9
    with pytest.raises(ValueError, match="lower end"):
        Scaled(exact(1), 2, lower=1.0, upper=1.0)


@pytest.mark.parametrize("factor", [0, -1, math.inf, math.nan])
def test_a_factor_is_a_number_above_zero(factor: float) -> None:
    with pytest.raises(ValueError, match="factor"):
        Scaled(exact(1), factor)


@given(counts, counts)
def test_the_whole_holds_the_part(part: tuple[int, int], rest: tuple[int, int]) -> None:
    whole = (part[0] + rest[0], part[1] + rest[1])
    gap = difference_to_whole(*part, *whole)
    assert gap.value == pytest.approx(part[0] / part[1] - whole[0] / whole[1])
    low, high = gap.bounds(0.95)
    assert low <= gap.value <= high
    assert p_above(gap, 0.05) == pytest.approx(p_above(difference(*part, *rest), 0.05 * whole[1] / rest[1]), abs=1e-6)


@given(counts, counts, st.floats(0.1, 5))
def test_a_ratio_to_the_whole_agrees_with_its_own_interval(
    part: tuple[int, int], rest: tuple[int, int], limit: float
) -> None:
    whole = (part[0] + rest[0], part[1] + rest[1])
    one = ratio_to_whole(*part, *whole)
    if whole[0] == 0:
        assert math.isnan(one.value)
        return
    assert one.value == pytest.approx((part[0] / part[1]) / (whole[0] / whole[1]))
    low, high = one.bounds(0.9)
    assert low <= one.value + 1e-12
    assert one.value <= high + 1e-12
    if p_above(one, limit) < 0.0499:
        assert limit < low + 1e-9
    if p_below(one, limit) < 0.0499:
        assert limit > high - 1e-9


def test_the_highest_rate_has_the_ratio_one() -> None:
    best = to_highest(50, 100, [(20, 100), (30, 100)])
    assert best.value == 1
    assert best.bounds(0.95)[1] == 1
    assert to_highest(20, 100, [(50, 100), (30, 100)]).value == pytest.approx(0.4)


def test_without_any_label_there_is_no_highest_rate() -> None:
    assert math.isnan(to_highest(0, 10, [(0, 20)]).value)
    with pytest.raises(ValueError, match="another group"):
        ToHighest(())


def test_that_a_ratio_is_low_is_harder_to_say_with_more_groups_to_look_in() -> None:
    one = to_highest(50, 200, [(100, 200)])
    many = to_highest(50, 200, [(100, 200), *[(90, 200)] * 9])
    assert p_below(many, 0.8) == pytest.approx(10 * p_below(one, 0.8))
    assert many.bounds(0.95)[1] > one.bounds(0.95)[1]


def test_nothing_is_past_the_ends_of_a_ratio_to_the_highest() -> None:
    one = to_highest(50, 200, [(100, 200)])
    assert p_above(one, 1.0) == 1
    assert p_below(one, 1.2) < 1e-12


def test_equal_groups_are_hardly_ever_told_apart() -> None:
    """Eight equal groups: with the limit at 1, any claim is false. The naive ratio to the best would claim it often."""
    rng = np.random.default_rng(3)
    false = naive = 0
    for _ in range(200):
        having = [int(k) for k in rng.binomial(200, 0.4, 8)]
        worst = int(np.argmin(having))
        others = [(k, 200) for at, k in enumerate(having) if at != worst]
        false += 8 * p_below(to_highest(having[worst], 200, others), 1.0) <= 0.05
        naive += p_below(ratio(having[worst], 200, max(having), 200), 1.0) <= 0.05
    assert false <= 10
    assert naive > 60
