from __future__ import annotations

from typing import Any

import polars as pl
import pytest

from auditor import audit
from auditor.testing import Status, decided, findings_of, measures_of
from auditor_checks.diversity.duplicate_rows import DuplicateRows

TWICE = {"x": ["b", "a", "b", "b", "a", "c"], "y": ["p", "p", "p", "p", "p", "p"]}


def test_all_but_the_first_of_equal_rows_are_repeats() -> None:
    (finding,) = findings_of(DuplicateRows(), TWICE, label="y")
    assert (finding.subject, finding.count, list(finding.rows)) == ("2 groups", 3, [2, 3, 4])
    (measure,) = measures_of(DuplicateRows(), TWICE, label="y")
    assert (measure.estimate.value, measure.support) == (0.5, 6)


def test_equal_examples_with_another_label_are_no_repeats() -> None:
    assert findings_of(DuplicateRows(), {"x": ["a", "a"], "y": ["p", "q"]}, label="y") == []


def test_the_id_and_the_split_make_no_difference() -> None:
    table = {"key": [1, 2], "part": ["train", "test"], "x": ["a", "a"]}
    assert findings_of(DuplicateRows(), table) == []
    assert findings_of(DuplicateRows(), table, id="key", split="part")[0].count == 1


def test_missing_cells_are_equal_and_case_is_not() -> None:
    table = {"x": [None, None, "a", "A", "a "], "n": [1.0, 1.0, float("nan"), None, None]}
    assert [list(f.rows) for f in findings_of(DuplicateRows(), table)] == [[1]]


@pytest.mark.parametrize(("limit", "status"), [(0.5, Status.PASS), (0.49, Status.FAIL)])
def test_the_limit_is_an_option(limit: float, status: Status) -> None:
    assert decided(DuplicateRows(max_share=limit), TWICE, label="y").status is status


def test_one_row_repeats_nothing() -> None:
    assert decided(DuplicateRows(), {"x": ["a"]}).status is Status.PASS


def test_blanks_around_a_text_make_no_difference() -> None:
    prose = ["Where is my new card?", " Where is my new card?\n", "Why is my old card gone?", "Where  is my new card?"]
    (finding,) = findings_of(DuplicateRows(), {"x": prose})
    assert list(finding.rows) == [1]
    (finding,) = findings_of(DuplicateRows(), {"x": ["a", "a ", "b"]}, text="x")
    assert list(finding.rows) == [1]


def test_the_order_of_the_labels_makes_no_difference() -> None:
    table = {"x": ["a"] * 4, "y": [["p", "q"], ["q", "p", "p"], ["q"], []]}
    (finding,) = findings_of(DuplicateRows(), table, label="y")
    assert list(finding.rows) == [1]


def test_the_order_of_a_features_list_does() -> None:
    assert findings_of(DuplicateRows(), {"x": [["p", "q"], ["q", "p"]]}) == []


def test_rows_that_share_their_id_are_found() -> None:
    table = {"key": ["1", "2", "1", None, None, "2", "2"], "x": [*"abcdefg"]}
    (finding,) = findings_of(DuplicateRows(), table, id="key")
    assert (finding.subject, list(finding.rows), list(finding.details["group"])) == (
        "key",
        [0, 2, 1, 5, 6],
        [1, 1, 2, 2, 2],
    )
    measures = {m.name: m for m in measures_of(DuplicateRows(), table, id="key")}
    assert (measures["repeated-ids"].estimate.value, measures["repeated-ids"].at_most) == (3, 0)
    result = decided(DuplicateRows(), table, id="key")
    assert result.status is Status.FAIL
    assert [d.status for d in result.decided] == [Status.FAIL, Status.PASS]


@pytest.mark.parametrize("keys", [["1", "2", None], [1, 2, 3], ["a", "A", "a "]])
def test_ids_that_name_their_rows_pass(keys: list[Any]) -> None:
    assert decided(DuplicateRows(), {"key": keys, "x": [*"abc"]}, id="key").status is Status.PASS


@pytest.mark.parametrize("role", ["split", "time"])
def test_each_part_and_each_time_may_have_an_id_of_its_own(role: str) -> None:
    table = {"key": [1, 1, 2], "apart": [1, 2, 2], "x": [*"abc"]}
    assert decided(DuplicateRows(), table, id="key", **{role: "apart"}).status is Status.PASS
    table["apart"] = [1, 1, 2]
    assert decided(DuplicateRows(), table, id="key", **{role: "apart"}).status is Status.FAIL


def test_votes_on_one_example_are_no_duplicates() -> None:
    table = {"item": [1, 1, 2, 2], "who": ["ann", "bo", "ann", "bo"], "y": ["p", "p", "p", "q"]}
    result = decided(DuplicateRows(), table, id="item", annotator="who", label="y")
    assert result.status is Status.SKIPPED
    assert "votes" in result.reason


@pytest.mark.parametrize("keys", [[1, 2, 3, 4], [1, 2, 2, 4]])
@pytest.mark.parametrize("label", [None, "y"])
def test_a_table_without_features_is_no_pass(keys: list[int], label: str | None) -> None:
    table = {"key": keys, "part": ["a", "b", "b", "b"]} | ({label: ["p", "p", "q", "q"]} if label else {})
    result = decided(DuplicateRows(), table, id="key", split="part", label=label)
    assert result.status is (Status.SKIPPED if len(set(keys)) == 4 else Status.FAIL)
    assert [m.name for m in result.outcome.measures] == ["repeated-ids"]
    assert result.outcome.skip is not None
    assert "no column by which rows could be compared" in result.outcome.skip.reason


def test_rows_that_share_their_id_are_listed_in_a_report() -> None:
    frame = pl.DataFrame({"key": [1, 2, 2], "y": ["p", "q", "q"]})
    report = audit(frame, id="key", label="y", sensitive="none", fast=True)
    found = next(check for check in report.checks if check.id == "duplicate-rows")
    assert found.status == "fail"
    assert [row.row for row in found.findings[0].examples] == [1, 2]
    assert len({row.key for row in found.findings[0].examples}) == 2
