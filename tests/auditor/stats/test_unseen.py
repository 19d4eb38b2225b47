from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.stats.unseen import chance_of_so_many


def test_a_class_of_one_row_falls_where_the_rows_do() -> None:
    assert chance_of_so_many(1, [1], 0.25) == pytest.approx(0.25)
    assert chance_of_so_many(1, [3, 10_000], 0.5) == pytest.approx(0.125)
    assert chance_of_so_many(2, [1, 1], 0.5) == pytest.approx(0.25)


def test_none_found_is_no_surprise_and_more_than_there_are_cannot_be() -> None:
    assert chance_of_so_many(0, [5], 0.5) == 1
    assert chance_of_so_many(3, [1, 1], 0.5) == 0


@given(sizes=st.lists(st.integers(1, 4), min_size=1, max_size=6), share=st.floats(0.05, 0.95), seed=st.integers(0, 99))
def test_it_is_how_often_that_happens(sizes: list[int], share: float, seed: int) -> None:
    dealt = np.random.default_rng(seed).random((4_000, sum(sizes))) < share
    ends = np.cumsum(sizes)[:-1]
    whole = np.stack([part.all(axis=1) for part in np.split(dealt, ends, axis=1)], axis=1).sum(axis=1)
    for found in range(1, len(sizes) + 1):
        assert chance_of_so_many(found, sizes, share) == pytest.approx((whole >= found).mean(), abs=0.045)


@pytest.mark.parametrize(("sizes", "share"), [([1], 1.5), ([0], 0.5)])
def test_what_cannot_be_is_refused(sizes: list[int], share: float) -> None:
    with pytest.raises(ValueError, match="share|class"):
        chance_of_so_many(1, sizes, share)
