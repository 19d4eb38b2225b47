from __future__ import annotations

from itertools import product

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy import optimize, stats

from auditor.stats.convolution import at_least, lower_limit, p_at_least, profiled
from auditor.stats.intervals import clopper_pearson

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Sampled = tuple[Ints, Ints, Floats]


@st.composite
def sampled(draw: st.DrawFn, most: int = 12) -> Sampled:
    """Hits, draws and shares of up to three strata."""
    strata = draw(st.integers(1, 3))
    draws = [draw(st.integers(1, most)) for _ in range(strata)]
    hits = [draw(st.integers(0, n)) for n in draws]
    parts = np.array([draw(st.integers(1, 100)) for _ in draws], dtype=float)
    return np.array(hits), np.array(draws), parts / parts.sum()


def test_the_tail_is_the_sum_over_all_outcomes_as_far_out() -> None:
    hits, draws = np.array([1, 2, 0]), np.array([2, 5, 4])
    shares, rates = np.array([0.1, 0.3, 0.6]), np.array([0.5, 0.2, 0.1])
    weights = shares / draws
    by_hand = sum(
        stats.binom.pmf(outcome, draws, rates).prod()
        for outcome in product(*(range(n + 1) for n in draws))
        if weights @ outcome >= weights @ hits - 1e-12
    )
    assert at_least(hits, draws, shares, rates) == pytest.approx(by_hand, rel=1e-12)


@given(sampled(), st.floats(0.01, 100))
def test_no_rates_under_the_constraint_are_likelier_than_the_profiled(data: Sampled, pull: float) -> None:
    hits, draws, shares = data
    assume(len(hits) > 1)
    rates = profiled(hits, draws, shares, pull * float(draws.sum()))

    def likelihood(moved: Floats) -> float:
        return float(stats.binom.logpmf(hits, draws, moved).sum())

    for a, b in product(range(len(hits)), repeat=2):
        step = np.zeros(len(hits))
        step[a], step[b] = 1e-4 / shares[a], -1e-4 / shares[b]
        if a != b and ((rates + step >= 0) & (rates + step <= 1)).all():
            assert likelihood(rates + step) <= likelihood(rates) + 1e-9


def test_the_profile_agrees_with_a_search() -> None:
    hits, draws, shares = np.array([3, 4, 1]), np.array([5, 40, 155]), np.array([0.02, 0.2, 0.78])
    rates = profiled(hits, draws, shares, 100.0)
    found = optimize.minimize(
        lambda p: -stats.binom.logpmf(hits, draws, p).sum(),
        x0=hits / draws,
        bounds=[(1e-9, 1 - 1e-9)] * 3,
        constraints={"type": "eq", "fun": lambda p: shares @ p - shares @ rates},
        method="SLSQP",
        options={"ftol": 1e-14, "maxiter": 500},
    )
    assert rates == pytest.approx(found.x, abs=1e-4)


@given(st.integers(1, 300), st.data(), st.floats(1e-10, 0.5))
def test_one_stratum_is_clopper_and_pearson(n: int, data: st.DataObject, tail: float) -> None:
    hits = data.draw(st.integers(0, n))
    low = lower_limit(np.array([hits]), np.array([n]), np.ones(1), tail)
    assert low == pytest.approx(clopper_pearson(hits, n, tail)[0], rel=1e-8, abs=1e-12)


@given(sampled(), st.floats(1e-8, 0.4))
def test_the_tail_at_the_limit_is_the_one_asked_for(data: Sampled, tail: float) -> None:
    hits, draws, shares = data
    low = lower_limit(*data, tail)
    assume(0 < low < float(shares @ (hits / draws)) - 1e-6)
    assert p_at_least(*data, low) == pytest.approx(tail, rel=1e-4)


@given(sampled(), st.floats(1e-8, 0.5))
def test_a_limit_lies_between_zero_and_what_was_seen(data: Sampled, tail: float) -> None:
    hits, draws, shares = data
    assert 0 <= lower_limit(*data, tail) <= float(shares @ (hits / draws)) + 1e-12


@given(sampled(), st.floats(1e-8, 0.4))
def test_surer_is_wider(data: Sampled, tail: float) -> None:
    assert lower_limit(*data, tail / 2) <= lower_limit(*data, tail) + 1e-12


@given(st.data(), st.floats(1e-6, 0.025))
def test_in_proportion_strata_never_lose_to_no_strata(data: st.DataObject, tail: float) -> None:
    draws = np.array(data.draw(st.lists(st.integers(5, 30), min_size=3, max_size=3)))
    hits = np.array([data.draw(st.integers(0, int(n))) for n in draws])
    n, x = int(draws.sum()), int(hits.sum())
    # Equal rates are the worst case of x hits only where x is at least n times their mean and 1 (Hoeffding 1956, Ann.
    # Math. Stat. 27:713-721): a single hit falls short of that by less than `tail`.
    least = clopper_pearson(x, n, tail)[0] * (1 - tail if x == 1 else 1)
    assert lower_limit(hits, draws, draws / n, tail) >= least - 1e-9


def test_nothing_found_gives_the_largest_rate_that_would_be_missed_so_often() -> None:
    # The misses of a stratum with heavy draws are all that is left open.
    draws, shares = np.array([30, 10]), np.array([0.5, 0.5])
    high = 1 - lower_limit(draws, draws, shares, 0.025)
    spread = max(
        0.5 * p + 0.5 * (1 - (0.025 / (1 - p) ** 30) ** 0.1)
        for p in np.linspace(0, 0.3, 3001)
        if (1 - p) ** 30 >= 0.025
    )
    assert high == pytest.approx(spread, abs=1e-6)


@pytest.mark.parametrize("off", [0.0, 1e-17, -1e-17, 1e-12, -1e-12])
def test_the_rate_that_was_seen_is_no_surprise(off: float) -> None:
    hits, draws, shares = np.array([1, 0, 0]), np.array([2, 30, 168]), np.array([0.01, 0.15, 0.84])
    assert p_at_least(hits, draws, shares, 0.005 + off) > 0.5
    assert p_at_least(draws - hits, draws, shares, 0.995 + off) > 0.5


def test_a_tail_far_out_keeps_its_digits() -> None:
    p = p_at_least(np.array([9, 3]), np.array([10, 90]), np.array([0.1, 0.9]), 0.002)
    assert 0 < p < 1e-9


def test_thousands_of_verdicts_are_put_together_too() -> None:
    hits, draws = np.array([900, 500, 20]), np.array([2000, 6000, 12000])
    shares = draws / draws.sum()
    spread = np.sqrt((shares**2 * (hits / draws) * (1 - hits / draws) / draws).sum())
    low = lower_limit(hits, draws, shares, 0.025)
    assert low == pytest.approx(float(shares @ (hits / draws)) - 1.96 * spread, abs=0.1 * spread)


def test_too_many_strata() -> None:
    five = np.full(5, 2)
    with pytest.raises(ValueError, match="at most 4 strata"):
        lower_limit(five, five, np.full(5, 0.2), 0.025)
