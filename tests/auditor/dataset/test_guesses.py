from __future__ import annotations

from pathlib import Path
from typing import Any

import polars as pl
import pytest

from auditor.dataset.guesses import (
    SURE,
    UNNAMED,
    ask_sensitive,
    guess_id,
    guess_label,
    guess_label_is,
    guess_positive,
    guess_sensitive,
    guess_task,
    label_values,
    name_rank,
)
from auditor.dataset.options import ReadOptions
from auditor.dataset.readers import read
from auditor.dataset.table import LabelIs, Loaded, Roles, Task
from auditor.errors import UsageError


def loaded(**columns: Any) -> Loaded:
    return read(pl.DataFrame(columns, strict=False), ReadOptions(), Path())


def label_of(**columns: Any) -> tuple[str, str]:
    table = loaded(**columns)
    return guess_label(table.frame, table.columns)


def sensitive_of(**columns: Any) -> list[str]:
    table = loaded(**columns)
    return [name for name, _ in guess_sensitive(table.frame, table.columns)]


def task_of(name: str, cells: list[Any]) -> Task:
    table = loaded(**{name: cells})
    return guess_task(table.columns, (name,), label_values(table.frame, table.columns, (name,)))[0]


def test_a_surer_name_of_a_label_beats_one_less_sure() -> None:
    assert label_of(quality=[1, 2], Target=[1, 2], last=["a", "b"]) == ("Target", "from its name")


def test_names_are_read_whatever_their_case_and_blanks() -> None:
    assert label_of(**{"Class Label": [1, 2], "z": ["a", "b"]})[0] == "Class Label"


def test_two_names_that_fit_equally_well_are_a_question() -> None:
    with pytest.raises(UsageError, match="several columns may be the label: label, target"):
        label_of(label=[1, 2], target=[1, 2])


def test_the_last_column_is_the_label_if_its_values_are_few() -> None:
    assert label_of(x=[1.5, 2.5, 3.5, 4.5], z=["a", "b", "a", "b"]) == ("z", "the last column, with few values")
    assert label_of(x=[1, 2], z=[True, None])[0] == "z"
    assert label_of(x=[1, 2], z=[["a"], ["b", "c"]])[0] == "z"


@pytest.mark.parametrize("last", [list("abcdefgh"), [float(i) for i in range(30)], [None] * 4])
def test_a_last_column_of_many_values_or_none_is_no_label(last: list[Any]) -> None:
    with pytest.raises(UsageError, match=r"no label column found. Set it with --label NAME"):
        label_of(x=list(range(len(last))), z=pl.Series(last, dtype=None if any(last) else pl.String))


@pytest.mark.parametrize("name", ["id", "ID", "customer_id", "Row Id", "uuid"])
def test_an_id_is_named_so_and_never_repeats(name: str) -> None:
    table = loaded(**{"x": [1, 1], name: ["a", "b"]})
    assert guess_id(table.frame, table.columns) == name


@pytest.mark.parametrize("cells", [["a", "a"], ["a", None]])
def test_an_id_that_repeats_or_is_missing_is_none(cells: list[Any]) -> None:
    table = loaded(id=cells)
    assert guess_id(table.frame, table.columns) is None


def test_sensitive_columns_are_known_by_name() -> None:
    assert sensitive_of(Sex=[0, 1], foreign_worker=["yes", "no"], shoe=[40, 41], **{"age group": ["a", "b"]}) == [
        "Sex",
        "foreign_worker",
        "age group",
    ]


@pytest.mark.parametrize(
    "values",
    [
        ["male", "female"],
        [" Male", "FEMALE ", None],
        ["M", "F", "unknown"],
        ["man", "woman", "diverse"],
        ["White", "Black", "Amer-Indian-Eskimo"],
        ["hispanic", "caucasian", "other"],
    ],
)
def test_sensitive_columns_are_known_by_their_values(values: list[str | None]) -> None:
    assert sensitive_of(column_7=values * 2) == ["column_7"]


@pytest.mark.parametrize(
    "values",
    [
        ["other", "unknown"],
        ["m", "unknown"],
        ["m", "l", "s"],
        ["male", "female", "hermaphrodite flower"],
        ["black", "white", "red"],
        ["white", "brown rice"],
    ],
)
def test_values_that_name_no_people_are_not_sensitive(values: list[str]) -> None:
    assert sensitive_of(column_7=values * 2) == []


@pytest.mark.parametrize(
    ("name", "cells", "task"),
    [
        ("y", ["a", "b", "a"], Task.BINARY),
        ("y", [0, 1, None], Task.BINARY),
        ("y", [True, False], Task.BINARY),
        ("y", ["a", "a"], Task.BINARY),
        ("y", ["a", "b", "c"], Task.MULTICLASS),
        ("z", [0, 1, 2], Task.MULTICLASS),
        ("z", [0.0, 1.0, 2.0], Task.MULTICLASS),
        ("quality", [3, 4, 5], Task.ORDINAL),
        ("star_rating", [1, 2, 3], Task.ORDINAL),
        ("z", [0.5, 1.5, 2.5], Task.REGRESSION),
        ("pay", list(range(21)), Task.REGRESSION),
        ("label", list(range(21)), Task.MULTICLASS),
        ("label", list(range(201)), Task.REGRESSION),
        ("y", list(range(50, 250, 4)), Task.REGRESSION),  # with gaps: measured, not numbered
        ("y", [["a"], ["b"]], Task.MULTILABEL),
    ],
)
def test_the_task_follows_from_the_labels_values(name: str, cells: list[Any], task: Task) -> None:
    assert task_of(name, cells) is task


@pytest.mark.parametrize(
    "name",
    [
        *("decision", "hired", "Approved", "loan_approved", "isGranted", "arrested", "Admitted?", "was admitted"),
        *("décision", "contratada", "Entscheidung", "aprovado", "afgewezen"),
    ],
)
def test_a_label_named_as_a_decision_is_one(name: str) -> None:
    is_a, why = guess_label_is(Roles(label=(name,), text=("cv",)))
    assert is_a is LabelIs.DECISION
    assert repr(name) in why


@pytest.mark.parametrize(
    "name", ["readmitted", "cardiac_arrest", "income", "label", "y", "indecision", "", "relapse", "unhired"]
)
def test_and_no_other(name: str) -> None:
    assert guess_label_is(Roles(label=(name,)))[0] is LabelIs.OUTCOME


def test_what_annotators_gave_is_an_annotation_whatever_it_is_called() -> None:
    assert guess_label_is(Roles(label=("decision",), annotator=("who",)))[0] is LabelIs.ANNOTATION


@pytest.mark.parametrize(
    ("name", "rank"), [("Label", SURE), ("y", SURE), ("class", 1), ("income", 2), ("score", 3), ("age", UNNAMED)]
)
def test_names_of_labels_are_more_or_less_sure(name: str, rank: int) -> None:
    assert name_rank(name) == rank


def test_several_label_columns_are_several_labels() -> None:
    table = loaded(p=[0, 1], q=[0, 1])
    assert guess_task(table.columns, ("p", "q"), []) == (Task.MULTILABEL, "2 label columns")


def test_the_positive_class_is_known_by_name_or_is_the_rarer() -> None:
    assert guess_positive([("no", 9), ("Yes", 1)]) == ("Yes", "from its name")
    assert guess_positive([("good", 9), ("bad", 1)])[0] == "good"
    assert guess_positive([("b", 9), ("a", 1)]) == ("a", "the rarer class")


def test_label_values_come_most_frequent_first_without_the_missing() -> None:
    table = loaded(y=["b", None, "a", "b", "c"])
    assert label_values(table.frame, table.columns, ("y",)) == [("b", 2), ("a", 1), ("c", 1)]


def test_of_a_label_on_a_scale_not_all_values_are_collected() -> None:
    table = loaded(y=[i + 0.5 for i in range(10_500)])
    assert len(label_values(table.frame, table.columns, ("y",))) == 10_000


@pytest.mark.parametrize(
    "name",
    [
        *("applicant_sex", "sex_code", "SexCode", "patientGender", "gender_id", "birth_date", "DOB", "dateOfBirth"),
        *("ageGroup", "AGE_YRS", "applicant-age", "age18", "Âge", "Alter", "edad", "idade", "Geschlecht", "sexo"),
        *("género", "genre", "raza", "etnia", "driver_race", "race/ethnicity", "Herkunft", "religion", "Behinderung"),
        *("nationalité", "Staatsangehörigkeit", "date_de_naissance", "fecha_nacimiento", "is_female", "rater_gender"),
        *("native-country", "orientación sexual", "derived_ethnicity", "veteran status"),
    ],
)
def test_sensitive_names_are_known_in_several_languages_and_spellings(name: str) -> None:
    assert sensitive_of(**{name: ["a", "b"]}) == [name]


@pytest.mark.parametrize(
    "name",
    [
        *("page", "house_age", "HouseAge", "PAge", "age_of_house", "MedAge", "sexagesimal", "average_age", "stage"),
        *("account_age", "mileage", "usage", "race_time", "RaceId", "race_class", "racecourse", "sex_ratio", "genres"),
        *("language", "eta", "origin", "country", "state", "city", "gender_gap", "title", "zip", "marital_status"),
        *("alternative", "handicap", "Pregnancies", "message", "", "1", "_"),
    ],
)
def test_ordinary_names_are_not_taken_for_them(name: str) -> None:
    assert sensitive_of(**{name: ["a", "b"]}) == []


def test_a_genre_of_many_values_is_one_of_music() -> None:
    assert sensitive_of(genre=["rock", "pop", "jazz", "folk", "soul"]) == []


@pytest.mark.parametrize(
    "values", [["Mann", "Frau"], ["männlich", "weiblich", "divers"], ["homme", "femme"], ["m", "w", "d"], ["H", "F"]]
)
def test_sexes_are_known_in_other_languages(values: list[str]) -> None:
    assert sensitive_of(column_7=values * 2) == ["column_7"]


@pytest.mark.parametrize("values", [["h", "m"], ["m", "w", "f"], ["h", "m", "l"], ["frau", "herr"]])
def test_letters_that_stand_for_something_else_are_no_sexes(values: list[str]) -> None:
    assert sensitive_of(column_7=values * 2) == []


def test_a_sensitive_name_of_many_values_is_asked_about_and_not_guessed() -> None:
    table = loaded(nationality=[f"citizen {n}" for n in range(301)])
    assert guess_sensitive(table.frame, table.columns) == []
    assert ask_sensitive(table.frame, table.columns, proxies=False) == [("nationality", "from its name")]


def test_what_may_stand_in_for_a_sensitive_column_is_asked_about_and_never_guessed() -> None:
    table = loaded(Zip=[1, 2], postal_code=["a", "b"], marital_status=["a", "b"], zipper=[1, 2])
    assert guess_sensitive(table.frame, table.columns) == []
    asked = [name for name, _ in ask_sensitive(table.frame, table.columns, proxies=True)]
    assert asked == ["Zip", "postal_code", "marital_status"]
    assert ask_sensitive(table.frame, table.columns, proxies=False) == []
