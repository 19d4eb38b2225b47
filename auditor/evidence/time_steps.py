"""How the label and each feature are spread from one stretch of time to the next."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from auditor.errors import NotPossible
from auditor.evidence.label_classes import AskLabelClasses
from auditor.evidence.picked_cells import picked_cells
from auditor.evidence.time_drift import comparable, few_values
from auditor.evidence.time_order import AskTimes, Times
from auditor.stats.largest_of import LargestOf
from auditor.stats.total_variation import total_variation

if TYPE_CHECKING:
    from auditor.evidence import Evidence

#: The rows of a stretch, at least; the stretches, at least and at most.
MIN_ROWS, FEWEST, MOST = 1_000, 3, 10
#: Rows of a stretch that are looked at for features, and cells of all columns.
_MAX_ROWS, _MAX_CELLS = 5_000, 500_000
_SEED = 24

Counts = tuple[int, ...]
Places = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class ColumnSteps:
    """Rows of each stretch, in order, by the values of a column."""

    column: str
    values: tuple[str, ...]
    stretches: tuple[Counts, ...]

    @property
    def largest(self) -> LargestOf:
        """The largest distance between a stretch and the next."""
        return LargestOf(tuple(total_variation(one, other) for one, other in pairwise(self.stretches)))


@dataclass(frozen=True, slots=True)
class TimeSteps:
    """The label first where it has classes, then the features; the time at which each stretch begins."""

    columns: tuple[ColumnSteps, ...]
    starts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AskTimeSteps:
    """The question: how do the rows of each stretch of time differ from those of the stretch before?"""

    def collect(self, evidence: Evidence) -> TimeSteps:
        """Of the label all rows, of the features at most 5,000 of each stretch: one pass.

        NotPossible where the rows do not come to three stretches of 1,000. What is compared is as for `AskTimeDrift`.
        """
        times = evidence.ask(AskTimes())
        place, starts = stretches(times)
        found = (*_of_label(evidence, place, len(starts)), *_of_features(evidence, place, len(starts)))
        return TimeSteps(found, tuple(times.told(start) for start in starts))


def stretches(times: Times) -> tuple[Places, list[float]]:
    """The stretch of each row (-1 where its time is missing), and when each begins; as many rows in each, about.

    Rows of one time stay together, so that a stretch may have more, or half of MIN_ROWS. NotPossible where there are
    fewer than three.
    """
    moments, counts = np.unique(times.moments[times.known], return_counts=True)
    before, total = np.concatenate([[0], np.cumsum(counts)]), int(counts.sum())
    most = min(MOST, total // MIN_ROWS)
    starts: list[int] = []
    for at in np.searchsorted(before, np.arange(most) * total / max(most, 1)).tolist():
        last = before[starts[-1]] if starts else -total
        if min(before[at] - last, total - before[at]) >= MIN_ROWS // 2:
            starts.append(at)
    if len(starts) < FEWEST:
        raise NotPossible(f"the rows do not come to {FEWEST} stretches of {MIN_ROWS:,}")
    begin = moments[starts]
    place = np.searchsorted(begin, times.moments, side="right") - 1
    return np.where(times.known, place, -1), begin.tolist()


def _of_label(evidence: Evidence, place: Places, many: int) -> list[ColumnSteps]:
    try:
        label = evidence.ask(AskLabelClasses())
    except NotPossible:
        return []
    counts = tuple(tuple(label.count(place == at).tolist()) for at in range(many))
    return [ColumnSteps(evidence.dataset.roles.label[0], label.names, counts)]


def _of_features(evidence: Evidence, place: Places, many: int) -> list[ColumnSteps]:
    columns = comparable(evidence)
    if not columns:
        return []
    most = min(max(_MAX_CELLS // (len(columns) * many), MIN_ROWS), _MAX_ROWS)
    rng = np.random.default_rng(_SEED)
    parts = [np.flatnonzero(place == at) for at in range(many)]
    rows = np.sort(np.concatenate([part if len(part) <= most else rng.choice(part, most, False) for part in parts]))
    found = []
    for cells in picked_cells(evidence.dataset, columns, rows, len(place)):
        values, codes = few_values(cells)
        counts = [np.bincount(codes[place[rows] == at], minlength=len(values)).tolist() for at in range(many)]
        found.append(ColumnSteps(cells.column.name, values, tuple(map(tuple, counts))))
    return found
