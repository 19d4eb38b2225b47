from __future__ import annotations

from typing import Any

import pytest

from auditor.errors import NotPossible
from auditor.evidence.batch_texts import AskNearBase, NearBase
from auditor.testing import evidence_of

WORDS = ("where is my new bank card please", "how do i close the account today", "my transfer did not arrive yet sir")
BASE = {"t": [*WORDS, "Where is my new bank card, please?"], "y": ["card", "close", "transfer", "card"]}


def near(texts: list[str | None], labels: list[str | None], base: dict[str, list[Any]] = BASE) -> NearBase:
    return evidence_of({"t": texts, "y": labels}, base=base, label="y", text="t", task="multiclass").ask(AskNearBase())


def test_texts_near_the_base_are_found_and_others_are_not() -> None:
    found = near(["WHERE is my new bank card please", "where is my new bank cart please", "hello there"], ["card"] * 3)
    assert (found.near.tolist(), found.compared) == ([0, 1], 3)
    assert (len(found.base_similarity), found.base_compared) == (2, 4)  # the first and the last


def test_a_label_that_none_of_the_near_texts_has_is_told_with_the_nearest() -> None:
    found = near(["where is my new bank cart please", "how do i close the account today"], ["close", "close"]).against
    assert found is not None
    assert (found.rows.tolist(), found.base.tolist(), found.labels) == ([0], [0], (("close", "card"),))
    assert 0.9 < found.similarity[0] < 1
    assert found.compared == 2
    assert sum(one.having_a for one in found.strata) == 1
    assert sum(one.rows_a for one in found.strata) == 2
    assert [(one.having_b, one.rows_b) for one in found.strata if one.rows_b] == [(0, 2)]


def test_one_near_text_with_the_label_is_enough() -> None:
    base = {"t": [WORDS[0], "where is my old bank card please"], "y": ["card", "lost"]}
    found = near(["where is my new bank card please"] * 2, ["lost", "other"], base).against
    assert found is not None
    assert found.rows.tolist() == [1]


def test_rows_without_a_label_or_words_are_left_out() -> None:
    found = near([WORDS[0], None, WORDS[1]], [None, "card", "close"])
    assert (found.near.tolist(), found.compared) == ([0, 2], 2)
    assert found.against is not None
    assert found.against.compared == 1


def test_without_a_label_in_the_base_texts_are_compared_alone() -> None:
    found = near([WORDS[0]], ["card"], {"t": BASE["t"]})
    assert (found.near.tolist(), found.against) == ([0], None)


def test_no_text_in_common_is_said() -> None:
    with pytest.raises(NotPossible, match="no text in common"):
        near([WORDS[0]], ["card"], {"z": ["a"], "y": ["card"]})
