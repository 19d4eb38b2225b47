from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

import polars as pl
import pytest

from auditor.check import Check, Evidence, Family, Finding, Measure, Needs, Role, exact
from auditor.dataset.table import LabelIs, Task
from auditor.errors import UsageError
from auditor.testing import Status, decided, evidence_of, findings_of, measures_of


class Rows(Check):
    """A table has too few rows."""

    id: ClassVar[str] = "rows"
    family: ClassVar[Family] = Family.DIVERSITY
    needs: ClassVar[Needs] = Needs(roles=frozenset({Role.SENSITIVE}))

    at_least: int = 2

    def measure(self, evidence: Evidence) -> Iterator[Measure | Finding]:
        if self.at_least < 0:
            raise ZeroDivisionError("broken on purpose")
        yield Measure("rows", "all", exact(evidence.profile.rows), at_least=self.at_least)
        yield Finding("all", "look at them", evidence.profile.rows)


def test_measures_and_findings_are_told_apart() -> None:
    (measure,) = measures_of(Rows(), {"sex": ["m", "f"]}, sensitive="sex")
    (finding,) = findings_of(Rows(), {"sex": ["m", "f"]}, sensitive="sex")
    assert (measure.estimate.value, finding.count) == (2, 2)


def test_the_gate_decides() -> None:
    assert decided(Rows(), {"sex": ["m", "f"]}, sensitive="sex").status is Status.PASS
    assert decided(Rows(at_least=3), {"sex": ["m", "f"]}, sensitive="sex").status is Status.FAIL


def test_a_check_that_would_be_skipped_is_no_silent_success() -> None:
    with pytest.raises(ValueError, match="rows is skipped for this table: the dataset is declared to hold no"):
        measures_of(Rows(), {"sex": ["m", "f"]})
    assert decided(Rows(), {"sex": ["m", "f"]}).status is Status.SKIPPED


def test_an_exception_reaches_the_test_and_is_an_error_to_the_gate() -> None:
    with pytest.raises(ZeroDivisionError):
        measures_of(Rows(at_least=-1), {"sex": ["m"]}, sensitive="sex")
    result = decided(Rows(at_least=-1), {"sex": ["m"]}, sensitive="sex")
    assert (result.status, result.reason) == (Status.ERROR, "ZeroDivisionError: broken on purpose")


def test_no_role_is_guessed() -> None:
    roles = evidence_of({"id": [1, 2], "split": ["a", "b"], "sex": ["m", "f"], "label": [0, 1]}).dataset.roles
    assert (roles.id, roles.split, roles.sensitive, roles.label) == (None, None, (), ())


def test_what_is_named_is_taken() -> None:
    dataset = evidence_of(
        pl.DataFrame({"k": [1, 2], "y": ["no", "yes"], "who": ["a", "b"], "t": ["some text", "more of it"]}),
        label="y",
        sensitive=["who"],
        id="k",
        text="t",
        label_is="decision",
        positive="yes",
    ).dataset
    assert (dataset.roles.label, dataset.roles.sensitive, dataset.roles.id) == (("y",), ("who",), "k")
    assert (dataset.roles.text, dataset.label_is, dataset.positive) == (("t",), LabelIs.DECISION, "yes")
    assert dataset.task is Task.BINARY


def test_numbers_may_be_whole_or_not() -> None:
    assert evidence_of({"x": [1, 2.5, None]}).profile["x"].mean == 1.75


def test_evidence_is_taken_as_it_is() -> None:
    evidence = evidence_of({"sex": ["m", "f"]}, sensitive="sex")
    assert evidence_of(evidence) is evidence
    assert decided(Rows(), evidence).status is Status.PASS


def test_a_wrong_column_is_named() -> None:
    with pytest.raises(UsageError, match="Did you mean 'sex'"):
        evidence_of({"sex": ["m"]}, sensitive="sexe")
