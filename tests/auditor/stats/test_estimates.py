from __future__ import annotations

import dataclasses
import math
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy import optimize, stats

from auditor.stats.estimates import (
    Estimate,
    Ratio,
    difference,
    exact,
    is_exact,
    mean,
    mean_difference,
    proportion,
    ratio,
)
from auditor.stats.intervals import unseen_share
from auditor.stats.normal import quantile_of_tail
from auditor.stats.roots import zero_of_decreasing
from auditor.stats.score_ratio import ratio_bounds, score_of_ratio

INF = math.inf


@st.composite
def counts(draw: st.DrawFn, most: int = 2000) -> tuple[int, int]:
    n = draw(st.integers(1, most))
    return draw(st.one_of(st.integers(0, n), st.sampled_from((0, n)))), n


@st.composite
def scores(draw: st.DrawFn) -> tuple[float, float, int]:
    """A mean, sd and n that values between 0 and 1 can have."""
    values = draw(st.lists(st.floats(0, 1, width=16), min_size=2, max_size=6))
    return min(1.0, float(np.mean(values))), float(np.std(values, ddof=1)), len(values)


def estimates() -> st.SearchStrategy[Estimate]:
    a, b, s, t = counts(), counts(), scores(), scores()
    return st.one_of(
        a.map(lambda x: proportion(*x)),
        a.map(lambda x: proportion(*x, method="clopper-pearson")),
        st.tuples(a, b).map(lambda x: difference(*x[0], *x[1])),
        st.tuples(a, b).map(lambda x: ratio(*x[0], *x[1])),
        s.map(lambda x: mean(*x)),
        s.map(lambda x: mean(*x, lower=0, upper=1)),
        st.tuples(s, t).map(lambda x: mean_difference(*x[0], *x[1])),
    )


CONFIDENCES = st.floats(0.01, 0.9999)


# --- published tables ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("successes", "n", "wilson", "exact_interval"),
    [  # Newcombe 1998, Statistics in Medicine 17:857-872, table I, methods 3 and 5
        (81, 263, (0.2553, 0.3662), (0.2527, 0.3676)),
        (15, 148, (0.0624, 0.1605), (0.0578, 0.1617)),
        (0, 20, (0.0000, 0.1611), (0.0000, 0.1684)),
        (1, 29, (0.0061, 0.1718), (0.0009, 0.1776)),
    ],
)
def test_rates_agree_with_newcombe_table(
    successes: int, n: int, wilson: tuple[float, float], exact_interval: tuple[float, float]
) -> None:
    assert proportion(successes, n).bounds(0.95) == pytest.approx(wilson, abs=5.1e-5)
    by_tails = proportion(successes, n, "clopper-pearson").bounds(0.95)
    assert by_tails == pytest.approx(exact_interval, abs=5.1e-5)


@pytest.mark.parametrize(
    ("table", "interval"),
    [  # Newcombe 1998, Statistics in Medicine 17:873-890, table II, method 10
        ((56, 70, 48, 80), (0.0524, 0.3339)),
        ((9, 10, 3, 10), (0.1705, 0.8090)),
        ((6, 7, 2, 7), (0.0582, 0.8062)),
        ((5, 56, 0, 29), (-0.0381, 0.1926)),
        ((0, 10, 0, 20), (-0.1611, 0.2775)),
        ((0, 10, 0, 10), (-0.2775, 0.2775)),
        ((10, 10, 0, 20), (0.6791, 1.0000)),
        ((10, 10, 0, 10), (0.6075, 1.0000)),
    ],
)
def test_differences_agree_with_newcombe_table(table: tuple[int, int, int, int], interval: tuple[float, float]) -> None:
    assert difference(*table).bounds(0.95) == pytest.approx(interval, abs=5.1e-5)


def test_ratio_without_the_correction_agrees_with_koopman() -> None:
    # Koopman 1984, Biometrics 40:513-517: 36/40 against 16/80. His variance lacks the factor N/(N-1).
    z = quantile_of_tail(0.025) * math.sqrt(119 / 120)
    assert ratio_bounds(36, 40, 16, 80, z) == pytest.approx((2.94, 7.15), abs=0.005)


@pytest.mark.parametrize(
    ("table", "interval"),
    [  # statsmodels 0.15.0, confint_proportions_2indep(compare="ratio", method="score", correction=True)
        ((36, 40, 16, 80), (2.934646459487796, 7.166298299460339)),
        ((0, 10, 5, 20), (0.0, 1.284944287801463)),
        ((5, 20, 0, 10), (0.7782438581138786, INF)),
        ((10, 10, 0, 20), (6.03281025145544, INF)),
        ((7, 34, 1, 34), (1.2085679750900284, 43.03297223869471)),
    ],
)
def test_ratios_agree_with_statsmodels(table: tuple[int, int, int, int], interval: tuple[float, float]) -> None:
    assert ratio(*table).bounds(0.95) == pytest.approx(interval, rel=1e-9, abs=1e-12)


# --- a second source ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("confidence", [0.5, 0.9, 0.95, 0.999])
@pytest.mark.parametrize(("successes", "n"), [(0, 1), (1, 1), (3, 8), (1, 500), (499, 500), (20, 20)])
def test_rates_agree_with_scipy(successes: int, n: int, confidence: float) -> None:
    test = stats.binomtest(successes, n)
    wilson = test.proportion_ci(confidence, method="wilson")
    by_tails = test.proportion_ci(confidence, method="exact")
    assert proportion(successes, n).bounds(confidence) == pytest.approx(wilson, rel=1e-9, abs=1e-12)
    assert proportion(successes, n, "clopper-pearson").bounds(confidence) == pytest.approx(by_tails, rel=1e-9)


def test_mean_agrees_with_scipy() -> None:
    values = [3.1, 4.7, 2.2, 5.0, 3.9, 4.4]
    there = stats.ttest_1samp(values, 0).confidence_interval(0.9)
    here = mean(float(np.mean(values)), float(np.std(values, ddof=1)), len(values)).bounds(0.9)
    assert here == pytest.approx((there.low, there.high), rel=1e-12)


def test_mean_difference_agrees_with_scipy() -> None:
    a, b = [3.1, 4.7, 2.2, 5.0, 3.9, 4.4], [1.0, 9.0, 4.0]
    there = stats.ttest_ind(a, b, equal_var=False).confidence_interval(0.95)
    summaries = [f for x in (a, b) for f in (float(np.mean(x)), float(np.std(x, ddof=1)), len(x))]
    here = mean_difference(*summaries).bounds(0.95)  # type: ignore[arg-type]  # n is among floats
    assert here == pytest.approx((there.low, there.high), rel=1e-12)


@given(counts(60), counts(60), st.floats(0.02, 50))
def test_score_of_ratio_is_at_the_likeliest_rates(a: tuple[int, int], b: tuple[int, int], true_ratio: float) -> None:
    """The constrained rates, found here by maximising the likelihood with a generic optimiser."""
    (successes_a, n_a), (successes_b, n_b) = a, b
    # With no failures (or successes) at all the likeliest rate is at an end, where an optimiser is no judge.
    assume(successes_a + successes_b > 0 and n_a - successes_a > 0 and n_b - successes_b > 0)

    def unlikely(rate: float) -> float:
        return -float(
            stats.binom.logpmf(successes_a, n_a, true_ratio * rate) + stats.binom.logpmf(successes_b, n_b, rate)
        )

    top = min(1.0, 1 / true_ratio)
    found = optimize.minimize_scalar(unlikely, bounds=(0, top), method="bounded", options={"xatol": 1e-12})
    rate_b, rate_a = found.x, found.x * true_ratio
    variance = rate_a * (1 - rate_a) / n_a + true_ratio**2 * rate_b * (1 - rate_b) / n_b
    corrected = variance * (n_a + n_b) / (n_a + n_b - 1)
    score = (successes_a / n_a - true_ratio * successes_b / n_b) / math.sqrt(corrected)
    here = score_of_ratio(successes_a, n_a, successes_b, n_b, true_ratio)
    assert here == pytest.approx(score, rel=1e-4, abs=1e-4)


@given(counts(), counts(), CONFIDENCES)
def test_the_ends_of_a_ratio_are_z_errors_away(a: tuple[int, int], b: tuple[int, int], confidence: float) -> None:
    estimate = ratio(*a, *b)
    assume(not math.isnan(estimate.value))
    z = quantile_of_tail((1 - confidence) / 2)
    low, high = estimate.bounds(confidence)
    if low > 0:
        assert score_of_ratio(*a, *b, low) == pytest.approx(z, rel=1e-6)
    if high < INF:
        assert score_of_ratio(*a, *b, high) == pytest.approx(-z, rel=1e-6)


# --- what holds for all -------------------------------------------------------------------------------------


def _at_most(small: float, large: float) -> bool:
    """Not above, but for a rounding error."""
    return small <= large or math.isclose(small, large, rel_tol=1e-9, abs_tol=1e-9)


@given(estimates(), CONFIDENCES)
def test_bounds_hold_the_value(estimate: Estimate, confidence: float) -> None:
    low, high = estimate.bounds(confidence)
    assert low <= high
    assert math.isnan(estimate.value) or low <= estimate.value <= high


@given(estimates(), CONFIDENCES, CONFIDENCES)
def test_bounds_widen_with_confidence(estimate: Estimate, some: float, other: float) -> None:
    narrow, wide = estimate.bounds(min(some, other)), estimate.bounds(max(some, other))
    assert _at_most(wide[0], narrow[0])
    assert _at_most(narrow[1], wide[1])


@given(estimates(), CONFIDENCES)
def test_no_estimate_has_zero_width(estimate: Estimate, confidence: float) -> None:
    low, high = estimate.bounds(confidence)
    assert low < high
    assert not is_exact(estimate)


@given(counts(), CONFIDENCES, st.sampled_from(("wilson", "clopper-pearson")))
def test_rate_of_failures_mirrors_rate_of_successes(a: tuple[int, int], confidence: float, method: str) -> None:
    successes, n = a
    low, high = proportion(successes, n, method).bounds(confidence)  # type: ignore[arg-type]  # a str
    mirrored = proportion(n - successes, n, method).bounds(confidence)  # type: ignore[arg-type]  # a str
    assert (1 - high, 1 - low) == pytest.approx(mirrored, abs=1e-12)
    assert 0 <= low <= high <= 1


@given(counts(), counts(), CONFIDENCES)
def test_difference_mirrors_when_groups_are_swapped(a: tuple[int, int], b: tuple[int, int], confidence: float) -> None:
    low, high = difference(*a, *b).bounds(confidence)
    assert (-high, -low) == pytest.approx(difference(*b, *a).bounds(confidence), abs=1e-12)
    assert -1 <= low <= high <= 1


@given(counts(), counts(), CONFIDENCES)
def test_ratio_inverts_when_groups_are_swapped(a: tuple[int, int], b: tuple[int, int], confidence: float) -> None:
    low, high = ratio(*a, *b).bounds(confidence)
    swapped = ratio(*b, *a).bounds(confidence)
    inverted = (1 / high if high else INF, 1 / low if low else INF)
    assert inverted == pytest.approx(swapped, rel=1e-9)
    assert 0 <= low <= high


@given(scores(), scores(), CONFIDENCES)
def test_mean_difference_mirrors_when_groups_are_swapped(
    a: tuple[float, float, int], b: tuple[float, float, int], confidence: float
) -> None:
    low, high = mean_difference(*a, *b).bounds(confidence)
    assert (-high, -low) == pytest.approx(mean_difference(*b, *a).bounds(confidence), abs=1e-12)


@given(scores(), CONFIDENCES)
def test_mean_stays_in_its_range(a: tuple[float, float, int], confidence: float) -> None:
    low, high = mean(*a, lower=0, upper=1).bounds(confidence)
    assert 0 <= low <= high <= 1


@given(estimates(), CONFIDENCES)
def test_more_units_never_widen(estimate: Estimate, confidence: float) -> None:
    assume(not math.isnan(estimate.value))
    now = estimate.bounds(confidence)
    more = estimate.bounds_if(3.5, confidence)  # type: ignore[attr-defined]  # all of ours have it
    assert _at_most(now[0], more[0])
    assert _at_most(more[1], now[1])


def test_bounds_of_three_times_the_counts_are_those_of_factor_three() -> None:
    assert proportion(3, 7).bounds_if(3, 0.9) == pytest.approx(proportion(9, 21).bounds(0.9))
    assert difference(3, 7, 1, 9).bounds_if(3, 0.9) == pytest.approx(difference(9, 21, 3, 27).bounds(0.9))
    assert ratio(3, 7, 1, 9).bounds_if(3, 0.9) == pytest.approx(ratio(9, 21, 3, 27).bounds(0.9))
    assert mean(1, 2, 7).bounds_if(3, 0.9) == pytest.approx(mean(1, 2, 21).bounds(0.9))


# --- the edges ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("estimate", "space"),
    [
        (proportion(0, 0), (0, 1)),
        (proportion(0, 0, "clopper-pearson"), (0, 1)),
        (difference(0, 0, 1, 2), (-1, 1)),
        (difference(1, 2, 0, 0), (-1, 1)),
        (ratio(0, 0, 1, 2), (0, INF)),
        (ratio(1, 2, 0, 0), (0, INF)),
        (ratio(0, 5, 0, 7), (0, INF)),
        (mean(math.nan, math.nan, 0), (-INF, INF)),
        (mean(math.nan, math.nan, 0, lower=0, upper=1), (0, 1)),
        (mean_difference(math.nan, math.nan, 0, 1, 1, 5), (-INF, INF)),
    ],
)
def test_without_data_anything_is_possible(estimate: Estimate, space: tuple[float, float]) -> None:
    assert math.isnan(estimate.value)
    assert estimate.bounds(0.95) == space


def test_ratio_over_no_success_is_infinite_with_a_lower_bound() -> None:
    estimate = ratio(5, 20, 0, 10)
    assert estimate.value == INF
    low, high = estimate.bounds(0.95)
    assert 0 < low < high == INF


@pytest.mark.parametrize("n", [1, 2, 1000, 10**9])
def test_ratio_of_certainties_is_near_one(n: int) -> None:
    low, high = ratio(n, n, n, n).bounds(0.95)
    assert low < 1 < high
    assert low * high == pytest.approx(1)


def test_ratio_of_rates_near_one_keeps_its_digits() -> None:
    # With one failure in a million each, the log interval has a standard error of sqrt(2) in a million.
    low, high = ratio(999_999, 1_000_000, 999_999, 1_000_000).bounds(0.95)
    assert math.log(high) == pytest.approx(-math.log(low))
    assert 1e-6 < math.log(high) < 1e-5


def test_ratio_is_quick() -> None:
    # Ten thousand ratios must be no matter: about ten steps to an end, where a generic optimiser takes fifty.
    calls = 0

    def counted(x: float) -> float:
        nonlocal calls
        calls += 1
        return score_of_ratio(7, 34, 1, 3400, math.exp(x)) - 1.96

    zero_of_decreasing(counted, near=0.0, step=0.5)
    assert calls <= 20


def test_one_value_says_nothing_about_the_mean() -> None:
    assert mean(3, math.nan, 1).bounds(0.95) == (-INF, INF)
    assert mean(3, math.nan, 1, lower=0).bounds(0.95) == (0, INF)
    assert mean_difference(3, math.nan, 1, 2, 1, 50).bounds(0.95) == (-INF, INF)


@pytest.mark.parametrize("sd", [0.0, 1e-17])
def test_equal_values_leave_an_unknown_range_open(sd: float) -> None:
    assert mean(3, sd, 1000).bounds(0.95) == (-INF, INF)
    low, high = mean(3, sd, 1000, lower=0).bounds(0.95)
    assert 2.9 < low < 3
    assert high == INF


def test_equal_values_in_a_known_range_allow_for_what_was_missed() -> None:
    # 20 zeros among scores from 0 to 1: in a population with a share u of ones, unlikely from 17.6 % on.
    low, high = mean(0, 0, 20, lower=0, upper=1).bounds(0.95)
    assert low == 0
    assert (1 - high) ** 19 == pytest.approx(0.025)


def test_a_nearly_constant_sample_in_a_known_range_is_no_surer_than_a_constant_one() -> None:
    constant = mean(0.5, 0, 20, lower=0, upper=1).bounds(0.95)
    nearly = mean(0.5, 1e-6, 20, lower=0, upper=1).bounds(0.95)
    assert nearly == pytest.approx(constant, abs=1e-5)


@pytest.mark.parametrize("n", [2, 5, 50])
@pytest.mark.parametrize("tail", [0.001, 0.025, 0.4])
def test_unseen_share_is_excluded_by_equal_draws_only_so_often(n: int, tail: float) -> None:
    # The worst population for it: a share u of one value, the rest of another; all draws equal either way.
    u = unseen_share(n, tail)
    assert (1 - u) ** n <= tail
    assert (1 - u) ** (n - 1) == pytest.approx(tail)


def test_a_constant_group_is_lent_the_spread_of_the_other() -> None:
    lent = mean_difference(1, 0, 10, 3, 2, 20).bounds(0.95)
    assert lent == mean_difference(1, 2, 10, 3, 2, 20).bounds(0.95)
    assert mean_difference(1, 0, 10, 3, 0, 20).bounds(0.95) == (-INF, INF)


def test_mean_moves_into_its_range_by_a_rounding_error_only() -> None:
    assert mean(1 + 1e-15, 0.1, 5, lower=0, upper=1).value == 1
    with pytest.raises(ValueError, match="outside of its range"):
        mean(1.001, 0.1, 5, lower=0, upper=1)


def test_exact_is_a_point() -> None:
    fact = exact(7, 10)
    assert (fact.value, fact.n, fact.method, fact.bounds(0.99)) == (7.0, 10, "counted", (7.0, 7.0))
    assert is_exact(fact)
    assert not is_exact(proportion(1, 2))
    assert not is_exact(proportion(0, 0))


@pytest.mark.parametrize(
    ("estimate", "n", "method"),
    [
        (exact(3), 1, "counted"),
        (proportion(1, 4), 4, "Wilson"),
        (proportion(1, 4, "clopper-pearson"), 4, "Clopper-Pearson"),
        (difference(1, 4, 2, 5), 9, "Newcombe"),
        (ratio(1, 4, 2, 5), 9, "Miettinen-Nurminen"),
        (mean(1, 2, 6), 6, "Student t"),
        (mean_difference(1, 1, 4, 2, 2, 5), 9, "Welch t"),
    ],
)
def test_n_and_method(estimate: Estimate, n: int, method: str) -> None:
    assert (estimate.n, estimate.method) == (n, method)


@pytest.mark.parametrize(
    ("make", "problem"),
    [
        (lambda: proportion(-1, 5), "the successes must lie between 0 and n = 5, but are -1"),
        (lambda: proportion(6, 5), "but are 6"),
        (lambda: proportion(0, -1), "n must not be negative"),
        (lambda: proportion(1, 5, "wald"), "'wilson' or 'clopper-pearson', not 'wald'"),  # type: ignore[arg-type]
        (lambda: difference(6, 5, 1, 5), "successes of a"),
        (lambda: difference(1, 5, 6, 5), "successes of b"),
        (lambda: ratio(1, 5, 1, -5), "n of b must not be negative"),
        (lambda: mean(1, -0.1, 5), "sd must be finite and not negative"),
        (lambda: mean(1, math.nan, 5), "sd must be finite"),
        (lambda: mean(math.nan, 1, 5), "mean must be finite"),
        (lambda: mean(1, 1, -5), "n must not be negative"),
        (lambda: mean(1, 1, 5, lower=2, upper=1), "range of a mean must rise"),
        (lambda: mean_difference(1, 1, 5, 1, -1, 5), "sd of b"),
        (lambda: exact(math.nan), "not nan"),
        (lambda: exact(1, -1), "n must not be negative"),
    ],
)
def test_impossible_numbers_are_refused(make: Callable[[], Estimate], problem: str) -> None:
    with pytest.raises(ValueError, match=problem):
        make()


@pytest.mark.parametrize("confidence", [0, 1, -0.5, 95, math.nan])
@pytest.mark.parametrize(
    "estimate", [exact(1), proportion(1, 2), difference(1, 2, 1, 2), ratio(1, 2, 1, 2), mean(1, 1, 3)]
)
def test_impossible_confidence_is_refused(estimate: Estimate, confidence: float) -> None:
    with pytest.raises(ValueError, match="confidence must lie between 0 and 1"):
        estimate.bounds(confidence)


@pytest.mark.parametrize("counted", [(1.5, 4), (1, 4.0)])
def test_counts_are_whole(counted: tuple[Any, Any]) -> None:
    successes, n = counted
    for make in (
        lambda: proportion(successes, n),
        lambda: difference(successes, n, 1, 2),
        lambda: ratio(1, 2, successes, n),
    ):
        with pytest.raises(TypeError):
            make()


def test_counts_of_numpy_become_plain() -> None:
    estimate = proportion(np.int64(3), np.int64(7))  # type: ignore[arg-type]  # as a data frame gives them
    assert (type(estimate.n), type(estimate.value)) == (int, float)


def test_estimates_are_frozen_values() -> None:
    assert ratio(1, 2, 3, 4) == Ratio(1, 2, 3, 4)
    with pytest.raises(dataclasses.FrozenInstanceError):
        exact(1).n = 2  # type: ignore[misc]  # the point of the test


@pytest.mark.slow
def test_import_is_light() -> None:
    code = "import sys, auditor.stats.estimates; print(sorted({'numpy', 'scipy'} & set(sys.modules)))"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"
