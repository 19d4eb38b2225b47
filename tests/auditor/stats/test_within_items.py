from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.stats.mantel_haenszel import Stratum, risk_difference
from auditor.stats.within_items import WithinItems, within_items


def of(votes: list[tuple[int, int, int, int]]) -> WithinItems:
    """From (says yes, is of the group, item, rater)."""
    said, mine, item, rater = np.array(votes, dtype=np.int64).reshape(-1, 4).T
    return within_items(said.astype(bool), mine.astype(bool), item, rater)


VOTES = st.lists(
    st.tuples(st.integers(0, 1), st.integers(0, 1), st.integers(0, 5), st.integers(0, 9)), min_size=1, max_size=60
)


@given(VOTES)
def test_it_is_mantel_and_haenszels_difference(votes: list[tuple[int, int, int, int]]) -> None:
    strata = []
    for item in {vote[2] for vote in votes}:
        a = [vote[0] for vote in votes if vote[2] == item and vote[1]]
        b = [vote[0] for vote in votes if vote[2] == item and not vote[1]]
        strata.append(Stratum(sum(a), len(a), sum(b), len(b)))
    found, known = of(votes), risk_difference(strata)
    assert found.n == known.n
    assert found.value == pytest.approx(known.value, nan_ok=True)


@given(VOTES)
def test_the_interval_holds_the_value_and_has_some_width(votes: list[tuple[int, int, int, int]]) -> None:
    found = of(votes)
    low, high = found.bounds(0.95)
    assert -1 <= low < high <= 1
    if not math.isnan(found.value):
        assert low <= found.value <= high


def test_items_that_one_side_alone_voted_on_tell_nothing() -> None:
    found = of([(1, 1, 0, 0), (1, 1, 0, 1), (0, 0, 1, 2)])
    assert (found.n, found.bounds(0.95)) == (0, (-1.0, 1.0))
    assert math.isnan(found.value)


def test_arrays_of_other_lengths_are_refused() -> None:
    short = np.zeros(1, dtype=bool)
    with pytest.raises(ValueError, match="differ in length"):
        within_items(short, short, np.zeros(2, dtype=int), np.zeros(2, dtype=int))


@pytest.mark.slow
def test_the_interval_covers_where_raters_have_leanings_of_their_own() -> None:
    """Two hundred data sets in which the groups do not differ; without the raters' clusters, it covers less."""
    rng = np.random.default_rng(3)
    covered = [low <= 0 <= high for low, high in (_world(rng).bounds(0.95) for _ in range(200))]
    assert np.mean(covered) >= 0.9


def _world(rng: np.random.Generator, items: int = 150, raters: int = 30, each: int = 5) -> WithinItems:
    lean, hard = rng.normal(0, 0.15, raters), rng.normal(0, 0.15, items)
    item = np.repeat(np.arange(items), each)
    rater = np.concatenate([rng.choice(raters, each, replace=False) for _ in range(items)])
    said = rng.random(len(item)) < np.clip(0.5 + lean[rater] + hard[item], 0, 1)
    return within_items(said, rater < raters // 2, item, rater)
