from __future__ import annotations

import math
from functools import cache

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.stats.part_rates import PartGap, PartRate
from auditor.stats.verification import Stratum, error_rate


def part(wrong: int, share: float, verified: int = 100) -> PartRate:
    return PartRate(error_rate([Stratum(10_000, verified, wrong)]), share, round(verified * share))


def test_the_rate_of_a_part_is_the_share_of_all_rows_over_the_size_of_the_part() -> None:
    rate = part(wrong=5, share=0.25)
    low, high = error_rate([Stratum(10_000, 100, 5)]).bounds(0.95)
    assert rate.value == pytest.approx(0.2)
    assert rate.bounds(0.95) == pytest.approx((4 * low, 4 * high))
    assert rate.n == 25


@given(st.integers(0, 100), st.floats(0.01, 1))
def test_the_interval_holds_the_guess_and_stays_within_0_and_1(wrong: int, share: float) -> None:
    rate = part(wrong, share)
    low, high = rate.bounds(0.95)
    assert 0 <= low <= rate.value <= high <= 1


def test_of_a_part_without_rows_nothing_is_known() -> None:
    rate = part(0, 0.0)
    assert math.isnan(rate.value)
    assert rate.bounds(0.95) == (0.0, 1.0)
    assert PartGap(part(1, 0.5), rate).bounds(0.95) == (-1.0, 1.0)


def test_a_gap_is_as_long_as_both_intervals_make_it() -> None:
    a, b = part(10, 0.5), part(2, 0.5)
    low, high = PartGap(a, b).bounds(0.95)
    assert PartGap(a, b).value == pytest.approx(0.16)
    assert low < 0.16 < high
    assert high - low > max(np.ptp(one.bounds(0.95)) for one in (a, b))
    mirrored = PartGap(b, a).bounds(0.95)
    assert (-mirrored[1], -mirrored[0]) == pytest.approx((low, high))


def test_the_intervals_hold_in_nineteen_of_twenty_samples() -> None:
    """A fifth of the rows are of the part, one in ten of its labels is wrong, and one in fifty of the others'."""

    @cache
    def holds(ours: int, theirs: int) -> tuple[bool, bool]:
        a, b = part(ours, 0.2, 150), part(theirs, 0.8, 150)
        (low, high), (least, most) = a.bounds(0.95), PartGap(a, b).bounds(0.95)
        return low <= 0.1 <= high, least <= 0.08 <= most

    draw = np.random.default_rng(7)
    held, gaps = 0, 0
    for _ in range(400):
        ours, theirs, _ = draw.multinomial(150, [0.2 * 0.1, 0.8 * 0.02, 1 - 0.2 * 0.1 - 0.8 * 0.02])
        ours_held, gap_held = holds(int(ours), int(theirs))
        held, gaps = held + ours_held, gaps + gap_held
    assert held >= 0.95 * 400
    assert gaps >= 0.93 * 400
