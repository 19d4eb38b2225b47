from __future__ import annotations

import numpy as np
import pytest

from auditor.stats.estimates import difference
from auditor.stats.largest_gap import LargestGap
from auditor.stats.pooling import pooled
from auditor.stats.pvalues import p_above


def of(having: list[int], rows: list[int]) -> LargestGap:
    k, n = np.array(having), np.array(rows)
    rates = pooled(k, n, [np.arange(len(k)) % 2, np.arange(len(k)) // 2])
    return LargestGap(k, n, k.sum() - k, n.sum() - n, rates, among=len(k))


def test_a_subgroups_own_bounds_are_newcombes() -> None:
    gap = of([30, 200, 100, 50], [100, 400, 300, 200])
    low, high = gap.own_bounds(0.025)
    assert (low[0], high[0]) == pytest.approx(difference(30, 100, 350, 900).bounds(0.95))


def test_a_claim_is_corrected_for_all_subgroups_searched() -> None:
    gap = of([900, 300, 300, 300], [1000, 1000, 1000, 1000])
    low, _ = gap.own_bounds(0.025 / 8)
    assert gap.worst == 0
    assert gap.bounds(0.95)[0] == pytest.approx(low[0])
    assert gap.bounds(0.95)[0] <= gap.value <= gap.bounds(0.95)[1]


def test_a_gap_downward_is_as_large_as_one_upward() -> None:
    down = of([100, 700, 700, 700], [1000, 1000, 1000, 1000])
    assert down.worst == 0
    assert p_above(down, 0.1) < 1e-6


def test_bounds_widen_with_the_confidence() -> None:
    gap = of([30, 45, 28, 33], [100, 130, 90, 110])
    narrow, wide = gap.bounds(0.5), gap.bounds(0.999999)
    assert wide[0] <= narrow[0] <= gap.value <= narrow[1] <= wide[1] <= 1.5


@pytest.mark.slow
def test_equal_subgroups_hardly_ever_are_past_a_limit_of_nothing() -> None:
    rng = np.random.default_rng(4)
    false = 0
    for _ in range(300):
        rows = rng.multinomial(6000, rng.dirichlet(np.ones(60)))
        rows = rows[rows >= 30]
        having = rng.binomial(rows, 0.3)
        false += p_above(of(list(having), list(rows)), 1e-9) <= 0.05
    assert false <= 15
