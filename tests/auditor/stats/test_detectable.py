from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cache
from typing import Protocol

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy import stats

from auditor.stats.detectable import rows_to_decide, smallest_detectable_difference
from auditor.stats.estimates import (
    Estimate,
    difference,
    exact,
    mean,
    mean_difference,
    proportion,
    ratio,
)


@dataclass(frozen=True)
class Foreign:
    """An estimate from a plugin with a plain normal interval, and nothing but the protocol."""

    value: float
    error_of_one: float
    n: int
    method: str = "foreign"

    def bounds(self, confidence: float) -> tuple[float, float]:
        half = float(stats.norm.isf((1 - confidence) / 2)) * self.error_of_one / math.sqrt(self.n)
        return self.value - half, self.value + half


class Growable(Estimate, Protocol):
    def bounds_if(self, factor: float, confidence: float) -> tuple[float, float]: ...


@cache
def claims(n_a: int, n_b: int, limit: float) -> npt.NDArray[np.bool_]:
    """Which outcomes (successes of a, of b) make the one-sided 5 % test claim more than `limit`."""
    rows = [[difference(a, n_a, b, n_b).bounds(0.9)[0] > limit for b in range(n_b + 1)] for a in range(n_a + 1)]
    return np.array(rows)


def exact_power(n_a: int, n_b: int, base: float, true_difference: float, limit: float) -> float:
    """The probability of a claim: every outcome enumerated."""
    of_a = stats.binom.pmf(np.arange(n_a + 1), n_a, base + true_difference)
    of_b = stats.binom.pmf(np.arange(n_b + 1), n_b, base)
    return float(of_a @ claims(n_a, n_b, limit) @ of_b)


@pytest.mark.parametrize("limit", [0.0, 0.1])
@pytest.mark.parametrize("base", [0.1, 0.3, 0.5])
@pytest.mark.parametrize(("n_a", "n_b"), [(50, 50), (100, 50), (100, 100)])
def test_power_is_as_asked_where_counts_are_solid(n_a: int, n_b: int, base: float, limit: float) -> None:
    found = smallest_detectable_difference(n_a, n_b, base, limit=limit)
    assert exact_power(n_a, n_b, base, found, limit) == pytest.approx(0.8, abs=0.025)


@pytest.mark.parametrize("base", [0.0, 0.02, 0.1, 0.3])
@pytest.mark.parametrize(("n_a", "n_b"), [(5, 5), (5, 100), (10, 10), (20, 20)])
def test_power_is_nearly_as_asked_in_small_groups(n_a: int, n_b: int, base: float) -> None:
    found = smallest_detectable_difference(n_a, n_b, base)
    assert exact_power(n_a, n_b, base, found, 0.0) == pytest.approx(0.8, abs=0.1)


def test_power_by_simulation() -> None:
    found = smallest_detectable_difference(80, 300, 0.2, power=0.9, limit=0.05)
    rng = np.random.default_rng(20240611)
    a, b = rng.binomial(80, 0.2 + found, 4000), rng.binomial(300, 0.2, 4000)
    claimed = [difference(int(x), 80, int(y), 300).bounds(0.9)[0] > 0.05 for x, y in zip(a, b, strict=True)]
    assert np.mean(claimed) == pytest.approx(0.9, abs=0.02)


def test_large_groups_agree_with_the_textbook() -> None:
    # (1.645 + 0.842) standard errors at the alternative, from the usual sample-size formula.
    found = smallest_detectable_difference(100_000, 100_000, 0.3)
    rate = 0.3 + found
    error = math.sqrt((0.3 * 0.7 + rate * (1 - rate)) / 100_000)
    assert found == pytest.approx((stats.norm.isf(0.05) + stats.norm.isf(0.2)) * error, rel=1e-3)


@given(st.integers(1, 500), st.integers(1, 500), st.floats(0, 1), st.floats(-0.5, 0.5))
def test_more_data_and_less_power_detect_less(n_a: int, n_b: int, base: float, limit: float) -> None:
    found = smallest_detectable_difference(n_a, n_b, base, limit=limit)
    assert found > limit or base + limit <= 0
    assert found <= 1 - base or found == math.inf
    assert smallest_detectable_difference(4 * n_a, 4 * n_b, base, limit=limit) <= found + 1e-6
    assert smallest_detectable_difference(n_a, n_b, base, limit=limit, power=0.6) <= found + 1e-6
    assert smallest_detectable_difference(n_a, n_b, base, limit=limit, alpha=0.2) <= found + 1e-6


@pytest.mark.parametrize(
    ("n_a", "n_b", "base", "limit"),
    [(0, 10, 0.1, 0), (10, 0, 0.1, 0), (2, 2, 0.5, 0), (99, 99, 0.9, 0.1), (9, 9, 1, 0)],
)
def test_nothing_could_be_detected(n_a: int, n_b: int, base: float, limit: float) -> None:
    assert smallest_detectable_difference(n_a, n_b, base, limit=limit) == math.inf


@pytest.mark.parametrize(
    ("options", "problem"),
    [
        ({"n_a": -1}, "sizes must not be negative"),
        ({"base_rate": 1.2}, "base rate"),
        ({"base_rate": math.nan}, "base rate"),
        ({"limit": 2}, "limit of a difference"),
        ({"alpha": 0}, "alpha is 0"),
        ({"power": 1}, "power 1"),
        ({"alpha": 0.5, "power": 0.4}, "alpha < power"),
    ],
)
def test_impossible_questions_are_refused(options: dict[str, float], problem: str) -> None:
    asked = {"n_a": 5, "n_b": 5, "base_rate": 0.1} | options
    with pytest.raises(ValueError, match=problem):
        smallest_detectable_difference(**asked)  # type: ignore[arg-type]  # sizes are among floats


def test_rows_for_a_rate_are_the_fewest_that_do() -> None:
    needed = rows_to_decide(proportion(3, 50), 0.04)
    assert needed is not None
    z = stats.norm.isf(0.05)  # the score test at the limit, by hand
    assert (0.06 - 0.04) / math.sqrt(0.04 * 0.96 / needed) >= z
    assert (0.06 - 0.04) / math.sqrt(0.04 * 0.96 / (needed - 1)) < z


def test_rows_when_nothing_was_found() -> None:
    # Wilson's upper bound of 0 in n is z²/(n + z²): below 1 % from 99 z² = 267.9 rows on.
    assert rows_to_decide(proportion(0, 20), 0.01) == 268


def test_rows_of_a_foreign_estimate_follow_the_root_law() -> None:
    # Half-width 1.645 * 2 / sqrt(n) must come under 0.1: n from 1082.2 on.
    assert rows_to_decide(Foreign(0.5, 2.0, 100), 0.4) == 1083
    assert rows_to_decide(Foreign(0.5, 2.0, 100), 0.6) == 1083


@pytest.mark.parametrize(
    ("estimate", "limit"),
    [
        (proportion(9, 10), 0.1),
        (proportion(1, 1000), 0.1),
        (exact(3, 7), 4),
        (Foreign(0.5, 0.1, 100), 0.1),
    ],
)
def test_what_is_decided_needs_no_more(estimate: Estimate, limit: float) -> None:
    assert rows_to_decide(estimate, limit) == estimate.n


@pytest.mark.parametrize(
    ("estimate", "limit"),
    [
        (proportion(1, 10), 0.1),
        (proportion(0, 0), 0.1),
        (proportion(1, 10), math.nan),
        (ratio(3, 10, 0, 10), 1.25),
        (ratio(0, 10, 0, 10), 1.25),
        (exact(3), 3),
        (mean(3, math.nan, 1), 2),
        (mean(3, 0, 10), 2),
        (Foreign(0.5, math.inf, 100), 0.4),
        (Foreign(0.5, 1.0, 100), 0.5 + 1e-12),
    ],
)
def test_no_number_of_rows_would_do(estimate: Estimate, limit: float) -> None:
    assert rows_to_decide(estimate, limit) is None


@given(st.integers(1, 60), st.integers(1, 60), st.data())
def test_rows_decide_and_fewer_do_not(n_a: int, n_b: int, data: st.DataObject) -> None:
    a, b = data.draw(st.integers(0, n_a)), data.draw(st.integers(0, n_b))
    kinds: tuple[tuple[Growable, float], ...] = (
        (proportion(a, n_a), 0.137),
        (proportion(a, n_a, "clopper-pearson"), 0.137),
        (difference(a, n_a, b, n_b), 0.1037),
        (ratio(a, n_a, b, n_b), 1.2511),
        (mean(a, 1.5, n_a), 3.037),
        (mean_difference(a, 1.5, n_a, b, 0.5, n_b), 1.037),
    )
    estimate, limit = data.draw(st.sampled_from(kinds))
    needed = rows_to_decide(estimate, limit)
    assume(needed is not None)
    assert needed is not None

    def decided(factor: float) -> bool:
        low, high = estimate.bounds_if(factor, 0.9)
        return limit < low or high < limit

    assert needed >= estimate.n
    assert decided(needed / estimate.n)
    assert needed == estimate.n or not decided(max(1.0, (needed - 1.5) / estimate.n))


@pytest.mark.parametrize("alpha", [0, 0.5, 1, math.nan])
def test_impossible_alpha_is_refused(alpha: float) -> None:
    with pytest.raises(ValueError, match="alpha must lie between"):
        rows_to_decide(proportion(1, 10), 0.2, alpha=alpha)
