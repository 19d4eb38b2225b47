from __future__ import annotations

from itertools import product
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from auditor.evidence.batch_coverage import AskCoverageGain, CoverageGain
from auditor.testing import evidence_of

ROWS = st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from("xy")), min_size=4, max_size=25)


def gain(batch: list[tuple[str, str]], base: list[tuple[str, str]], least: int = 3) -> CoverageGain:
    """Each row is its own by `v`, so that none of the batch is a copy."""
    return gain_of(table(batch, 1000), table(base, 0), least)


def table(rows: list[tuple[str, str]], start: int) -> dict[str, list[Any]]:
    return {"k": [k for k, _ in rows], "m": [m for _, m in rows], "v": [start + i / 2 for i in range(len(rows))]}


def gain_of(batch: dict[str, list[Any]], base: dict[str, list[Any]], least: int = 3) -> CoverageGain:
    return evidence_of(batch, base=base).ask(AskCoverageGain(("k", "m"), least, 2))


def test_a_value_and_a_combination_are_newly_covered() -> None:
    base = [("a", "x")] * 5 + [("b", "y")] * 5 + [("b", "x")]
    found = gain([("c", "x")] * 4 + [("b", "x")] * 2, base)
    assert [(one.where, one.base, one.together) for one in found.found] == [
        ((("k", "c"),), 0, 4),
        ((("k", "b"), ("m", "x")), 1, 3),
    ]
    assert [(one.level, one.base, one.together) for one in found.levels] == [(1, 4, 5), (2, 2, 4)]


def test_rows_that_the_base_has_already_count_for_nothing() -> None:
    base = table([("a", "x")] * 5 + [("b", "y")] * 2, 0)
    assert gain_of(base, base).found == ()
    some = table([("a", "x")] * 5 + [("b", "y")] * 2 + [("c", "y")] * 3, 0)
    assert [(one.where, one.together) for one in gain_of(some, base).found] == [((("k", "c"),), 3), ((("m", "y"),), 5)]


def test_a_batch_of_the_same_adds_nothing() -> None:
    base = [("a", "x")] * 5 + [("b", "y")] * 5
    assert gain(base, base).found == ()


@given(batch=ROWS, base=ROWS)
def test_pairs_covered_are_those_that_counting_finds(batch: list[tuple[str, str]], base: list[tuple[str, str]]) -> None:
    found = gain(batch, base)
    together = base + batch
    pairs = [pair for pair in product("abc", "xy") if together.count(pair) >= 3]
    level = found.levels[1]
    assert level.together == len(pairs)
    assert level.base == sum(base.count(pair) >= 3 for pair in pairs)
    for one in found.found:
        where = dict(one.where)
        matching = [(k, m) for k, m in together if where.get("k", k) == k and where.get("m", m) == m]
        assert len(matching) == one.together >= 3 > one.base
