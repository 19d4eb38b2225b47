from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

import pytest
from pydantic import ValidationError

from auditor.check import (
    CLASSIFICATION,
    Check,
    Evidence,
    Family,
    Finding,
    Measure,
    Needs,
    Role,
    Skip,
    Slice,
    exact,
)
from auditor.dataset.table import Dataset
from auditor.testing import evidence_of

TABLE = {"sex": ["f", "m"], "y": ["u", "v"]}


class Documented(Check):
    """Rows are
    odd.

    A model learns the odd ones.
    Take them out.

    Or keep them.

    Method: counted
    by hand.
    """

    id: ClassVar[str] = "documented"
    family: ClassVar[Family] = Family.DIVERSITY

    max_rows: int = 3

    def measure(self, evidence: Evidence) -> Iterator[Measure | Finding | Skip]:
        yield from ()


class Bare(Documented):
    id: ClassVar[str] = "bare"


Bare.__doc__ = None


def dataset(label: str | None = "y", sensitive: tuple[str, ...] = ()) -> Dataset:
    return evidence_of(TABLE, label=label, sensitive=sensitive).dataset


def test_the_docstring_is_taken_apart() -> None:
    told = Documented.documentation()
    assert told.finds == "Rows are odd."
    assert told.why == "A model learns the odd ones. Take them out.\n\nOr keep them."
    assert told.method == "counted by hand."


def test_a_check_without_a_docstring_is_a_check() -> None:
    assert isinstance(Bare.documentation().finds, str)


def test_options_are_checked_and_frozen() -> None:
    with pytest.raises(ValidationError):
        Documented(max_rows="many")
    with pytest.raises(ValidationError):
        Documented(max_row=3)  # type: ignore[call-arg]
    with pytest.raises(ValidationError):
        Documented().max_rows = 4  # type: ignore[misc]


def test_a_measure_asks_by_name_and_columns() -> None:
    plain = Measure("rows", "class a", exact(1))
    cut = Measure("rows", Slice((("sex", "f"), ("race", "x"))), exact(1))
    assert plain.question == ("rows",)
    assert cut.question == ("rows", "sex", "race")
    assert str(cut.subject) == "sex = f, race = x"


def test_needs_that_are_met_are_no_skip() -> None:
    assert Needs().unmet(dataset()) is None
    assert Needs(roles=frozenset({Role.LABEL}), tasks=CLASSIFICATION).unmet(dataset()) is None


def test_a_missing_column_is_named_with_the_flag_for_it() -> None:
    needs = Needs(roles=frozenset({Role.SPLIT}))
    assert needs.unmet(dataset()) == Skip("no split column; name one with --split-column")


def test_where_there_are_no_people_nothing_is_demanded_of_them() -> None:
    skip = Needs(roles=frozenset({Role.SENSITIVE})).unmet(dataset())
    assert skip == Skip("the dataset is declared to hold no sensitive columns", applies=False)


def test_a_task_that_it_does_not_speak_of_makes_no_demand() -> None:
    skip = Needs(tasks=CLASSIFICATION).unmet(dataset(label=None))
    assert skip == Skip("does not apply to a dataset without a label", applies=False)


def test_fast_leaves_models_out() -> None:
    needs = Needs(model=True)
    assert needs.unmet(dataset()) is None
    assert needs.unmet(dataset(), fast=True) == Skip("needs a model, and --fast leaves models out")


def test_a_check_of_examples_does_not_ask_votes() -> None:
    votes = {"item": [1, 1], "who": ["a", "b"], "y": ["p", "q"]}
    dataset = evidence_of(votes, label="y", annotator="who", id="item").dataset
    unmet = Needs(examples=True).unmet(dataset)
    assert unmet is not None
    assert "the rows are votes" in unmet.reason
    assert not unmet.applies
    assert Needs().unmet(dataset) is None


@pytest.mark.parametrize("role", [Role.ANNOTATOR, Role.TIME])
def test_data_without_annotators_or_times_lacks_nothing(role: Role) -> None:
    unmet = Needs(roles=frozenset({role})).unmet(evidence_of({"y": ["p", "q"]}, label="y").dataset)
    assert unmet is not None
    assert not unmet.applies


def test_true_is_no_number_of_rows() -> None:
    from auditor_checks.diversity.class_imbalance import ClassImbalance

    with pytest.raises(ValueError, match="not true or false"):
        ClassImbalance.model_validate({"min_rows": True})
    assert ClassImbalance.model_validate({"min_rows": 3}).min_rows == 3
