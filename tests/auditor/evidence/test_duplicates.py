from __future__ import annotations

from collections import Counter
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.evidence.duplicates import Groups
from auditor.testing import evidence_of

ROWS = st.lists(
    st.tuples(
        st.sampled_from(["a", "b", None]),
        st.sampled_from([0.0, -0.0, 1.0, None]),
        st.sampled_from(["p", "q", None]),
        st.sampled_from(["ann", "bo"]),
    ),
    min_size=1,
    max_size=25,
)


def grouped(keys: list[Any]) -> list[list[int]]:
    """The rows of each key that occurs twice and more, in order of the first."""
    groups: dict[Any, list[int]] = {}
    for row, key in enumerate(keys):
        groups.setdefault(key, []).append(row)
    return [rows for rows in groups.values() if len(rows) > 1]


def listed(groups: Groups) -> list[list[int]]:
    found: list[list[int]] = [[] for _ in range(groups.count)]
    for row, group in zip(groups.rows.tolist(), groups.group.tolist(), strict=True):
        found[group].append(row)
    return found


@given(ROWS)
def test_duplicates_are_those_found_by_comparing_rows(rows: list[tuple[Any, ...]]) -> None:
    kinds = {"word": pl.String, "n": pl.Float64, "y": pl.String, "who": pl.String}
    table = {
        name: pl.Series([row[place] for row in rows], dtype=kind) for place, (name, kind) in enumerate(kinds.items())
    }
    found = evidence_of(table, label="y", annotator="who", task="multiclass").duplicates
    features = [row[:2] for row in rows]
    assert found.compared == ("word", "n")
    assert listed(found.alike) == grouped(features)
    assert listed(found.identical) == grouped(rows)
    votes = [[row for row in rows_alike if rows[row][2] is not None] for rows_alike in grouped(features)]
    torn = [alike for alike in votes if len({rows[row][2] for row in alike}) > 1]
    assert listed(found.conflicting) == torn
    outvoted = [len(alike) - max(Counter(rows[row][2] for row in alike).values()) for alike in torn]
    assert found.contradicted == sum(outvoted)


def test_repeats_are_all_but_the_first_of_each_group() -> None:
    found = evidence_of({"x": ["b", "a", "b", "c", "a", "b"]}).duplicates
    assert found.identical.repeats.tolist() == [2, 4, 5]


def test_id_and_split_tell_no_examples_apart_but_time_and_annotator_tell_rows_apart() -> None:
    table = {"key": ["1", "2", "3"], "part": ["train", "test", "test"], "t": [1, 1, 2], "x": ["a"] * 3}
    found = evidence_of(table, id="key", split="part", time="t").duplicates
    assert listed(found.alike) == [[0, 1, 2]]
    assert listed(found.identical) == [[0, 1]]


def test_several_label_columns_are_compared_together() -> None:
    table = {"x": ["a", "a", "a"], "p": [True, True, None], "q": [0, 1, None]}
    found = evidence_of(table, label=("p", "q")).duplicates
    assert listed(found.conflicting) == [[0, 1]]
    assert found.contradicted == 1


def test_lists_are_compared_by_their_elements() -> None:
    table = {"v": [[1.0, 2.0], [1.0, 2.0], [2.0, 1.0], None, None]}
    assert listed(evidence_of(table).duplicates.identical) == [[0, 1], [3, 4]]


def test_in_a_table_of_keys_alone_nothing_is_compared() -> None:
    found = evidence_of({"key": [1, 2], "y": ["p", "q"]}, id="key", label="y").duplicates
    assert (found.compared, found.conflicting.count) == ((), 0)


def test_a_hundred_thousand_rows_in_duckdb_keep_their_order() -> None:
    duckdb = pytest.importorskip("duckdb")
    relation = duckdb.sql("SELECT i % 99999 AS x, 'padding' AS word FROM range(100000) AS t(i)")
    assert evidence_of(relation).duplicates.identical.rows.tolist() == [0, 99_999]
