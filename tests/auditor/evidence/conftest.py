"""The same table on every engine."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import polars as pl
import pytest

On = Callable[[pl.DataFrame], Any]


def _duckdb(frame: pl.DataFrame) -> Any:
    duckdb = pytest.importorskip("duckdb")
    return duckdb.from_arrow(frame.to_arrow())


ENGINES: dict[str, On] = {
    "polars": lambda frame: frame,
    "polars-lazy": lambda frame: frame.lazy(),
    "pandas": lambda frame: frame.to_pandas(),
    "pandas-nullable": lambda frame: frame.to_pandas().convert_dtypes(),
    "pandas-arrow": lambda frame: frame.to_pandas(use_pyarrow_extension_array=True),
    "duckdb": _duckdb,
    "pyarrow": lambda frame: frame.to_arrow(),
}


@pytest.fixture(params=list(ENGINES))
def on(request: pytest.FixtureRequest) -> On:
    """Turns a Polars frame into one of the engine under test."""
    return ENGINES[request.param]
