"""Fingerprints: of a row's content (fast, for one run), of a reported row (stable for ever), of a file."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from os import PathLike
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    import polars as pl
    import pyarrow as pa

#: Bytes in a row key: 80 bits, so that even a billion rows hardly ever share one by accident.
_KEY_BYTES = 10
#: Sets the bits of integers no float holds apart from the bits of floats.
_INTEGER_SALT = 0x9E3779B97F4A7C15


def row_hashes(batch: pa.Table | pa.RecordBatch, seed: int) -> npt.NDArray[np.uint64]:
    """One 64-bit hash a row over all cells, in column order, as canonical batches hold them.

    Equal rows have equal hashes whichever engine held them (an integer equals the float of the same value),
    inside one run and one version only: for what is stored, see `row_keys`.
    """
    return seeded_hashes(batch, (seed,))[:, 0]


def seeded_hashes(batch: pa.Table | pa.RecordBatch, seeds: Sequence[int]) -> npt.NDArray[np.uint64]:
    """The same for several seeds, rows × seeds, for less than one by one. Two seeds give 128 bits."""
    import numpy as np
    import polars as pl

    if batch.num_columns == 0:
        return np.zeros((batch.num_rows, len(seeds)), dtype=np.uint64)
    frame = pl.DataFrame({str(at): _hashable(column) for at, column in enumerate(batch.columns)})
    return np.stack([frame.hash_rows(seed=seed).to_numpy() for seed in seeds], axis=1)


def _hashable(column: pa.Array | pa.ChunkedArray) -> pl.Series:
    import polars as pl
    import pyarrow as pa

    kind = column.type
    if pa.types.is_null(kind):
        return pl.repeat(None, len(column), dtype=pl.UInt64, eager=True)
    if pa.types.is_integer(kind) or pa.types.is_floating(kind):
        return _number_bits(pl.Series(column))
    if pa.types.is_struct(kind) or pa.types.is_map(kind):
        return pl.Series([None if cell is None else repr(cell) for cell in column.to_pylist()], dtype=pl.String)
    return pl.Series(column)


def _number_bits(values: pl.Series) -> pl.Series:
    """The bits of the float of equal value; for an integer that no float equals, salted bits of its own."""
    import numpy as np
    import polars as pl

    missing = values.is_null() if values.null_count() else None
    filled = (values if missing is None else values.fill_null(0)).to_numpy()
    floats = filled.astype(np.float64) + 0.0  # -0.0 becomes 0.0
    bits = floats.view(np.uint64)
    if filled.dtype.kind in "iu" and filled.size and max(-int(filled.min()), int(filled.max())) > 2**53:
        with np.errstate(invalid="ignore"):
            lossy = (np.abs(floats) >= 2.0**63) | (floats.astype(filled.dtype) != filled)
        bits = np.where(lossy, filled.astype(np.uint64) ^ np.uint64(_INTEGER_SALT), bits)
    if filled.dtype.kind == "f" and (nan := np.isnan(floats)).any():
        missing = pl.Series(nan) if missing is None else missing | pl.Series(nan)
    series = pl.Series(bits)
    return series if missing is None else series.set(missing, None)


def row_keys(rows: Sequence[Iterable[Any]] | pa.Table | pa.RecordBatch) -> list[str]:
    """One key a row (20 hex digits), the same in every version and on every engine.

    Made from the type and the exact value of each cell in order; an integer and the float of the same value are
    the same number, null and NaN are both missing. Slow (Python, cell by cell): meant for the reported rows.
    """
    import pyarrow as pa

    if isinstance(rows, pa.Table | pa.RecordBatch):
        rows = list(zip(*(column.to_pylist() for column in rows.columns), strict=True))
    return [_row_key(row) for row in rows]


def _row_key(row: Iterable[Any]) -> str:
    digest = hashlib.blake2b(digest_size=_KEY_BYTES)
    for cell in row:
        payload = canonical_bytes(cell)
        digest.update(len(payload).to_bytes(8, "big"))
        digest.update(payload)
    return digest.hexdigest()


def canonical_bytes(cell: Any) -> bytes:
    """A cell as bytes: a letter for its type, then its value, written in one way only."""
    if cell is None or cell != cell:
        return b"-"
    if isinstance(cell, bool):
        return b"b1" if cell else b"b0"
    if isinstance(cell, str):
        return b"s" + cell.encode("utf-8", "surrogatepass")
    if isinstance(cell, bytes):
        return b"x" + cell
    if isinstance(cell, list | tuple):
        return b"l" + _joined(cell)
    if isinstance(cell, dict):
        return b"d" + _joined(part for key in sorted(cell, key=str) for part in (str(key), cell[key]))
    return _number_or_time(cell)


def _number_or_time(cell: Any) -> bytes:
    if isinstance(cell, datetime):
        plain = cell.astimezone(UTC).replace(tzinfo=None) if cell.tzinfo else cell
        return b"t" + plain.isoformat(timespec="microseconds").encode()
    if isinstance(cell, date):
        return b"t" + datetime(cell.year, cell.month, cell.day).isoformat(timespec="microseconds").encode()
    if isinstance(cell, timedelta | time):
        return b"u" + str(cell).encode()
    if isinstance(cell, int):
        return b"n" + str(cell).encode()
    if isinstance(cell, float | Decimal) or hasattr(cell, "__float__"):
        number = float(cell)
        return b"n" + (str(int(number)) if number.is_integer() else repr(number)).encode()
    return b"o" + str(cell).encode("utf-8", "surrogatepass")


def _joined(cells: Iterable[Any]) -> bytes:
    payloads = [canonical_bytes(cell) for cell in cells]
    return b"".join(len(payload).to_bytes(8, "big") + payload for payload in payloads)


def file_digest(path: str | PathLike[str]) -> str:
    """The SHA-256 of a file's bytes, in hex. Raises OSError where it cannot be read."""
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def combined_digest(digests: Sequence[str]) -> str:
    """The SHA-256 over several files' digests, in their order."""
    return hashlib.sha256("\n".join(digests).encode()).hexdigest()
