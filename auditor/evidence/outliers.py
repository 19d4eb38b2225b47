"""Rows unlike all others, and small groups that are unlike the rest and like each other: rare, not wrong."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from auditor.dataset.values import text_of
from auditor.evidence.probes.sample import picked
from auditor.evidence.probes.threads import single_threaded
from auditor.evidence.unlike_rows import AskUnlikeRows, UnlikeRows, distances
from auditor.stats.written import amount, percent

if TYPE_CHECKING:
    from auditor.evidence import Evidence

#: Rows near each other that are a slice.
MIN_SLICE = 5
#: Rows are near each other at half the distance from all others, or less.
_NEAR = 0.5
_NAMED = 3
_TELLING = 0.1  # of the squared distance: less is not told
_COMMON, _RARE = 0.9, 0.2  # shares of the slice and of all rows that a value has, to tell what the slice is

Ordinals = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Outlier:
    """A row, how many typical distances it lies from the others, and the columns that make it so, told."""

    row: int
    times: float
    unlike: str


@dataclass(frozen=True, slots=True)
class RareSlice:
    """Rows near each other and far from the rest: what they have in common (column and value), and how far."""

    where: tuple[tuple[str, str], ...]
    rows: tuple[int, ...]
    times: float


@dataclass(frozen=True, slots=True)
class Outliers:
    """The outliers, the farthest first, and the rare slices, the largest first. `more` rows are as far and not told."""

    outliers: tuple[Outlier, ...]
    slices: tuple[RareSlice, ...]
    more: int


@dataclass(frozen=True, slots=True)
class AskOutliers:
    """The question: which rows are unlike all others, and which rare ones are like some?"""

    def collect(self, evidence: Evidence) -> Outliers:
        """From the rows that lie far from nearly all others: those with four near them are rare, the rest outliers.

        NotPossible as for these.
        """
        unlike = evidence.ask(AskUnlikeRows())
        if not len(unlike.rows):
            return Outliers((), (), 0)
        with single_threaded():
            groups, alone = _grouped(unlike)
        order = np.argsort(unlike.rows)
        names = [name for name, _ in unlike.space.blocks]
        table = picked(evidence.dataset, names, unlike.rows[order])
        place = np.empty(len(order), dtype=np.int64)
        place[order] = np.arange(len(order))
        teller = _Teller(unlike, {name: table.column(name).take(place).to_pylist() for name in names})
        outliers = tuple(
            Outlier(int(unlike.rows[at]), float(unlike.distance[at] / unlike.typical), teller.reasons(at))
            for at in np.flatnonzero(alone).tolist()
        )
        slices = tuple(teller.rare_slice(group) for group in groups)
        return Outliers(outliers, tuple(sorted(slices, key=lambda one: (-len(one.rows), one.rows))), unlike.more)


def _grouped(unlike: UnlikeRows) -> tuple[list[Ordinals], NDArray[np.bool_]]:
    """The places of unlike rows that are near each other, group by group; and which have hardly a row near them."""
    from scipy.sparse import csr_matrix
    from scipy.sparse.csgraph import connected_components

    reach = _NEAR * unlike.distance
    near = distances(unlike.points, unlike.points) <= np.minimum(reach[:, None], reach)
    known = np.isin(unlike.sample, unlike.rows)
    others = (distances(unlike.points, unlike.others[~known]) <= reach[:, None]).sum(axis=1)
    np.fill_diagonal(near, val=True)
    crowded = near.sum(axis=1) + others >= MIN_SLICE
    linked = near & crowded[:, None] & crowded
    _, component = connected_components(csr_matrix(linked), directed=False)
    sizes = np.bincount(component)
    members = [np.flatnonzero(component == one) for one in np.flatnonzero(sizes >= MIN_SLICE)]
    groups = [one[np.argsort(unlike.rows[one])] for one in members]
    return groups, ~crowded


class _Teller:
    """Says of rows what makes them unlike the others, in the words of the data."""

    def __init__(self, unlike: UnlikeRows, cells: dict[str, list[Any]]) -> None:
        self._unlike = unlike
        self._cells = cells
        self._numbers = {one.name: at for at, one in enumerate(unlike.space.encoder.numbers)}
        self._vectors = {name for name, _ in unlike.space.encoder.vectors}

    def reasons(self, at: int) -> str:
        """The columns that put the row far from the others, the strongest first."""
        point, nearest = self._unlike.points[at], self._unlike.nearest[at]
        squares = {name: float(((point - nearest)[where] ** 2).sum()) for name, where in self._unlike.space.blocks}
        total = sum(squares.values())
        first = sorted(squares, key=lambda name: -squares[name])[:_NAMED]
        return ", ".join(self._reason(name, at) for name in first if squares[name] >= _TELLING * total)

    def _reason(self, name: str, at: int) -> str:
        if name in self._vectors:
            return name
        value = _told(self._cells[name][at])
        if name in self._numbers and self._cells[name][at] is not None:
            away = float(self._unlike.points[at, self._numbers[name]])
            return f"{name} = {value} ({abs(away):.1f} sd {'above' if away > 0 else 'below'} the mean)"
        where = dict(self._unlike.space.blocks)[name]
        share = float((self._unlike.others[:, where] == self._unlike.points[at, where]).all(axis=1).mean())
        return f"{name} = {value} ({percent(share)} of the rows)"

    def rare_slice(self, group: Ordinals) -> RareSlice:
        """What the rows have in common that other rows have not, the rarest first."""
        found: list[tuple[float, str, str]] = []
        for name, where in self._unlike.space.blocks:
            common = None if name in self._vectors else self._common(name, where, group)
            if common is not None and common[0] <= _RARE:
                found.append((common[0], name, common[1]))
        first = sorted(found, key=lambda one: one[0])[:_NAMED]
        rows = tuple(self._unlike.rows[group].tolist())
        times = float(np.median(self._unlike.distance[group]) / self._unlike.typical)
        return RareSlice(tuple((name, told) for _, name, told in first), rows, times)

    def _common(self, name: str, where: NDArray[np.int64], group: Ordinals) -> tuple[float, str] | None:
        """The share of all rows that have what nearly all of the group have in a column, and what that is."""
        cells = [self._cells[name][at] for at in group.tolist()]
        others = self._unlike.others[:, where]
        if name in self._numbers and None not in cells:
            mine = self._unlike.points[group][:, where[0]]
            low, high = np.quantile(mine, [(1 - _COMMON) / 2, (1 + _COMMON) / 2], method="nearest")
            share = float(((others[:, 0] >= low) & (others[:, 0] <= high)).mean())
            least, most = (cells[int(np.flatnonzero(mine == end)[0])] for end in (low, high))
            return share, _told(least) if least == most else f"{_told(least)} to {_told(most)}"
        values, counts = np.unique([text_of(cell) for cell in cells], return_counts=True)
        if counts.max() < _COMMON * len(cells):
            return None
        usual = str(values[int(counts.argmax())])
        at = group[[text_of(cell) == usual for cell in cells].index(True)]
        return float((others == self._unlike.points[at, where]).all(axis=1).mean()), usual


def _told(cell: Any) -> str:
    return amount(cell) if isinstance(cell, float) and math.isfinite(cell) else text_of(cell)
