from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.stats.estimates import proportion
from auditor.stats.largest_of import LargestOf


def test_one_is_itself() -> None:
    alone = LargestOf((proportion(3, 10),))
    assert (alone.value, alone.n, alone.bounds(0.95)) == (0.3, 10, proportion(3, 10).bounds(0.95))


def test_it_may_not_be_that_small_where_another_may_be_large() -> None:
    sure, unsure = proportion(300, 1_000), proportion(2, 10)
    largest = LargestOf((sure, unsure))
    assert (largest.place, largest.n) == (0, 1_000)
    assert largest.bounds(0.95)[1] == unsure.bounds(0.95)[1]
    assert largest.bounds(0.95)[0] == sure.bounds(0.975)[0]


@given(st.lists(st.tuples(st.integers(0, 50), st.integers(50, 99)), min_size=1, max_size=9))
def test_the_value_lies_within(counts: list[tuple[int, int]]) -> None:
    largest = LargestOf(tuple(proportion(hits, n) for hits, n in counts))
    low, high = largest.bounds(0.95)
    assert low <= largest.value <= high


def test_chance_does_not_pass_a_limit_more_often_for_being_picked() -> None:
    hits = np.random.default_rng(0).binomial(200, 0.3, (400, 9))
    passed = [LargestOf(tuple(proportion(int(h), 200) for h in row)).bounds(0.9)[0] > 0.3 for row in hits]
    assert np.mean(passed) <= 0.07  # 5 % of one side, and what chance adds in 400


def test_of_nothing_there_is_no_largest() -> None:
    with pytest.raises(ValueError, match="largest of nothing"):
        LargestOf(())
