"""How the label and each feature are spread among the earliest rows, and among the latest."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from auditor.dataset.table import Column, Kind
from auditor.dataset.values import MISSING, text_of
from auditor.errors import NotPossible
from auditor.evidence.giveaway import read_alone
from auditor.evidence.label_classes import AskLabelClasses
from auditor.evidence.picked_cells import Cells, picked_cells
from auditor.evidence.quantile_codes import quantile_codes
from auditor.evidence.shift import MAX_VALUES, MAX_WORDS
from auditor.evidence.time_order import AskTimes, Times
from auditor.stats.total_variation import TotalVariation, total_variation
from auditor.stats.written import amount

if TYPE_CHECKING:
    from auditor.evidence import Evidence

#: Rows of either third that are looked at, at most: shares of 10,000 rows are known to a hundredth. Of many columns
#: fewer, so that the cells of a third are no more than that.
MAX_ROWS, MIN_ROWS, MAX_CELLS = 10_000, 1_000, 500_000
_INTERVALS = 10
_SEED = 23
_REST = "all other values"

Mask = NDArray[np.bool_]
Codes = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class ColumnDrift:
    """Rows of the earliest and the latest third by the values of a column, of numbers by intervals."""

    column: str
    values: tuple[str, ...]
    early: tuple[int, ...]
    late: tuple[int, ...]

    @property
    def distance(self) -> TotalVariation:
        """How far the thirds lie apart."""
        return total_variation(self.early, self.late)


@dataclass(frozen=True, slots=True)
class TimeDrift:
    """The label first where it has classes, then the features; the earliest third ends, the latest begins so."""

    columns: tuple[ColumnDrift, ...]
    early_until: str
    late_from: str


@dataclass(frozen=True, slots=True)
class AskTimeDrift:
    """The question: how do the latest rows differ from the earliest?"""

    def collect(self, evidence: Evidence) -> TimeDrift:
        """Of the label, all rows; of the features, at most MAX_ROWS of each third: one pass.

        NotPossible where the times have no two thirds. Prose, dates and names are not compared.
        """
        times = evidence.ask(AskTimes())
        early, late = thirds(times)
        until, start = float(times.moments[early].max()), float(times.moments[late].min())
        found = (*_of_label(evidence, early, late), *_of_features(evidence, early, late))
        return TimeDrift(found, times.told(until), times.told(start))


def thirds(times: Times) -> tuple[Mask, Mask]:
    """The rows of the earliest and the latest third; rows of one time stay together, so that they may be fewer or more.

    NotPossible where nearly all have one time.
    """
    known = np.sort(times.moments[times.known])
    first, second = known[len(known) // 3], known[-1 - len(known) // 3]
    if first < second:
        early, late = times.moments <= first, times.moments >= second
    else:  # a third or more is of one time: what is before it and what is after, or itself where nothing is
        early, late = times.moments < first, times.moments > first
        early, late = (
            (early if (early & times.known).any() else ~late),
            (late if (late & times.known).any() else ~early),
        )
    early, late = early & times.known, late & times.known
    if (early & late).any():
        raise NotPossible(f"nearly all rows have one time in {times.column!r}")
    return early, late


def _of_label(evidence: Evidence, early: Mask, late: Mask) -> list[ColumnDrift]:
    try:
        label = evidence.ask(AskLabelClasses())
    except NotPossible:
        return []
    counts = (tuple(label.count(side).tolist()) for side in (early, late))
    return [ColumnDrift(evidence.dataset.roles.label[0], label.names, *counts)]


def comparable(evidence: Evidence) -> list[Column]:
    """The features that hold numbers, or words that come again: no prose, dates or names."""
    return [
        column
        for column in read_alone(evidence.dataset)
        if column.kind is not Kind.DATETIME
        and (column.kind is Kind.NUMERIC or (evidence.profile[column.name].distinct or 0) <= MAX_WORDS)
    ]


def _of_features(evidence: Evidence, early: Mask, late: Mask) -> list[ColumnDrift]:
    columns = comparable(evidence)
    if not columns:
        return []
    most = min(max(MAX_CELLS // len(columns), MIN_ROWS), MAX_ROWS)
    rows = np.sort(np.concatenate([_some(early, most), _some(late, most)]))
    is_late = late[rows]
    return [_compared(cells, is_late) for cells in picked_cells(evidence.dataset, columns, rows, len(early))]


def _some(side: Mask, most: int) -> Codes:
    rows = np.flatnonzero(side)
    return rows if len(rows) <= most else np.random.default_rng(_SEED).choice(rows, most, replace=False)


def _compared(cells: Cells, is_late: Mask) -> ColumnDrift:
    values, codes = few_values(cells)
    early, late = (np.bincount(codes[side], minlength=len(values)).tolist() for side in (~is_late, is_late))
    return ColumnDrift(cells.column.name, values, tuple(early), tuple(late))


def few_values(cells: Cells) -> tuple[tuple[str, ...], Codes]:
    """The values, at most MAX_VALUES and the rest, and the place of each cell's; missing is the first."""
    if cells.words is not None:
        return _commonest((MISSING, *cells.words), np.where(cells.known, cells.values + 1, 0).astype(np.int64))
    different = np.unique(cells.values[cells.known])
    if len(different) > MAX_VALUES:
        codes, edges = quantile_codes(cells.values, _INTERVALS)
        return (MISSING, *_intervals([amount(edge) for edge in edges])), codes
    codes = np.where(cells.known, 1 + np.searchsorted(different, cells.values), 0)
    return (MISSING, *(text_of(value) for value in different)), codes.astype(np.int64)


def _intervals(edges: list[str]) -> list[str]:
    between = [f"{low} to under {high}" for low, high in pairwise(edges)]
    return [f"under {edges[0]}", *between, f"{edges[-1]} and over"]


def _commonest(values: tuple[str, ...], codes: Codes) -> tuple[tuple[str, ...], Codes]:
    if len(values) <= MAX_VALUES + 1:
        return values, codes
    order = np.argsort(-np.bincount(codes, minlength=len(values)), kind="stable")
    place = np.full(len(values), MAX_VALUES, dtype=np.int64)
    place[order[:MAX_VALUES]] = np.arange(MAX_VALUES)
    return (*(values[at] for at in order[:MAX_VALUES]), _REST), place[codes]
