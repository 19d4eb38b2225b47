from __future__ import annotations

from typing import Any

from auditor.evidence.batch_values import AskNewValues, NewValues
from auditor.testing import evidence_of


def new(batch: dict[str, list[Any]], base: dict[str, list[Any]]) -> dict[str, NewValues]:
    return {one.column: one for one in evidence_of(batch, base=base).ask(AskNewValues())}


def test_words_that_the_base_never_has_are_told_the_most_frequent_first() -> None:
    base = {"k": ["a"] * 5 + ["b"] * 4 + ["c", "d"]}
    found = new({"k": ["a", "x", None, "y", "x", "b", "a", "A"]}, base)["k"]
    assert (found.rows, found.known, found.examples) == ((1, 3, 4, 7), 7, ("x (2)", "A (1)", "y (1)"))
    assert (found.once, found.base_known) == (2, 11)


def test_numbers_beyond_the_base_are_told_with_their_reach() -> None:
    found = new({"v": [5, 0, None, 99, 50, -1]}, {"v": [0, 10, 60, None]})["v"]
    assert (found.rows, found.known) == ((3, 5), 5)
    assert found.examples == ("down to −1 (the base: 0)", "up to 99 (the base: 60)")
    assert (found.once, found.base_known) == (0, 3)


def test_truth_values_and_missing_ones() -> None:
    found = new({"b": [True, False, None]}, {"b": [True, True, None]})["b"]
    assert found.rows == (1,)
    assert new({"v": [1, 2], "b": [True, False]}, {"v": [None, None], "b": [True, False]}).keys() == {"b"}


def test_names_are_not_looked_at() -> None:
    names = [f"n{i}" for i in range(1_500)]
    assert new({"k": names[:200]}, {"k": names}) == {}
