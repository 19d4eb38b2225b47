from __future__ import annotations

import pytest

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


def test_a_table_of_keys_alone_is_skipped() -> None:
    result = decided(DuplicateRows(), {"key": [1, 2]}, id="key")
    assert result.status is Status.SKIPPED
