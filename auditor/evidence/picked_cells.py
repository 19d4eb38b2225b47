"""The cells of some rows, column by column, as numbers: for what a sample can tell."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from auditor.dataset.batches import batches
from auditor.dataset.table import ROW, Column, Dataset, Kind
from auditor.dataset.values import text_of
from auditor.evidence.label_classes import floats_of

_NUMBERS = frozenset({Kind.NUMERIC, Kind.DATETIME, Kind.BOOLEAN})
#: Kinds whose cells can stand alone as a number or a word; prose, vectors and lists cannot.
SINGLE = _NUMBERS | {Kind.CATEGORICAL}

Values = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Cells:
    """A column's cells of some rows, missing ones nan. Of words, the place of each among the different `words`."""

    column: Column
    values: Values
    words: tuple[str, ...] | None = None

    @property
    def known(self) -> NDArray[np.bool_]:
        """Which cells are there."""
        return ~np.isnan(self.values)


def picked_cells(dataset: Dataset, columns: Sequence[Column], rows: NDArray[np.int64], of: int) -> list[Cells]:
    """The cells of the rows (their ordinals, in order) out of `of`, one entry a column; all columns are SINGLE kinds.

    One pass in which the engine leaves out the other rows before they are handed on.
    """
    import narwhals as nw
    import pyarrow as pa

    names = list(dict.fromkeys([ROW, *(column.name for column in columns)]))
    frame = dataset.frame if len(rows) == of else dataset.frame.filter(nw.col(ROW).is_in(rows.tolist()))
    parts = [pa.Table.from_batches([one]) if isinstance(one, pa.RecordBatch) else one for one in batches(frame, names)]
    if not parts:
        return []
    table = pa.concat_tables(parts)
    order = np.argsort(floats_of(table.column(ROW)), kind="stable")  # engines may mix the rows when they filter
    return [_cells(column, table.column(column.name), order) for column in columns]


def _cells(column: Column, cells: Any, order: NDArray[np.int64]) -> Cells:
    if column.kind in _NUMBERS:
        return Cells(column, floats_of(cells)[order])
    encoded = cells.combine_chunks().dictionary_encode()
    if hasattr(encoded, "combine_chunks"):
        encoded = encoded.combine_chunks()
    words = tuple(text_of(word) for word in encoded.dictionary.to_pylist())
    return Cells(column, floats_of(encoded.indices)[order], words)
