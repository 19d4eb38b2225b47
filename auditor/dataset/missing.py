"""Finding the cells that hold a missing-value token, without comparing every cell with every token."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING

from auditor.dataset.spans import spans

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    import pyarrow as pa


class Tokens:
    """The words that stand for a missing cell."""

    def __init__(self, words: Sequence[str]) -> None:
        import numpy as np

        self._words = strings(words)
        self._empty = "" in words
        self._longest = max((len(word.encode()) for word in words), default=0)
        self._first = np.zeros(256, dtype=bool)  # by first byte: whether a token begins with it
        self._first[[word.encode()[0] for word in words if word]] = True

    def taken_out(self, cells: pa.Array) -> tuple[pa.Array, Counter[str]]:
        """The cells with null for each token, and how often each was found."""
        import pyarrow.compute as pc

        gone = self._found(cells)
        if gone is None:
            return cells, Counter()
        mask = booleans(gone)
        return pc.if_else(mask, null_of(cells.type), cells), counted(cells.filter(mask))

    def _found(self, cells: pa.Array) -> npt.NDArray[np.bool_] | None:
        """Which cells hold a token; None if none does. Only cells that begin like one, and are short, are compared."""
        import numpy as np
        import pyarrow as pa
        import pyarrow.compute as pc

        placed = spans(cells)
        lengths = placed.ends - placed.starts
        suspect = self._first[placed.first_bytes()] & (lengths <= self._longest) & (lengths > 0)
        gone = lengths == 0 if self._empty else np.zeros(len(cells), dtype=bool)
        at = np.flatnonzero(suspect)
        if at.size:
            # A buffer, not pa.array: see `strings`.
            chosen = cells.take(pa.Array.from_buffers(pa.int64(), at.size, [None, pa.py_buffer(at)]))
            bits = np.frombuffer(pc.is_in(chosen, value_set=self._words).buffers()[1], dtype=np.uint8)
            gone[at] = np.unpackbits(bits, count=at.size, bitorder="little").astype(bool)
        return gone if gone.any() else None


def counted(cells: pa.Array) -> Counter[str]:
    """How often each cell stands there."""
    import pyarrow.compute as pc

    return Counter({entry["values"].as_py(): entry["counts"].as_py() for entry in pc.value_counts(cells)})


def null_of(kind: pa.DataType) -> pa.Scalar:
    """The null of a type. Not pa.scalar, which imports pandas to ask whether it was given its objects."""
    import pyarrow as pa

    return pa.nulls(1, kind)[0]


def booleans(mask: npt.NDArray[np.bool_]) -> pa.Array:
    """A NumPy mask as an Arrow array."""
    import numpy as np
    import pyarrow as pa

    return pa.Array.from_buffers(pa.bool_(), mask.size, [None, pa.py_buffer(np.packbits(mask, bitorder="little"))])


def strings(words: Sequence[str]) -> pa.Array:
    """An Arrow array made by way of Polars: pa.array imports pandas, to ask whether it was given its objects."""
    import polars as pl
    import pyarrow as pa

    return pl.Series(list(words), dtype=pl.String).to_arrow().cast(pa.string())
