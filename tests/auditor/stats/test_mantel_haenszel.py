from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.stats.mantel_haenszel import Stratum, homogeneity, independence, odds_ratio, risk_difference

#: Admissions to Berkeley in 1973, women and men by department (Bickel, Hammel and O'Connell 1975).
BERKELEY = [
    Stratum(89, 108, 512, 825),
    Stratum(17, 25, 353, 560),
    Stratum(202, 593, 120, 325),
    Stratum(131, 375, 138, 417),
    Stratum(94, 393, 53, 191),
    Stratum(24, 341, 22, 373),
]


SIDES = st.integers(0, 40).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))
TABLES = st.lists(st.builds(lambda a, b: Stratum(*a, *b), SIDES, SIDES), min_size=1, max_size=6)


def test_berkeley_as_it_stands_in_the_literature() -> None:
    """R's mantelhaen.test(UCBAdmissions, correct = FALSE), and DescTools' BreslowDayTest."""
    assert odds_ratio(BERKELEY).value == pytest.approx(1 / 0.9046968, rel=1e-6)
    test = independence(BERKELEY)
    assert test is not None
    assert (test.statistic, test.freedom, test.p) == pytest.approx((1.5246, 1, 0.2169), abs=1e-4)
    alike = homogeneity(BERKELEY)
    assert alike is not None
    assert (alike.freedom, round(alike.p, 5)) == (5, 0.00207)
    assert alike.statistic == pytest.approx(18.826, abs=1e-3)


def test_the_odds_ratio_has_the_interval_of_robins_breslow_and_greenland() -> None:
    low, high = odds_ratio(BERKELEY).bounds(0.95)
    assert (1 / high, 1 / low) == pytest.approx((0.7719074, 1.0603298), rel=1e-6)  # as in R


@given(TABLES)
def test_the_difference_is_that_of_mantel_and_haenszel_by_hand(table: list[Stratum]) -> None:
    shared = [s for s in table if s.rows_a and s.rows_b]
    found = risk_difference(table)
    if not shared:
        assert math.isnan(found.value)
        assert found.bounds(0.95) == (-1.0, 1.0)
        return
    weights = [s.rows_a * s.rows_b / (s.rows_a + s.rows_b) for s in shared]
    gaps = [s.having_a / s.rows_a - s.having_b / s.rows_b for s in shared]
    by_hand = sum(w * gap for w, gap in zip(weights, gaps, strict=True)) / sum(weights)
    assert found.value == pytest.approx(by_hand, abs=1e-9)
    low, high = found.bounds(0.95)
    assert -1 <= low <= found.value <= high <= 1
    assert high - low > 0


@given(TABLES)
def test_swapped_groups_turn_everything_round(table: list[Stratum]) -> None:
    swapped = [Stratum(s.having_b, s.rows_b, s.having_a, s.rows_a) for s in table]
    here, there = risk_difference(table), risk_difference(swapped)
    assert here.value == pytest.approx(-there.value, abs=1e-12, nan_ok=True)
    assert here.bounds(0.95) == pytest.approx(tuple(-end for end in reversed(there.bounds(0.95))), abs=1e-9)
    one, other = independence(table), independence(swapped)
    assert (one and one.p) == pytest.approx(other and other.p)


@given(TABLES)
def test_strata_of_one_group_alone_say_nothing(table: list[Stratum]) -> None:
    more = [*table, Stratum(7, 9, 0, 0), Stratum(0, 0, 3, 4)]
    assert risk_difference(more).bounds(0.95) == risk_difference(table).bounds(0.95)
    assert independence(more) == independence(table)


def test_satos_variance_by_hand() -> None:
    """Of large strata, where what is lent no longer matters."""
    a, n, b, m = 30_000, 100_000, 20_000, 80_000
    found = risk_difference([Stratum(a, n, b, m)] * 2)
    p = (n**2 * b - m**2 * a + n * m * (m - n) / 2) / (n + m) ** 2
    q = (a * (m - b) + b * (n - a)) / (2 * (n + m))
    error = math.sqrt(2 * (0.05 * p + q)) / (2 * n * m / (n + m))
    low, high = found.bounds(0.95)
    assert (low, high) == pytest.approx((0.05 - 1.959964 * error, 0.05 + 1.959964 * error), abs=1e-5)


@pytest.mark.parametrize("having", [(0, 0), (20, 30)])
def test_equal_labels_leave_the_difference_a_width(having: tuple[int, int]) -> None:
    low, high = risk_difference([Stratum(having[0], 20, having[1], 30)] * 2).bounds(0.95)
    assert low < -0.02 < 0.02 < high


def test_an_odds_ratio_without_an_end() -> None:
    assert odds_ratio([Stratum(5, 5, 1, 5)]).value == math.inf
    assert odds_ratio([Stratum(0, 5, 1, 5)]).value == 0
    assert math.isnan(odds_ratio([Stratum(0, 5, 0, 5)]).value)
    assert odds_ratio([Stratum(5, 5, 1, 5)]).bounds(0.95) == (0, math.inf)


def test_tests_of_nothing_are_none() -> None:
    assert independence([Stratum(0, 5, 0, 5), Stratum(3, 3, 0, 0)]) is None
    assert homogeneity([Stratum(1, 5, 2, 5)]) is None
    alike = homogeneity([Stratum(10, 20, 10, 20), Stratum(5, 20, 5, 20)])
    assert alike is not None
    assert alike.p == pytest.approx(1)


def test_more_having_than_there_are_rows_is_refused() -> None:
    with pytest.raises(ValueError, match="between 0 and all rows"):
        Stratum(3, 2, 0, 1)


def test_intervals_hold_the_common_difference() -> None:
    """Of few and of many strata, rare labels and common ones: at least 94 % on average, 90 % in each cell."""
    random, rates = np.random.default_rng(3), []
    for strata_count in (1, 5, 25):
        for n_a, n_b in ((40, 60), (60, 500)):
            for base, gap in ((0.05, 0.0), (0.1, 0.1), (0.5, 0.1), (0.9, -0.2)):
                where = random.dirichlet(np.full(strata_count, 3.0), size=2)
                held = 0
                for _ in range(70):
                    rows = [random.multinomial(n, shares) for n, shares in zip((n_a, n_b), where, strict=True)]
                    having = [random.binomial(r, p) for r, p in zip(rows, (base + gap, base), strict=True)]
                    drawn = np.stack([having[0], rows[0], having[1], rows[1]], axis=1).tolist()
                    low, high = risk_difference([Stratum(*map(int, one)) for one in drawn]).bounds(0.95)
                    held += low <= gap <= high
                rates.append(held / 70)
    assert np.mean(rates) >= 0.94
    assert min(rates) >= 0.88
