from __future__ import annotations

import math

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auditor.testing import evidence_of


def test_a_column_without_values_has_none_of_anything() -> None:
    profile = evidence_of({"x": pl.Series([None, None], dtype=pl.Float64), "z": [1, 2]}).profile["x"]
    assert (profile.missing, profile.distinct) == (2, 0)
    assert (profile.minimum, profile.mean, profile.sd, profile.quantiles) == (None, None, None, ())


def test_one_row_has_no_spread() -> None:
    profile = evidence_of({"x": [4.5]}).profile["x"]
    assert (profile.mean, profile.sd, profile.quantiles) == (4.5, None, (4.5, 4.5, 4.5))


def test_values_that_never_repeat_are_not_listed() -> None:
    assert evidence_of({"x": ["a", "b", "c"]}).profile["x"].top == ()


def test_lists_are_counted_and_not_compared() -> None:
    profile = evidence_of({"x": [["a"], None, []], "v": [[0.5], [1.5], None]}).profile
    assert (profile["x"].missing, profile["x"].distinct) == (1, None)
    assert (profile["v"].missing, profile["v"].distinct) == (1, None)


@settings(max_examples=40, deadline=None)
@given(
    st.lists(
        st.none() | st.floats(-1e6, 1e6, allow_subnormal=False) | st.just(math.nan) | st.just(-0.0),
        min_size=1,
        max_size=30,
    )
)
def test_a_profile_is_what_numpy_says(cells: list[float | None]) -> None:
    profile = evidence_of({"x": pl.Series(cells, dtype=pl.Float64)}).profile["x"]
    numbers = [cell for cell in cells if cell is not None and not math.isnan(cell)]
    assert profile.missing == len(cells) - len(numbers)
    assert profile.distinct == len(set(numbers))
    if numbers:
        assert profile.quantiles == pytest.approx(np.quantile(numbers, [0.25, 0.5, 0.75]), rel=1e-9, abs=1e-9)
        assert profile.mean == pytest.approx(np.mean(numbers), rel=1e-9, abs=1e-6)
    if len(numbers) > 1:
        assert profile.sd == pytest.approx(np.std(numbers, ddof=1), rel=1e-6, abs=1e-5)
