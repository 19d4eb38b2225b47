from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

import numpy as np
import polars as pl
import pytest

from auditor.errors import NotPossible
from auditor.evidence.combinations import AskCombinations, Combinations
from auditor.testing import evidence_of

On = Callable[[pl.DataFrame], Any]


def cells(table: Combinations) -> dict[tuple[str | None, ...], int]:
    """The different rows by their values; None where missing."""
    named = [(*values, None) for values in table.values]
    rows = zip(*table.cells.codes.tolist(), strict=True)
    found = [tuple(of[code] for of, code in zip(named, row, strict=True)) for row in rows]
    return dict(zip(found, table.cells.rows.tolist(), strict=True))


def mixed(rows: int) -> pl.DataFrame:
    rng = np.random.default_rng(2)
    columns = {f"c{at}": rng.choice(["a", "b", "c"], rows) for at in range(9)}  # more than eight to a word
    return pl.DataFrame(columns | {"n": rng.integers(0, 3, rows), "t": rng.choice([True, False], rows)}).with_columns(
        pl.when(pl.col("c0") == "c").then(None).otherwise(pl.col("c0")).alias("c0")
    )


@pytest.mark.parametrize("on", ["polars-lazy", "pandas", "duckdb"], indirect=True)
def test_the_rows_of_each_combination_on_every_engine(on: On) -> None:
    frame = mixed(2000)
    table = evidence_of(on(frame)).ask(AskCombinations(tuple(frame.columns)))
    truth = Counter(
        tuple(str(v).lower() if isinstance(v, bool) else None if v is None else str(v) for v in row)
        for row in frame.iter_rows()
    )
    assert cells(table) == truth


def test_rows_that_are_alike_are_one_also_across_batches() -> None:
    table = evidence_of({"a": ["x", "y"] * 70_000, "b": ["u", "v"] * 70_000}).ask(AskCombinations(("a", "b")))
    assert cells(table) == {("x", "u"): 70_000, ("y", "v"): 70_000}


def test_a_declared_value_is_there_without_a_row() -> None:
    asked = AskCombinations(("region",), (("region", ("US", "EU")),))
    table = evidence_of({"region": ["US", "CA"]}).ask(asked)
    assert table.values == (("CA", "EU", "US"),)
    assert table.cells.counts((0,)).tolist() == [1, 0, 1, 0]


def test_continuous_columns_are_cut_and_an_empty_bin_is_a_value() -> None:
    table = evidence_of({"age": [*range(20, 40)]}).ask(AskCombinations(("age",)))
    assert cells(table) == {("under 25",): 5, ("25 to under 40",): 15}
    assert table.cells.sizes == (4,)


def test_of_one_part_only_its_rows_count_and_all_values_are_known() -> None:
    rows = {"region": ["US", "US", "EU"], "split": ["train", "train", "test"]}
    train, test = evidence_of(rows).ask(AskCombinations(("region", "split"))).parts("split", "train")
    assert (cells(train), cells(test)) == ({("US",): 2}, {("EU",): 1})
    assert train.values == (("EU", "US"),)
    assert (train.often(2), test.often(2)) == ({"region": ("US",)}, {"region": ()})


def test_of_a_part_that_is_not_there_no_row_counts() -> None:
    table = evidence_of({"a": ["x", "y"], "split": ["test", None]}).ask(AskCombinations(("a", "split")))
    train, rest = table.parts("split", "train")
    assert (train.cells.total, rest.cells.total) == (0, 2)


def test_an_attribute_that_another_tells() -> None:
    code = ["1", "2", "3"] * 40
    rows = {"code": code, "name": [{"1": "one", "2": "two", "3": "two"}[c] for c in code], "other": ["a", "b"] * 60}
    table = evidence_of(rows).ask(AskCombinations(("name", "other", "code")))
    assert table.told(30) == {"name": "code"}
    assert table.told(41) == {}  # so few rows of each would have one value of many a thing


def test_one_exception_or_one_value_only_is_no_telling() -> None:
    rows = {"code": ["1", "2"] * 40 + ["1"], "name": ["a", "b"] * 40 + ["b"], "same": ["x"] * 81}
    assert evidence_of(rows).ask(AskCombinations(("code", "name", "same"))).told(30) == {}


def test_too_many_values_are_refused() -> None:
    rows = {"a": [f"v{at}" for at in range(256)] * 2}
    with pytest.raises(NotPossible, match="a: more than 255"):
        evidence_of(rows).ask(AskCombinations(("a",)))
    fits = evidence_of({"a": [f"v{at}" for at in range(255)] * 2 + [None]}).ask(AskCombinations(("a",)))
    assert fits.cells.sizes == (255,)
    assert fits.cells.counts((0,)).tolist() == [2] * 255 + [1]


def test_declared_values_count_among_too_many() -> None:
    asked = AskCombinations(("a",), (("a", tuple(f"w{at}" for at in range(255))),))
    with pytest.raises(NotPossible, match="a: more than 255"):
        evidence_of({"a": ["x", "y"]}).ask(asked)
