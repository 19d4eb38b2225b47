from __future__ import annotations

from typing import Any

import pytest

from auditor.evidence.shift import AskShifts, ColumnShift
from auditor.testing import evidence_of


def shifts(table: dict[str, Any], other: dict[str, Any], **roles: Any) -> dict[str, ColumnShift]:
    return {one.column: one for one in evidence_of(table, reference=other, **roles).ask(AskShifts())}


def test_words_are_counted_on_both_sides() -> None:
    found = shifts({"g": ["a", "b", "b", None], "x": [1, 2, 1, 2]}, {"g": ["b", "c", "c", None], "x": [1, 1, 2, 2]})
    g = found["g"]
    assert dict(zip(g.values, zip(g.ours, g.theirs, strict=True), strict=True)) == {
        "a": (1, 0),
        "b": (2, 1),
        "c": (0, 2),
        "(missing)": (1, 1),
    }
    assert (g.unseen, g.known, g.examples) == (2, 3, ("c",))
    assert found["x"].unseen == 0  # few numbers are compared like words


def test_numbers_are_counted_in_tenths_of_the_data() -> None:
    found = shifts({"x": [*range(100), None]}, {"x": [*range(50, 150), None, None]})
    x = found["x"]
    assert sum(x.ours) == 101
    assert sum(x.theirs) == 102
    assert max(x.ours[:-1]) - min(x.ours[:-1]) <= 1
    assert x.theirs[:5] == (0, 0, 0, 0, 0)
    assert (x.ours[-1], x.theirs[-1], x.values[-1]) == (1, 2, "(missing)")
    assert (x.unseen, x.known, x.examples) == (50, 100, ("up to 149",))


def test_more_words_than_can_be_listed_are_taken_together() -> None:
    words = [f"w{i}" for i in range(200)]
    found = shifts({"g": words * 2}, {"g": words[:100] * 2 + ["new"]})["g"]
    assert len(found.values) == 51
    assert (sum(found.ours), sum(found.theirs)) == (400, 201)
    assert found.examples == ("new",)


@pytest.mark.parametrize("cells", [[f"name {i}" for i in range(1200)], [[1.0, 2.0]] * 1200])
def test_names_and_lists_are_not_compared(cells: list[Any]) -> None:
    table = {"n": cells, "g": ["a", "b"] * 600}
    assert set(shifts(table, table)) == {"g"}


def test_the_label_is_compared_where_the_reference_has_it() -> None:
    table = {"g": ["a", "b"] * 5, "y": ["n", "y"] * 5}
    assert set(shifts(table, table, label="y")) == {"g", "y"}
    assert set(shifts(table, {"g": ["a", "b"]}, label="y")) == {"g"}


def test_values_that_come_once_tell_how_many_were_never_seen() -> None:
    found = shifts({"g": ["a", "a", "b", "c", None]}, {"g": ["d", "a"]})["g"]
    assert (found.once, found.ours_known, found.expected) == (2, 4, 0.5)
    assert shifts({"x": [*range(100)]}, {"x": [*range(100)]})["x"].once == 2
