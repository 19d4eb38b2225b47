"""Frames given to the Python API: made lazy, given their row ordinal, and brought to the canonical types."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from auditor.dataset.finish import looked_through
from auditor.dataset.table import ROW, Loaded, Source
from auditor.dataset.tidy import tidied, without_tokens
from auditor.errors import DataError, UsageError

if TYPE_CHECKING:
    import narwhals as nw

    from auditor.dataset.options import ReadOptions


def read_frame(native: Any, options: ReadOptions) -> Loaded:
    """Read any frame narwhals takes, in the order its rows stand in.

    Raises UsageError for what is no frame, DataError for a frame without rows or with column names that are not
    distinct strings.
    """
    check_names(_names(native), "frame")
    frame, notes, engine = _numbered(native)
    frame, more = tidied(frame)
    frame, tokens = without_tokens(frame, options)
    loaded = looked_through(frame, Source(engine, "frame", missing_tokens=tokens, notes=(*notes, *more)))
    if not loaded.source.rows_read:
        raise DataError("frame", "has no rows", "Give a frame that holds the rows to audit.")
    return loaded


def check_names(names: list[Any], where: str) -> None:
    """Raise DataError unless the column names are distinct strings, none of them our own."""
    if not names:
        raise DataError(where, "has no columns", "Give a table that holds the columns to audit.")
    odd = [name for name in names if not isinstance(name, str)]
    if odd:
        raise DataError(where, f"has a column name that is not a string: {odd[0]!r}", "Rename it to a string.")
    twice = [name for name, count in Counter(names).items() if count > 1]
    if twice:
        places = ", ".join(str(at + 1) for at, name in enumerate(names) if name == twice[0])
        problem = f"column name {twice[0]!r} stands more than once (columns {places})"
        raise DataError(where, problem, "Give each column a name of its own.")
    if ROW in names:
        raise DataError(where, f"has a column called {ROW}, which is ours", "Rename or drop that column.")


def _names(native: Any) -> list[Any]:
    import narwhals as nw

    if hasattr(native, "collect_schema"):
        return list(native.collect_schema().names())
    names = getattr(native, "column_names", None)
    if names is None or callable(names):
        names = getattr(native, "columns", None)
    if names is None or callable(names):
        try:
            names = nw.from_native(native).lazy().collect_schema().names()
        except TypeError:
            kind = type(native).__name__
            raise UsageError(f"cannot read a {kind}: give a path or a data frame (Polars, pandas, …)") from None
    return list(names)


def _numbered(native: Any) -> tuple[nw.LazyFrame[Any], tuple[str, ...], str]:
    """The lazy frame with ROW first, notes, and the engine's name."""
    import narwhals as nw

    if isinstance(native, nw.DataFrame | nw.LazyFrame):
        native = nw.to_native(native)
    frame = nw.from_native(native)
    implementation, name = frame.implementation, frame.implementation.value
    if implementation.is_duckdb():
        numbered = native.project(f'CAST(row_number() OVER () - 1 AS BIGINT) AS "{ROW}", *')
        return nw.from_native(numbered), (), name
    if implementation.is_pandas_like():
        from auditor.dataset.pandas_frames import plain

        native, notes = plain(native, implementation)
        return nw.from_native(native).with_row_index(ROW).lazy(), notes, name
    if implementation.is_polars():
        return nw.from_native(native.lazy().with_row_index(ROW)), (), name
    if isinstance(frame, nw.DataFrame):
        return frame.with_row_index(ROW).lazy(), (), name
    raise UsageError(
        f"a lazy frame of {name} has no row order to refer to: collect it, or write it to Parquet and audit that"
    )
