"""Finding the cells that hold a missing-value token, without comparing every cell with every token."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING

from auditor.dataset.spans import Spans, spans

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    import pyarrow as pa


#: What is taken off around tokens, numbers and times.
BLANKS = " \t"


class Tokens:
    """The words that stand for a missing cell, blanks around them or not."""

    def __init__(self, words: Sequence[str]) -> None:
        import numpy as np

        self._words = strings(words)
        self._empty = "" in words
        coded = [word.encode() for word in words if word]
        self._longest = max((len(word) for word in coded), default=0)
        # By first byte and length, whether a cell may be a token: nearly all cells are ruled out by that alone.
        width = self._longest + 2
        shapes = np.zeros((256, width), dtype=bool)
        shapes[[*BLANKS.encode()]] = True
        for word in coded:
            shapes[word[0], len(word)] = True
        self._shapes, self._width = shapes.ravel(), width

    def taken_out(self, cells: pa.Array) -> tuple[pa.Array, Counter[str]]:
        """The cells with null for each token, and how often each was found."""
        import numpy as np
        import pyarrow.compute as pc

        placed = spans(cells)
        gone = placed.ends == placed.starts if self._empty else np.zeros(len(cells), dtype=bool)
        counts: Counter[str] = Counter()
        empty = int(np.count_nonzero(gone))
        if empty:
            counts[""] = empty
        at, blank = self._suspects(placed)
        if at.size:
            words = cells.take(integers(at))
            words = pc.utf8_trim(words, characters=BLANKS) if blank else words
            hits = pc.is_in(words, value_set=self._words)
            counts += counted(words.filter(hits))
            gone[at] = truths(hits)
        return (pc.if_else(booleans(gone), null_of(cells.type), cells) if counts else cells), counts

    def _suspects(self, placed: Spans) -> tuple[npt.NDArray[np.int64], bool]:
        """The filled cells that may be a token, by first byte, length and last byte; and whether any has blanks."""
        import numpy as np

        lengths = placed.ends - placed.starts
        first = placed.first_bytes()
        last = placed.data.take(placed.ends - 1, mode="clip") if placed.data.size else first
        shape = first.astype(np.int32) * self._width + np.minimum(lengths, self._width - 1)
        ends_blank = _is_blank(last)
        at = np.flatnonzero((self._shapes.take(shape) | ends_blank) & (lengths > 0))
        blank = bool(ends_blank.take(at).any() or _is_blank(first.take(at)).any())
        return at, blank


def _is_blank(letters: npt.NDArray[np.uint8]) -> npt.NDArray[np.bool_]:
    blank: npt.NDArray[np.bool_] = (letters == 0x20) | (letters == 0x09)
    return blank


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


def truths(mask: pa.Array) -> npt.NDArray[np.bool_]:
    """An Arrow mask without nulls as a NumPy array."""
    import numpy as np

    bits = np.frombuffer(mask.buffers()[1], dtype=np.uint8)
    return np.unpackbits(bits, bitorder="little")[mask.offset : mask.offset + len(mask)].astype(bool)


def integers(values: npt.NDArray[np.int64]) -> pa.Array:
    """NumPy integers as an Arrow array, without a copy."""
    import pyarrow as pa

    return pa.Array.from_buffers(pa.int64(), values.size, [None, pa.py_buffer(values)])


def strings(words: Sequence[str]) -> pa.Array:
    """An Arrow array made by way of Polars: pa.array imports pandas, to ask whether it was given its objects."""
    import polars as pl
    import pyarrow as pa

    return pl.Series(list(words), dtype=pl.String).to_arrow().cast(pa.string())
