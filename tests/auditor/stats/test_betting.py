from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.stats.betting import SequentialRate, _expected, betting_bounds
from auditor.stats.estimates import Estimate
from auditor.stats.pvalues import p_above, p_below
from auditor.stats.strata import draw_in_order
from auditor.stats.verification import UNTOLD, Amount

pytestmark = pytest.mark.slow


Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

verdicts = st.lists(st.booleans(), min_size=1, max_size=60).map(np.array)


@pytest.mark.parametrize("rate", [0.01, 0.2])
def test_all_looks_together_hold_the_truth(rate: float) -> None:
    random = np.random.default_rng(11)
    tables = [random.random(60) < rate for _ in range(200)]
    assert _held([betting_bounds(wrong) for wrong in tables], rate) >= 0.94


def test_all_looks_together_hold_the_truth_of_a_finite_table() -> None:
    table = np.arange(100) < 10
    drawn = [betting_bounds(table[draw_in_order(100, 60, seed)], rows=100) for seed in range(200)]
    assert _held(drawn, 0.1) >= 0.94


def _held(bounds: list[tuple[Floats, Floats]], rate: float) -> float:
    return sum(bool((low <= rate).all() and (rate <= high).all()) for low, high in bounds) / len(bounds)


@given(verdicts)
def test_bounds_only_close_in_and_stay_between_0_and_1(wrong: Flags) -> None:
    low, high = betting_bounds(wrong)
    assert ((low >= 0) & (high <= 1) & (low <= high)).all()
    assert (np.diff(low) >= 0).all()


@given(verdicts)
def test_right_and_wrong_are_mirror_images(wrong: Flags) -> None:
    low, high = betting_bounds(wrong)
    other_low, other_high = betting_bounds(~wrong)
    assert other_low == pytest.approx(1 - high)
    assert other_high == pytest.approx(1 - low)


@given(verdicts)
def test_a_bound_does_not_know_what_comes_later(wrong: Flags) -> None:
    whole, part = betting_bounds(wrong), betting_bounds(wrong[: len(wrong) // 2 + 1])
    assert part[0] == pytest.approx(whole[0][: len(part[0])])
    assert part[1] == pytest.approx(whole[1][: len(part[1])])


def test_many_verdicts_settle_the_rate() -> None:
    wrong = np.random.default_rng(2).random(2000) < 0.1
    low, high = betting_bounds(wrong)
    assert 0.06 < low[-1] < wrong.mean() < high[-1] < 0.14


def test_the_whole_table_verified_is_all_but_a_fact() -> None:
    wrong = np.arange(100) % 10 == 0
    low, high = betting_bounds(wrong, rows=100)
    assert low[-1] == pytest.approx(0.1, abs=0.002)
    assert high[-1] == pytest.approx(0.1, abs=0.002)


def test_unclear_verdicts_are_right_below_and_wrong_above() -> None:
    wrong, unclear = np.arange(200) % 10 == 0, np.arange(200) % 10 == 1
    low, high = betting_bounds(wrong, unclear)
    assert low[-1] == betting_bounds(wrong)[0][-1]
    assert high[-1] == betting_bounds(wrong | unclear)[1][-1]


def test_a_row_both_wrong_and_unclear_is_unclear() -> None:
    wrong = np.ones(50, dtype=bool)
    low, high = betting_bounds(wrong, wrong)
    assert low[-1] == 0
    assert high[-1] == 1


def test_what_was_seen_is_no_longer_to_come() -> None:
    assert _expected(np.array([1.0, 0.0, 1.0]), np.array([0.5]), rows=4).ravel() == pytest.approx([2 / 4, 1 / 3, 1 / 2])


def test_no_verdict_no_bound() -> None:
    low, high = betting_bounds(np.zeros(0, dtype=bool))
    assert len(low) == len(high) == 0


def test_what_makes_no_sense() -> None:
    wrong = np.zeros(5, dtype=bool)
    with pytest.raises(ValueError, match="5 verdicts on 4 rows"):
        betting_bounds(wrong, rows=4)
    with pytest.raises(ValueError, match="one verdict a row"):
        betting_bounds(wrong, np.zeros(4, dtype=bool))
    with pytest.raises(ValueError, match="confidence"):
        betting_bounds(wrong, confidence=1.0)


amounts = st.sampled_from([Amount(0.0), Amount(1.0), Amount(1.0, confirmed=False), UNTOLD, Amount(0.25, 0.5)])


@given(st.lists(amounts, max_size=40), st.floats(0.5, 0.99))
def test_a_sequential_rate_lies_between_its_bounds(given: list[Amount], confidence: float) -> None:
    rate: Estimate = SequentialRate(tuple(given), 100)
    low, high = rate.bounds(confidence)
    assert 0 <= low <= high <= 1
    assert np.isnan(rate.value) or low <= rate.value <= high


def test_a_sequential_rate_is_the_last_look() -> None:
    wrong = np.random.default_rng(1).random(80) < 0.1
    rate = SequentialRate(tuple(Amount(float(one)) for one in wrong), 500)
    low, high = betting_bounds(wrong, rows=500)
    assert rate.bounds(0.95) == (low[-1], high[-1])
    assert (rate.value, rate.n) == (wrong.mean(), 80)


def in_order(confirmed: bool = True) -> SequentialRate:
    """A tenth of 120 rows wrong, in random order."""
    wrong = np.random.default_rng(2).permutation(120) < 12
    return SequentialRate(tuple(Amount(float(one), confirmed=confirmed) for one in wrong), 10_000)


def test_doubtful_verdicts_stand_for_the_worst() -> None:
    sure, doubtful = in_order(), in_order(confirmed=False)
    assert doubtful.value == sure.value == pytest.approx(0.1)
    assert doubtful.bounds(0.95)[0] == 0.0 < sure.bounds(0.95)[0]
    assert doubtful.bounds(0.95)[1] == sure.bounds(0.95)[1]


def test_its_p_values_are_those_of_its_bounds() -> None:
    rate, step = in_order(), 0.002  # candidate rates lie so far apart
    low, high = rate.bounds(0.9)
    assert p_above(rate, low - step) < 0.05 < p_above(rate, low + step)
    assert p_below(rate, high + step) < 0.05 < p_below(rate, high - step)
    assert p_above(rate, 0.5) == p_below(rate, 0.01) == 1.0
    assert p_above(rate, -0.1) < 1e-12


def test_a_sequential_rate_without_verdicts_tells_nothing() -> None:
    rate = SequentialRate((), 10)
    assert rate.bounds(0.95) == (0.0, 1.0)
    assert np.isnan(rate.value)
    assert (rate.p_above(0.1), rate.p_below(0.1)) == (1.0, 1.0)


def test_no_more_verdicts_than_rows_nor_any_confidence() -> None:
    with pytest.raises(ValueError, match="2 verdicts on 1 rows"):
        SequentialRate((UNTOLD, UNTOLD), 1)
    with pytest.raises(ValueError, match="confidence must lie between"):
        SequentialRate((), 1).bounds(1.0)
