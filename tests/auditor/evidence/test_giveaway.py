from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auditor.errors import NotPossible
from auditor.evidence.giveaway import AskGiveaways, Giveaways, wrong_by_value
from auditor.evidence.label_classes import MAX_CLASSES, AskLabelClasses
from auditor.testing import evidence_of

DRAW = np.random.default_rng(4)


def asked(table: dict[str, Any], **roles: Any) -> Giveaways:
    return evidence_of(table, label="y", **roles).ask(AskGiveaways())


def skill(table: dict[str, Any], column: str = "x", **roles: Any) -> float:
    (teller,) = (one for one in asked(table, **roles).tellers if one.column == column)
    return teller.skill.value


@settings(deadline=None)
@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 2)), min_size=1, max_size=30))
def test_a_value_tells_what_the_other_rows_with_it_say(cells: list[tuple[int, int]]) -> None:
    codes, truth = (np.array(part) for part in zip(*cells, strict=True))
    usual = np.bincount(truth, minlength=3)
    wrong = 0
    for row in range(len(codes)):
        others = truth[(codes == codes[row]) & (np.arange(len(codes)) != row)]
        with_it = sorted(np.bincount(truth[codes == codes[row]], minlength=3))
        told = len(others) and with_it[-1] > with_it[-2]
        guess = int(np.bincount(others, minlength=3).argmax()) if told else int(usual.argmax())
        wrong += int(guess != truth[row])
    assert wrong_by_value(codes, truth, usual) == wrong


def test_a_code_of_the_label_tells_it() -> None:
    y = ["a", "b", "b", "c"] * 50
    assert skill({"x": [{"a": 9, "b": 2, "c": 5}[c] for c in y], "y": y}) == 1.0


def test_a_threshold_within_no_interval_of_quantiles_tells_it() -> None:
    x = DRAW.normal(size=4_000)
    assert skill({"x": x, "y": np.where(x > 1.7321, "a", "b")}) > 0.98


def test_words_that_come_once_tell_nothing() -> None:
    y = ["a", "b"] * 100 + ["a"]
    assert skill({"x": [f"{c}{i}" for i, c in enumerate(y)], "y": y}) == 0.0


def test_a_value_of_two_classes_in_equal_parts_tells_nothing() -> None:
    y = ["a", "b"] * 100
    assert skill({"x": ["same"] * 200, "y": y}) == 0.0
    assert skill({"x": [1.5] * 200, "y": y}) == 0.0


def test_numbers_apart_from_the_label_tell_nothing() -> None:
    assert skill({"x": DRAW.normal(size=2_000), "y": DRAW.integers(0, 2, 2_000)}) < 0.15


def test_rows_that_were_drawn_again_do_not_tell_themselves() -> None:
    x, y = DRAW.normal(size=1_500), DRAW.integers(0, 2, 1_500)
    assert skill({"x": np.repeat(x, 20), "y": np.repeat(y, 20)}) < 0.15


def test_a_time_tells_as_a_number_does() -> None:
    days = [datetime(2020, 1, 1) + timedelta(days=i) for i in range(400)]
    assert skill({"x": days, "y": ["a"] * 200 + ["b"] * 200}) > 0.97


def test_a_cell_that_is_missing_tells_the_class_it_is_missing_in() -> None:
    y = ["a", "b", "c"] * 100
    (teller,) = asked({"x": [None if c == "b" else float(i) for i, c in enumerate(y)], "y": y}).tellers
    assert teller.missing is not None
    assert (teller.missing.value, teller.cls, teller.there) == (1.0, "b", False)


def test_a_cell_that_is_there_tells_the_class_it_is_there_in() -> None:
    y = ["a", "b", "c"] * 100
    (teller,) = asked({"x": ["known" if c == "b" else None for c in y], "y": y}).tellers
    assert teller.missing is not None
    assert (teller.missing.value, teller.cls, teller.there) == (1.0, "b", True)


def test_a_copy_of_a_number_tells_its_quarter() -> None:
    y = DRAW.normal(size=3_000)
    assert skill({"x": 3 * y - 7, "y": y}) > 0.99
    assert skill({"x": -np.exp(y), "y": y}) > 0.99


def test_a_rare_class_has_more_than_its_share_of_the_rows_looked_at() -> None:
    y = np.where(np.arange(60_000) % 400 == 0, "fraud", "fair")
    found = asked({"x": np.where(y == "fraud", 1, 0), "y": y})
    assert found.tellers[0].skill.usual == 150
    assert found.rows < 25_000


@pytest.mark.parametrize("label", [["a"] * 30, [None] * 30])
def test_one_class_can_not_be_given_away(label: list[Any]) -> None:
    with pytest.raises(NotPossible, match="no two rows differ"):
        asked({"x": list(range(30)), "y": label}, task="binary")


def test_texts_alone_are_not_read() -> None:
    with pytest.raises(NotPossible, match="no feature"):
        asked({"x": ["one", "two"] * 9, "y": ["a", "b"] * 9}, text="x")


def test_the_rarest_of_many_classes_are_one() -> None:
    y = [f"class {i // (i % 7 + 1)}" for i in range(300)]
    label = evidence_of({"x": range(300), "y": y}, label="y").ask(AskLabelClasses())
    assert len(label.names) == MAX_CLASSES
    assert label.names[-1] == "all other classes"
    assert label.count().sum() == 300


def test_a_row_without_a_label_is_of_no_class() -> None:
    label = evidence_of({"x": [1, 2, 3], "y": ["a", None, "b"]}, label="y").ask(AskLabelClasses())
    assert label.codes.tolist() == [label.names.index("a"), -1, label.names.index("b")]
