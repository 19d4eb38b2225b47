from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.dataset.label_sets import change_text, changed, labels_in, set_of, set_text
from auditor.testing import evidence_of

NAMES = st.lists(st.text(alphabet='ab ;"(none)\n', max_size=8), max_size=4, unique=True)


@given(NAMES)
def test_a_set_is_read_as_it_was_written(names: list[str]) -> None:
    assert set_of(set_text(names)) == tuple(names)


@given(NAMES, NAMES)
def test_a_change_is_read_as_it_was_written(names: list[str], others: list[str]) -> None:
    add, remove = set(others) - set(names), set(names[:1])
    if add or remove:
        assert set(changed(change_text(add, remove), names)) == (set(names) | add) - remove


def test_sets_and_changes_are_plain_words() -> None:
    assert set_text(("cat", "wild dog", "a;b")) == 'cat; wild dog; "a;b"'
    assert set_text(()) == "(none)"
    assert change_text(["cat"], ["dog"]) == "add cat; remove dog"
    assert set_of(" cat ;dog; cat;") == ("cat", "dog")


@pytest.mark.parametrize("text", ["", ";", "a;;b", 'a"b', '"a', '"a" b'])
def test_what_is_no_list_of_labels(text: str) -> None:
    with pytest.raises(ValueError, match="no list of labels"):
        set_of(text)


@pytest.mark.parametrize("text", ["", "cat", "add", "drop cat", "add cat dog; cat"])
def test_what_is_no_change(text: str) -> None:
    with pytest.raises(ValueError, match="no list of labels"):
        changed(text, ("cat",))


def test_labels_are_read_off_columns_and_lists() -> None:
    columns = evidence_of(pl.DataFrame({"x": [1, 2], "a": [1, 0], "b": [0.0, 1.0]}), label=("a", "b")).dataset
    assert labels_in(columns, [1, 0.0]) == ("a",)
    assert labels_in(columns, [None, 1.0]) == ("b",)
    assert labels_in(columns, [None, None]) is None
    lists = evidence_of(pl.DataFrame({"x": [1, 2], "t": [["a"], ["b", "a"]]}), label="t").dataset
    assert labels_in(lists, [["b", None, "a", "b"]]) == ("b", "a")
    assert labels_in(lists, [[]]) == ()
    assert labels_in(lists, [None]) is None
