from __future__ import annotations

from pathlib import Path
from typing import Any

import polars as pl
import pytest

from auditor import audit
from auditor.testing import Status, decided, findings_of, measures_of
from auditor_checks.annotations.missing_labels import MissingLabels


@pytest.mark.parametrize(
    ("label", "table", "rows"),
    [
        ("y", {"y": ["a", None, "b", None]}, [1, 3]),
        ("y", {"y": [1.0, float("nan"), 0.0]}, [1]),
        ("y", {"y": [["a"], None, []]}, [1]),
        (("p", "q"), {"p": [True, None, None], "q": [None, 0, None]}, [2]),
    ],
)
def test_rows_without_a_label_are_found(label: Any, table: dict[str, Any], rows: list[int]) -> None:
    (finding,) = findings_of(MissingLabels(), table, label=label)
    assert (finding.count, list(finding.rows)) == (len(rows), rows)
    (measure,) = measures_of(MissingLabels(), table, label=label)
    assert measure.estimate.value == len(rows) / len(next(iter(table.values())))
    assert decided(MissingLabels(), table, label=label).status is Status.FAIL


@pytest.mark.parametrize("cells", [["a", "b"], ["unknown", "-"], ["Nancy", "a?"], [["a"], []], [0, 1]])
def test_a_label_that_is_there_passes(cells: list[Any]) -> None:
    assert findings_of(MissingLabels(), {"y": cells}, label="y") == []
    assert decided(MissingLabels(), {"y": cells}, label="y").status is Status.PASS


@pytest.mark.parametrize(
    "word", ["", "  ", "\t", "\u00a0", "nan", "NaN", " N/A ", "?", "null", "None", "<NA>", "(missing)"]
)
def test_a_word_for_a_missing_label_is_a_missing_label(word: str) -> None:
    table = {"y": ["a", word, "b", word, None]}
    named, *_ = measures_of(MissingLabels(), table, label="y")
    assert (named.estimate.value, named.note) == (0.6, f"read as missing: {word!r}")
    findings = findings_of(MissingLabels(), table, label="y")
    assert [(f.count, list(f.rows)) for f in findings] == [(1, [4]), (2, [1, 3])]
    assert repr(word) in findings[1].message
    assert decided(MissingLabels(), table, label="y").status is Status.FAIL
    assert decided(MissingLabels(max_share=0.6), table, label="y").status is Status.PASS


def test_each_word_is_told_and_counted_once() -> None:
    table = {"y": ["NA", "na", "NA", "a"]}
    assert [(f.count, list(f.rows)) for f in findings_of(MissingLabels(), table, label="y")] == [(2, [0, 2]), (1, [1])]
    assert measures_of(MissingLabels(), table, label="y")[0].note == "read as missing: 'NA', 'na'"


def test_a_class_that_is_called_so_is_kept() -> None:
    table = {"y": ["NA", "EU", "nan"]}
    result = decided(MissingLabels(keep=("NA",)), table, label="y")
    assert [f.rows for f in result.outcome.findings] == [(2,)]
    assert decided(MissingLabels(keep=("NA", "nan")), table, label="y").status is Status.PASS


def test_words_in_a_list_are_found_too() -> None:
    table = {"y": [["a", "nan", "nan"], ["b"], [], ["N/A", "nan"], [None]]}
    found = {f.message.split()[0]: list(f.rows) for f in findings_of(MissingLabels(), table, label="y")}
    assert found == {"'nan'": [0, 3], "'N/A'": [3], "''": [4]}
    assert measures_of(MissingLabels(), table, label="y")[0].estimate.value == 0.6


def test_what_the_reader_took_for_missing_is_told(tmp_path: Path) -> None:
    path = tmp_path / "data.csv"
    path.write_text("x,y\n1,None\n2,some\n3,None\n4,\n5,some\n")
    report = audit(path, label="y", sensitive="none", fast=True)
    (finding,) = next(check for check in report.checks if check.id == "missing-labels").findings
    assert finding.count == 3
    assert "read as missing: 'None';" in finding.message


def test_a_partly_labeled_set_may_be_allowed() -> None:
    table = {"y": ["a", None, "b", None]}
    assert decided(MissingLabels(max_share=0.5), table, label="y").status is Status.PASS
    assert decided(MissingLabels(max_share=0.49), table, label="y").status is Status.FAIL


def test_no_labels_at_all_fail() -> None:
    table = {"y": pl.Series([None, None], dtype=pl.String), "x": [1, 2]}
    assert decided(MissingLabels(), table, label="y").status is Status.FAIL
