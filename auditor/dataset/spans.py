"""The bytes of a string array as NumPy sees them: first letters and lengths of all cells at once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    import pyarrow as pa


@dataclass(frozen=True, slots=True)
class Spans:
    """All bytes of an array, and where each cell starts and ends in them."""

    data: npt.NDArray[np.uint8]
    starts: npt.NDArray[Any]
    ends: npt.NDArray[Any]

    @property
    def used(self) -> npt.NDArray[np.uint8]:
        """The bytes of these cells alone."""
        return self.data[int(self.starts[0]) : int(self.ends[-1])] if self.starts.size else self.data[:0]

    def first_bytes(self) -> npt.NDArray[np.uint8]:
        """Each cell's first byte; of an empty cell, any byte at all."""
        import numpy as np

        if not self.data.size:
            return np.zeros(self.starts.size, dtype=np.uint8)
        return self.data.take(self.starts, mode="clip")


def spans(cells: pa.Array) -> Spans:
    """The spans of a string or large_string array; those of null cells are empty or mean nothing."""
    import numpy as np
    import pyarrow as pa

    _, places, buffer = cells.buffers()
    wide = pa.types.is_large_string(cells.type)
    offsets = np.frombuffer(places, dtype=np.int64 if wide else np.int32) if places else np.zeros(1, dtype=np.int32)
    offsets = offsets[cells.offset : cells.offset + len(cells) + 1]
    data = np.frombuffer(buffer, dtype=np.uint8) if buffer else np.empty(0, dtype=np.uint8)
    return Spans(data, offsets[:-1], offsets[1:])
