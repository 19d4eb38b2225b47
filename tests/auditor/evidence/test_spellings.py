from __future__ import annotations

from auditor.evidence.spellings import AskSpellings
from auditor.testing import evidence_of

MIXED = {"x": range(7), "y": ["yes", "yes", "Yes ", "no", "no", "NO", None]}


def test_each_odd_spelling_has_the_usual_one() -> None:
    assert evidence_of(MIXED, label="y").ask(AskSpellings()) == {"Yes ": "yes", "NO": "no"}


def test_names_that_are_declared_are_classes_of_their_own() -> None:
    grades = {"x": range(4), "y": ["a", "A", "b", "b"]}
    order = ("b", "a", "A")
    assert evidence_of(grades, label="y", task="ordinal", label_order=order).ask(AskSpellings()) == {}


def test_numbers_and_labels_of_which_a_row_has_several_have_no_spellings() -> None:
    assert evidence_of({"y": [1.0, 2.5, 3.5]}, label="y", task="regression").ask(AskSpellings()) == {}
    assert evidence_of({"y": [["a"], ["A"]]}, label="y").ask(AskSpellings()) == {}


def test_identical_rows_do_not_conflict_over_the_spelling_of_a_class() -> None:
    rows = {"x": [1, 1, 1, 2, 2], "y": ["yes", "yes", "Yes ", "no", "yes"]}
    found = evidence_of(rows, label="y").duplicates
    assert found.conflicting.rows.tolist() == [3, 4]
    assert found.contradicted == 1
