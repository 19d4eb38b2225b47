"""Rows that are another row but for a little noise in its numbers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from auditor.dataset.batches import batches
from auditor.dataset.floats import floats
from auditor.dataset.keys import row_hashes
from auditor.dataset.table import Kind
from auditor.errors import NotPossible
from auditor.evidence.duplicates import compared_columns
from auditor.evidence.near_pairs import Floats, NearPairs, Ordinals, Partition, near_pairs
from auditor.stats.near_excess import NearExcess

if TYPE_CHECKING:
    from auditor.dataset.table import Dataset
    from auditor.evidence import Evidence

#: Of more rows, the pass and the grids take longer than the rest of a run that fits no model.
MAX_ROWS = 250_000
#: How far apart copies may be in each number, in standard deviations as quartiles tell them.
RADII = (0.02, 0.01, 0.005, 0.002, 0.001)
_GRIDS = 3
_SEED = 1983
_HASH_SEED = 0xC0B1
_MIXER = np.uint64(0xBF58476D1CE4E5B9)


@dataclass(frozen=True, slots=True, eq=False)
class NumericCopies:
    """Pairs of rows that are copies, or none where nearness says nothing (`excess.radius` is None then).

    `fine` are the numbers in which they may differ; in all other columns they agree. Rows that are equal in all are
    compared once, by their first row.
    """

    fine: tuple[str, ...]
    rows: int
    found: NearPairs
    excess: NearExcess


@dataclass(frozen=True, slots=True)
class AskNumericCopies:
    """The question: which rows differ from another by a little noise in their numbers, and in nothing else?"""

    def collect(self, evidence: Evidence) -> NumericCopies:
        """One pass; memory for the numbers.

        NotPossible for more than MAX_ROWS rows, and where no number has values fine enough to be a little off.
        """
        names = compared_columns(evidence.dataset)[0]
        fine = fine_numbers(evidence, names)
        found = pairs_by_numbers((evidence,), names, fine)
        excess = found.excess(evidence.profile.rows, RADII)
        found = found.within(-1.0 if excess.radius is None else excess.radius)
        return NumericCopies(tuple(fine), evidence.profile.rows, found, excess)


def fine_numbers(evidence: Evidence, names: Sequence[str]) -> dict[str, float]:
    """Those of the columns that hold numbers fine enough to be a little off, and how far each is spread.

    NotPossible where there are none.
    """
    numeric = [name for name in names if evidence.dataset.column(name).kind is Kind.NUMERIC]
    fine = {name: spread for name in numeric if (spread := _spread(evidence, name))}
    if not fine:
        raise NotPossible("no column holds numbers fine enough to be a little off")
    return fine


def pairs_by_numbers(sides: Sequence[Evidence], names: Sequence[str], fine: Mapping[str, float]) -> NearPairs:
    """Different rows near each other in all fine numbers and equal in the other columns, as far as 2 × max(RADII).

    The rows of several tables are numbered one table's after the other's. NotPossible for more than MAX_ROWS.
    """
    if sum(side.profile.rows for side in sides) > MAX_ROWS:
        raise NotPossible(f"the numbers of at most {MAX_ROWS:,} rows are compared")
    exact, numbers = map(np.concatenate, zip(*(_read(side.dataset, names, tuple(fine)) for side in sides), strict=True))
    shared = _shared(exact)
    exact, numbers = exact[shared], numbers[shared] / np.array(list(fine.values()))
    found = near_pairs(
        _partitions(exact, numbers), lambda a, b: _apart(exact, numbers, a, b), 2 * max(RADII), len(exact)
    )
    found = _without_equal(found, len(exact))
    return replace(found, pairs=shared[found.pairs])


def _spread(evidence: Evidence, name: str) -> float:
    """A column's standard deviation as its quartiles tell it; 0 where its values are too coarse to be a little off."""
    profile = evidence.profile[name]
    if len(profile.quantiles) < 3:
        return 0.0
    between = (profile.quantiles[2] - profile.quantiles[0]) / 1.349
    spread = between if between > 0 else profile.sd or 0.0
    whole = "Int" in profile.column.dtype
    return spread if np.isfinite(spread) and (not whole or 2 * max(RADII) * spread >= 1) else 0.0


def _read(dataset: Dataset, names: Sequence[str], fine: tuple[str, ...]) -> tuple[NDArray[np.uint64], Floats]:
    """A hash of what must be equal, missing numbers among it, and the numbers (0 where missing)."""
    hashes: list[NDArray[np.uint64]] = []
    numbers: list[Floats] = []
    for batch in batches(dataset.frame, names):
        there = np.stack([floats(batch.column(name)) for name in fine], axis=1)
        missing = ~np.isfinite(there)
        rest = [name for name in names if name not in fine]
        kept = row_hashes(batch.select(rest), _HASH_SEED) if rest else np.zeros(len(there), dtype=np.uint64)
        hashes.append(_mixed(kept, missing @ (1 << np.arange(len(fine)) % 60)))
        numbers.append(np.where(missing, 0.0, there))
    if not hashes:
        raise NotPossible("there are no rows")
    return np.concatenate(hashes), np.concatenate(numbers)


def _mixed(keys: NDArray[np.uint64], more: NDArray[np.int64]) -> NDArray[np.uint64]:
    mixed: NDArray[np.uint64] = (keys ^ (keys >> np.uint64(29))) * _MIXER + more.astype(np.uint64)
    return mixed


def _shared(keys: NDArray[np.uint64]) -> Ordinals:
    """The places, in order, of keys that occur more than once."""
    order = np.argsort(keys, kind="stable")
    same = keys[order][1:] == keys[order][:-1]
    shared = np.zeros(len(keys), dtype=bool)
    shared[order[1:][same]] = shared[order[:-1][same]] = True
    return np.flatnonzero(shared)


def _partitions(exact: NDArray[np.uint64], numbers: Floats) -> Iterator[Partition]:
    """Grids over the numbers, each shifted by chance: near rows share a cell of one of them with 99 % and more."""
    rng = np.random.default_rng(_SEED)
    columns = numbers.shape[1]
    width = 4 * columns * 2 * max(RADII)
    for grid in range(_GRIDS):
        keys = exact
        for column in range(columns):
            cells = np.floor(numbers[:, column] / width + rng.random())
            keys = _mixed(keys, np.clip(cells, -(2.0**62), 2.0**62).astype(np.int64))
        yield keys, numbers[:, grid % columns]


def _apart(exact: NDArray[np.uint64], numbers: Floats, one: Ordinals, other: Ordinals) -> Floats:
    """The largest difference in any number; infinite where what must be equal is not."""
    away = np.where(exact[one] == exact[other], 0.0, np.inf)
    for column in numbers.T:
        np.maximum(away, np.abs(column[one] - column[other]), out=away)
    return away


def _without_equal(found: NearPairs, items: int) -> NearPairs:
    """Pairs of different rows; of rows that are equal, only the first is compared."""
    equal = found.distance == 0
    again = np.zeros(items, dtype=bool)
    again[found.pairs[equal, 1]] = True
    kept = ~equal & ~again[found.pairs].any(axis=1)
    return NearPairs(found.pairs[kept], found.distance[kept], found.crowded)
