from __future__ import annotations

from typing import Any

import pytest

from auditor.evidence import counts, subgroups
from auditor.evidence.counts import AskCounts
from auditor.evidence.subgroups import AskJoint
from auditor.testing import evidence_of

TABLE: dict[str, list[Any]] = {
    "a": ["x", "x", "y", "y", "x", None],
    "b": ["u", "v", "u", "v", "u", "u"],
    "c": ["k"] * 6,
    "y": ["yes", "no", "yes", None, "no", "yes"],
}


def test_the_runs_joint_table_is_used_where_there_is_one() -> None:
    evidence = evidence_of(TABLE, label="y", sensitive=("a", "b"))
    evidence.label_counts("a")
    before = len(evidence.known(AskCounts))
    evidence.ask(AskJoint())
    assert len(evidence.known(AskCounts)) == before


def test_rows_of_a_group_and_those_that_have_a_class() -> None:
    joint = evidence_of(TABLE, label="y", sensitive=("a", "b")).ask(AskJoint())
    found = joint.subgroups(("a", "b"), (("yes",), ("no",)))
    assert found.groups == (("x", "u"), ("(missing)", "u"), ("x", "v"), ("y", "u"))
    assert found.rows.tolist() == [2, 1, 1, 1]
    assert found.having.tolist() == [[1, 1, 0, 1], [1, 0, 1, 0]]
    assert [len(set(level)) for level in found.levels()] == [3, 2]


def test_some_classes_count_as_one() -> None:
    joint = evidence_of(TABLE, label="y", sensitive=("a", "b")).ask(AskJoint())
    assert joint.subgroups(("a", "b"), (("no", "yes"),)).having.tolist() == [[2, 1, 1, 1]]


def test_attributes_that_do_not_fit_are_left_out_and_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(subgroups, "MAX_JOINT_CELLS", 15)
    monkeypatch.setattr(counts, "MAX_JOINT_CELLS", 15)
    joint = evidence_of(TABLE, label="y", sensitive=("a", "b")).ask(AskJoint())
    assert (joint.attributes, joint.left_out) == (("a",), ("b",))


def test_an_attribute_of_one_value_makes_no_subgroup() -> None:
    joint = evidence_of(TABLE, label="y", sensitive=("a", "b", "c")).ask(AskJoint())
    assert (joint.attributes, joint.left_out) == (("a", "b"), ())


def test_combinations_come_small_ones_first() -> None:
    joint = evidence_of(TABLE, label="y", sensitive=("a", "b")).ask(AskJoint())
    assert list(joint.combinations(1, 3)) == [("a",), ("b",), ("a", "b")]
