from __future__ import annotations

from collections import Counter
from itertools import combinations
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auditor.errors import NotPossible
from auditor.evidence import counts as module
from auditor.evidence.counts import AskCounts, joint_columns
from auditor.testing import evidence_of

CELLS = st.sampled_from(["a", "b", "", "ü", None])
ROWS = st.lists(st.tuples(CELLS, CELLS, st.sampled_from([1.0, 2.5, -0.0, None])), min_size=1, max_size=25)


def columns(rows: list[tuple[Any, ...]], *names: str) -> dict[str, pl.Series]:
    kinds = [pl.Float64 if name == "n" else pl.String for name in names]
    by_column = zip(*rows, strict=True)
    return {n: pl.Series(cells, dtype=kind) for n, cells, kind in zip(names, by_column, kinds, strict=True)}


def text(cell: Any) -> str:
    return "(missing)" if cell is None else {1.0: "1", 2.5: "2.5", 0.0: "0"}.get(cell, cell)


@settings(max_examples=30, deadline=None)
@given(ROWS)
def test_every_marginal_sums_to_all_rows_and_equals_a_count_by_hand(rows: list[tuple[Any, ...]]) -> None:
    evidence = evidence_of(columns(rows, "y", "sex", "n"), label="y", sensitive=("sex", "n"), task="multiclass")
    names = ("y", "sex", "n")
    for size in (1, 2, 3):
        for places in combinations(range(3), size):
            counts = evidence.counts(*(names[place] for place in places))
            by_hand = Counter(tuple(text(row[place]) for place in places) for row in rows)
            assert counts.total == len(rows)
            assert dict(counts.items()) == by_hand


@settings(max_examples=30, deadline=None)
@given(ROWS)
def test_label_counts_are_those_by_hand(rows: list[tuple[Any, ...]]) -> None:
    evidence = evidence_of(columns(rows, "y", "sex", "n"), label="y", sensitive="sex", task="multiclass")
    counts = evidence.label_counts("sex")
    labeled = [(y, text(sex)) for y, sex, _ in rows if y is not None]
    assert counts.rows == Counter((sex,) for _, sex in labeled)
    assert {(y, *group): n for y, groups in counts.having.items() for group, n in groups.items()} == Counter(labeled)
    assert counts.total == len(labeled)


@settings(max_examples=30, deadline=None)
@given(
    st.lists(
        st.tuples(st.none() | st.lists(st.sampled_from(["a", "b", "c"]), max_size=4), CELLS), min_size=1, max_size=20
    )
)
def test_lists_of_labels_are_counted_as_by_hand(rows: list[tuple[list[str] | None, str | None]]) -> None:
    tags = pl.Series([tags for tags, _ in rows], dtype=pl.List(pl.String))
    evidence = evidence_of({"tags": tags, "sex": pl.Series([s for _, s in rows], dtype=pl.String)}, label="tags")
    counts = evidence.label_counts("sex")
    by_hand = Counter((tag, text(sex)) for tags, sex in rows if tags is not None for tag in set(tags))
    assert {(y, *group): n for y, groups in counts.having.items() for group, n in groups.items()} == by_hand
    assert counts.rows == Counter((text(sex),) for tags, sex in rows if tags is not None)


def test_a_label_that_reads_like_a_missing_one_is_there() -> None:
    counts = evidence_of({"y": ["(missing)", None, "a"]}, label="y", task="multiclass").label_counts()
    assert counts.classes() == {'"(missing)"': 1, "a": 1}
    lists = evidence_of({"y": [["(missing)"], None, ["a"]]}, label="y").label_counts()
    assert lists.classes() == {'"(missing)"': 1, "a": 1}


def test_one_pass_serves_label_and_sensitive_columns_in_any_order(monkeypatch: pytest.MonkeyPatch) -> None:
    evidence = evidence_of(
        {"y": ["a", "b"], "sex": ["m", "f"], "race": ["w", "b"]}, label="y", sensitive=["sex", "race"]
    )
    passes: list[tuple[str, ...]] = []
    grouped = module.grouped

    def counted(*args: Any) -> Any:
        passes.append(args[1])
        return grouped(*args)

    monkeypatch.setattr(module, "grouped", counted)
    for names in [("sex",), ("race", "sex"), ("y", "race"), ("race", "sex", "y"), ("y", "sex", "race"), ()]:
        assert evidence.counts(*names).total == 2
    assert passes == [("y", "sex", "race")]


def test_a_label_of_many_numbers_is_kept_out_of_the_joint_table() -> None:
    rows = 15_000
    table = {"y": [i / 7 for i in range(rows)], "sex": ["m", "f"] * (rows // 2)}
    evidence = evidence_of(table, label="y", sensitive="sex")
    assert joint_columns(evidence) == ()
    assert dict(evidence.counts("sex").items()) == {("f",): 7500, ("m",): 7500}


def test_more_values_than_can_be_groups_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MAX_CELLS", 3)
    evidence = evidence_of({"zip": ["1", "2", "3", "4", "4"], "ok": ["a", "b", "c", "c", "c"]})
    assert len(evidence.ask(AskCounts(("ok",)))) == 3
    with pytest.raises(NotPossible, match="zip: more than 3 different values"):
        evidence.ask(AskCounts(("zip",)))


def test_a_numeric_column_of_few_values_is_not_binned() -> None:
    counts = evidence_of({"children": [0, 1, 2, 3] * 5}, sensitive="children").counts("children")
    assert dict(counts.items()) == {("0",): 5, ("1",): 5, ("2",): 5, ("3",): 5}


def test_a_continuous_column_is_cut_at_its_quartiles() -> None:
    counts = evidence_of({"pay": [1_000_000.5 + i for i in range(41)]}, sensitive="pay").counts("pay")
    assert dict(counts.items()) == {
        ("under 1000010.5",): 10,
        ("1000010.5 to under 1000020.5",): 10,
        ("1000020.5 to under 1000030.5",): 10,
        ("1000030.5 and over",): 11,
    }


def test_ages_that_cannot_be_ages_are_cut_at_their_quartiles() -> None:
    names = evidence_of({"age": [-1, *range(20, 60)]}, sensitive="age").counts("age").cells
    assert ("under 25",) not in names
    assert len(names) == 4


def test_a_label_is_never_binned() -> None:
    table = {"age": [*range(20, 40)], "sex": ["m", "f"] * 10}
    assert len(evidence_of(table, label="age", task="multiclass", sensitive="sex").label_counts().classes()) == 20
