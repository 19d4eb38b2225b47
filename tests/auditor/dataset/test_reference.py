from __future__ import annotations

from typing import Any

import pytest

from auditor.dataset.reference import labels_apart
from auditor.dataset.table import Kind, Task
from auditor.errors import NotPossible, UsageError
from auditor.testing import evidence_of

TABLE: dict[str, list[Any]] = {"age": [1, 2, 3, 4], "job": ["a", "b", "a", "b"], "y": ["n", "y", "n", "y"]}


def test_the_reference_has_the_roles_of_the_data() -> None:
    evidence = evidence_of(TABLE, label="y", sensitive="job", reference=TABLE)
    other = evidence.reference.dataset
    assert (other.roles.label, other.roles.sensitive, other.roles.features) == (("y",), ("job",), ("age", "job"))
    assert other.task is Task.BINARY
    assert evidence.reference is evidence.reference  # what was asked of it is kept


def test_its_label_may_be_missing() -> None:
    table = {name: cells for name, cells in TABLE.items() if name != "y"}
    other = evidence_of(TABLE, label="y", reference=table).reference.dataset
    assert (other.task, other.label_is, other.roles.label) == (Task.UNLABELED, None, ())


def test_columns_that_do_not_match_are_told() -> None:
    table = {"age": ["x", "y", "z", "x"], "y": ["n", "y", "n", "y"], "new": [1, 2, 3, 4]}
    dataset = evidence_of(TABLE, label="y", reference=table).dataset
    assert dataset.reference is not None
    assert (dataset.reference.lacking, dataset.reference.besides) == (("job",), ("new",))
    assert dataset.reference.unlike == {"age": (Kind.NUMERIC, Kind.CATEGORICAL)}
    assert dataset.reference.dataset.roles.features == ()


def test_words_are_prose_where_they_are_in_the_data() -> None:
    texts = [f"a complaint about the parcel number {n}" for n in range(50)]
    data = {"t": texts, "y": ["a", "b"] * 25}
    dataset = evidence_of(data, label="y", reference={"t": ["hello", "hello"], "y": ["a", "b"]}).dataset
    assert dataset.reference is not None
    assert dataset.reference.dataset.column("t").kind is Kind.TEXT


def test_nothing_in_common_is_refused() -> None:
    with pytest.raises(UsageError, match="no column of the data's"):
        evidence_of(TABLE, label="y", reference={"other": [1, 2]})


def test_columns_of_other_kinds_alone_are_refused_as_such() -> None:
    with pytest.raises(UsageError, match="no column of the data's of the same kind, so"):
        evidence_of({"age": [1, 2]}, reference={"age": ["a", "b"]})


def test_a_column_without_values_has_no_kind() -> None:
    dataset = evidence_of(TABLE | {"age": [None] * 4}, label="y", reference=TABLE | {"job": [float("nan")] * 4}).dataset
    assert dataset.reference is not None
    assert dataset.reference.unlike == {"age": (None, Kind.NUMERIC), "job": (Kind.CATEGORICAL, None)}


def test_probabilities_are_lacking_nowhere() -> None:
    predicted = {"p_n": [0.9, 0.1, 0.8, 0.2], "p_y": [0.1, 0.9, 0.2, 0.8]}
    dataset = evidence_of(TABLE | predicted, label="y", pred_probs=("p_n", "p_y"), base=TABLE).dataset
    assert dataset.reference is not None
    assert dataset.reference.lacking == ()


@pytest.mark.parametrize(
    ("other", "told"),
    [
        ({"y": ["n", "y"]}, ""),
        ({"y": [0, 1]}, "the label 'y' is categorical in the data and numeric in the reference"),
        ({"y": [None, None]}, ""),  # read as words, of which there are none
        ({}, "the reference has no label 'y'"),
    ],
)
def test_why_labels_cannot_be_held_against_each_other(other: dict[str, list[Any]], told: str) -> None:
    dataset = evidence_of(TABLE, label="y", reference={"age": [1, 2]} | other).dataset
    assert labels_apart(dataset) == told


def test_data_without_a_label_says_so() -> None:
    assert labels_apart(evidence_of(TABLE, base=TABLE).dataset) == "the batch has no label"


def test_without_a_reference_there_is_none() -> None:
    with pytest.raises(NotPossible, match="no reference"):
        _ = evidence_of(TABLE, label="y").reference
