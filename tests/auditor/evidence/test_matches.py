from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.errors import NotPossible
from auditor.evidence.batch_matches import AskMatches, Matches
from auditor.testing import evidence_of

ROWS = st.lists(st.tuples(st.integers(0, 3), st.sampled_from(["a", "b", None])), min_size=1, max_size=12)


def matches(batch: dict[str, list[Any]], base: dict[str, list[Any]], **roles: Any) -> Matches:
    return evidence_of(batch, base=base, **{"label": "y", **roles}).ask(AskMatches())


def table(rows: list[tuple[int, str | None]]) -> dict[str, list[Any]]:
    return {"x": [f"v{x}" for x, _ in rows], "y": [y for _, y in rows]}


@given(batch=ROWS, base=ROWS)
def test_counting_by_hand_comes_to_the_same(
    batch: list[tuple[int, str | None]], base: list[tuple[int, str | None]]
) -> None:
    found = matches(table(batch), table(base), task="binary", label_is="outcome")
    assert found.copies.tolist() == [at for at, row in enumerate(batch) if row in base]
    assert found.again.tolist() == [at for at, row in enumerate(batch) if row not in base and row in batch[:at]]
    assert found.new == len(set(batch) - set(base))
    held = Counter(base)
    assert found.base_copies == sum(n for n in held.values() if n > 1)
    known = {x: {y for v, y in base if v == x and y} for x, _ in base}
    beside = [(at, x, y) for at, (x, y) in enumerate(batch) if y and known.get(x)]
    told = found.contradictions
    if told is None:  # a side without any label has no label's column of that kind
        return
    assert told.alike == len(beside)
    assert told.rows.tolist() == [at for at, x, y in beside if y not in known[x]]
    assert [base[at][0] for at in told.against.tolist()] == [batch[at][0] for at in told.rows.tolist()]
    labeled = [(x, y) for x, y in base if y]
    others = [[y for v, y in labeled[:at] + labeled[at + 1 :] if v == x] for at, (x, _) in enumerate(labeled)]
    assert told.base_alike == sum(bool(ys) for ys in others)
    ours, theirs = Counter(x for _, x, _ in beside), Counter(x for x, _ in labeled)
    assert told.held == sum(min(n, theirs[x]) for x, n in ours.items())
    assert told.base_held == sum(n - 1 for n in theirs.values())
    assert told.base_rows == sum(bool(ys) and y not in ys for ys, (_, y) in zip(others, labeled, strict=True))


def test_numbers_are_the_same_whatever_their_type_and_ids_tell_nothing() -> None:
    found = matches(
        {"i": [1, 2], "x": [1, 2], "y": ["a", "b"]}, {"i": [8, 9], "x": [1.0, 7.5], "y": ["a", "b"]}, id="i"
    )
    assert found.compared == ("x",)
    assert found.copies.tolist() == [0]


def test_a_base_without_the_label_is_compared_by_the_features_and_contradicts_nothing() -> None:
    found = matches({"x": ["a", "b"], "y": ["p", "q"]}, {"x": ["a", "c"]})
    assert (found.copies.tolist(), found.contradictions) == ([0], None)


def test_columns_of_one_side_alone_are_left_out() -> None:
    found = matches(
        {"x": ["a", "b"], "new": [1, 2], "y": ["p", "q"]}, {"x": ["a", "c"], "old": [1, 2], "y": ["p", "q"]}
    )
    assert (found.compared, found.copies.tolist()) == (("x",), [0])


def test_nothing_to_compare_by_is_said() -> None:
    with pytest.raises(NotPossible, match="no column in common"):
        matches({"x": ["a", "b"], "y": ["p", "q"]}, {"z": ["a", "b"], "y": ["p", "q"]})
