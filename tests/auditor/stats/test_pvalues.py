from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy import stats

from auditor.stats.estimates import (
    Estimate,
    difference,
    exact,
    mean,
    mean_difference,
    proportion,
    ratio,
)
from auditor.stats.pvalues import FLOOR, p_above, p_below, surely_above, surely_below


@dataclass(frozen=True)
class Foreign:
    """An estimate from a plugin: nothing known of it but its bounds."""

    inner: Estimate

    @property
    def value(self) -> float:
        return self.inner.value

    @property
    def n(self) -> int:
        return self.inner.n

    @property
    def method(self) -> str:
        return "foreign"

    def bounds(self, confidence: float) -> tuple[float, float]:
        return self.inner.bounds(confidence)


@dataclass(frozen=True)
class Fixed:
    """An estimate whose interval is the same at any confidence."""

    value: float
    low: float
    high: float
    n: int = 10
    method: str = "fixed"

    def bounds(self, confidence: float) -> tuple[float, float]:
        return self.low, self.high


@st.composite
def estimates_and_limits(draw: st.DrawFn) -> tuple[Estimate, float]:
    n_a, n_b = draw(st.integers(1, 300)), draw(st.integers(1, 300))
    a, b = (draw(st.integers(0, n_a)), n_a), (draw(st.integers(0, n_b)), n_b)
    share = draw(st.floats(0, 1))
    value, sd = draw(st.floats(0, 1)), draw(st.floats(0.01, 1))
    kinds: tuple[tuple[Estimate, float], ...] = (
        (proportion(*a), share),
        (proportion(*a, method="clopper-pearson"), share),
        (difference(*a, *b), 2 * share - 1),
        (ratio(*a, *b), 4 * share),
        (mean(value, sd, n_a), share),
        (mean(value, sd, n_a, lower=0, upper=1), share),
        (mean(value, 0, n_a, lower=0, upper=1), share),
        (mean_difference(value, sd, n_a, share, sd, n_b), share - 0.5),
        (Foreign(difference(*a, *b)), 2 * share - 1),
        (exact(value), share),
    )
    return draw(st.sampled_from(kinds))


@given(estimates_and_limits(), st.floats(1e-12, 0.98))
def test_p_value_and_interval_agree(asked: tuple[Estimate, float], alpha: float) -> None:
    """p is at most a/2 if and only if the (1 - a) bound clears the limit, on either side."""
    estimate, limit = asked
    low, high = estimate.bounds(1 - alpha)
    if math.isnan(estimate.value):
        assert p_above(estimate, limit) == p_below(estimate, limit) == 1
        return
    for p, clears in ((p_above(estimate, limit), low > limit), (p_below(estimate, limit), high < limit)):
        # Where the two meet, and at 1 - a with its sixteen digits, either answer is right.
        if p not in (0.0, 1.0) and abs(math.log(p) - math.log(alpha / 2)) < 1e-3:
            continue
        assert (p <= alpha / 2) == clears


def test_a_bound_that_stops_at_the_limit_is_not_beyond_it() -> None:
    widest = mean(1.0, 1.0, 2, lower=0, upper=1)  # its lower bound is 0 from a little confidence on
    assert p_above(widest, 0.0) > 0.05
    assert not surely_above(widest, 0.0, 0.001)
    assert p_below(mean(0.0, 1.0, 2, lower=0, upper=1), 1.0) > 0.05


@given(estimates_and_limits(), st.sampled_from([0.001, 0.05, 0.3]))
def test_what_is_sure_has_a_p_value_of_at_most_alpha(asked: tuple[Estimate, float], alpha: float) -> None:
    for p_value, surely in ((p_above, surely_above), (p_below, surely_below)):
        p = p_value(*asked)
        assume(abs(p - alpha) > 1e-6)
        assert surely(*asked, alpha) == (p < alpha)


@given(estimates_and_limits())
def test_formulas_equal_inversion(asked: tuple[Estimate, float]) -> None:
    """What is computed in closed form is what any plugin's estimate with the same bounds would get."""
    estimate, limit = asked
    for p_value in (p_above, p_below):
        here, inverted = p_value(estimate, limit), p_value(Foreign(estimate), limit)
        if here < 0.49:
            assert math.log(max(here, FLOOR / 2)) == pytest.approx(math.log(max(inverted, FLOOR / 2)), rel=2e-3)
        else:
            assert inverted >= 0.48  # where nothing is decided, only the side must agree


@given(estimates_and_limits(), st.floats(0, 1))
def test_p_value_rises_with_the_limit(asked: tuple[Estimate, float], step: float) -> None:
    estimate, limit = asked
    assume(not math.isnan(estimate.value))
    assert p_above(estimate, limit) <= p_above(estimate, limit + step) * (1 + 1e-5)
    assert p_below(estimate, limit + step) <= p_below(estimate, limit) * (1 + 1e-5)


@pytest.mark.parametrize(
    ("successes", "n", "limit"), [(9, 40, 0.1), (40, 40, 0.9), (1, 1000, 0.0001), (0, 9, 0.2), (0, 9, 0), (9, 9, 1)]
)
def test_exact_rates_agree_with_the_binomial_test(successes: int, n: int, limit: float) -> None:
    estimate = proportion(successes, n, "clopper-pearson")
    above = stats.binomtest(successes, n, limit, alternative="greater").pvalue
    below = stats.binomtest(successes, n, limit, alternative="less").pvalue
    assert p_above(estimate, limit) == pytest.approx(above)
    assert p_below(estimate, limit) == pytest.approx(below)


def test_exact_rates_of_very_many_rows_have_p_values() -> None:
    estimate = proportion(38, 2 * 10**11, "clopper-pearson")
    assert p_above(estimate, 1e-10) == pytest.approx(stats.poisson.sf(37, 20), rel=1e-6)
    assert p_below(estimate, 1e-9) == FLOOR


def test_wilson_agrees_with_the_score_test() -> None:
    # Pearson's chi-square of 30 and 70 against 20 and 80, one-sided: z = 2.5.
    assert stats.chisquare([30, 70], [20, 80]).statistic == pytest.approx(2.5**2)
    assert p_above(proportion(30, 100), 0.2) == pytest.approx(stats.norm.sf(2.5))


def test_ratio_at_one_agrees_with_the_two_sample_score_test() -> None:
    table = [[30, 70], [20, 100]]
    chi_square = stats.chi2_contingency(table, correction=False).statistic
    z = math.sqrt(chi_square * 219 / 220)  # with the factor N/(N-1)
    assert p_above(ratio(30, 100, 20, 120), 1) == pytest.approx(stats.norm.sf(z))


def test_ratio_where_one_group_can_only_succeed() -> None:
    # 1 of 1 against 0 of 1, were the true ratio 2: the likeliest rates are 1 and 1/2, and the score is 1
    # over the root of 2² * 1/4 * 2 (the factor N/(N-1) is 2).
    assert p_above(ratio(1, 1, 0, 1), 2) == pytest.approx(stats.norm.sf(1 / math.sqrt(2)))


def test_mean_agrees_with_the_t_test() -> None:
    t = (0.4 - 0.3) / (0.3 / math.sqrt(50))
    assert p_above(mean(0.4, 0.3, 50), 0.3) == pytest.approx(stats.t.sf(t, 49), rel=1e-5)
    assert p_below(mean(0.4, 0.3, 50), 0.3) == pytest.approx(stats.t.cdf(t, 49), rel=1e-5)


def test_equal_scores_speak_as_much_as_their_number_allows() -> None:
    # 50 scores of 0.4 between 0 and 1; a mean of 0.3 needs a quarter of the scores to be 0, all missed.
    assert p_above(mean(0.4, 0, 50, 0, 1), 0.3) == pytest.approx(0.75**49, rel=1e-5)
    assert p_above(mean(0.4, 0, 50), 0.3) == 0.5


@pytest.mark.parametrize(("limit", "above", "below"), [(2.0, 0.0, 1.0), (3.0, 1.0, 1.0), (4.0, 1.0, 0.0)])
def test_a_fact_is_sure(limit: float, above: float, below: float) -> None:
    for fact in (exact(3), Fixed(3.0, 3.0, 3.0)):
        assert (p_above(fact, limit), p_below(fact, limit)) == (above, below)


@pytest.mark.parametrize("estimate", [proportion(0, 0), ratio(0, 5, 0, 5), difference(0, 0, 1, 5)])
def test_no_value_claims_nothing(estimate: Estimate) -> None:
    assert p_above(estimate, 0.1) == p_below(estimate, 0.1) == 1


def test_the_surest_claim_has_the_floor() -> None:
    assert p_above(proportion(1000, 1000), 0.01) == FLOOR
    assert p_above(ratio(1000, 1000, 1, 1000), 1.01) == FLOOR
    assert p_above(Foreign(proportion(1000, 1000)), 0.01) == pytest.approx(FLOOR)


def test_an_interval_that_never_changes_gives_an_answer() -> None:
    fixed = Fixed(0.5, 0.4, 0.6)
    assert (p_above(fixed, 0.3), p_above(fixed, 0.5), p_above(fixed, 0.7)) == (FLOOR, 0.5, 1 - FLOOR)


@pytest.mark.parametrize("estimate", [proportion(0, 20), Foreign(proportion(0, 20)), ratio(0, 20, 5, 20)])
def test_nothing_found_is_no_proof_above_zero(estimate: Estimate) -> None:
    assert p_above(estimate, 0) >= 0.5
    assert p_below(estimate, 0) >= 0.5


def test_something_found_is_proof_above_zero() -> None:
    assert p_above(proportion(1, 20), 0) == FLOOR
    assert p_above(ratio(1, 20, 5, 20), 0) == FLOOR


def test_no_lower_bound_claims_nothing() -> None:
    assert p_above(mean(3, math.nan, 1), 0) == 0.5


@pytest.mark.parametrize("limit", [-math.inf, math.inf])
def test_infinite_limits_are_answered(limit: float) -> None:
    above, below = p_above(ratio(3, 20, 5, 20), limit), p_below(ratio(3, 20, 5, 20), limit)
    assert (above < 0.5) == (limit < 0)
    assert (below < 0.5) == (limit > 0)


@pytest.mark.parametrize("p_value", [p_above, p_below])
def test_nan_limit_is_refused(p_value: Callable[[Estimate, float], float]) -> None:
    with pytest.raises(ValueError, match="not nan"):
        p_value(proportion(1, 2), math.nan)
