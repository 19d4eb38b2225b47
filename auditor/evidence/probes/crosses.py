"""Combinations of three columns that tell more of the label than the sum of their parts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from auditor.evidence.probes.features import Features

_CUTS = 4  # parts of equal size that a number is cut into, to look for combinations
_FINE_CUTS = (12, 8, 6, 4)  # and to measure and use one: the most that leave enough rows for a cell
_ROWS_A_CELL = 30
_LEVELS = 12  # levels of a category that stand for themselves
_ROWS = 40_000
#: Standard deviations above what noise gives: a few thousand combinations are tried.
_SURELY = 6.0
_SHRINKAGE = 10.0


@dataclass(frozen=True, slots=True)
class Part:
    """A column cut into few parts: a number at `cuts`, or a category into its first `levels`."""

    column: int
    is_number: bool
    cuts: tuple[float, ...] = ()
    levels: int = 0

    @property
    def size(self) -> int:
        """The number of parts, with one for missing (numbers) or for the rest (categories)."""
        return len(self.cuts) + 2 if self.is_number else self.levels + 1


@dataclass(frozen=True, slots=True)
class Cross:
    """Several columns taken together."""

    parts: tuple[Part, ...]

    @property
    def cells(self) -> int:
        """The number of combinations."""
        return int(np.prod([part.size for part in self.parts]))


def cross_codes(features: Features, cross: Cross) -> NDArray[np.int32]:
    """The cell of each row."""
    codes = np.zeros(len(features), dtype=np.int32)
    for part in cross.parts:
        codes = codes * part.size + part_codes(features, part)
    return codes


def part_codes(features: Features, part: Part) -> NDArray[np.int32]:
    """The part of each row."""
    if part.is_number:
        numbers = features.numbers[:, part.column]
        found = np.searchsorted(part.cuts, numbers, side="right")
        return np.where(np.isnan(numbers), len(part.cuts) + 1, found).astype(np.int32)
    codes = features.codes[:, part.column]
    return np.where(codes > part.levels, 0, codes).astype(np.int32)


def find_crosses(
    features: Features, residual: NDArray[np.float64], variance: NDArray[np.float64], most: int = 12, columns: int = 30
) -> tuple[Cross, ...]:
    """Triples of columns that explain what a linear probe left over, each beyond what the others explain.

    `residual` is label less probability and `variance` p (1 - p), rows × classes. The gain of a triple is the
    drop in log loss of one Newton step in each of its cells, as in the screening of pairs by Lou et al. 2013
    (FAST), taken to three columns. Greedy: after each pick the step is made, and the best of the others are
    measured again. Each triple is given twice, in coarse and in fine parts: with a penalty on both, a cell of few
    rows is drawn towards its surroundings. Nothing is found among more than `columns` columns: they are too many
    to be combined.
    """
    parts = _parts(features, _CUTS)
    if not 3 <= len(parts) <= columns:
        return ()
    finer = {cuts: {_place(part): part for part in _parts(features, cuts)} for cuts in _FINE_CUTS}
    rows = np.arange(len(features))
    if len(rows) > _ROWS:
        rows = np.sort(np.random.default_rng(0).choice(len(rows), _ROWS, replace=False))
    some = features.take(rows)
    codes = [part_codes(some, part) for part in parts]
    left, spread = residual[rows].copy(), variance[rows]
    gains = _screened(codes, [part.size for part in parts], left, spread)
    triples = sorted(combinations(range(len(parts)), 3), key=lambda triple: -gains[triple])[: 8 * most]
    crosses = [_finest([_place(parts[at]) for at in triple], finer, len(rows)) for triple in triples]
    chosen: list[Cross] = []
    while crosses and len(chosen) < most:
        cells = [cross_codes(some, cross) for cross in crosses]
        excess = [_excess(cell, cross.cells, left, spread) for cell, cross in zip(cells, crosses, strict=True)]
        best = int(np.argmax(excess))
        if excess[best] < _SURELY:
            break
        chosen.append(crosses[best])
        left -= spread * _step(cells[best], crosses[best].cells, left, spread)[cells[best]]
        crosses = [cross for at, cross in enumerate(crosses) if at != best and excess[at] > _SURELY]
    coarse = {_place(part): part for part in parts}
    return (*(Cross(tuple(coarse[_place(part)] for part in cross.parts)) for cross in chosen), *chosen)


def _place(part: Part) -> tuple[bool, int]:
    return part.is_number, part.column


def _finest(
    places: Sequence[tuple[bool, int]], finer: Mapping[int, Mapping[tuple[bool, int], Part]], rows: int
) -> Cross:
    """The columns in the finest parts that leave enough rows for a cell; the coarsest where none does."""
    for parts in finer.values():
        cross = Cross(tuple(parts[place] for place in places))
        if cross.cells * _ROWS_A_CELL <= rows:
            break
    return cross


def _parts(features: Features, most: int) -> list[Part]:
    parts: list[Part] = []
    for at, numbers in enumerate(features.numbers.T):
        there = numbers[~np.isnan(numbers)]
        if len(there):
            cuts = np.unique(np.quantile(there, np.arange(1, most) / most))
            cuts = cuts[cuts > there.min()]
            if len(cuts):
                parts.append(Part(at, True, tuple(float(cut) for cut in cuts)))
    parts += [Part(at, False, levels=min(size - 1, _LEVELS)) for at, size in enumerate(features.levels) if size > 1]
    return parts


def _screened(
    codes: Sequence[NDArray[np.int32]], sizes: Sequence[int], left: NDArray[np.float64], spread: NDArray[np.float64]
) -> NDArray[np.float64]:
    """The gain of each triple of columns, summed over its cells and the classes, by products of matrices."""
    starts = np.concatenate([[0], np.cumsum(sizes)])
    flags = np.zeros((len(left), starts[-1]), dtype=np.float32)
    for column, code in enumerate(codes):
        flags[np.arange(len(code)), starts[column] + code] = 1
    gains = np.zeros((len(codes),) * 3)
    for first, code in enumerate(codes):
        for level in range(sizes[first]):
            mine = np.flatnonzero(code == level)
            block = flags[mine]
            for k in range(left.shape[1]):
                sums = (block * left[mine, k, None].astype(np.float32)).T @ block
                weights = (block * spread[mine, k, None].astype(np.float32)).T @ block
                cells = sums * sums / (weights + _SHRINKAGE)
                gains[first] += np.add.reduceat(np.add.reduceat(cells, starts[:-1], 0), starts[:-1], 1)
    return gains


def _sums(cells: NDArray[np.int32], size: int, values: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.stack([np.bincount(cells, column, minlength=size) for column in values.T], axis=1)


def _step(
    cells: NDArray[np.int32], size: int, left: NDArray[np.float64], spread: NDArray[np.float64]
) -> NDArray[np.float64]:
    """The shrunken Newton step of each cell and class."""
    step: NDArray[np.float64] = _sums(cells, size, left) / (_sums(cells, size, spread) + _SHRINKAGE)
    return step


def _excess(cells: NDArray[np.int32], size: int, left: NDArray[np.float64], spread: NDArray[np.float64]) -> float:
    """The gain over what noise would give, in standard deviations of that (of a chi-squared variable)."""
    sums, weights = _sums(cells, size, left), _sums(cells, size, spread)
    gain = (sums**2 / (weights + _SHRINKAGE)).sum()
    shrunk = weights / (weights + _SHRINKAGE)  # what a cell of noise gains on average
    return float((gain - shrunk.sum()) / np.sqrt(2 * (shrunk**2).sum() + 1e-9))
