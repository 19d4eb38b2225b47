"""Arrow batches out of any frame: the one door through which code that needs rows, not columns, gets them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from auditor.dataset.missing import null_of

if TYPE_CHECKING:
    import narwhals as nw
    import pyarrow as pa


def batches(
    frame: nw.LazyFrame[Any], columns: Sequence[str], size: int = 65_536
) -> Iterator[pa.RecordBatch | pa.Table]:
    """The given columns, in row order, in record batches of at most `size` rows, with bounded memory.

    The types are the same on every engine: int64, float64, bool, large_string, timestamp[us] (in UTC where the
    data had a zone), large_list of these; what is nested stays as it is. NaN is null. An empty frame gives
    nothing. Raises whatever the engine raises when a file behind the frame has gone.
    """
    names = list(columns)
    if not names:
        raise ValueError("no columns were asked for")
    for table in _native_batches(frame, names, size):
        for batch in canonical(table).to_batches(max_chunksize=size):
            if batch.num_rows:
                yield batch


def _native_batches(frame: nw.LazyFrame[Any], names: list[str], size: int) -> Iterator[pa.Table]:
    import narwhals as nw
    import pyarrow as pa

    chosen = frame.select(names)
    native: Any = nw.to_native(chosen)
    implementation = chosen.implementation
    if implementation.is_polars():
        for part in native.collect_batches(chunk_size=size, maintain_order=True):
            yield part.to_arrow()
    elif implementation.is_duckdb():
        for batch in native.to_arrow_reader(size):
            yield pa.Table.from_batches([batch])
    elif implementation.is_pyarrow():
        yield from (pa.Table.from_batches([batch]) for batch in native.to_batches(max_chunksize=size))
    elif implementation.is_pandas_like():
        for start in range(0, len(native), size):
            part = native.iloc[start : start + size]
            pandas = part._to_pandas() if implementation.is_modin() else part
            yield pa.Table.from_pandas(pandas, preserve_index=False)
    else:
        yield from _by_row(frame, names, size)


def _by_row(frame: nw.LazyFrame[Any], names: list[str], size: int) -> Iterator[pa.Table]:
    """For engines that stream nothing to us: slices by row ordinal, which every dataset's frame carries."""
    import narwhals as nw

    from auditor.dataset.table import ROW

    rows = int(frame.select(nw.len()).collect().item())
    for start in range(0, rows, size):
        part = frame.filter(nw.col(ROW).is_between(start, start + size, closed="left")).sort(ROW)
        yield part.select(names).collect(backend="pyarrow").to_native()


def canonical(table: pa.Table) -> pa.Table:
    """The same rows with canonical types (see `batches`) and null for NaN."""
    import pyarrow as pa

    arrays = [_canonical_column(column) for column in table.columns]
    return pa.Table.from_arrays(arrays, names=table.column_names)


def _canonical_column(column: pa.ChunkedArray) -> pa.ChunkedArray:
    import pyarrow as pa
    import pyarrow.compute as pc

    goal = canonical_type(column.type)
    if column.type != goal:
        zone = getattr(column.type, "tz", None)
        if zone and pa.types.is_timestamp(column.type):
            column = column.cast(pa.timestamp("us", "UTC"), safe=False)
        column = column.cast(goal, safe=not pa.types.is_timestamp(goal))
    if pa.types.is_floating(goal) and pc.any(pc.is_nan(column)).as_py():
        column = pc.if_else(pc.is_nan(column), null_of(goal), column)
    return column


def canonical_type(kind: pa.DataType) -> pa.DataType:
    """The one type that stands for all its like: int64 for int8, large_string for a dictionary of strings, …."""
    import pyarrow as pa

    types = pa.types
    if types.is_dictionary(kind):
        return canonical_type(kind.value_type)
    if types.is_uint64(kind) or types.is_integer(kind):
        return pa.int64()
    if types.is_floating(kind) or types.is_decimal(kind):
        return pa.float64()
    if types.is_string(kind) or types.is_large_string(kind) or types.is_string_view(kind) or types.is_null(kind):
        return pa.large_string()
    if types.is_timestamp(kind) or types.is_date(kind):
        return pa.timestamp("us")
    if types.is_list(kind) or types.is_large_list(kind) or types.is_fixed_size_list(kind):
        return pa.large_list(canonical_type(kind.value_type))
    return kind
