from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from auditor.stats.decomposition import decompose
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


@given(TABLES)
def test_the_parts_add_up_to_the_raw_gap(table: list[Stratum]) -> None:
    n_a, n_b = sum(s.rows_a for s in table), sum(s.rows_b for s in table)
    assume(n_a and n_b)
    raw = sum(s.having_a for s in table) / n_a - sum(s.having_b for s in table) / n_b
    found = decompose(table)
    assert found.explained.value + found.unexplained.value == pytest.approx(raw, abs=1e-9)
    for part in (found.explained, found.unexplained):
        low, high = part.bounds(0.95)
        assert low <= part.value <= high


def test_kitagawas_two_parts_by_hand() -> None:
    found = decompose([Stratum(8, 10, 6, 30), Stratum(3, 30, 1, 10)])
    composition = (0.25 - 0.75) * (0.8 + 0.2) / 2 + (0.75 - 0.25) * (0.1 + 0.1) / 2
    rate = (0.8 - 0.2) * (0.25 + 0.75) / 2 + (0.1 - 0.1) * (0.75 + 0.25) / 2
    assert (found.explained.value, found.unexplained.value) == pytest.approx((composition, rate), abs=1e-9)
    assert found.shared == 1


def test_berkeley_is_explained_by_department() -> None:
    found = decompose(BERKELEY)
    assert found.explained.value == pytest.approx(-0.1777, abs=1e-4)
    assert found.explained.bounds(0.95)[1] < -0.14
    assert found.unexplained.bounds(0.95)[0] > 0


def test_equal_strata_explain_nothing() -> None:
    found = decompose([Stratum(8, 10, 16, 40), Stratum(8, 10, 16, 40)])
    assert (found.explained.value, found.unexplained.value) == pytest.approx((0, 0.4))


def test_a_stratum_of_one_group_alone_is_explained_and_counted() -> None:
    found = decompose([Stratum(5, 10, 5, 10), Stratum(10, 10, 0, 0)])
    assert (found.explained.value, found.unexplained.value) == pytest.approx((0.25, 0))
    assert found.shared == pytest.approx(20 / 30)


@pytest.mark.parametrize("strata", [[], [Stratum(1, 2, 0, 0)]])
def test_a_gap_needs_both_groups(strata: list[Stratum]) -> None:
    with pytest.raises(ValueError, match="both groups"):
        decompose(strata)


def test_intervals_hold_both_parts() -> None:
    """At least 94 % on average over few and many strata, rates of each its own; 88 % in each cell."""
    random, rates = np.random.default_rng(8), []
    for strata_count, n_a, n_b in ((1, 40, 60), (4, 50, 60), (4, 80, 500), (12, 400, 900)):
        for base in (0.06, 0.4, 0.85):
            where = random.dirichlet(np.full(strata_count, 3.0), size=2)
            true = np.clip(base + random.uniform(-0.1, 0.1, size=(2, strata_count)), 0.02, 0.98)
            explained = float(((where[0] - where[1]) * true.mean(axis=0)).sum())
            unexplained = float(((true[0] - true[1]) * where.mean(axis=0)).sum())
            held = np.zeros(2)
            for _ in range(70):
                rows = [random.multinomial(n, shares) for n, shares in zip((n_a, n_b), where, strict=True)]
                having = [random.binomial(r, p) for r, p in zip(rows, true, strict=True)]
                drawn = np.stack([having[0], rows[0], having[1], rows[1]], axis=1).tolist()
                found = decompose([Stratum(*map(int, one)) for one in drawn])
                for place, (part, truth) in enumerate(((found.explained, explained), (found.unexplained, unexplained))):
                    low, high = part.bounds(0.95)
                    held[place] += low - 1e-9 <= truth <= high + 1e-9
            rates += list(held / 70)
    assert np.mean(rates) >= 0.94
    assert min(rates) >= 0.88


def test_the_errors_are_those_of_drawing_the_rows_anew() -> None:
    """Of strata that differ in their rates and in who lies in them, so that every part of the error counts."""
    random = np.random.default_rng(1)
    table = np.array([[1200, 400, 300, 100], [300, 900, 500, 1500], [150, 1350, 20, 480]])  # a with, without; b
    sides = table[:, :2], table[:, 2:]
    values = []
    for _ in range(800):
        a, b = (random.multinomial(side.sum(), (side / side.sum()).ravel()).reshape(-1, 2) for side in sides)
        found = decompose([Stratum(*map(int, (x[0], x.sum(), y[0], y.sum()))) for x, y in zip(a, b, strict=True)])
        values.append((found.explained.value, found.unexplained.value))
    told = decompose([Stratum(*map(int, (x[0], x[:2].sum(), x[2], x[2:].sum()))) for x in table])
    for part, spread in zip((told.explained, told.unexplained), np.std(values, axis=0), strict=True):
        low, high = part.bounds(0.95)
        assert (high - low) / 2 / 1.96 == pytest.approx(spread, rel=0.08)
