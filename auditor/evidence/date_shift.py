"""How the dates of a column are spread beside those of the reference, and where the data ends."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from auditor.dataset.batches import batches
from auditor.dataset.table import Dataset, Kind
from auditor.dataset.values import MISSING
from auditor.evidence.time_order import told_moment

if TYPE_CHECKING:
    from auditor.evidence import Evidence

_TENTHS = np.arange(1, 10) / 10

Moments = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class DateShift:
    """Rows of the data and of the reference by tenths of the data's dates, the same `values` in the same order.

    `after` and `before` are the reference's rows, of the `known` that have a date, later than `newest` and earlier than
    `oldest`, the ends of the data.
    """

    column: str
    values: tuple[str, ...]
    ours: tuple[int, ...]
    theirs: tuple[int, ...]
    oldest: str
    newest: str
    after: int
    before: int
    known: int


@dataclass(frozen=True, slots=True)
class AskDateShifts:
    """The question: from when are the rows of the data, and from when those of the reference?"""

    def collect(self, evidence: Evidence) -> tuple[DateShift, ...]:
        """A pass a side for each column of dates that both have a date in; the time column is among them."""
        ours, theirs = evidence.dataset, evidence.reference.dataset
        names = {column.name for column in theirs.columns}
        roles = ours.roles
        compared = {*roles.features, *roles.sensitive, *roles.label, roles.time}
        asked = [c.name for c in ours.columns if c.kind is Kind.DATETIME and c.name in names and c.name in compared]
        found = (_shift(name, _moments(ours, name), _moments(theirs, name)) for name in asked)
        return tuple(one for one in found if one is not None)


def _moments(dataset: Dataset, name: str) -> tuple[Moments, int]:
    """Microseconds since 1970, of the rows that have a date, and how many have none."""
    import polars as pl

    cells = [
        pl.Series(batch.column(0)).cast(pl.Datetime("us")).to_physical() for batch in batches(dataset.frame, (name,))
    ]
    known = [one.drop_nulls().to_numpy() for one in cells]
    there = np.concatenate(known) if known else np.empty(0, dtype=np.int64)
    return there, sum(map(len, cells)) - len(there)


def _shift(name: str, ours: tuple[Moments, int], theirs: tuple[Moments, int]) -> DateShift | None:
    """None where a side has no date."""
    (here, ours_missing), (there, theirs_missing) = ours, theirs
    if not (len(here) and len(there)):
        return None
    edges = np.unique(np.quantile(here, _TENTHS, method="lower"))
    counts = [np.bincount(np.searchsorted(edges, one), minlength=len(edges) + 1).tolist() for one in (here, there)]
    told = [told_moment(int(edge)) for edge in edges]
    between = (f"{low} to {high}" for low, high in pairwise(told))
    return DateShift(
        name,
        (f"up to {told[0]}", *between, f"after {told[-1]}", MISSING),
        (*counts[0], ours_missing),
        (*counts[1], theirs_missing),
        told_moment(int(here.min())),
        told_moment(int(here.max())),
        int((there > here.max()).sum()),
        int((there < here.min()).sum()),
        len(there),
    )
