"""Whether a model can tell rows of the data from rows of the reference, and by what."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations, pairwise
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from auditor.evidence.probes.crossfit import Bench
from auditor.evidence.probes.features import Encoder, Features
from auditor.evidence.probes.ladder import climb
from auditor.evidence.probes.threads import single_threaded
from auditor.evidence.quantile_codes import quantile_codes
from auditor.evidence.two_sides import AskTwoSides, Ints
from auditor.stats.auc import Auc, auc
from auditor.stats.written import amount

if TYPE_CHECKING:
    from auditor.evidence import Evidence

_BINS = 5
_SLICES = 10
_MOST_CELLS = 2_000  # of a pair of columns


@dataclass(frozen=True, slots=True)
class ThinSlice:
    """Rows in which columns have given values: their share of the data and of the reference."""

    where: tuple[tuple[str, str], ...]
    ours: float
    theirs: float


@dataclass(frozen=True, slots=True, eq=False)
class ToldApart:
    """How well the rows of the two can be told apart, and the slices of the reference that the data lacks most.

    `theirs` is the probability of each row of AskTwoSides to be of the reference, out of sample.
    """

    skill: Auc
    slices: tuple[ThinSlice, ...]
    theirs: NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class AskToldApart:
    """The question: can rows of the data be told from rows of the reference by their features?"""

    def collect(self, evidence: Evidence) -> ToldApart:
        """Cross-fitted probes on a sample of both. NotPossible where AskTwoSides is.

        Dear probes are tried too: to the cheap ones, columns that go together in another way look alike.
        """
        sides = evidence.ask(AskTwoSides())
        with single_threaded():
            pool = climb(Bench(sides.features, sides.folds, sides.side, 2), kernel=False)
        theirs = (pool.truth.astype(np.float64) @ pool.blend.noise.transition.T)[:, 1]
        slices = tuple(_slices(_coded(sides.encoder, sides.features), sides.side))
        return ToldApart(auc(theirs, sides.side == 1), slices, theirs)


@dataclass(frozen=True, slots=True)
class _Coded:
    """A column as few values: the place of each row's value among `names`."""

    column: str
    names: tuple[str, ...]
    codes: Ints


def _coded(encoder: Encoder, features: Features) -> list[_Coded]:
    numbers = [_binned(one.name, features.numbers[:, at], encoder, at) for at, one in enumerate(encoder.numbers)]
    levels = [
        _Coded(
            one.column, ("missing or rare in the data", *map(str, one.known)), features.codes[:, at].astype(np.int64)
        )
        for at, one in enumerate(encoder.categories)
    ]
    return [one for one in (*numbers, *levels) if len(one.names) > 1]


def _binned(name: str, numbers: NDArray[np.float32], encoder: Encoder, at: int) -> _Coded:
    """Numbers in fifths of all rows, told in the column's own units."""
    codes, edges = quantile_codes(numbers, _BINS)
    if not len(edges):
        return _Coded(name, ("missing",), codes)
    told = [amount(float(edge * encoder.scale[at] + encoder.centre[at]), 4) for edge in edges]
    between = (f"{low} to {high}" for low, high in pairwise(told))
    names = ("missing", f"under {told[0]}", *between, f"{told[-1]} and over")
    return _Coded(name, names, codes)


def _slices(columns: Sequence[_Coded], target: Ints) -> list[ThinSlice]:
    """Values of single columns and of pairs whose share of the reference exceeds their share of the data most.

    A pair is told only where it exceeds both its values' own excess: else it repeats what they say.
    """
    alone = {
        (one.column, k): gap for one in columns for k, gap in enumerate(_excess(one.codes, len(one.names), target))
    }
    found: list[tuple[tuple[_Coded, ...], tuple[int, ...], float]]
    found = [((one,), (k,), alone[one.column, k]) for one in columns for k in range(len(one.names))]
    for first, second in combinations(columns, 2):
        width = len(second.names)
        if len(first.names) * width > _MOST_CELLS:
            continue
        gaps = _excess(first.codes * width + second.codes, len(first.names) * width, target)
        for cell in np.argsort(-gaps)[:_SLICES].tolist():
            a, b = divmod(cell, width)
            if gaps[cell] > max(alone[first.column, a], alone[second.column, b]):
                found.append(((first, second), (a, b), gaps[cell]))
    widest = sorted(found, key=lambda one: (-one[2], tuple(c.column for c in one[0]), one[1]))[:_SLICES]
    return [_told(columns, places, target) for columns, places, gap in widest if gap > 0]


def _excess(codes: Ints, cells: int, target: Ints) -> NDArray[np.float64]:
    shares = [np.bincount(codes[target == side], minlength=cells) / max((target == side).sum(), 1) for side in (0, 1)]
    return np.asarray(shares[1] - shares[0])


def _told(columns: Sequence[_Coded], places: Sequence[int], target: Ints) -> ThinSlice:
    inside = np.logical_and.reduce([one.codes == place for one, place in zip(columns, places, strict=True)])
    where = tuple((one.column, one.names[place]) for one, place in zip(columns, places, strict=True))
    return ThinSlice(where, float(inside[target == 0].mean()), float(inside[target == 1].mean()))
