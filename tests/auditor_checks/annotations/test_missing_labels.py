from __future__ import annotations

from typing import Any

import polars as pl
import pytest

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


@pytest.mark.parametrize("cells", [["a", "b"], ["", "b"], [["a"], []]])
def test_a_label_that_is_there_passes(cells: list[Any]) -> None:
    assert findings_of(MissingLabels(), {"y": cells}, label="y") == []
    assert decided(MissingLabels(), {"y": cells}, label="y").status is Status.PASS


def test_a_partly_labeled_set_may_be_allowed() -> None:
    table = {"y": ["a", None, "b", None]}
    assert decided(MissingLabels(max_share=0.5), table, label="y").status is Status.PASS
    assert decided(MissingLabels(max_share=0.49), table, label="y").status is Status.FAIL


def test_no_labels_at_all_fail() -> None:
    table = {"y": pl.Series([None, None], dtype=pl.String), "x": [1, 2]}
    assert decided(MissingLabels(), table, label="y").status is Status.FAIL
