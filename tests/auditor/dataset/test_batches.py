"""Every engine gives the same batches: types, values, order; and so the same hashes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from auditor.dataset.batches import batches
from auditor.dataset.keys import row_hashes, row_keys
from auditor.dataset.options import ReadOptions
from auditor.dataset.readers import read
from auditor.dataset.table import ROW, Loaded

FRAME = pl.DataFrame(
    {
        "whole": [1, None, 3, 4],
        "small": pl.Series([1, 2, 3, 4], dtype=pl.Int8),
        "number": [0.5, float("nan"), None, 2.0],
        "single": pl.Series([0.5, None, 1.5, 2.0], dtype=pl.Float32),
        "truth": [True, None, False, True],
        "word": ["x", "", None, "ü"],
        "category": pl.Series(["a", "b", "a", None], dtype=pl.Categorical),
        "time": [datetime(2024, 1, 31, 12, 30, 0, 5), None, datetime(1900, 1, 1), datetime(2024, 1, 1)],
        "day": [date(2024, 1, 31), None, date(1900, 1, 1), date(2024, 1, 1)],
        "labels": [["a"], ["b", "c"], None, []],
        "vector": [[0.5, 1.0], None, [1.0, 2.0], [3.0, 4.0]],
    }
)
TYPES = {
    "whole": pa.int64(), "small": pa.int64(), "number": pa.float64(), "single": pa.float64(), "truth": pa.bool_(),
    "word": pa.large_string(), "category": pa.large_string(), "time": pa.timestamp("us"), "day": pa.timestamp("us"),
    "labels": pa.large_list(pa.large_string()), "vector": pa.large_list(pa.float64()),
}  # fmt: skip


def _parquet(frame: pl.DataFrame, folder: Path) -> Any:
    frame.write_parquet(folder / "frame.parquet")
    return str(folder / "frame.parquet")


def _ipc(frame: pl.DataFrame, folder: Path) -> Any:
    frame.write_ipc(folder / "frame.arrow")
    return folder / "frame.arrow"


ENGINES: dict[str, Callable[[pl.DataFrame, Path], Any]] = {
    "polars": lambda frame, _: frame,
    "polars lazy": lambda frame, _: frame.lazy(),
    "pandas": lambda frame, _: frame.to_pandas(),
    "pandas with arrow types": lambda frame, _: frame.to_pandas(use_pyarrow_extension_array=True),
    "pyarrow": lambda frame, _: frame.to_arrow(),
    "duckdb": lambda frame, _: duckdb.from_arrow(frame.to_arrow()),
    "parquet": _parquet,
    "arrow file": _ipc,
}


@pytest.fixture(params=list(ENGINES.values()), ids=list(ENGINES))
def loaded(request: pytest.FixtureRequest, tmp_path: Path, scratch: Path) -> Loaded:
    return read(request.param(FRAME, tmp_path), ReadOptions(), scratch)


def _whole(loaded: Loaded, names: list[str]) -> pa.Table:
    return pa.Table.from_batches(list(batches(loaded.frame, names, size=3)))


def test_types_and_values_are_the_same(loaded: Loaded) -> None:
    table = _whole(loaded, list(TYPES))
    # pandas keeps whole numbers with gaps as floats; all that speaks of them treats the two alike.
    pandas_floats = table.schema.field("whole").type == pa.float64()
    expected = TYPES | ({"whole": pa.float64()} if pandas_floats else {})
    assert dict(zip(table.schema.names, table.schema.types, strict=True)) == expected
    assert table["number"].to_pylist() == [0.5, None, None, 2.0]
    assert table["word"].to_pylist() == ["x", "", None, "ü"]
    assert table["time"].to_pylist() == FRAME["time"].to_list()
    assert table["labels"].to_pylist() == [["a"], ["b", "c"], None, []]
    assert table["vector"].to_pylist() == FRAME["vector"].to_list()


def test_hashes_and_keys_are_the_same(loaded: Loaded, scratch: Path) -> None:
    names = [name for name in TYPES if name not in ("labels", "vector")]
    expected = _whole(read(FRAME, ReadOptions(), scratch), names)
    table = _whole(loaded, names)
    assert row_hashes(table, 5).tolist() == row_hashes(expected, 5).tolist()
    assert row_keys(table) == row_keys(expected)


def test_kinds_are_the_same(loaded: Loaded, scratch: Path) -> None:
    expected = read(FRAME, ReadOptions(), scratch).columns
    assert [(column.name, column.kind) for column in loaded.columns] == [(c.name, c.kind) for c in expected]


def test_nan_is_null_for_the_engine_too(loaded: Loaded) -> None:
    import narwhals as nw

    assert loaded.frame.select(nw.col("number").is_null().sum()).collect().item() == 2


@pytest.mark.parametrize("engine", ENGINES.values(), ids=ENGINES.keys())
def test_order_and_size_of_batches(engine: Callable[..., Any], tmp_path: Path, scratch: Path) -> None:
    values = np.random.default_rng(0).integers(0, 1000, 200_000)
    loaded = read(engine(pl.DataFrame({"n": values, "unused": "x"}), tmp_path), ReadOptions(), scratch)
    parts = list(batches(loaded.frame, [ROW, "n"], size=30_000))
    assert max(part.num_rows for part in parts) <= 30_000
    table = pa.Table.from_batches(parts)
    assert table[ROW].to_pylist() == list(range(200_000))
    assert np.array_equal(table["n"].to_numpy(), values)


def test_no_columns_is_an_error(scratch: Path) -> None:
    with pytest.raises(ValueError, match="no columns"):
        list(batches(read(FRAME, ReadOptions(), scratch).frame, []))


def test_pandas_objects_become_one_type(scratch: Path) -> None:
    frame = pd.DataFrame(
        {
            "mixed": pd.Series([1, "x", None, True], dtype=object),
            "gaps": pd.Series([1, None, 2, 3], dtype=object),
            "truths": pd.Series([True, None, False, True], dtype=object),
            "nothing": pd.Series([None] * 4, dtype=object),
            "nullable": pd.Series([1, None, 2, 3], dtype="Int32"),
        }
    )
    loaded = read(frame, ReadOptions(), scratch)
    table = _whole(loaded, list(frame.columns))
    assert table["mixed"].to_pylist() == ["1", "x", None, "True"]
    assert table["gaps"].to_pylist() == [1, None, 2, 3]
    assert table["truths"].to_pylist() == [True, None, False, True]
    assert table["nothing"].to_pylist() == [None] * 4
    assert table["nullable"].to_pylist() == [1, None, 2, 3]
    assert loaded.source.notes == ("mixed: holds values of different types, read as strings",)
    assert frame["mixed"].tolist() == [1, "x", None, True]  # the user's frame is left as it was


def test_a_dataset_from_memory_has_no_digest(scratch: Path) -> None:
    source = read(FRAME, ReadOptions(), scratch).source
    assert (source.format, source.digest, source.paths, source.rows_read) == ("frame", None, (), 4)


def test_nan_made_on_the_way_is_null_in_a_batch() -> None:
    import narwhals as nw

    frame = nw.from_native(pl.LazyFrame({"a": [0.0, 1.0]})).with_columns(nw.col("a") / nw.col("a"))
    (batch,) = batches(frame, ["a"])
    assert batch["a"].to_pylist() == [None, 1.0]
