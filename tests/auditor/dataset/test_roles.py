from __future__ import annotations

from pathlib import Path
from typing import Any

import polars as pl
import pytest

from auditor.dataset.options import ReadOptions
from auditor.dataset.readers import read
from auditor.dataset.roles import Declared, Guess, assign
from auditor.dataset.table import Dataset, LabelIs, Task
from auditor.errors import UsageError

PEOPLE = {
    "key": [1, 2, 3, 4],
    "age": [20, 30, 40, 50],
    "sex": ["m", "f", "m", "f"],
    "word": ["p", "q", "p", "q"],
    "y": ["no", "yes", "no", "no"],
}


def assigned(table: dict[str, Any], **declared: Any) -> tuple[Dataset, dict[str, Guess]]:
    loaded = read(pl.DataFrame(table, strict=False), ReadOptions(), Path())
    dataset, guesses = assign(loaded, Declared(**declared), "people")
    return dataset, {guess.name: guess for guess in guesses}


def test_what_is_declared_is_not_guessed() -> None:
    dataset, guesses = assigned(
        PEOPLE, label=("word",), sensitive=("age",), id="key", task="binary", label_is="decision", positive="q"
    )
    assert guesses == {}
    assert (dataset.roles.label, dataset.roles.sensitive, dataset.roles.id) == (("word",), ("age",), "key")
    assert (dataset.task, dataset.label_is, dataset.positive) == (Task.BINARY, LabelIs.DECISION, "q")


def test_what_is_not_declared_is_guessed_and_said() -> None:
    dataset, guesses = assigned(PEOPLE)
    assert dataset.roles.label == ("y",)
    assert dataset.roles.sensitive == ("age", "sex")
    assert {name: guess.value for name, guess in guesses.items()} == {
        "id": "key",
        "label": "y",
        "sensitive": "sex",  # the last of two
        "task": "binary",
        "label-is": "outcome",
        "positive": "yes",
    }
    assert all(guess.why for guess in guesses.values())


def test_features_are_all_columns_but_the_label_and_those_about_the_row() -> None:
    table = PEOPLE | {"split": ["a"] * 4, "when": [1, 2, 3, 4]}
    dataset, _ = assigned(table, label=("y",), time="when")
    assert dataset.roles.features == ("age", "sex", "word")
    assert (dataset.roles.id, dataset.roles.split, dataset.roles.time) == ("key", "split", "when")


@pytest.mark.parametrize("role", ["id", "split", "annotator", "time", "weight", "group"])
def test_none_says_that_there_is_no_such_column(role: str) -> None:
    table = PEOPLE | {"split": ["a"] * 4, "annotator": ["b"] * 4}
    dataset, guesses = assigned(table, label=("y",), **{role: () if role == "annotator" else "none"})
    assert not getattr(dataset.roles, role)
    assert role not in guesses


@pytest.mark.parametrize("role", ["label", "sensitive", "text", "features"])
def test_none_is_no_column_for_roles_of_several(role: str) -> None:
    with pytest.raises(UsageError, match=f"--{role}: there is no column 'none'"):
        assigned(PEOPLE, **{role: ("none",)})


def test_a_misspelt_column_is_named_with_the_nearest() -> None:
    with pytest.raises(UsageError, match=r"--sensitive: there is no column 'sexx'. Did you mean 'sex'"):
        assigned(PEOPLE, sensitive=("sexx",))


def test_no_sensitive_columns_is_the_users_word() -> None:
    assert assigned(PEOPLE, sensitive=())[0].no_people
    assert not assigned(PEOPLE)[0].no_people


@pytest.mark.parametrize("role", ["label", "sensitive", "features"])
def test_a_column_with_a_role_is_not_guessed_to_be_the_id_or_the_split(role: str) -> None:
    table = {"class_id": [1, 2, 3], "fold": ["a", "b", "c"], "y": [0, 1, 1]}
    for name in ("class_id", "fold"):
        told = {"label": ("y",)} | {role: (name,)}
        dataset, guesses = assigned(table, **told)
        assert name not in (dataset.roles.id, dataset.roles.split)
        assert name not in {guess.value for guess in guesses.values() if guess.name in ("id", "split")}


def test_an_unlabelled_set_has_no_label_to_be() -> None:
    dataset, _ = assigned(PEOPLE, unlabelled=True)
    assert (dataset.task, dataset.roles.label, dataset.label_is) == (Task.UNLABELED, (), None)


@pytest.mark.parametrize("said", ["multi-class", "multi_class", "multiclass"])
def test_a_task_may_be_written_with_a_dash(said: str) -> None:
    assert assigned(PEOPLE, label=("y",), task=said)[0].task is Task.MULTICLASS


LISTS = {"tags": [["a"], ["b"]], "p": [True, False], "q": [0, 1], "n": [1.5, 2.5], "w": ["x", "z"], "v": [[0.5], [1.0]]}


@pytest.mark.parametrize(
    ("label", "task", "problem"),
    [
        (("w",), "image", "not yet supported"),
        (("w",), "multilabel", "one label a row"),
        (("tags",), "multiclass", "several labels a row"),
        (("p", "q"), "binary", "several labels a row"),
        (("w",), "regression", "'w' is categorical"),
        (("v",), "multiclass", "'v' is embedding"),
        (("v",), None, "'v' is embedding"),
        (("p", "w"), None, "'w' must hold true or false, or numbers"),
    ],
)
def test_a_label_that_does_not_fit_its_task_is_refused(label: tuple[str, ...], task: str | None, problem: str) -> None:
    with pytest.raises(UsageError, match=problem):
        assigned(LISTS, label=label, task=task)


def test_three_classes_are_not_binary() -> None:
    with pytest.raises(UsageError, match="'y' has 3 classes"):
        assigned({"x": [1, 2, 3], "y": ["a", "b", "c"]}, label=("y",), task="binary")


def test_an_unknown_kind_of_label_is_refused_with_the_known_ones() -> None:
    with pytest.raises(UsageError, match="annotation, outcome, decision"):
        assigned(PEOPLE, label=("y",), label_is="opinion")


def test_a_positive_class_that_no_row_has_is_refused() -> None:
    with pytest.raises(UsageError, match=r"no row has the label 'yess'. Did you mean 'yes'"):
        assigned(PEOPLE, label=("y",), positive="yess")


def test_a_positive_class_is_named_as_the_report_names_it() -> None:
    table = {"x": [1, 2, 3], "y": [1.0, 0.0, None]}
    assert assigned(table, label=("y",), positive="1")[0].positive == "1"


def test_labels_without_a_value_leave_no_positive_class() -> None:
    dataset, guesses = assigned({"x": [1, 2], "y": pl.Series([None, None], dtype=pl.String)}, label=("y",))
    assert dataset.positive is None
    assert guesses["task"].why == "no row has a label to tell more"


NAMED = {"a, b": ["p", "q"], "a": ["p", "q"], "b": ["p", "q"], 'say "c"': ["p", "q"], "y": ["u", "v"]}


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        (("a, b",), ("a, b",)),  # a column of that name comes first
        (("a,b",), ("a", "b")),
        ((" a , b, ",), ("a", "b")),
        (('"a, b",a',), ("a, b", "a")),
        (("a, b", "b,a"), ("a, b", "b", "a")),
        (('say "c",a',), ('say "c"', "a")),
    ],
)
def test_a_name_may_hold_commas(said: tuple[str, ...], meant: tuple[str, ...]) -> None:
    assert assigned(NAMED, label=("y",), sensitive=said)[0].roles.sensitive == meant


@pytest.mark.parametrize("said", ["a,,c", "a,c"])
def test_of_a_list_with_commas_each_name_must_be_a_column(said: str) -> None:
    with pytest.raises(UsageError, match="--sensitive: there is no column 'c'"):
        assigned(NAMED, label=("y",), sensitive=(said,))
    with pytest.raises(UsageError, match="'a' is named twice"):
        assigned(NAMED, label=("y",), sensitive=("a,a",))


@pytest.mark.parametrize("said", ["", "x\ny", '"', ",", "a\rb,c"])
def test_what_is_hardly_a_name_is_refused_like_any_other(said: str) -> None:
    with pytest.raises(UsageError, match="there is no column"):
        assigned(NAMED, label=("y",), sensitive=(said,))


SIZES = {"x": [1, 2, 3, 4], "y": ["s", "m", "l", "m"]}


def test_an_order_makes_the_task_ordinal() -> None:
    dataset, guesses = assigned(SIZES, label=("y",), label_order=("s", "m", "l", "xl"))
    assert (dataset.task, dataset.label_order) == (Task.ORDINAL, ("s", "m", "l", "xl"))
    assert "task" not in guesses  # the order says it
    numbers = assigned({"x": [1, 2, 3], "y": [1.0, 2.0, 3.0]}, label=("y",), label_order=("1", "2", "3"))[0]
    assert numbers.task is Task.ORDINAL


@pytest.mark.parametrize(
    ("order", "task", "told"),
    [
        (("s", "m"), None, "the label also holds 'l'. Give each class its place"),
        (("s", "m", "L"), "ordinal", "the label also holds 'l'.*; no row has 'L'"),
        (("s", "m", "m", "l"), None, "'m' stands in it twice"),
        (("s", "m", "l"), "multiclass", "the classes of a multiclass label have no order"),
    ],
)
def test_an_order_that_does_not_fit_the_label_is_refused(order: tuple[str, ...], task: str | None, told: str) -> None:
    with pytest.raises(UsageError, match=f"--label-order: {told}"):
        assigned(SIZES, label=("y",), label_order=order, task=task)


def test_a_label_of_lists_has_no_order() -> None:
    with pytest.raises(UsageError, match="--label-order: ordinal: 'tags' holds several labels a row"):
        assigned(LISTS, label=("tags",), label_order=("a", "b"))


@pytest.mark.parametrize(
    ("declared", "told"),
    [
        ({"sensitive": ("label",)}, "--sensitive: 'label' looks like the label"),  # though there is a `class`
        ({"features": ("age", "label")}, "--features: 'label' looks like the label"),
        ({"group": "label"}, "--group: 'label' looks like the label"),
    ],
)
def test_the_next_best_column_is_not_guessed_for_a_label_that_was_taken_away(
    declared: dict[str, Any], told: str
) -> None:
    table = {"age": [1, 2], "class": ["p", "q"], "label": ["u", "v"], "z": [0, 1]}
    with pytest.raises(UsageError, match=f"{told}.*Name the label with --label"):
        assigned(table, **declared)
    assert assigned(table, label=("z",), **declared)[0].roles.label == ("z",)


def test_a_less_sure_name_may_be_something_else_where_another_is_named() -> None:
    table = {"age": [1, 2], "class": ["p", "q"], "survived": ["u", "v"], "z": [0, 1]}
    assert assigned(table, sensitive=("class",))[0].roles.label == ("survived",)  # the Titanic's classes
    with pytest.raises(UsageError, match="'class' looks like the label"):  # it is not the last column then
        assigned(table, sensitive=("class", "survived"))


@pytest.mark.parametrize(
    ("declared", "told"),
    [
        ({"time": "sex"}, "--time: 'sex' is categorical: a time is a number or a date"),
        ({"weight": "sex"}, "--weight: 'sex' is categorical: a weight is a number"),
        ({"text": ("word", "age")}, "--text: 'age' is numeric: it holds no text"),
    ],
)
def test_a_column_must_be_of_a_kind_that_its_role_can_use(declared: dict[str, Any], told: str) -> None:
    with pytest.raises(UsageError, match=told):
        assigned(PEOPLE, label=("y",), **declared)


def test_a_weight_below_nothing_is_refused() -> None:
    assert assigned(PEOPLE | {"w": [0, 1, 2, None]}, label=("y",), weight="w")[0].roles.weight == "w"
    with pytest.raises(UsageError, match=r"--weight: 'w' holds -0.5: no row counts less than nothing"):
        assigned(PEOPLE | {"w": [0.5, -0.5, 2, 1]}, label=("y",), weight="w")


def test_text_makes_an_annotation() -> None:
    notes = [f"a note of more than three words {i}" for i in range(4)]
    dataset, guesses = assigned({"note": notes, "y": ["a", "b", "a", "b"]}, label=("y",))
    assert dataset.roles.text == ("note",)
    assert dataset.label_is is LabelIs.ANNOTATION
    assert "reader" in guesses["label-is"].why


@pytest.mark.parametrize(
    ("declared", "told"),
    [
        ({"label": ("y",), "sensitive": ("y",)}, "--sensitive: 'y' is the label already"),
        ({"label": ("y",), "features": ("age", "y")}, "--features: 'y' is the label already"),
        ({"label": ("key",), "id": "key"}, "--id: 'key' is the label already"),
        ({"label": ("y",), "sensitive": ("sex", "sex")}, "--sensitive: 'sex' is named twice"),
        ({"label": ("y", "y")}, "--label: 'y' is named twice"),
    ],
)
def test_a_column_is_not_two_things_at_once(declared: dict[str, Any], told: str) -> None:
    with pytest.raises(UsageError, match=told):
        assigned(PEOPLE, **declared)


VOTES = {
    "item": [1, 1, 2, 3],
    "who": ["a", "b", "a", "b"],
    "first": ["p", "q"] * 2,
    "second": ["p", "p"] * 2,
    "y": ["p", "p", "q", "p"],
}


def test_columns_that_hold_each_annotators_label_are_no_features() -> None:
    dataset, guesses = assigned(VOTES, label=("y",), annotator=("first,second",))
    assert dataset.roles.annotator == ("first", "second")
    assert dataset.roles.features == ("item", "who")
    assert not dataset.votes
    assert (dataset.label_is, guesses["label-is"].why) == (LabelIs.ANNOTATION, "annotators gave it")


@pytest.mark.parametrize(
    ("annotator", "key", "votes"),
    [(("who",), "item", True), (("who",), "none", False), (("first", "second"), "item", False), ((), "item", False)],
)
def test_rows_of_one_annotator_each_that_share_an_id_are_votes(annotator: Any, key: str, votes: bool) -> None:
    assert assigned(VOTES, label=("y",), annotator=annotator, id=key)[0].votes is votes


def test_an_id_that_never_repeats_names_rows_and_not_items() -> None:
    table = {**VOTES, "item": [1, 2, 3, None]}
    assert not assigned(table, label=("y",), annotator=("who",), id="item")[0].votes


def test_an_annotator_column_is_guessed_by_its_name() -> None:
    dataset, guesses = assigned({"annotator_id": ["a", "b"], "y": ["p", "q"]})
    assert dataset.roles.annotator == ("annotator_id",)
    assert guesses["annotator"].why == "from its name"


@pytest.mark.parametrize(
    ("annotator", "told"),
    [(("y",), "'y' is the label already"), (("who", "who"), "'who' is named twice"), (("whom",), "Did you mean 'who'")],
)
def test_annotators_that_cannot_be_are_refused(annotator: tuple[str, ...], told: str) -> None:
    with pytest.raises(UsageError, match=f"--annotator: .*{told}"):
        assigned(VOTES, label=("y",), annotator=annotator)
