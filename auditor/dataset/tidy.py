"""Typed columns brought to the types all checks expect, as lazy expressions on the engine that holds them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from auditor.dataset.table import ROW

if TYPE_CHECKING:
    import narwhals as nw

    from auditor.dataset.options import ReadOptions


def tidied(frame: nw.LazyFrame[Any]) -> tuple[nw.LazyFrame[Any], tuple[str, ...]]:
    """The frame with Int64, Float64, Boolean, String and Datetime columns wherever it held their like.

    NaN becomes null; categories become strings; decimals become floats; times with a zone become UTC. Lists,
    structs and binary stay. Also gives the notes on what a reader would not expect.
    """
    import narwhals as nw

    frame = _nothing_as_strings(frame)
    classic_pandas = frame.implementation.is_pandas_like()
    changes, notes = [], []
    for name, dtype in frame.collect_schema().items():
        change, note = _change(nw.col(name), dtype, classic_pandas=classic_pandas)
        if change is not None:
            changes.append(change.alias(name))
        if note:
            notes.append(f"{name}: {note}")
    return (frame.with_columns(*changes) if changes else frame).select(ROW, nw.exclude(ROW)), tuple(notes)


def _nothing_as_strings(frame: nw.LazyFrame[Any]) -> nw.LazyFrame[Any]:
    """Polars has a type of its own for a column of nulls only, which says less than a column of missing strings."""
    import narwhals as nw

    if not frame.implementation.is_polars():
        return frame
    import polars as pl

    told: nw.LazyFrame[Any] = nw.from_native(frame.to_native().with_columns(pl.col(pl.Null).cast(pl.String)))
    return told


def _change(column: nw.Expr, dtype: nw.dtypes.DType, *, classic_pandas: bool) -> tuple[nw.Expr | None, str]:
    import narwhals as nw

    if dtype.is_float():
        wide = column if dtype == nw.Float64 else column.cast(nw.Float64)
        return nw.when(~wide.is_nan()).then(wide), ""
    if dtype.is_decimal():
        return column.cast(nw.Float64), "decimals are read as floats"
    if dtype in (nw.UInt64, nw.UInt128, nw.Int128):
        return column.cast(nw.Float64), f"{dtype} is read as floats"
    if dtype.is_integer():
        # Classic pandas integers hold no missing values and compare like any others.
        return (None, "") if dtype == nw.Int64 else (column.cast(nw.Int64), "")
    if dtype in (nw.Categorical, nw.Enum):
        return column.cast(nw.String), ""
    if dtype == nw.Date:
        return column.cast(nw.Datetime("us")), ""
    if isinstance(dtype, nw.Datetime):
        return _plain_time(column, dtype)
    return None, ""


def _plain_time(column: nw.Expr, dtype: nw.Datetime) -> tuple[nw.Expr | None, str]:
    import narwhals as nw

    if dtype.time_zone:
        utc = column.dt.convert_time_zone("UTC").dt.replace_time_zone(None)
        return utc.cast(nw.Datetime("us")), f"times are given in UTC (they were in {dtype.time_zone})"
    return (None, "") if dtype.time_unit == "us" else (column.cast(nw.Datetime("us")), "")


def without_tokens(
    frame: nw.LazyFrame[Any], options: ReadOptions
) -> tuple[nw.LazyFrame[Any], dict[str, dict[str, int]]]:
    """The frame with the given missing-value tokens of its string columns as null, and how many there were.

    Typed data says itself what is missing, so nothing is done unless the user named tokens.
    """
    import narwhals as nw

    names = [name for name, dtype in frame.collect_schema().items() if dtype == nw.String]
    tokens = options.missing
    if not tokens or not names:
        return frame, {}
    keys = [(name, token) for name in names for token in tokens]
    sums = [(nw.col(name) == token).sum().alias(str(at)) for at, (name, token) in enumerate(keys)]
    row = frame.select(*sums).collect()
    counts: dict[str, dict[str, int]] = {}
    for at, (name, token) in enumerate(keys):
        found = int(row[str(at)][0] or 0)
        if found:
            counts.setdefault(name, {})[token] = found
    changes = [nw.when(~nw.col(name).is_in(tokens)).then(nw.col(name)).alias(name) for name in counts]
    return (frame.with_columns(*changes) if changes else frame), counts
