from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import polars as pl
import pytest

from auditor.errors import UsageError
from auditor.evidence.identity import known_rows
from auditor.review.corrections import Correction, Rule, last_words, read_corrections, taken
from auditor.review.corrections_audit import audit_users, audited
from auditor.review.labels import Classes, labels_of
from auditor.testing import evidence_of

LABELS = Classes(["u", "v", "u", "v"], frozenset("uvw"))


def said(*words: str) -> tuple[Correction, ...]:
    """Corrections written as `row user label`."""
    return tuple(Correction(int(row), label, user) for row, user, label in map(str.split, words))


def labels_taken(words: Sequence[str], rule: Rule, **options: object) -> dict[int, str]:
    return {one.row: one.label for one in taken(said(*words), LABELS, rule, **options)}  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["0 a v"], {}),  # one word against the label that is there
        (["0 a v", "0 b v"], {0: "v"}),
        (["0 a v", "0 b v", "0 c u"], {}),
        (["0 a v", "0 b v", "0 c w"], {}),  # two of four
        (["0 a v", "0 b v", "0 c v", "0 d w"], {0: "v"}),
        (["0 a u", "0 b u"], {}),
    ],
)
def test_a_majority_must_outvote_the_label_that_is_there(words: list[str], expected: dict[int, str]) -> None:
    assert labels_taken(words, Rule.MAJORITY) == expected


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["0 a v"], {0: "v"}),
        (["0 x v", "0 y v", "0 z v"], {}),
        (["0 a v", "0 b w"], {}),
        (["0 a v", "0 b v", "0 c w"], {0: "v"}),
    ],
)
def test_trusted_users_decide_among_themselves(words: list[str], expected: dict[int, str]) -> None:
    assert labels_taken(words, Rule.TRUSTED, trusted={"a", "b", "c"}) == expected


def test_a_threshold_must_be_reached_by_one_class_more_than_by_any_other() -> None:
    words = ["0 a v", "0 b v", "1 a u", "1 b u", "1 c u", "2 a v", "2 b v", "2 c w", "2 d w"]
    assert labels_taken(words, Rule.THRESHOLD, threshold=3) == {1: "u"}
    assert labels_taken(words, Rule.THRESHOLD, threshold=2) == {0: "v", 1: "u"}


def test_suspects_do_not_count() -> None:
    assert labels_taken(["0 a v", "0 b v"], Rule.MAJORITY, suspects={"b"}) == {}


def test_a_users_last_word_on_a_row_holds() -> None:
    first = Correction(0, "v", "a", "2026-01-02")
    assert last_words([first, Correction(0, "w", "a", "2026-01-01")]) == (first,)
    assert last_words([Correction(0, "v", "a", "10"), Correction(0, "w", "a", "9")])[0].label == "v"
    assert last_words(said("0 a v", "0 a w", "1 a v")) == said("0 a w", "1 a v")


def test_who_contradicts_the_others_is_left_out() -> None:
    words = [f"{row} {user} v" for row in range(10) for user in "abc"] + [f"{row} m w" for row in range(10)]
    users = {user.user: user for user in audit_users(said(*words))}
    assert users["m"].reason == "contradicts the majority of the others in 10 of 10 rows"
    assert users["m"].commonest == "w"
    assert {users[user].reason for user in "abc"} == {""}


def test_a_few_contradictions_are_no_proof() -> None:
    words = [f"{row} {user} v" for row in range(4) for user in "abc"] + [f"{row} m w" for row in range(4)]
    assert {user.reason for user in audit_users(said(*words))} == {""}


def test_who_makes_most_of_all_corrections_is_left_out_where_there_are_enough() -> None:
    flood = [f"{row} m w" for row in range(30)]
    alone = audit_users(said(*flood, "0 a v"))
    assert {user.reason for user in alone} == {""}  # of two users one always makes most
    (busiest, *others) = audit_users(said(*flood, "100 a v", "101 b v"))
    assert busiest.reason == "makes 94% of all corrections alone"
    assert {user.reason for user in others} == {""}


def test_conflicts_and_groups_are_audited() -> None:
    evidence = evidence_of({"sex": ["f", "f", "m", "m"], "y": ["u", "v", "u", "v"]}, label="y")
    labels = labels_of(evidence)
    corrections = said("0 a v", "0 b v", "1 a u", "1 b v")
    chosen = taken(corrections, labels, Rule.MAJORITY)
    audit = audited(evidence, labels, corrections, audit_users(corrections), chosen, "majority", ["sex"])
    assert [(one.row, one.label, one.asked) for one in audit.conflicts] == [(1, "v", {"u": 1, "v": 1})]
    assert [(one.group, one.rows, one.changed) for one in audit.groups] == [("f", 2, 1), ("m", 2, 0)]
    assert all(one.lower <= one.share <= one.upper for one in audit.groups)
    assert json.loads(audit.to_json())["changed"] == 1
    assert any("sex = f: 1 of 2 rows" in line for line in audit.lines())
    with pytest.raises(UsageError, match="no column 'sexx'. Did you mean 'sex'"):
        audited(evidence, labels, corrections, (), chosen, "majority", ["sexx"])


def read(tmp_path: Path, text: str, **roles: str) -> tuple[Correction, ...]:
    path = tmp_path / "c.csv"
    path.write_text(text)
    evidence = evidence_of(
        {"name": ["p", "q", "r", "r"], "x": [1, 2, 3, 4], "y": ["u", "v", "u", "v"]}, label="y", **roles
    )
    return read_corrections(path, evidence, labels_of(evidence), tmp_path / "s", new_classes=False)


def test_rows_are_named_by_ordinal_id_or_key(tmp_path: Path) -> None:
    expected = (Correction(1, "u", "ann", ""),)
    assert read(tmp_path, "row,new_label,user\n1,u,ann\n") == expected
    assert read(tmp_path, "name,new_label,user\nq,u,ann\n", id="name") == expected
    assert read(tmp_path, "id,new_label,user\nq,u,ann\n", id="name") == expected
    evidence = evidence_of({"name": ["p", "q", "r", "r"], "x": [1, 2, 3, 4], "y": ["u", "v", "u", "v"]}, label="y")
    key = list(known_rows(evidence))[1].key
    assert read(tmp_path, f"key,new_label,user\n{key},u,ann\n") == expected


def test_other_formats_are_read(tmp_path: Path) -> None:
    path = tmp_path / "c.jsonl"
    path.write_text('{"row": 1, "new_label": "u", "user": 7, "time": "2026-01-01"}\n')
    evidence = evidence_of(pl.DataFrame({"x": [1, 2], "y": ["u", "v"]}), label="y")
    (one,) = read_corrections(path, evidence, labels_of(evidence), tmp_path / "s", new_classes=False)
    assert one == Correction(1, "u", "7", "2026-01-01T00:00:00")


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("new_label,user\nu,ann\n", "nothing says which row is meant"),
        ("row,user\n1,ann\n", "there is no column 'new_label'"),
        ("row,new_label\n1,u\n", "there is no column 'user'"),
        ("row,new_label,user\n1,u,ann\n9,u,ann\n", r"c\.csv:3: no row has the row '9'"),
        ("row,new_label,user\n-1,u,ann\n", r"c\.csv:2: no row has the row '-1'"),
        ("row,new_label,user\n1,,ann\n", r"c\.csv:2: new_label and user must be there"),
        ("row,new_label,user\n1,w,ann\n", r"c\.csv:2: no row has the class 'w'. Known: u, v"),
        ("id,new_label,user\nq,u,ann\n", "the data has none. Name its column with --id"),
    ],
)
def test_what_makes_no_sense_is_named_with_its_line(tmp_path: Path, text: str, problem: str) -> None:
    with pytest.raises(UsageError, match=problem):
        read(tmp_path, text)


def test_an_id_that_stands_twice_names_no_row(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"c\.csv:2: more than one row has the name 'r'"):
        read(tmp_path, "name,new_label,user\nr,v,ann\n", id="name")
