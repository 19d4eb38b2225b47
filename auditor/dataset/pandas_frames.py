"""pandas columns of Python objects, made into columns of one type."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from auditor.errors import DataError

if TYPE_CHECKING:
    import narwhals as nw


def plain(native: Any, implementation: nw.Implementation) -> tuple[Any, tuple[str, ...]]:
    """The frame with its `object` columns typed, and a note on each column that mixed types.

    pandas is imported by whoever made the frame, never by us alone.
    """
    if not implementation.is_pandas():
        return native, ()
    for name, dtype in native.dtypes.items():
        if getattr(dtype, "kind", "") == "c":
            remedy = "Split it into two columns of real numbers, or leave it out"
            raise DataError(f"column {name!r}", "it holds complex numbers, which are not supported", f"{remedy}.")
    notes, changed = [], {}
    for name in [name for name, dtype in native.dtypes.items() if str(dtype) == "object"]:
        series, mixed = _typed(native[name])
        changed[name] = series
        if mixed:
            notes.append(f"{name}: holds values of different types, read as strings")
    return native.assign(**changed) if changed else native, tuple(notes)


def _typed(series: Any) -> tuple[Any, bool]:
    import pandas as pd
    import pyarrow as pa

    try:
        array, mixed = pa.array(series, from_pandas=True), False
    except (pa.ArrowInvalid, pa.ArrowTypeError, pa.ArrowNotImplementedError, OverflowError):
        missing = series.isna().tolist()
        cells = [None if gap else str(cell) for gap, cell in zip(missing, series.tolist(), strict=True)]
        array, mixed = pa.array(cells, pa.large_string()), True
    if pa.types.is_null(array.type):
        array = array.cast(pa.large_string())
    return pd.Series(pd.arrays.ArrowExtensionArray(array), index=series.index, name=series.name), mixed
