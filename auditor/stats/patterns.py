"""Which combinations of values have too few rows: maximal uncovered patterns.

Asudeh, Jin and Jagadish 2019, "Assessing and Remedying Coverage for a Given Dataset", ICDE,
https://doi.org/10.1109/ICDE.2019.00056. A pattern fixes the value of some attributes and leaves the others open; its
level is how many it fixes. It is covered where at least so many rows match it, and maximal uncovered where it is not
while every pattern that fixes one attribute less is: the shortest way to say what is lacking.

The search goes from general to special, as the paper's PATTERN-BREAKER does, but whole tables at a time: the rows of
all patterns over the same attributes are counted in one pass over the different rows, and a set of attributes none
of whose parts has a covered pattern is not counted. The patterns may double with each attribute, so the search is
by level, up to a depth and a bound on its work, and says which levels it has searched whole.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from typing import Any

import numpy as np
from numpy.typing import NDArray

Whole = NDArray[np.int64]
Codes = NDArray[np.uint8]
Flags = NDArray[np.bool_]
#: A pattern or a rule: the value of each attribute it fixes, by their numbers.
Fixed = Mapping[int, int]
#: Stands for an attribute that a pattern leaves open.
OPEN = -1
#: Cells looked at, and rows counted, before a level is no longer begun: some seconds.
MOST_WORK = 500_000_000
_SMALL = 2**16
#: A level that brings the patterns above this is not told: nobody would read them.
MOST_PATTERNS = 500_000


@dataclass(frozen=True, slots=True, eq=False)
class Cells:
    """The different rows of a table of codes, and how many rows are so.

    `codes` is attributes × different rows; a value is a number below the attribute's size, the size itself stands
    for a missing one, which is no value: such a row matches patterns that leave the attribute open.
    """

    codes: Codes
    rows: Whole
    sizes: tuple[int, ...]

    @property
    def total(self) -> int:
        """All rows."""
        return int(self.rows.sum())

    def keep(self, attributes: Sequence[int]) -> Cells:
        """The same rows by some attributes only."""
        return Cells(self.codes[list(attributes)], self.rows, tuple(self.sizes[at] for at in attributes))

    def some(self, different: int) -> Cells:
        """About so many of the different rows, from all over."""
        step = max(1, len(self.rows) // different)
        return Cells(self.codes[:, ::step], self.rows[::step], self.sizes)

    def counts(self, attributes: Sequence[int]) -> Whole:
        """Rows by the values of some attributes: an axis each, the missing value last."""
        return next(iter(_counted(self, [tuple(attributes)])))[1]


@dataclass(frozen=True, slots=True)
class Level:
    """A level that was searched whole: its patterns that can occur, and those of them that are covered."""

    level: int
    possible: int
    covered: int


@dataclass(frozen=True, slots=True, eq=False)
class Uncovered:
    """Maximal uncovered patterns, the most surprising first.

    `values` is patterns × attributes, OPEN where the pattern leaves it open; `expected` the rows it would have if
    its attributes were unrelated. `levels` are those searched whole, from 1 up.
    """

    values: NDArray[np.int16]
    rows: Whole
    expected: NDArray[np.float64]
    levels: tuple[Level, ...]

    def __len__(self) -> int:
        return len(self.rows)

    @property
    def depth(self) -> int:
        """The level up to which there are no others."""
        return len(self.levels)

    def first(self, patterns: int) -> Uncovered:
        """The most surprising ones only."""
        some = slice(patterns)
        return replace(self, values=self.values[some], rows=self.rows[some], expected=self.expected[some])

    def fixed(self, place: int) -> dict[int, int]:
        """A pattern as the value of each attribute that it fixes."""
        return {at: value for at, value in enumerate(self.values[place].tolist()) if value != OPEN}


def maximal_uncovered(
    cells: Cells, least: int, depth: int, rules: Sequence[Fixed] = (), most_work: int = MOST_WORK
) -> Uncovered:
    """The maximal uncovered patterns of at most `depth` attributes: those that fewer than `least` rows match.

    `rules` are combinations that cannot occur, as `auditor.stats.rules.closed` gives them; what contains one is no
    pattern. A level whose work would go past `most_work` in all is not begun. Where all rows together are fewer
    than `least`, the pattern that leaves all open is the only one.
    Raises ValueError where `least` or `depth` is less than 1.
    """
    if least < 1 or depth < 1:
        raise ValueError(f"least and depth must be 1 or more, but are {least} and {depth}")
    if cells.total < least:
        return _everything(cells)
    covered: dict[tuple[int, ...], Flags] = {(): np.array(True)}
    found: list[_Block] = []
    levels: list[Level] = []
    work = 0
    for level in range(1, min(depth, len(cells.sizes)) + 1):
        asked = _worth_counting(len(cells.sizes), level, covered)
        ruled = _holding_a_rule(len(cells.sizes), level, rules)
        work += len(cells.rows) * len(asked) + sum(_patterns(cells, attributes) for attributes in (*asked, *ruled))
        if work > most_work:
            break
        blocks, covered, holding = _search(cells, least, asked, covered, rules)
        found += blocks
        if sum(len(rows) for _, rows in found) > MOST_PATTERNS:
            del found[-len(blocks) :]
            break
        levels.append(Level(level, _possible(cells.sizes, level, ruled, rules), holding))
    return _ranked(cells, found, tuple(levels))


def _search(
    cells: Cells,
    least: int,
    asked: Sequence[tuple[int, ...]],
    parents: Mapping[tuple[int, ...], Flags],
    rules: Sequence[Fixed],
) -> tuple[list[_Block], dict[tuple[int, ...], Flags], int]:
    """One level: what it lacks, the sets of attributes with covered patterns, and how many of these can occur."""
    blocks: list[_Block] = []
    covered: dict[tuple[int, ...], Flags] = {}
    holding = 0
    for attributes, counts in _counted(cells, asked):
        counts = counts[(slice(-1),) * len(attributes)]
        enough, allowed = counts >= least, ~_ruled_out(attributes, counts.shape, rules)
        lacking = _parents_covered(attributes, parents) & ~enough & allowed
        blocks.append(_block(attributes, counts, lacking, len(cells.sizes)))
        holding += int((enough & allowed).sum())
        if enough.any():
            covered[attributes] = enough
    return blocks, covered, holding


def _worth_counting(attributes: int, level: int, covered: Mapping[tuple[int, ...], Flags]) -> list[tuple[int, ...]]:
    """Sets of attributes all of whose parts have a covered pattern."""
    every = combinations(range(attributes), level)
    return [one for one in every if all(part in covered for part in combinations(one, level - 1))]


def _patterns(cells: Cells, attributes: Sequence[int]) -> int:
    return math.prod(cells.sizes[at] + 1 for at in attributes)


def _counted(cells: Cells, asked: Sequence[tuple[int, ...]]) -> Iterator[tuple[tuple[int, ...], Whole]]:
    """Rows by the values of each set of attributes. Sets that begin alike share the work of their beginning."""
    weights = None if (cells.rows == 1).all() else cells.rows.astype(np.float64)  # exact up to 2^53 rows
    begun: list[tuple[int, NDArray[Any]]] = []
    for attributes in asked:
        shape = tuple(cells.sizes[at] + 1 for at in attributes)
        shared = 0
        while shared < len(begun) and begun[shared][0] == attributes[shared]:
            shared += 1
        del begun[shared:]
        for place in range(shared, len(attributes)):
            column = cells.codes[attributes[place]]
            # Small numbers where they do: this is memory's work, not the processor's.
            kind = np.dtype(np.uint16 if math.prod(shape[: place + 1]) <= _SMALL else np.int64)
            codes = column.astype(kind)
            if begun:
                codes += begun[-1][1].astype(kind) * kind.type(shape[place])
            begun.append((attributes[place], codes))
        counts = np.bincount(begun[-1][1], weights, math.prod(shape))
        yield attributes, counts.astype(np.int64).reshape(shape)


def _parents_covered(attributes: tuple[int, ...], covered: Mapping[tuple[int, ...], Flags]) -> Flags:
    every = np.array(True)
    for axis in range(len(attributes)):
        parent = covered[attributes[:axis] + attributes[axis + 1 :]]
        every = every & np.expand_dims(parent, axis)
    return every


def _ruled_out(attributes: tuple[int, ...], shape: tuple[int, ...], rules: Sequence[Fixed]) -> Flags:
    out = np.zeros(shape, dtype=bool)
    for rule in rules:
        if set(rule) <= set(attributes):
            out[tuple(rule.get(at, slice(None)) for at in attributes)] = True
    return out


def _holding_a_rule(attributes: int, level: int, rules: Sequence[Fixed]) -> list[tuple[int, ...]]:
    """Sets of attributes over which there are patterns that cannot occur."""
    every = combinations(range(attributes), level) if rules else ()
    return [one for one in every if any(set(rule) <= set(one) for rule in rules)]


def _possible(sizes: Sequence[int], level: int, ruled: Sequence[tuple[int, ...]], rules: Sequence[Fixed]) -> int:
    """Patterns of a level but those that cannot occur, which are over the sets of attributes `ruled`."""
    ways = [1, *[0] * level]  # the patterns of each level over the attributes so far
    for size in sizes:
        for fixed in range(level, 0, -1):
            ways[fixed] += ways[fixed - 1] * size
    shapes = [tuple(sizes[at] for at in attributes) for attributes in ruled]
    out = sum(int(_ruled_out(one, shape, rules).sum()) for one, shape in zip(ruled, shapes, strict=True))
    return ways[level] - out


_Block = tuple[NDArray[np.int16], Whole]


def _block(attributes: tuple[int, ...], counts: Whole, lacking: Flags, width: int) -> _Block:
    places = np.nonzero(lacking)
    values = np.full((len(places[0]), width), OPEN, dtype=np.int16)
    for at, place in zip(attributes, places, strict=True):
        values[:, at] = place
    return values, counts[places]


def _ranked(cells: Cells, found: Sequence[_Block], levels: tuple[Level, ...]) -> Uncovered:
    """Values that never occur first; then the most rows short of what there would be; then the fewest rows."""
    values = np.concatenate([block for block, _ in found] or [np.empty((0, len(cells.sizes)), dtype=np.int16)])
    rows = np.concatenate([counted for _, counted in found] or [np.empty(0, dtype=np.int64)])
    expected = np.full(len(rows), float(cells.total))
    for at, size in enumerate(cells.sizes):
        shares = np.append(cells.counts((at,))[:size] / cells.total, 1.0)  # the last is where OPEN points
        expected *= shares[values[:, at]]
    order = np.lexsort((np.arange(len(rows)), rows, -(expected - rows), expected > 0))
    return Uncovered(values[order], rows[order], expected[order], levels)


def _everything(cells: Cells) -> Uncovered:
    """All rows together are too few: the pattern that fixes nothing."""
    values = np.full((1, len(cells.sizes)), OPEN, dtype=np.int16)
    total = np.array([cells.total], dtype=np.int64)
    return Uncovered(values, total, total.astype(np.float64), ())
