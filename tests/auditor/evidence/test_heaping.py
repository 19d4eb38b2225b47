from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.evidence.heaping import Floats, look_at


def ages(seed: int = 0) -> Floats:
    return np.random.default_rng(seed).integers(18, 89, 3_000).astype(float)


@pytest.mark.parametrize("code", [999.0, -1.0, -99.0, 9999.0, 99.0])
def test_a_code_is_found_with_its_rows(code: float) -> None:
    values = ages()
    values[[3, *range(10, 110)]] = code
    (codes,) = look_at("age", values).codes
    assert codes.value == code
    assert codes.rows == (3, *range(10, 110))


def test_zeros_far_from_all_others_are_codes_and_those_among_them_are_not() -> None:
    pressure = np.random.default_rng(0).normal(70, 9, 800).round()
    pressure[:35] = 0
    assert [codes.value for codes in look_at("pressure", pressure).codes] == [0.0]
    gains = np.where(np.arange(3_000) % 2, 0.0, np.exp(np.random.default_rng(0).normal(8, 1, 3_000)).round())
    assert look_at("gain", gains).codes == ()


def test_rounding_by_hand_is_seen_and_rounding_by_the_scale_is_not() -> None:
    values = ages()
    values[:700] = np.rint(values[:700] / 10) * 10
    heap = look_at("age", values).heap
    assert heap is not None
    assert heap.base == 10
    assert heap.share > 0.25
    assert look_at("salary", ages() * 1000).heap is None
    assert look_at("weight", np.random.default_rng(0).normal(70, 10, 3_000).round(1)).heap is None


def test_few_of_the_other_sign_are_found() -> None:
    values = np.random.default_rng(0).normal(70, 10, 1_000)
    values[[5, 8]] *= -1
    assert look_at("weight", values).signs == (5, 8)
    assert look_at("loss", -values).signs == (5, 8)
    assert look_at("around zero", values - 70).signs == ()


def test_infinite_numbers_are_found_and_missing_ones_are_not_there() -> None:
    found = look_at("x", np.array([1.0, np.inf, np.nan, -np.inf]))
    assert found.infinite == (1, 3)
    assert found.there == 1


@given(st.lists(st.floats(allow_nan=True, allow_infinity=True), max_size=80))
def test_any_numbers_can_be_looked_at(values: list[float]) -> None:
    found = look_at("x", np.array(values, dtype=float))
    assert found.there == sum(np.isfinite(values))


@given(st.integers(0, 1_000))
def test_plain_ages_are_plain(seed: int) -> None:
    found = look_at("age", ages(seed))
    assert (found.codes, found.signs, found.heap) == ((), (), None)


def test_the_zeros_of_a_count_are_next_to_its_ones() -> None:
    counts = np.repeat(np.arange(12.0), [244, 130, 30, 10, 5, 4, 3, 3, 2, 1, 1, 1])
    assert look_at("visits", counts).codes == ()
