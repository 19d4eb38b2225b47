from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auditor.evidence.batch_units import AskUnitChanges, UnitChanges
from auditor.testing import evidence_of


def sides(rows: int = 400, seed: int = 1) -> tuple[Any, Any]:
    rng = np.random.default_rng(seed)
    here, there = (np.round(rng.gamma(6, 7, rows) + 15) for _ in range(2))
    return here, there


def changes(batch: Any, base: Any) -> UnitChanges:
    return evidence_of({"v": list(batch)}, base={"v": list(base)}).ask(AskUnitChanges())


@pytest.mark.parametrize("factor", [12, 1 / 12, 2.2, 0.4536, 1000, 0.01, 60, 7])
def test_a_factor_that_a_unit_explains_is_found(factor: float) -> None:
    here, there = sides()
    (found,) = changes(np.round(here * factor, 2), there).found
    assert found.sure
    assert found.conversion.factor == pytest.approx(factor, rel=0.02)
    assert found.undone < 0.2 < found.apart


def test_fahrenheit_for_celsius_is_found() -> None:
    rng = np.random.default_rng(3)
    here, there = rng.normal(18, 8, 800), rng.normal(18, 8, 800)
    (found,) = changes(here * 1.8 + 32, there).found
    assert (found.sure, found.conversion.name) == (True, "in Fahrenheit for Celsius")


def test_a_factor_that_no_unit_explains_is_told_as_such() -> None:
    here, there = sides(2000)
    (found,) = changes(here * 4.7, there).found
    assert not found.sure
    assert found.conversion.factor == pytest.approx(4.7, rel=0.05)


def test_most_zeros_hide_nothing() -> None:
    rng = np.random.default_rng(5)
    here, there = (np.where(rng.random(4000) < 0.9, 0, rng.lognormal(8, 1, 4000).round()) for _ in range(2))
    (found,) = changes(here / 1000, there).found
    assert found.conversion.factor == pytest.approx(1 / 1000)
    assert changes(here, there).found == ()


def test_a_value_that_most_rows_have_may_be_rounded_away_a_little() -> None:
    rng = np.random.default_rng(6)
    here, there = (np.where(rng.random(1000) < 0.5, 40, rng.integers(10, 80, 1000)) for _ in range(2))
    (found,) = changes(np.round(here / 7, 3), there).found
    assert found.conversion.factor == pytest.approx(1 / 7)


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 10_000), rows=st.sampled_from([30, 100, 1000]))
def test_the_same_population_is_in_the_same_unit(seed: int, rows: int) -> None:
    assert changes(*sides(rows, seed)).found == ()


def test_a_shift_is_no_unit() -> None:
    here, there = sides()
    assert changes(here + 12, there).found == ()


def test_older_people_are_not_in_another_unit() -> None:
    rng = np.random.default_rng(7)
    here, there = rng.normal(60, 8, 400).round(), rng.normal(30, 8, 400).round()
    assert changes(np.abs(here), np.abs(there)).found == ()


def test_a_small_factor_of_few_values_is_not_sure() -> None:
    rng = np.random.default_rng(8)
    here, there = rng.lognormal(3, 0.3, 120), rng.lognormal(3, 0.3, 120)
    (found,) = changes(here * 2.2046, there).found
    assert not found.sure
    (found,) = changes(here * 100, there).found
    assert found.sure


def test_codes_and_few_values_are_not_looked_at() -> None:
    assert changes([10, 20, 30] * 40, [1, 2, 3] * 40).columns == ()
    assert changes(range(10, 300, 10), range(1, 30)).columns == ()


def test_infinite_and_missing_numbers_are_left_out() -> None:
    here, there = sides()
    odd = [None, float("inf"), -float("inf"), float("nan"), *(here * 12)]
    assert [one.column for one in changes(odd, there).found] == ["v"]


def test_a_large_side_is_looked_at_all_over() -> None:
    here, there = sides(50_000)
    (found,) = changes(np.sort(here) * 12, np.sort(there)).found
    assert found.conversion.name == "times 12 (years, months)"
