"""What a batch adds to the combinations of values that its base has enough rows of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from auditor.evidence.batch_matches import AskMatches
from auditor.evidence.combinations import AskCombinations, Combinations, combinations_of
from auditor.stats.patterns import Cells, Codes, maximal_uncovered

if TYPE_CHECKING:
    from auditor.evidence import Evidence

Where = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class NewlyCovered:
    """A combination that the base has too few rows of and that has enough with the batch; no part of it is new."""

    where: Where
    base: int
    together: int


@dataclass(frozen=True, slots=True)
class LevelGain:
    """Combinations of so many attributes: all that could be, those covered in the base, and with the batch."""

    level: int
    possible: int
    base: int
    together: int


@dataclass(frozen=True, slots=True)
class CoverageGain:
    """Level by level what is covered, and the combinations newly covered, those of most new rows first."""

    attributes: tuple[str, ...]
    least: int
    levels: tuple[LevelGain, ...]
    found: tuple[NewlyCovered, ...]


@dataclass(frozen=True, slots=True)
class AskCoverageGain:
    """The question: which combinations of these attributes' values have `least` rows only with the batch?

    Of the batch, rows that the base has already count for nothing: copies add no example.
    """

    attributes: tuple[str, ...]
    least: int
    depth: int

    def collect(self, evidence: Evidence) -> CoverageGain:
        """One pass over each side. NotPossible for a column of too many values."""
        matches = evidence.ask(AskMatches())
        new = np.ones(matches.rows, dtype=np.bool_)
        new[matches.copies] = False
        of_base = evidence.reference.ask(AskCombinations(self.attributes))
        base, batch = _alike(of_base, combinations_of(self.attributes, evidence, only=new))
        together = Cells(
            np.concatenate([base.cells.codes, batch.cells.codes], axis=1),
            np.concatenate([base.cells.rows, batch.cells.rows]),
            base.cells.sizes,
        )
        before, after = (maximal_uncovered(cells, self.least, self.depth) for cells in (base.cells, together))
        covered = {level.level: level.covered for level in before.levels}
        levels = [LevelGain(one.level, one.possible, covered.get(one.level, 0), one.covered) for one in after.levels]
        fixed = [before.fixed(place) for place in range(len(before))]
        found = _found(base, together, [pattern for pattern in fixed if pattern], self.least)
        return CoverageGain(self.attributes, self.least, tuple(levels), tuple(found))


def _found(base: Combinations, together: Cells, lacking: Sequence[dict[int, int]], least: int) -> list[NewlyCovered]:
    """Of the combinations that the base lacks, those that are covered together."""
    counts = {}
    for attributes in {tuple(sorted(pattern)) for pattern in lacking}:
        counts[attributes] = base.cells.counts(attributes), together.counts(attributes)
    found = []
    for pattern in lacking:
        attributes = tuple(sorted(pattern))
        place = tuple(pattern[at] for at in attributes)
        before, after = (int(of[place]) for of in counts[attributes])
        if after >= least:
            where = tuple((base.attributes[at], base.values[at][pattern[at]]) for at in attributes)
            found.append(NewlyCovered(where, before, after))
    return sorted(found, key=lambda one: (one.base - one.together, len(one.where), one.where))


def _alike(one: Combinations, other: Combinations) -> tuple[Combinations, Combinations]:
    """The same rows, with the values of both known to both."""
    values = tuple(tuple(sorted({*a, *b})) for a, b in zip(one.values, other.values, strict=True))
    sizes = tuple(map(len, values))
    first, second = (
        Combinations(side.attributes, values, Cells(_renumbered(side, values), side.cells.rows, sizes))
        for side in (one, other)
    )
    return first, second


def _renumbered(side: Combinations, values: tuple[tuple[str, ...], ...]) -> Codes:
    codes = []
    for row, old, new in zip(side.cells.codes, side.values, values, strict=True):
        place = {value: at for at, value in enumerate(new)}
        codes.append(np.array([*(place[value] for value in old), len(new)], dtype=np.uint8)[row])
    return np.stack(codes)
