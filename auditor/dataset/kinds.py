"""What each column holds, decided over all rows: numbers, names, prose, times, vectors, sets of names."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from auditor.dataset.spans import spans
from auditor.dataset.table import ROW, Column, Kind

if TYPE_CHECKING:
    import narwhals as nw
    import pyarrow as pa

#: From this many words a cell on average a column may be prose; names, addresses' parts and codes have fewer.
_PROSE_WORDS = 3.0
#: Prose hardly repeats itself; what repeats more than this is a list of long names.
_PROSE_DISTINCT_SHARE = 0.3
#: Bytes that open a three-byte character: scripts without blanks between words (Chinese, Thai, …).
_WIDE_BYTE = 0xE0
#: Hashes kept to estimate how many different cells a column has (to about 2 %).
_LOWEST = 4096


@dataclass(slots=True)
class Wording:
    """How wordy and how varied a string column is, summed batch by batch in bounded memory."""

    cells: int = 0
    words: float = 0.0
    compared: int = 0  # cells that went into `lowest`
    lowest: Any = None  # the lowest hashes seen: their spread tells how many different cells there are

    def add(self, cells: pa.Array) -> None:
        """Count one batch, straight from its buffer of bytes."""
        import numpy as np

        filled = len(cells) - cells.null_count
        if not filled:
            return
        data = spans(cells).used
        blanks = int(np.count_nonzero(data == 0x20))
        wide = int(np.count_nonzero(data >= _WIDE_BYTE))
        words = filled + blanks + wide / 2
        self.cells += filled
        self.words += words
        if words / filled >= _PROSE_WORDS:
            self._compare(cells, filled)

    def _compare(self, cells: pa.Array, filled: int) -> None:
        import numpy as np
        import polars as pl

        hashes = pl.Series(cells.drop_null()).hash(seed=0).to_numpy()
        if self.lowest is not None:
            ceiling = self.lowest[-1] if len(self.lowest) == _LOWEST else np.iinfo(np.uint64).max
            hashes = np.concatenate([self.lowest, hashes[hashes <= ceiling]])
        self.lowest = np.unique(hashes)[:_LOWEST]
        self.compared += filled

    @property
    def distinct_share(self) -> float:
        """About how many different cells there are, by the number of cells compared: 1 where none repeats."""
        if self.lowest is None:
            return 0.0
        known = len(self.lowest)
        distinct = known if known < _LOWEST else (known - 1) / (int(self.lowest[-1]) / 2**64)
        return min(1.0, distinct / self.compared)

    @property
    def is_prose(self) -> bool:
        """Whether the cells are sentences rather than names: many words, and hardly ever the same."""
        if not self.cells or self.words / self.cells < _PROSE_WORDS:
            return False
        return self.distinct_share >= _PROSE_DISTINCT_SHARE


def assign(schema: Mapping[str, nw.dtypes.DType], wording: Mapping[str, Wording]) -> tuple[Column, ...]:
    """Each column with its kind. `wording` holds what was counted for the string columns."""
    return tuple(
        Column(name, _kind(dtype, is_prose=name in wording and wording[name].is_prose), str(dtype))
        for name, dtype in schema.items()
        if name != ROW
    )


def _kind(dtype: nw.dtypes.DType, *, is_prose: bool) -> Kind:
    import narwhals as nw

    if dtype.is_numeric():
        return Kind.NUMERIC
    if dtype == nw.Boolean:
        return Kind.BOOLEAN
    if dtype in (nw.Datetime, nw.Date):
        return Kind.DATETIME
    if isinstance(dtype, nw.List | nw.Array):
        return _list_kind(dtype)
    if dtype in (nw.String, nw.Categorical, nw.Enum):
        return Kind.TEXT if is_prose else Kind.CATEGORICAL
    return Kind.OTHER


def _list_kind(dtype: nw.List | nw.Array) -> Kind:
    import narwhals as nw

    inner: Any = dtype.inner
    if inner in (nw.Float64, nw.Float32):
        return Kind.EMBEDDING
    return Kind.LABELS if inner in (nw.String, nw.Categorical, nw.Enum) else Kind.OTHER
