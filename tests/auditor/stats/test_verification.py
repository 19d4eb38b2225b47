from __future__ import annotations

import math
from functools import cache

import numpy as np
import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from auditor.stats.estimates import Estimate, is_exact
from auditor.stats.intervals import clopper_pearson
from auditor.stats.pvalues import p_above, p_below
from auditor.stats.strata import allotment, draw, strata
from auditor.stats.verification import (
    Amount,
    Stratum,
    error_rate,
    flag_precision,
    rows_to_verify,
    stratum_of,
)

pytestmark = pytest.mark.slow


@st.composite
def some_strata(draw: st.DrawFn) -> list[Stratum]:
    """Three strata, some perhaps empty, not looked at, verified whole, or with rows nobody could tell."""
    result = []
    for _ in range(3):
        rows = draw(st.integers(0, 60))
        verified = draw(st.integers(0, min(rows, 15)))
        wrong = draw(st.integers(0, verified))
        result.append(Stratum(rows, verified, wrong, draw(st.integers(0, verified - wrong))))
    return result


def test_the_value_weighs_each_stratum_by_its_rows() -> None:
    rate = error_rate([Stratum(100, 10, 5), Stratum(900, 30, 3)])
    assert rate.value == pytest.approx(0.1 * 0.5 + 0.9 * 0.1)
    assert rate.n == 40
    assert rate.method == "stratified Clopper-Pearson"


@given(st.integers(1, 300), st.data(), st.floats(0.01, 0.999))
def test_one_stratum_is_clopper_and_pearson(n: int, data: st.DataObject, confidence: float) -> None:
    wrong = data.draw(st.integers(0, n))
    expected = clopper_pearson(wrong, n, (1 - confidence) / 2)
    assert error_rate([Stratum(10_000, n, wrong)]).bounds(confidence) == pytest.approx(expected, rel=1e-8, abs=1e-12)


@given(some_strata(), st.floats(0.01, 0.999))
def test_the_value_lies_between_the_bounds_and_these_between_0_and_1(strata: list[Stratum], confidence: float) -> None:
    rate = error_rate(strata)
    low, high = rate.bounds(confidence)
    assert -1e-12 <= low <= high <= 1 + 1e-12
    assert math.isnan(rate.value) or low <= rate.value <= high


@given(st.lists(st.integers(0, 400), min_size=3, max_size=3), st.integers(20, 60), st.data())
def test_one_more_wrong_row_lowers_no_bound_of_a_sample_in_proportion(
    sizes: list[int], size: int, data: st.DataObject
) -> None:
    drawn = allotment(sizes, size)
    found = [data.draw(st.integers(0, n)) for n in drawn]
    h = data.draw(st.integers(0, 2))
    assume(found[h] < drawn[h] and min(q for q in drawn if q) >= 3)
    more = [x + (i == h) for i, x in enumerate(found)]
    before, after = (
        error_rate([Stratum(*s) for s in zip(sizes, drawn, x, strict=True)]).bounds(0.95) for x in (found, more)
    )
    assert after[0] >= before[0] - 1e-9
    assert after[1] >= before[1] - 1e-9


@given(some_strata())
@example([Stratum(30, 3, 0, 1), Stratum(1240, 1, 0), Stratum(8740, 6, 0)])  # the worst is that it is right
def test_unclear_rows_cost_as_much_as_the_worst_they_could_be(strata: list[Stratum]) -> None:
    low, high = error_rate(strata).bounds(0.95)
    as_right = error_rate([Stratum(s.rows, s.verified, s.wrong) for s in strata]).bounds(0.95)
    as_wrong = error_rate([Stratum(s.rows, s.verified, s.wrong + s.unclear) for s in strata]).bounds(0.95)
    assert low <= min(as_right[0], as_wrong[0]) + 1e-12
    assert high >= max(as_right[1], as_wrong[1]) - 1e-12


def test_unclear_rows_leave_the_value_to_those_that_could_be_told() -> None:
    rate = error_rate([Stratum(1000, 20, 4, unclear=10)])
    assert rate.value == pytest.approx(0.4)
    assert rate.bounds(0.95) == pytest.approx((clopper_pearson(4, 20, 0.025)[0], clopper_pearson(14, 20, 0.025)[1]))


def test_what_was_found_wrong_once_counts_as_wrong_and_may_be_right() -> None:
    rate = error_rate([Stratum(1000, 200, 6, unconfirmed=4)])
    assert rate.value == pytest.approx(0.03)
    assert rate.bounds(0.95) == pytest.approx((clopper_pearson(2, 200, 0.025)[0], clopper_pearson(6, 200, 0.025)[1]))


def test_rows_wrong_in_part_are_rounded_away_from_the_middle() -> None:
    rate = error_rate([Stratum(1000, 200, 2.4)])
    assert rate.value == pytest.approx(0.012)
    assert rate.bounds(0.95) == pytest.approx((clopper_pearson(2, 200, 0.025)[0], clopper_pearson(3, 200, 0.025)[1]))


def test_parts_that_make_up_a_whole_row_are_one() -> None:
    parts = stratum_of(1000, 200, [Amount(0.1)] * 30 + [Amount(0.0)] * 170)
    assert error_rate([parts]).bounds(0.95) == error_rate([Stratum(1000, 200, 3)]).bounds(0.95)


def test_a_row_without_an_amount_is_unclear() -> None:
    amounts = [Amount(1.0), Amount(1.0, confirmed=False), Amount(0.25, 0.75), Amount(0.0)]
    assert stratum_of(50, 6, amounts) == Stratum(50, 6, 2.25, 2.75, 1)


@pytest.mark.parametrize(("wrong", "unclear"), [(-0.1, 0.0), (0.5, -0.1), (0.6, 0.5)])
def test_amounts_of_a_row_that_cannot_be(wrong: float, unclear: float) -> None:
    with pytest.raises(ValueError, match="a row cannot be wrong by"):
        Amount(wrong, unclear)


@given(st.lists(st.sampled_from([0, 1, 2, 5]), min_size=30, max_size=30))
def test_whatever_parts_the_bounds_hold_the_value_and_those_of_fewer_whole_rows(labels: list[int]) -> None:
    rate = error_rate([stratum_of(1000, 30, [Amount(count / 5) for count in labels])])
    low, high = rate.bounds(0.95)
    assert low <= sum(labels) / 150 <= high
    assert high <= error_rate([Stratum(1000, 30, sum(count > 0 for count in labels))]).bounds(0.95)[1] + 1e-12


def test_a_stratum_nobody_looked_at_may_be_all_right_or_all_wrong() -> None:
    low, high = error_rate([Stratum(900, 50, 0), Stratum(100, 0, 0)]).bounds(0.95)
    assert low == 0
    assert high == pytest.approx(0.1 + 0.9 * clopper_pearson(0, 50, 0.025)[1])


def test_a_stratum_verified_whole_adds_no_uncertainty() -> None:
    low, high = error_rate([Stratum(20, 20, 15), Stratum(180, 50, 2)]).bounds(0.95)
    rest = clopper_pearson(2, 50, 0.025)
    assert (low, high) == pytest.approx((15 / 200 + 0.9 * rest[0], 15 / 200 + 0.9 * rest[1]))


def test_all_verified_is_a_fact() -> None:
    rate = error_rate([Stratum(7, 7, 3), Stratum(93, 93, 0)])
    assert is_exact(rate)
    assert rate.value == 0.03


@pytest.mark.parametrize("strata", [[], [Stratum(0, 0, 0)], [Stratum(50, 0, 0), Stratum(40, 0, 0)]])
def test_nothing_verified_tells_nothing(strata: list[Stratum]) -> None:
    rate = error_rate(strata)
    assert math.isnan(rate.value)
    assert rate.bounds(0.95) == (0, 1)


def test_good_flags_narrow_the_interval() -> None:
    low, high = error_rate([Stratum(2000, 20, 18), Stratum(4000, 40, 1), Stratum(14000, 140, 0)]).bounds(0.95)
    plain = clopper_pearson(19, 200, 0.025)
    assert high - low < 0.6 * (plain[1] - plain[0])


def test_the_gate_can_hold_it_against_a_limit() -> None:
    rate: Estimate = error_rate([Stratum(400, 10, 9), Stratum(3600, 90, 3)])
    assert p_above(rate, 0.05) < 0.05
    assert p_below(rate, 0.3) < 0.001
    assert p_above(rate, 0.1) > 0.05


@settings(max_examples=15)
@given(some_strata(), st.floats(0.01, 0.9))
def test_its_own_p_values_are_those_of_the_interval(strata: list[Stratum], limit: float) -> None:
    rate = error_rate(strata)
    assume(not math.isnan(rate.value) and not is_exact(rate))
    for own, inverted in ((rate.p_above, p_above), (rate.p_below, p_below)):
        if 1e-9 < own(limit) < 0.4:
            assert inverted(rate, limit) == pytest.approx(own(limit), rel=1e-3)


def test_at_most_four_sampled_strata() -> None:
    with pytest.raises(ValueError, match="at most 4 sampled strata"):
        error_rate([Stratum(10, 2, 1)] * 5)


def test_no_more_is_unconfirmed_than_wrong() -> None:
    with pytest.raises(ValueError, match="cannot be unconfirmed"):
        Stratum(10, 5, 1, unconfirmed=2)


@pytest.mark.parametrize("counts", [(10, 11, 0), (10, 5, 6), (10, 5, 3, 3), (10, 5, -1), (10, 5, 2, -1), (-1, -1, 0)])
def test_counts_that_cannot_be(counts: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match="no count may be negative"):
        Stratum(*counts)


@pytest.mark.parametrize("confidence", [0.0, 1.0, 95.0])
def test_confidence_lies_between_0_and_1(confidence: float) -> None:
    with pytest.raises(ValueError, match="confidence must lie between 0 and 1"):
        error_rate([Stratum(10, 2, 1)]).bounds(confidence)


def test_the_precision_of_the_flags_is_read_from_the_first_stratum() -> None:
    precision = flag_precision([Stratum(100, 20, 12), Stratum(900, 80, 1)])
    assert precision.value == 0.6
    assert precision.bounds(0.95) == pytest.approx(clopper_pearson(12, 20, 0.025))


def test_the_precision_of_no_flags_is_unknown() -> None:
    assert flag_precision([Stratum(0, 0, 0), Stratum(900, 80, 1)]).bounds(0.95) == (0, 1)
    with pytest.raises(ValueError, match="must be given"):
        flag_precision([])


def test_the_nearer_the_limit_the_more_rows() -> None:
    sizes, rates = [600, 3400, 16000], [0.6, 0.05, 0.002]  # 2.8 % wrong
    far, near = rows_to_verify(rates, 0.1, sizes), rows_to_verify(rates, 0.045, sizes)
    assert far is not None
    assert near is not None
    assert far < near


def test_a_rate_at_the_limit_cannot_be_decided_by_a_sample() -> None:
    assert rows_to_verify([0.05], 0.05, [100_000]) is None


def test_a_small_table_is_decided_when_all_of_it_is_verified() -> None:
    assert rows_to_verify([0.05], 0.05, [300]) == 300
    assert rows_to_verify([0.05], 0.05, [300], most=200) is None


def test_a_clean_table_needs_the_rows_that_rule_the_limit_out() -> None:
    assert rows_to_verify([0.0], 0.01, [100_000]) == 300  # 0.99^299 < 0.05


def test_no_rows_need_no_verification() -> None:
    assert rows_to_verify([0.1, 0.0], 0.05, [0, 0]) is None


def test_what_cannot_be_planned() -> None:
    with pytest.raises(ValueError, match="one rate from 0 to 1 a stratum"):
        rows_to_verify([0.1, 0.2], 0.05, [100])
    with pytest.raises(ValueError, match="one rate from 0 to 1 a stratum"):
        rows_to_verify([1.5], 0.05, [100])


@pytest.mark.parametrize("rate", [0.01, 0.1])
@pytest.mark.parametrize("useful", [True, False])
def test_the_interval_holds_the_truth_of_a_simulated_table(rate: float, useful: bool) -> None:
    """From suspicion to interval; `benchmarks/verification.py` has the whole grid."""
    random = np.random.default_rng(5)
    wrong = random.permutation(5000) < 5000 * rate
    suspicion = 1 / (1 + np.exp(4 - random.normal(size=5000) - 3 * (wrong & useful)))
    of_row = strata(suspicion, suspicion > 0.2)

    @cache
    def bounds(verdicts: tuple[Stratum, ...]) -> tuple[float, float]:
        return error_rate(verdicts).bounds(0.95)

    held = 0
    for seed in range(300):
        drawn = draw(of_row, 100, seed)
        verified, hits = (np.bincount(drawn.stratum, of, minlength=3) for of in (np.ones(100), wrong[drawn.rows]))
        strata_seen = zip(drawn.sizes, verified.astype(int).tolist(), hits.astype(int).tolist(), strict=True)
        low, high = bounds(tuple(Stratum(*one) for one in strata_seen))
        held += low <= wrong.mean() <= high
    assert held / 300 >= 0.93
