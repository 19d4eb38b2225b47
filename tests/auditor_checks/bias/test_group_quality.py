from __future__ import annotations

from typing import Any

import pytest

from auditor.check import Measure
from auditor.testing import Status, decided, evidence_of, measures_of
from auditor_checks.bias.group_quality import GroupQuality

Cells = dict[str, list[Any]]


def people(holes: int = 0, unlabeled: int = 0, repeated: int = 0, rows: int = 400) -> Cells:
    """Twice as many men as women; holes, missing labels and repeated rows among the women alone."""
    men = 2 * rows
    number = [*range(men), *(None if i < holes else men + max(i, repeated) for i in range(rows))]
    women = [None if i < unlabeled else "0" if i < repeated else f"{i % 2}" for i in range(rows)]
    return {"sex": ["m"] * men + ["f"] * rows, "x": number, "y": [f"{i % 2}" for i in range(men)] + women}


def told(table: Cells) -> dict[str, list[Measure]]:
    found: dict[str, list[Measure]] = {}
    for measure in measures_of(GroupQuality(), table, label="y", sensitive="sex"):
        found.setdefault(measure.name, []).append(measure)
    return found


def test_rows_kept_alike_pass() -> None:
    result = decided(GroupQuality(), people(), label="y", sensitive="sex")
    assert result.status is Status.PASS
    assert {str(d.measure.subject) for d in result.decided} == {"sex: all groups"}


@pytest.mark.parametrize(
    ("flaw", "name"),
    [
        ({"holes": 120}, "rows with a missing value"),
        ({"unlabeled": 120}, "rows without a label"),
    ],
)
def test_a_flaw_of_one_group_alone_fails(flaw: dict[str, int], name: str) -> None:
    (measure,) = told(people(**flaw))[name]
    assert str(measure.subject) == "sex = f"
    assert measure.estimate.value == pytest.approx(0.3)
    assert decided(GroupQuality(), people(**flaw), label="y", sensitive="sex").status is Status.FAIL


def test_repeats_that_are_known_are_shown_and_decide_nothing() -> None:
    evidence = evidence_of(people(repeated=121), label="y", sensitive="sex")
    assert "rows that repeat another" not in {m.name for m in measures_of(GroupQuality(), evidence)}
    evidence = evidence_of(people(repeated=121), label="y", sensitive="sex")
    assert evidence.duplicates.identical.count
    (measure,) = (m for m in measures_of(GroupQuality(), evidence) if m.name == "rows that repeat another")
    assert measure.estimate.value == pytest.approx(0.3)
    assert measure.at_most is None
    assert decided(GroupQuality(), evidence).status is Status.PASS


def test_holes_of_both_groups_alike_pass() -> None:
    table = people()
    table["x"] = [None if i % 4 == 0 else i for i in range(1200)]
    assert decided(GroupQuality(), table, label="y", sensitive="sex").status is Status.PASS


def test_a_hole_in_the_attribute_itself_is_a_group_and_no_flaw() -> None:
    table = people()
    table["sex"] = [None if i % 4 == 0 else sex for i, sex in enumerate(table["sex"])]
    (measure,) = told(table)["rows with a missing value"]
    assert measure.estimate.value == 0


def test_few_rows_never_fail() -> None:
    table = people(holes=20, rows=20)
    assert decided(GroupQuality(), table, label="y", sensitive="sex").status is Status.UNDECIDED


def test_texts_of_one_group_are_longer_and_some_were_cut() -> None:
    words = "a complaint about the delivery of a parcel that never came"
    table: Cells = {
        "note": [f"{words} {i}" for i in range(50)] + [f"{words} {words} {i} {words}"[:140] for i in range(50)],
        "sex": ["m"] * 50 + ["f"] * 50,
        "y": ["a", "b"] * 50,
    }
    found = told(table)
    lengths = {str(m.subject): m.estimate.value for m in found["characters of note"]}
    assert lengths["sex = f"] == 140
    assert lengths["sex = m"] == pytest.approx(60, abs=1)
    cut = {str(m.subject): m.estimate.value for m in found["texts of note cut at the longest length"]}
    assert cut == {"sex = f": 1.0, "sex = m": 0.0}
    assert all(m.at_most is None for m in found["characters of note"])
