"""The typed copy of a file in the scratch folder: written batch by batch, then scanned where it lies."""

from __future__ import annotations

from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any

from auditor.dataset.missing import integers
from auditor.dataset.table import ROW

if TYPE_CHECKING:
    import narwhals as nw
    import pyarrow as pa

#: Rows gathered before they are written: small record batches make every later scan slower.
_ROWS = 65_536


class ScratchTable:
    """Writes columns with their row ordinal to an Arrow IPC file.

    `broken` says that a later batch came with other types than the first; then nothing more is written, and the
    caller starts again with the types it knows by now.
    """

    def __init__(self, path: Path, names: list[str]) -> None:
        self.path, self.names = path, names
        self.rows, self.broken = 0, False
        self._waiting: list[list[Any]] = []
        self._count = 0
        self._writer: Any = None
        self._schema: Any = None

    def __enter__(self) -> ScratchTable:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None:
            self._flush()
        if self._writer is not None:
            self._writer.close()

    def add(self, columns: list[pa.Array], rows: int) -> None:
        """Take one batch of columns, all of `rows` rows."""
        self.rows += rows
        if self.broken:
            return
        self._waiting.append(columns)
        self._count += rows
        if self._count >= _ROWS:
            self._flush()

    def _flush(self) -> None:
        import numpy as np
        import pyarrow as pa

        if not self._waiting or self.broken:
            return
        first = self.rows - self._count
        ordinals = integers(np.arange(first, self.rows, dtype=np.int64))
        parts = list(zip(*self._waiting, strict=True))
        types = [
            next((part.type for part in column if not pa.types.is_null(part.type)), pa.string()) for column in parts
        ]
        schema = pa.schema(list(zip([ROW, *self.names], [pa.int64(), *types], strict=True)))
        if self._schema is None:
            self._schema = schema
            self._writer = pa.ipc.new_file(str(self.path), schema)
        self.broken = not _fits(parts, self._schema)
        if not self.broken:
            columns = [_joined(column, kind) for column, kind in zip(parts, self._schema.types[1:], strict=True)]
            self._writer.write_batch(pa.RecordBatch.from_arrays([ordinals, *columns], schema=self._schema))
        self._waiting, self._count = [], 0


def _fits(parts: list[tuple[Any, ...]], schema: pa.Schema) -> bool:
    import pyarrow as pa

    return all(
        part.type == kind or pa.types.is_null(part.type)
        for column, kind in zip(parts, schema.types[1:], strict=True)
        for part in column
    )


def _joined(parts: tuple[Any, ...], kind: pa.DataType) -> pa.Array:
    import pyarrow as pa

    typed = [pa.nulls(len(part), kind) if pa.types.is_null(part.type) else part for part in parts]
    return typed[0] if len(typed) == 1 else pa.concat_arrays(typed)


def scanned(path: Path) -> nw.LazyFrame[Any]:
    """The table, lazily, memory-mapped."""
    import narwhals as nw
    import polars as pl

    return nw.from_native(pl.scan_ipc(path, glob=False, hive_partitioning=False))
