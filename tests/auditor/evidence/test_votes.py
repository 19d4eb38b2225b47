from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl
import pytest

from auditor.errors import NotPossible
from auditor.evidence.votes import AskConsensus, AskItemGroups, AskVotes, Votes
from auditor.testing import evidence_of

LONG = {
    "item": ["i", "i", "j", "j", "j", "k"],
    "who": ["ann", "bo", "ann", "bo", "cy", "ann"],
    "y": ["p", "q", "p", "p", "q", "p"],
}
WIDE = {
    "text": ["one", "two", "three"],
    "a": ["p", "q", None],
    "b": ["p", "p", "q"],
    "c": [None, "r", None],
    "y": ["p", "q", None],
}


def votes_of(table: Any, **roles: Any) -> Votes:
    return evidence_of(table, **roles).ask(AskVotes())


def listed(votes: Votes) -> list[tuple[int, str, str]]:
    arrays = votes.arrays
    return [(int(votes.rows[i]), votes.annotators[a], votes.classes[k]) for i, a, k in zip(*arrays.arrays, strict=True)]


def test_rows_are_votes_on_the_item_that_the_id_names() -> None:
    evidence = evidence_of(LONG, label="y", annotator="who", id="item")
    assert evidence.dataset.votes
    found = evidence.ask(AskVotes())
    assert listed(found) == [
        (0, "ann", "p"),
        (0, "bo", "q"),
        (2, "ann", "p"),
        (2, "bo", "p"),
        (2, "cy", "q"),
        (5, "ann", "p"),
    ]
    assert found.vote_rows.tolist() == [0, 1, 2, 3, 4, 5]
    assert found.shared == 2
    assert found.in_use.tolist() == [-1, -1, -1]


def test_without_an_id_that_repeats_rows_with_equal_features_are_one_item() -> None:
    table = {"text": ["x", "z", "x"], "key": [1, 2, 3], "who": ["ann", "ann", "bo"], "y": ["p", "p", "q"]}
    found = evidence_of(table, label="y", annotator="who", id="key")
    assert not found.dataset.votes
    assert listed(found.ask(AskVotes())) == [(0, "ann", "p"), (1, "ann", "p"), (0, "bo", "q")]


def test_a_column_each_is_an_annotator_each_and_the_label_is_in_use() -> None:
    found = votes_of(WIDE, label="y", annotator=("a", "b", "c"))
    assert listed(found) == [(0, "a", "p"), (0, "b", "p"), (1, "a", "q"), (1, "b", "p"), (1, "c", "r"), (2, "b", "q")]
    assert [found.classes[k] if k >= 0 else None for k in found.in_use] == ["p", "q", None]


def test_a_column_each_needs_no_label() -> None:
    found = votes_of({"a": [1, 2], "b": [1.0, 3.0]}, annotator=("a", "b"))
    assert listed(found) == [(0, "a", "1"), (0, "b", "1"), (1, "a", "2"), (1, "b", "3")]


def test_what_is_missing_is_no_vote_and_is_counted() -> None:
    table = {"item": ["i", "i", None, "i"], "who": ["ann", None, "bo", "bo"], "y": ["p", "p", "p", None]}
    with pytest.raises(NotPossible, match="no item has labels of two annotators"):
        votes_of(table, label="y", annotator="who", id="item")
    more = {name: [*cells, *last] for (name, cells), last in zip(table.items(), (["i"], ["cy"], ["q"]), strict=True)}
    found = votes_of(more, label="y", annotator="who", id="item")
    assert found.incomplete == 3
    assert listed(found) == [(0, "ann", "p"), (0, "cy", "q")]


def test_of_two_votes_of_one_annotator_the_first_counts() -> None:
    table = {"item": ["i", "i", "i"], "who": ["ann", "ann", "bo"], "y": ["p", "q", "p"]}
    found = votes_of(table, label="y", annotator="who", id="item")
    assert listed(found) == [(0, "ann", "p"), (0, "bo", "p")]
    assert found.repeated == (1,)


def test_classes_stand_in_the_order_of_numbers_or_in_the_declared_one() -> None:
    numbers = {"item": [1, 1, 2, 2], "who": ["a", "b"] * 2, "y": [10, 9, 2, 10]}
    assert votes_of(numbers, label="y", annotator="who", id="item").classes == ("2", "9", "10")
    grades = numbers | {"y": ["low", "high", "mid", "low"]}
    order = ("low", "mid", "high")
    found = votes_of(grades, label="y", annotator="who", id="item", task="ordinal", label_order=order)
    assert found.classes == order
    assert [found.classes[k] for k in found.arrays.said] == ["low", "high", "mid", "low"]


@pytest.mark.parametrize(
    ("table", "roles", "message"),
    [
        (LONG, {"annotator": "who", "id": "item"}, "no label column what"),
        (LONG | {"y": [["p"]] * 6}, {"label": "y", "annotator": "who", "id": "item"}, "audit one label at a time"),
        (LONG | {"who": [[1]] * 6}, {"label": "y", "annotator": "who", "id": "item"}, "must be text, numbers"),
        ({"x": [1, 2], "who": ["a", "b"], "y": ["p", "q"]}, {"label": "y", "annotator": "who"}, "with --id"),
    ],
)
def test_what_holds_no_votes_says_why(table: dict[str, Any], roles: dict[str, Any], message: str) -> None:
    with pytest.raises(NotPossible, match=message):
        votes_of(table, **roles)


def test_every_engine_gives_the_same_votes() -> None:
    duckdb = pytest.importorskip("duckdb")
    polars = pl.DataFrame(LONG)
    relation = duckdb.sql("SELECT * FROM polars")
    for frame in (polars.to_pandas(), relation):
        assert listed(votes_of(frame, label="y", annotator="who", id="item")) == listed(
            votes_of(polars, label="y", annotator="who", id="item")
        )


def test_the_consensus_goes_by_the_votes() -> None:
    evidence = evidence_of(WIDE, label="y", annotator=("a", "b", "c"))
    votes, found = evidence.ask(AskVotes()), evidence.ask(AskConsensus())
    assert votes.classes[found.best[0]] == "p"


def test_a_scale_has_no_consensus_yet() -> None:
    table = {"a": [0.5, 1.25, 2.0], "b": [0.5, 1.0, 2.5], "y": [0.5, 1.0, 2.25]}
    with pytest.raises(NotPossible, match="on a scale"):
        evidence_of(table, label="y", annotator=("a", "b"), task="regression").ask(AskConsensus())


def test_items_are_grouped_by_their_first_row_the_largest_group_first() -> None:
    table = LONG | {"sex": ["f", "m", "m", "m", "m", None], "age": [20, 20, 70, 70, 70, 30]}
    evidence = evidence_of(table, label="y", annotator="who", id="item", sensitive=("sex", "age"))
    groups, place = evidence.ask(AskItemGroups(("sex",)))
    assert [groups[g] for g in place] == [("f",), ("m",), ("(missing)",)]
    pairs, _ = evidence.ask(AskItemGroups(("sex", "age")))
    assert ("m", "70") in pairs


def test_a_million_votes_take_seconds() -> None:
    rng = np.random.default_rng(1)
    rows = 200_000
    table = {
        "item": np.arange(rows) // 5,
        "who": [f"annotator {a}" for a in rng.integers(0, 50, rows)],
        "y": rng.integers(0, 3, rows),
    }
    found = votes_of(table, label="y", annotator="who", id="item")
    assert found.arrays.items == rows // 5
    assert len(found.arrays) + len(found.repeated) == rows


def test_the_label_in_use_follows_the_order_of_the_classes() -> None:
    table = {"a": [10, 2, 10], "b": [10, 9, 2], "y": [10, 9, None]}
    found = votes_of(table, label="y", annotator=("a", "b"))
    assert found.classes == ("2", "9", "10")
    assert found.in_use.tolist() == [2, 1, -1]
