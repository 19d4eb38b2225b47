from __future__ import annotations

from typing import Any

import polars as pl
import pytest

from auditor.check import Evidence
from auditor.dataset.verdicts import Place, Verdict
from auditor.errors import UsageError
from auditor.evidence.identity import KnownRow
from auditor.review.labels import labels_of
from auditor.review.sheet import Judged
from auditor.testing import evidence_of


def said(label: str, verdict: Verdict = Verdict.RELABEL) -> Judged:
    return Judged("r.csv:2", "k", "c", 0, Place("s", 0, True, (5,), (2,)), verdict, label, True, False, "", "", "")


def row(cells: dict[str, Any]) -> KnownRow:
    return KnownRow(0, "k", "c", cells, "r")


NUMBERS = evidence_of({"x": range(60), "y": [n + 0.5 for n in range(60)]}, label="y", task="regression")
LISTS = evidence_of({"x": range(4), "t": [["cat", "dog"], [], ["owl"], ["cat"]]}, label="t")
COLUMNS = pl.DataFrame({"cat": [2, 0, 2, None], "dog": [True, False, None, False], "x": [1, 2, 3, 4]})


def columns() -> Evidence:
    return evidence_of(COLUMNS, label=("cat", "dog"))


@pytest.mark.parametrize(("text", "number"), [("7", "7"), ("7.0", "7"), (" 1e3 ", "1000"), ("-0.25", "-0.25")])
def test_any_number_may_be_the_right_one(text: str, number: str) -> None:
    assert labels_of(NUMBERS).asked(said(text), "0.5", False) == number


@pytest.mark.parametrize("text", ["abc", "nan", "inf", "1_000", "1,5", "1 to 2"])
def test_what_is_no_number_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match="r.csv:2: the label is a number, and .* is none"):
        labels_of(NUMBERS).asked(said(text), "0.5", True)


def test_labels_are_read_as_a_person_writes_them() -> None:
    assert labels_of(LISTS).of_row == ["cat; dog", "(none)", "owl", "cat"]
    assert labels_of(columns()).of_row == ["cat; dog", "(none)", "cat", "(none)"]
    assert labels_of(LISTS).classes == {"cat", "dog", "owl"}


@pytest.mark.parametrize(
    ("verdict", "text", "old", "new"),
    [
        (Verdict.RELABEL, "DOG; cat", "cat", "cat; dog"),
        (Verdict.RELABEL, "(none)", "cat", "(none)"),
        (Verdict.ACCEPT, "add owl; remove cat", "cat; dog", "dog; owl"),
        (Verdict.RELABEL, "owl; cat", "dog; cat", "cat; owl"),
        (Verdict.RELABEL, "owl", "(missing)", "owl"),
    ],
)
def test_a_list_keeps_its_order_and_gets_the_new_ones_last(verdict: Verdict, text: str, old: str, new: str) -> None:
    assert labels_of(LISTS).asked(said(text, verdict), old, False) == new


def test_a_label_that_no_row_has_is_refused_unless_it_may_be_new() -> None:
    with pytest.raises(UsageError, match="no row has the class 'yak'.*--new-classes"):
        labels_of(LISTS).asked(said("cat; yak"), "cat", False)
    assert labels_of(LISTS).asked(said("cat; yak"), "cat", True) == "cat; yak"
    with pytest.raises(UsageError, match="no row has the class 'yak'"):
        labels_of(columns()).asked(said("cat; yak"), "cat", True)


def test_what_is_no_set_is_refused() -> None:
    with pytest.raises(UsageError, match=r"r.csv:2: 'cat;;dog' is no list of labels. Write all labels.*\(none\)"):
        labels_of(LISTS).asked(said("cat;;dog"), "cat", False)


def test_a_cell_that_says_the_same_stays_and_words_are_the_columns_own() -> None:
    labels = labels_of(columns())
    assert labels.cells(row({"cat": 3, "dog": False}), "cat; dog") == ("3", "true")
    assert labels.cells(row({"cat": 3, "dog": None}), "(none)") == ("0", "(missing)")
    assert labels.cells(row({"cat": None, "dog": None}), "cat") == ("2", "false")
    assert labels_of(LISTS).cells(row({"t": ["cat"]}), "cat; dog") == (["cat", "dog"],)


def test_a_column_that_never_says_yes_is_told_so_with_one() -> None:
    frame = pl.DataFrame({"cat": [0, 0], "dog": [False, False], "x": [1, 2]})
    labels = labels_of(evidence_of(frame, label=("cat", "dog")))
    assert labels.cells(row({"cat": 0, "dog": False}), "cat; dog") == ("1", "true")


def test_one_label_column_is_needed_unless_there_are_several_labels() -> None:
    with pytest.raises(UsageError, match="one label column"):
        labels_of(evidence_of({"x": [1, 2]}))
