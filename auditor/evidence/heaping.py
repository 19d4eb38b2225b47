"""Numbers that were not measured: codes for "unknown", impossible signs, and values rounded by a person."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from auditor.dataset.batches import batches
from auditor.dataset.floats import floats
from auditor.dataset.table import Kind

if TYPE_CHECKING:
    from auditor.evidence import Evidence

Floats = NDArray[np.float64]

#: With fewer numbers or fewer different ones, a heap says nothing.
_FEWEST_ROWS, _FEWEST_VALUES = 50, 10
_FAR = 1.5  # distances between the quartiles: a code stands so far from the next value
_STEPS = 3  # usual distances between values next to each other: likewise
_PILE = 2  # times as frequent as the commonest of the values next to it
_RARE_SIGN = 0.01
_BASES = (1000, 500, 100, 50, 10, 5)
_HEAPED = 2.0  # times as frequent as evenly spread values
_RESOLUTION = 0.8  # so many multiples are no heap but the unit that is measured in
_MOST_DECIMALS = 3
_AT_ONCE = 8  # columns in memory at a time


@dataclass(frozen=True, slots=True)
class Codes:
    """A value that stands for "unknown" by its look, and that is piled up or far from all others."""

    value: float
    rows: tuple[int, ...]
    why: str


@dataclass(frozen=True, slots=True)
class Heap:
    """`share` of the numbers that are there are multiples of `base`; evenly spread, `even` would be."""

    base: float
    share: float
    even: float
    count: int


@dataclass(frozen=True, slots=True)
class NumbersOf:
    """What is odd about the numbers of one column; `there` counts them, `infinite` and `signs` are rows."""

    column: str
    there: int
    codes: tuple[Codes, ...] = ()
    infinite: tuple[int, ...] = ()
    signs: tuple[int, ...] = ()
    heap: Heap | None = None


@dataclass(frozen=True, slots=True)
class AskNumbers:
    """The question: which numbers were not measured?"""

    def collect(self, evidence: Evidence) -> tuple[NumbersOf, ...]:
        """The numeric label and features, a few columns at a time."""
        dataset = evidence.dataset
        wanted = {*dataset.roles.label, *dataset.roles.features}
        names = [c.name for c in dataset.columns if c.name in wanted and c.kind is Kind.NUMERIC]
        found: list[NumbersOf] = []
        for start in range(0, len(names), _AT_ONCE):
            for name, values in _columns(evidence, names[start : start + _AT_ONCE]):
                found.append(look_at(name, values))
        return tuple(found)


def _columns(evidence: Evidence, names: list[str]) -> Iterator[tuple[str, Floats]]:
    parts: dict[str, list[Floats]] = {name: [np.zeros(0)] for name in names}
    for batch in batches(evidence.dataset.frame, names):
        for name in names:
            parts[name].append(floats(batch.column(name)))
    for name in names:
        yield name, np.concatenate(parts[name])


def look_at(column: str, values: Floats) -> NumbersOf:
    """What is odd about a column; nan is missing. Few rows or few different values: only the infinite ones."""
    infinite = tuple(np.flatnonzero(np.isinf(values)).tolist())
    rows = np.flatnonzero(np.isfinite(values))
    numbers = values[rows]
    distinct, counts = np.unique(numbers, return_counts=True)
    if len(rows) < _FEWEST_ROWS or len(distinct) < _FEWEST_VALUES:
        return NumbersOf(column, len(rows), infinite=infinite)
    named = _codes(distinct, counts)
    codes = tuple(Codes(v, tuple(rows[numbers == v].tolist()), why) for v, why in named)
    if named:
        true = ~np.isin(distinct, [value for value, _ in named])
        distinct, counts = distinct[true], counts[true]
    odd = _odd_signs(distinct, counts)
    signs = rows[np.isin(numbers, odd)] if len(odd) else odd
    return NumbersOf(column, len(rows), codes, infinite, tuple(signs.tolist()), _heap(distinct, counts))


def _looks_like_a_code(value: float) -> bool:
    """-1, 0, or nines only (99, -999, 9999.99), the short ones aside; their double, 88 or 98, are left alone."""
    digits = f"{abs(value):.10g}".replace(".", "")
    return value in (-1.0, 0.0) or (len(digits) > 1 and set(digits) == {"9"})


def _codes(distinct: Floats, counts: NDArray[np.int64]) -> list[tuple[float, str]]:
    """The codes at either end, the outermost first."""
    found: list[tuple[float, str]] = []
    low, high = 0, len(distinct)
    while high - low >= _FEWEST_VALUES:
        if why := _why_code(distinct[low:high], counts[low:high]):
            found.append((float(distinct[low]), why))
            low += 1
        elif why := _why_code(-distinct[low:high][::-1], counts[low:high][::-1]):
            found.append((float(distinct[high - 1]), why))
            high -= 1
        else:
            break
    return found


def _why_code(distinct: Floats, counts: NDArray[np.int64]) -> str:
    """Why the first of the values, in order, is a code; empty where it is none."""
    value, rows = float(distinct[0]), int(counts[0])
    if rows < 2 or not _looks_like_a_code(abs(value) if abs(value) != 1 else value):
        return ""
    rest, weights = distinct[1:], counts[1:]
    quarter, three = np.interp([0.25, 0.75], np.cumsum(weights) / weights.sum(), rest)
    gap = float(rest[0] - value)
    step = float(np.median(np.diff(rest[: min(len(rest), 50)])))  # of counts the quartiles may be one and the same
    if gap > max(_FAR * float(three - quarter), _STEPS * step):
        return "far from all others"
    if value == -1.0 and rest[0] >= 0:
        return "the only negative value"
    if value == 0:  # many numbers are 0 in earnest
        return ""
    beside = weights[np.cumsum(weights) <= 0.05 * weights.sum()]
    beside = beside if len(beside) else weights[:1]
    return "piled up at the end" if gap > _STEPS * step and rows >= max(10, _PILE * int(beside.max())) else ""


def _odd_signs(distinct: Floats, counts: NDArray[np.int64]) -> Floats:
    """The few values of one sign whose sizes are those of the many of the other, with none between them and 0."""
    negative = distinct < 0
    share = counts[negative].sum() / counts.sum()
    if 0 < share <= _RARE_SIGN:
        few, many, weights = distinct[negative], distinct[~negative], counts[~negative]
    elif 0 < 1 - share <= _RARE_SIGN and not (distinct == 0).any():
        few, many, weights = distinct[~negative], -distinct[negative][::-1], counts[negative][::-1]
    else:
        return np.zeros(0)
    low, middle, high = np.interp([0.01, 0.5, 0.99], np.cumsum(weights) / weights.sum(), many)
    alike = (np.abs(few) >= low) & (np.abs(few) <= high)
    return few if low > 0.1 * middle and bool(alike.all()) else np.zeros(0)


def _heap(distinct: Floats, counts: NDArray[np.int64]) -> Heap | None:
    """The base whose multiples are heaped up most, the commonest value aside; None where none is."""
    from auditor.stats.estimates import proportion

    unit = _unit(distinct, counts)
    if unit is None:
        return None
    whole = np.rint(distinct / unit).astype(np.int64)
    keep = (np.arange(len(counts)) != counts.argmax()) & (whole != 0)
    whole, counts = whole[keep], counts[keep]
    total = int(counts.sum())
    # All bases divide the largest: what is left of that says what is left of each.
    left = (whole % _BASES[0]).astype(np.int64)
    values = np.bincount(left, minlength=_BASES[0])
    numbers = np.bincount(left, counts, minlength=_BASES[0])
    best: Heap | None = None
    for base in _BASES:
        over = np.arange(_BASES[0]) % base
        multiples = over == 0
        if values[multiples].sum() < 5:
            continue
        count = int(numbers[multiples].sum())
        low = proportion(count, total, "clopper-pearson").bounds(0.999)[0]
        beside = numbers[np.isin(over, (1, base - 1))].sum() / 2
        heaped = low > _HEAPED / base and low * total > _HEAPED * beside and count / total < _RESOLUTION
        if heaped and (best is None or count / total - 1 / base > best.share - best.even):
            best = Heap(base * unit, count / total, 1 / base, count)
    return best


def _unit(distinct: Floats, counts: NDArray[np.int64]) -> float | None:
    """The power of ten (at most 1000, at least 0.001) that nearly all values are multiples of."""
    if np.abs(distinct).max() > 1e12:
        return None
    for power in range(3, -_MOST_DECIMALS - 1, -1):
        scaled = distinct * 10.0**-power
        if counts[np.abs(scaled - np.rint(scaled)) < 1e-6].sum() >= _RESOLUTION * counts.sum():
            return float(10.0**power)
    return None
