from __future__ import annotations

from collections.abc import Callable
from typing import Any

import polars as pl
import pytest

from auditor.errors import NotPossible
from auditor.evidence.strata_counts import AskFactorCounts, group_strata
from auditor.stats.mantel_haenszel import Stratum
from auditor.testing import evidence_of

On = Callable[[pl.DataFrame], Any]

TABLE = pl.DataFrame(
    {
        "sex": ["m", "m", "m", "f", "f", None],
        "dept": ["A", "A", "B", "A", None, "B"],
        "y": ["yes", "no", "yes", "yes", "no", None],
    }
)


def test_labeled_rows_by_group_and_stratum(on: On) -> None:
    found = group_strata(evidence_of(on(TABLE), label="y", sensitive="sex"), "sex", ("dept",), ("yes",))
    assert list(found.groups) == ["m", "f"]  # the largest first; the row without a label is nobody's
    assert found.groups["m"] == {("A",): (1, 2), ("B",): (1, 1)}
    assert (found.rows("f"), found.having("f")) == (2, 1)
    assert found.pair("f", "m") == {
        ("(missing)",): Stratum(0, 1, 0, 0),
        ("A",): Stratum(1, 1, 1, 2),
        ("B",): Stratum(0, 0, 1, 1),
    }


def test_a_group_beside_all_others() -> None:
    table = {"race": ["a", "b", "c", "c"], "dept": ["A", "A", "A", "B"], "y": ["yes", "no", "yes", "no"]}
    found = group_strata(evidence_of(table, label="y", sensitive="race"), "race", ("dept",), ("yes",))
    assert found.against_rest("c") == {("A",): Stratum(1, 1, 1, 2), ("B",): Stratum(0, 1, 0, 0)}


def test_several_classes_may_count_as_the_label() -> None:
    table = {"sex": ["m", "f", "f"], "dept": ["A"] * 3, "y": ["hired", "invited", "out"]}
    evidence = evidence_of(table, label="y", sensitive="sex")
    assert group_strata(evidence, "sex", ("dept",), ("hired", "invited")).groups["f"] == {("A",): (1, 2)}


def test_a_continuous_factor_is_cut_into_bins_and_a_sensitive_one_is_too() -> None:
    table = {"sex": ["m", "f"] * 50, "age": list(range(20, 70)) * 2, "pay": list(range(100)), "y": ["a", "b"] * 50}
    evidence = evidence_of(table, label="y", sensitive=("sex", "age"))
    counts = evidence.ask(AskFactorCounts(("sex",), ("pay", "age")))
    assert counts.total == 100
    assert {values[2] for values in counts.cells} == {
        "under 24.75",
        "24.75 to under 49.5",
        "49.5 to under 74.25",
        "74.25 and over",
    }
    assert "40 to under 60" in {values[3] for values in counts.cells}


def test_all_attributes_are_counted_in_one_pass() -> None:
    table = {"sex": ["m", "f"] * 5, "race": ["a", "b"] * 5, "dept": ["A"] * 10, "y": ["a", "b"] * 5}
    evidence = evidence_of(table, label="y", sensitive=("sex", "race"))
    for name in ("sex", "race"):
        group_strata(evidence, name, ("dept",), ("a",))
    passes = [one for one in evidence.known(AskFactorCounts) if len(one.columns) == 4]
    assert len(passes) == 1


def test_a_factor_with_a_value_a_row_is_none() -> None:
    rows = 100_002
    table = {"sex": ["m", "f"] * (rows // 2), "key": [f"k{n}" for n in range(rows)], "y": ["a", "b"] * (rows // 2)}
    with pytest.raises(NotPossible, match="no classes and no groups"):
        group_strata(evidence_of(table, label="y", sensitive="sex"), "sex", ("key",), ("a",))
