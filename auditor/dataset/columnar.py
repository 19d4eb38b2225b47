"""Parquet (a file or a folder of parts), Arrow IPC files and streams: scanned where they lie."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from auditor.dataset.finish import looked_through
from auditor.dataset.frames import check_names
from auditor.dataset.keys import combined_digest, file_digest
from auditor.dataset.table import ROW, Loaded, Source
from auditor.dataset.tidy import tidied, without_tokens
from auditor.errors import DataError

if TYPE_CHECKING:
    import pyarrow as pa

    from auditor.dataset.options import ReadOptions

_T = TypeVar("_T")
_WRITE_AGAIN = "The file is damaged or not whole: write or copy it again."


def parquet_parts(folder: Path) -> list[Path]:
    """The Parquet files of a folder, in the order of their names; hidden ones and `_metadata` are left out."""
    return sorted(path for path in folder.rglob("*.parquet") if not _hidden(path.relative_to(folder)))


def _hidden(path: Path) -> bool:
    return any(part.startswith((".", "_")) for part in path.parts)


def read_parquet(paths: list[Path], name: str, options: ReadOptions) -> Loaded:
    """Read Parquet files with the same columns as one table, in the order given.

    Raises DataError for a file without its footer, a damaged one, differing columns or no rows.
    """
    import polars as pl

    schemas = [_parquet_schema(path) for path in paths]
    _same_columns(paths, schemas)
    native = pl.scan_parquet(paths, glob=False, hive_partitioning=False).with_row_index(ROW)
    return _read(native, paths, name, "parquet", options)


def read_arrow(path: Path, name: str, scratch: Path, options: ReadOptions) -> Loaded:
    """Read an Arrow IPC file (Feather v2) or stream. A stream or an old Feather is copied to the scratch folder."""
    import polars as pl
    import pyarrow as pa
    import pyarrow.feather

    with path.open("rb") as file:
        magic = file.read(6)
    place = path
    try:
        if magic != b"ARROW1":
            place = scratch / f"{path.name}.arrow"
            _rewrite(path, place, old_feather=magic[:4] == b"FEA1")
        with pa.memory_map(str(place)) as source:
            check_names(pa.ipc.open_file(source).schema.names, str(path))
    except (pa.ArrowException, OSError) as error:
        raise DataError(str(path), f"is not a whole Arrow file ({_first_line(error)})", _WRITE_AGAIN) from error
    native = pl.scan_ipc(place, glob=False, hive_partitioning=False).with_row_index(ROW)
    return _read(native, [path], name, "arrow", options)


def _rewrite(path: Path, place: Path, *, old_feather: bool) -> None:
    import pyarrow as pa
    import pyarrow.feather

    if old_feather:
        pyarrow.feather.write_feather(pyarrow.feather.read_table(path), place, compression="uncompressed")
        return
    with (
        pa.memory_map(str(path)) as source,
        pa.ipc.open_stream(source) as reader,
        pa.ipc.new_file(str(place), reader.schema) as writer,
    ):
        for batch in reader:
            writer.write_batch(batch)


def _read(native: Any, paths: list[Path], name: str, form: str, options: ReadOptions) -> Loaded:
    import narwhals as nw

    frame, notes = tidied(nw.from_native(native))
    digests = [file_digest(path) for path in paths]
    frame, tokens = _guarded(name, lambda: without_tokens(frame, options))
    source = Source(
        name,
        form,
        paths=tuple(str(path) for path in paths),
        digest=digests[0] if len(digests) == 1 else combined_digest(digests),
        size_bytes=sum(path.stat().st_size for path in paths),
        missing_tokens=tokens,
        notes=notes,
    )
    loaded = _guarded(name, lambda: looked_through(frame, source))
    if not loaded.source.rows_read:
        raise DataError(name, "has columns but no rows", "Check what wrote it: there is nothing to audit.")
    return loaded


def _guarded(name: str, step: Callable[[], _T]) -> _T:
    """What the step gives; what the engine raises on a damaged file, as a DataError."""
    import polars as pl

    try:
        return step()
    except (pl.exceptions.PolarsError, pl.exceptions.PanicException, OSError) as error:
        raise DataError(name, f"cannot be read to its end ({_first_line(error)})", _WRITE_AGAIN) from error


def _parquet_schema(path: Path) -> pa.Schema:
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        schema = pq.read_schema(path)
    except (pa.ArrowException, OSError) as error:
        problem = f"is not a whole Parquet file: its footer cannot be read ({_first_line(error)})"
        raise DataError(str(path), problem, _WRITE_AGAIN) from error
    check_names(schema.names, str(path))
    return schema


def _same_columns(paths: list[Path], schemas: list[pa.Schema]) -> None:
    first = schemas[0]
    for path, schema in zip(paths, schemas, strict=True):
        problem = _difference(first, schema)
        if problem:
            remedy = f"All parts must have the columns of {paths[0].name}: write them again alike, or audit them apart."
            raise DataError(str(path), problem, remedy)


def _difference(first: pa.Schema, other: pa.Schema) -> str:
    missing = [name for name in first.names if name not in other.names]
    extra = [name for name in other.names if name not in first.names]
    if missing or extra:
        told = [f"lacks {', '.join(missing)}"] * bool(missing) + [f"has {', '.join(extra)} beyond"] * bool(extra)
        return f"this part {' and '.join(told)} the other parts' columns" if extra else f"this part {told[0]}"
    for name in first.names:
        if first.field(name).type != other.field(name).type:
            return f"column {name!r} is {other.field(name).type} here and {first.field(name).type} in the first part"
    if first.names != other.names:
        return "the columns stand in another order than in the first part"
    return ""


def _first_line(error: Exception) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0][:200].rstrip(".")
