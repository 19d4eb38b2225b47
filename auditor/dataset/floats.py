"""Cells as floating-point numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    import pyarrow as pa


def floats(cells: pa.Array | pa.ChunkedArray) -> NDArray[np.float64]:
    """The numbers, nan where missing; without Arrow's own way to numpy, which imports pandas."""
    import pyarrow as pa

    if isinstance(cells, pa.Array) and not cells.null_count and pa.types.is_primitive(cells.type):
        return np.asarray(np.from_dlpack(cells), dtype=np.float64)
    import polars as pl

    return pl.Series(cells).cast(pl.Float64).fill_null(np.nan).to_numpy()
