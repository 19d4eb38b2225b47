"""Parquet and Arrow files with some values of one column changed: written anew with the same schema."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from auditor.errors import UsageError
from auditor.review.labels import Cell
from auditor.review.spelling import example_rows

if TYPE_CHECKING:
    import pyarrow as pa


def rewrite_parquet(path: Path, column: str, labels: Sequence[str], changes: Mapping[int, Cell], output: Path) -> None:
    """Write the table with its schema, metadata, compression and row groups' size as they were."""
    import pyarrow.parquet as pq

    file = pq.ParquetFile(path)
    table = _changed(file.read(), column, labels, changes)
    groups = file.metadata.num_row_groups
    size = file.metadata.row_group(0).num_rows if groups else None
    codec = file.metadata.row_group(0).column(0).compression if groups else "SNAPPY"
    pq.write_table(table, output, row_group_size=size, compression="NONE" if codec == "UNCOMPRESSED" else codec)


def rewrite_arrow(path: Path, column: str, labels: Sequence[str], changes: Mapping[int, Cell], output: Path) -> None:
    """Write an Arrow file or stream with its schema and metadata as they were. Raises UsageError for Feather V1."""
    import pyarrow as pa

    with path.open("rb") as file:
        magic = file.read(6)
    if magic.startswith(b"FEA1"):
        raise UsageError(f"{path}: Feather V1 cannot be written any more. Convert it to Feather V2 or Parquet first.")
    is_file = magic == b"ARROW1"
    with pa.memory_map(str(path)) as source:
        reader = pa.ipc.open_file(source) if is_file else pa.ipc.open_stream(source)
        table = _changed(reader.read_all(), column, labels, changes)
        new = pa.ipc.new_file if is_file else pa.ipc.new_stream
        with new(str(output), table.schema) as writer:
            writer.write_table(table)


def _changed(table: pa.Table, column: str, labels: Sequence[str], changes: Mapping[int, Cell]) -> pa.Table:
    import pyarrow as pa

    place = table.column_names.index(column)
    kind = table.schema.field(place).type
    plain = kind.value_type if pa.types.is_dictionary(kind) else kind
    cells = table.column(place).to_pylist()
    words = {cell for cell in changes.values() if isinstance(cell, str)}
    known = {name: cells[row] for row, name in example_rows(labels, words).items()}
    for row, cell in changes.items():
        if isinstance(cell, str):
            cells[row] = known[cell] if cell in known else _typed(cell, plain, column)
        else:
            cells[row] = cell
    array = pa.array(cells, plain)
    if array.type != kind:
        array = array.dictionary_encode().cast(kind)
    return table.set_column(place, table.schema.field(place), array).replace_schema_metadata(table.schema.metadata)


def _typed(name: str, kind: pa.DataType, column: str) -> Any:
    """A new class as a value of the column's type."""
    import pyarrow as pa

    try:
        return pa.scalar(name).cast(kind).as_py()
    except (pa.ArrowException, ValueError) as error:
        raise UsageError(f"the column {column!r} holds {kind}, and {name!r} is none.") from error
