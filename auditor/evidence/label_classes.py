"""The label of each row as one of few classes, whatever the label is: for what is asked of the label and all else."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from auditor.dataset.batches import batches
from auditor.dataset.table import Task
from auditor.dataset.values import MISSING
from auditor.errors import NotPossible
from auditor.evidence.group_rows import AskGroupRows
from auditor.evidence.quantile_codes import quantile_codes
from auditor.stats.written import amount

if TYPE_CHECKING:
    import pyarrow as pa

    from auditor.evidence import Evidence

#: The rarest of more classes than this are taken as one.
MAX_CLASSES = 20
#: A label that is a number is cut into quarters.
_QUARTERS = 4
#: What these are called.
REST = "all other classes"

Codes = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class LabelClasses:
    """The classes, the largest first (quarters in their order), and the place of each row's; -1 without a label."""

    names: tuple[str, ...]
    codes: Codes

    def count(self, rows: NDArray[np.bool_] | None = None) -> NDArray[np.int64]:
        """Rows of each class; of some rows only, given by a mask."""
        codes = self.codes if rows is None else self.codes[rows]
        return np.bincount(codes[codes >= 0], minlength=len(self.names))


@dataclass(frozen=True, slots=True)
class AskLabelClasses:
    """The question: which class does each row have?"""

    def collect(self, evidence: Evidence) -> LabelClasses:
        """One pass over the label. NotPossible without a single label a row, or without two classes."""
        dataset = evidence.dataset
        if len(dataset.roles.label) != 1 or dataset.task is Task.MULTILABEL:
            raise NotPossible("the rows have no single label")
        found = _quarters(evidence) if dataset.task is Task.REGRESSION else _classes(evidence)
        if np.count_nonzero(found.count()) < 2:
            raise NotPossible("no two rows differ in their label")
        return found


def _classes(evidence: Evidence) -> LabelClasses:
    groups = evidence.ask(AskGroupRows(evidence.dataset.roles.label))
    names = [name for (name,) in groups.names]
    kept = [name for name in names if name != MISSING]
    if len(kept) > MAX_CLASSES:
        kept = [*kept[: MAX_CLASSES - 1], REST]
    place = {name: at for at, name in enumerate(kept)}
    rest = len(kept) - 1
    codes = np.array([-1 if name == MISSING else place.get(name, rest) for name in names], dtype=np.int64)
    return LabelClasses(tuple(kept), codes[groups.codes])


def _quarters(evidence: Evidence) -> LabelClasses:
    name = evidence.dataset.roles.label[0]
    parts = [floats_of(batch.column(0)) for batch in batches(evidence.dataset.frame, (name,))]
    codes, edges = quantile_codes(np.concatenate(parts) if parts else np.empty(0), _QUARTERS)
    told = [amount(edge) for edge in edges]
    if not told:
        return LabelClasses((), codes - 1)
    between = (f"{low} to under {high}" for low, high in pairwise(told))
    return LabelClasses((f"under {told[0]}", *between, f"{told[-1]} and over"), codes - 1)


def floats_of(column: pa.Array | pa.ChunkedArray) -> NDArray[np.float64]:
    """Numbers, truth values or times as floats, missing ones nan. By way of Polars: Arrow's own imports pandas."""
    import polars as pl

    cells = pl.Series(column)
    if cells.dtype.is_temporal():
        cells = cells.to_physical()
    return cells.cast(pl.Float64, strict=False).fill_null(float("nan")).to_numpy()
