from __future__ import annotations

import polars as pl
import pytest

from auditor.check import Finding
from auditor.evidence.identity import known_rows, labels_digest
from auditor.report.examples import locate
from auditor.testing import evidence_of

TABLE = {"x": [1, 1, 2, 2, 3], "t": ["a", "a ", None, None, "c"], "y": ["u", "v", "u", "u", "v"]}


def test_rows_come_with_the_keys_that_the_report_has() -> None:
    for roles in ({}, {"id": "key"}):
        evidence = evidence_of({"key": [f"k{n}" for n in range(5)], **TABLE}, label="y", **roles)
        located = locate(evidence, [Finding("x", "y", 5, range(5))])
        assert {row.row: row.key for row in known_rows(evidence)} == located.keys


def test_equal_rows_have_a_key_each() -> None:
    rows = list(known_rows(evidence_of(TABLE, label="y")))
    assert len({row.key for row in rows}) == 5
    assert rows[2].key[:-2] == rows[3].key[:-2]


def test_the_hash_changes_with_the_label_and_the_key_does_not() -> None:
    before = list(known_rows(evidence_of(TABLE, label="y")))
    after = list(known_rows(evidence_of({**TABLE, "y": ["u", "w", "u", "u", "v"]}, label="y")))
    assert [row.key for row in before] == [row.key for row in after]
    assert [a.check == b.check for a, b in zip(before, after, strict=True)] == [True, False, True, True, True]
    assert before[1].check_with("w") == after[1].check


def test_a_label_is_the_same_however_it_is_stored() -> None:
    numbers, texts = ({**TABLE, "y": values} for values in ([1, 0, 1, 1, 0], ["1", "0", "1", "1", "0"]))
    checks = [[row.check for row in known_rows(evidence_of(table, label="y"))] for table in (numbers, texts)]
    assert checks[0] == checks[1]


def test_only_the_rows_asked_for_are_given_in_their_order() -> None:
    evidence = evidence_of({"x": list(range(200_000)), "y": ["u", "v"] * 100_000}, label="y")
    assert [row.cells["x"] for row in known_rows(evidence, [199_999, 3, 70_000, 3])] == [3, 70_000, 199_999]
    assert list(known_rows(evidence, [])) == []


@pytest.mark.parametrize("labels", [["u", "v", "u", "u", "u"], ["v", "u", "u", "u", "v"], ["u", "v", "u", "u"]])
def test_the_digest_of_the_labels_sees_every_change(labels: list[str]) -> None:
    table = pl.DataFrame({"x": range(len(labels)), "y": labels})
    assert labels_digest(evidence_of(table, label="y").dataset) != labels_digest(evidence_of(TABLE, label="y").dataset)
