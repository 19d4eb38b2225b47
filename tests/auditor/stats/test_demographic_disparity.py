from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from auditor.stats.demographic_disparity import DemographicDisparity, demographic_disparity
from auditor.stats.mantel_haenszel import Stratum

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


def clarifys(table: list[Stratum]) -> float:
    """Its CDDL by hand: the strata's own disparities, weighted by their rows; a share of none is 0."""
    total, summed = 0, 0.0
    for s in table:
        accepted, rejected = s.having_a + s.having_b, s.rows_a + s.rows_b - s.having_a - s.having_b
        of_accepted = s.having_a / accepted if accepted else 0
        of_rejected = (s.rows_a - s.having_a) / rejected if rejected else 0
        summed += (s.rows_a + s.rows_b) * (of_rejected - of_accepted)
        total += s.rows_a + s.rows_b
    return summed / total


@given(TABLES)
def test_it_is_clarifys_cddl(table: list[Stratum]) -> None:
    assume(any(s.rows_a + s.rows_b for s in table))
    found = demographic_disparity(table)
    assert found.value == pytest.approx(clarifys(table), abs=1e-9)
    low, high = found.bounds(0.95)
    assert -1 <= low <= found.value <= high <= 1


def test_berkeley_turns_round() -> None:
    whole = Stratum(*(sum(getattr(s, name) for s in BERKELEY) for name in ("having_a", "rows_a", "having_b", "rows_b")))
    assert demographic_disparity([whole]).bounds(0.95)[0] > 0.1
    assert demographic_disparity(BERKELEY).value < 0


def test_without_rows_it_is_not_known() -> None:
    found = demographic_disparity([Stratum(0, 0, 0, 0)])
    assert math.isnan(found.value)
    assert found.bounds(0.95) == (-1, 1)
    assert found.n == 0


def test_more_rows_narrow_the_interval() -> None:
    found = demographic_disparity(BERKELEY)
    (low, high), (lower, higher) = found.bounds_if(4, 0.95), found.bounds(0.95)
    assert high - low == pytest.approx((higher - lower) / 2, rel=0.05)


def test_equal_strata_give_equal_intervals() -> None:
    assert demographic_disparity(BERKELEY).bounds(0.95) == demographic_disparity(BERKELEY).bounds(0.95)


@pytest.mark.slow
def test_intervals_hold_the_expected_value_in_few_and_in_many_strata() -> None:
    random, rates = np.random.default_rng(5), []
    for count, n, of_a, accepted in (
        (1, 300, 0.4, 0.3),
        (6, 300, 0.03, 0.1),
        (30, 600, 0.4, 0.3),
        (30, 2000, 0.3, 0.06),
    ):
        where, shares = random.dirichlet(np.full(count, 3.0)), np.clip(of_a * random.uniform(0.5, 1.5, count), 0, 0.9)

        def drawn() -> DemographicDisparity:
            rows = random.multinomial(n, where)  # noqa: B023
            a = random.binomial(rows, shares)  # noqa: B023
            having = random.binomial(a, accepted / 2), random.binomial(rows - a, accepted)  # noqa: B023
            cells = np.stack([having[0], a, having[1], rows - a], axis=1).tolist()
            return demographic_disparity([Stratum(*map(int, one)) for one in cells])

        found = [drawn() for _ in range(80)]
        truth = float(np.mean([one.value for one in found]))
        held = [low <= truth <= high for low, high in (one.bounds(0.95) for one in found[:50])]
        rates.append(np.mean(held))
    assert np.mean(rates) >= 0.94
    assert min(rates) >= 0.88
