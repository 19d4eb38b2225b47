from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations, product
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.stats import patterns
from auditor.stats.collection import what_to_collect
from auditor.stats.patterns import Cells, maximal_uncovered
from auditor.stats.rules import closed, contains

Pattern = frozenset[tuple[int, int]]


def cells_of(rows: Sequence[tuple[int, ...]], sizes: tuple[int, ...]) -> Cells:
    different = sorted(set(rows))
    codes = np.array(different, dtype=np.uint8).reshape(len(different), len(sizes)).T
    return Cells(codes, np.array([rows.count(row) for row in different], dtype=np.int64), sizes)


def possible(pattern: dict[int, int], sizes: tuple[int, ...], rules: list[dict[int, int]]) -> bool:
    """Whether some whole row is of this pattern and contains no rule, by looking at all rows there could be."""
    ranges = [[pattern[at]] if at in pattern else range(size) for at, size in enumerate(sizes)]
    return any(not contains(dict(enumerate(row)), rules) for row in product(*ranges))


def matching(pattern: dict[int, int], rows: list[tuple[int, ...]]) -> int:
    return sum(all(row[at] == value for at, value in pattern.items()) for row in rows)


def brute_force(
    rows: list[tuple[int, ...]], sizes: tuple[int, ...], least: int, depth: int, rules: list[dict[int, int]]
) -> dict[Pattern, int]:
    """Every pattern is tried against every row, and kept if no part of it is uncovered."""
    uncovered: dict[Pattern, int] = {}
    for level in range(depth + 1):
        for attributes in combinations(range(len(sizes)), level):
            for values in product(*(range(sizes[at]) for at in attributes)):
                pattern = dict(zip(attributes, values, strict=True))
                if (count := matching(pattern, rows)) < least and possible(pattern, sizes, rules):
                    uncovered[frozenset(pattern.items())] = count
    return {one: count for one, count in uncovered.items() if not any(other < one for other in uncovered)}


@st.composite
def tables(draw: st.DrawFn) -> dict[str, Any]:
    sizes = tuple(draw(st.lists(st.integers(1, 4), min_size=1, max_size=5)))
    row = st.tuples(*(st.integers(0, size) for size in sizes))  # the size itself is a missing value
    rules = st.lists(
        st.dictionaries(st.integers(0, len(sizes) - 1), st.integers(0, 3), min_size=1, max_size=3).map(
            lambda rule: {at: value % sizes[at] for at, value in rule.items()}
        ),
        max_size=6,
    ).filter(lambda rules: possible({}, sizes, rules))
    return {
        "rows": draw(st.lists(row, max_size=60)),
        "sizes": sizes,
        "least": draw(st.integers(1, 6)),
        "depth": draw(st.integers(1, 5)),
        "rules": draw(rules),
    }


@given(tables())
def test_equal_to_brute_force(table: dict[str, Any]) -> None:
    rows, sizes, rules = table["rows"], table["sizes"], table["rules"]
    found = maximal_uncovered(cells_of(rows, sizes), table["least"], table["depth"], closed(rules, sizes))
    told = {frozenset(found.fixed(at).items()): int(found.rows[at]) for at in range(len(found))}
    assert told == brute_force(rows, sizes, table["least"], min(table["depth"], len(sizes)), rules)


@given(tables())
def test_the_levels_count_all_patterns_that_can_occur(table: dict[str, Any]) -> None:
    rows, sizes, rules = table["rows"], table["sizes"], table["rules"]
    found = maximal_uncovered(cells_of(rows, sizes), table["least"], table["depth"], closed(rules, sizes))
    for level in found.levels:
        every = [
            dict(zip(attributes, values, strict=True))
            for attributes in combinations(range(len(sizes)), level.level)
            for values in product(*(range(sizes[at]) for at in attributes))
        ]
        can = [pattern for pattern in every if possible(pattern, sizes, rules)]
        assert level.possible == len(can)
        assert level.covered == sum(matching(pattern, rows) >= table["least"] for pattern in can)


@given(tables())
def test_a_combination_contains_a_closed_rule_exactly_if_it_cannot_be_completed(table: dict[str, Any]) -> None:
    sizes, rules = table["sizes"], table["rules"]
    every = closed(rules, sizes)
    for row in product(*(range(-1, size) for size in sizes)):
        pattern = {at: value for at, value in enumerate(row) if value >= 0}
        assert contains(pattern, every) != possible(pattern, sizes, rules)


@given(tables(), st.sampled_from([0, 3, 100_000]))
def test_what_is_collected_covers_all_and_can_occur(table: dict[str, Any], steps: int) -> None:
    rows, sizes, least = table["rows"], table["sizes"], table["least"]
    rules = closed(table["rules"], sizes)
    found = maximal_uncovered(cells_of(rows, sizes), least, table["depth"], rules)
    plan = what_to_collect(found, sizes, least, rules, steps)
    assert all(possible(one.where, sizes, table["rules"]) for one in plan.combinations)
    assert len(plan.combinations) <= len(found)
    for at in range(len(found)):
        pattern = found.fixed(at).items()
        collected = sum(one.rows for one in plan.combinations if pattern <= one.where.items())
        assert collected + int(found.rows[at]) >= least


@given(tables())
def test_each_combination_hits_as_many_patterns_as_any_could(table: dict[str, Any]) -> None:
    rows, sizes, least = table["rows"], table["sizes"], table["least"]
    rules = closed(table["rules"], sizes)
    found = maximal_uncovered(cells_of(rows, sizes), least, table["depth"], rules)
    plan = what_to_collect(found, sizes, least, rules)
    assert plan.best
    left = [found.fixed(at) for at in range(len(found))]
    whole = [dict(enumerate(row)) for row in product(*map(range, sizes)) if not contains(dict(enumerate(row)), rules)]
    for one in plan.combinations:
        assert one.patterns == max(sum(p.items() <= row.items() for p in left) for row in whole)
        left = [pattern for pattern in left if not pattern.items() <= one.where.items()]
    assert not left


def test_two_gaps_that_go_together_are_one_combination_to_collect() -> None:
    rows = [(0, 0), (0, 1), (1, 0)] * 5
    found = maximal_uncovered(cells_of(rows, (2, 2)), 5, 2)
    plan = what_to_collect(found, (2, 2), 5)
    assert [(one.where, one.rows, one.patterns) for one in plan.combinations] == [({0: 1, 1: 1}, 5, 1)]


def test_a_value_that_never_occurs_is_told_before_surprising_pairs() -> None:
    rows = [(0, 0, 0), (0, 1, 0), (1, 0, 0)] * 5
    found = maximal_uncovered(cells_of(rows, (2, 2, 2)), 3, 2)
    assert [found.fixed(at) for at in range(len(found))] == [{2: 1}, {0: 1, 1: 1}]
    assert found.expected[1] == pytest.approx(15 / 9)


def test_a_level_past_the_work_allowed_is_not_begun_and_not_told_as_searched() -> None:
    rows = [(0, 0, 0), (0, 1, 1), (1, 0, 1), (1, 1, 0)] * 5
    cells = cells_of(rows, (2, 2, 2))
    whole = maximal_uncovered(cells, 3, 3)
    assert (whole.depth, len(whole)) == (3, 4)
    cut = maximal_uncovered(cells, 3, 3, most_work=3 * (4 + 3) + 3 * (4 + 9))
    assert (cut.depth, len(cut)) == (2, 0)
    assert maximal_uncovered(cells, 3, 3, most_work=0).depth == 0


def test_a_level_of_too_many_patterns_is_not_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(patterns, "MOST_PATTERNS", 3)
    rows = [(0, 0, 0), (0, 1, 1), (1, 0, 1), (1, 1, 0)] * 5
    cut = maximal_uncovered(cells_of(rows, (2, 2, 2)), 3, 3)
    assert (cut.depth, len(cut)) == (2, 0)


@pytest.mark.parametrize(("least", "depth"), [(0, 1), (1, 0)])
def test_a_limit_below_one_is_refused(least: int, depth: int) -> None:
    with pytest.raises(ValueError, match="1 or more"):
        maximal_uncovered(cells_of([(0,)], (1,)), least, depth)


def test_rules_that_leave_nothing_are_refused() -> None:
    with pytest.raises(ValueError, match="no combination"):
        closed([{0: 0}, {0: 1}], (2, 2))


def test_rules_of_which_too_much_follows_are_refused() -> None:
    rules = [{0: value, at: at % 2} for value in range(8) for at in range(1, 8)]
    with pytest.raises(ValueError, match="more than 2000"):
        closed(rules, (8, *[2] * 7))


def test_what_follows_from_two_rules_together() -> None:
    assert closed([{0: 0, 1: 0}, {0: 0, 1: 1}], (2, 2)) == [{0: 0}]


def test_two_gaps_that_cannot_go_together_are_two_combinations_to_collect() -> None:
    found = maximal_uncovered(cells_of([(0, 0)] * 5, (2, 2)), 5, 1)
    assert len(what_to_collect(found, (2, 2), 5).combinations) == 1
    apart = what_to_collect(found, (2, 2), 5, [{0: 1, 1: 1}])
    assert [one.where for one in apart.combinations] == [{0: 1}, {1: 1}]
