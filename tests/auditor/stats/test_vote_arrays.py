from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from numpy.typing import NDArray

from auditor.stats.vote_arrays import VoteArrays, tally

Table = NDArray[np.int64]


def votes_of(table: Sequence[Sequence[int]] | Table, classes: int = 5) -> VoteArrays:
    """The votes of a row an annotator and a column an item; 1 is the first class, 0 no vote."""
    return VoteArrays.from_table(np.array(table).T - 1, classes)


@pytest.mark.parametrize(
    ("item", "said", "message"), [([0, 1], [0], "1 votes have 'said'"), ([0, 2], [0, 0], "'item' must lie between")]
)
def test_votes_that_do_not_fit_are_refused(item: list[int], said: list[int], message: str) -> None:
    items, nobody, classes = (np.array(part, dtype=np.int32) for part in (item, [0] * len(item), said))
    with pytest.raises(ValueError, match=message):
        VoteArrays(items, nobody, classes, items=2, annotators=1, classes=1)


def test_items_with_the_same_votes_are_one_pattern_whoever_gave_them() -> None:
    found = tally(votes_of([(1, 2, 1, 0), (2, 1, 1, 1)], classes=2))
    assert found.counts.todense().tolist() == [[1, 1], [2, 0]]
    assert found.times.tolist() == [2, 1]


def test_an_item_with_one_vote_tells_nothing_of_agreement() -> None:
    assert tally(votes_of([(1, 1, 2, 0), (1, 0, 2, 0)])).items == 2


def test_a_class_against_the_rest_has_two_columns() -> None:
    found = tally(votes_of([(1, 2, 3), (1, 3, 3)], classes=3)).against_rest(0)
    assert found.counts.todense().tolist() == [[0, 2], [2, 0]]
    assert found.times.tolist() == [2, 1]


def test_the_votes_on_some_items_keep_their_numbers() -> None:
    votes = votes_of([(1, 2, 1)], classes=2).of_items(np.array([False, True, True]))
    assert votes.item.tolist() == [1, 2]
    assert votes.items == 3
