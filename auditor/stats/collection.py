"""What to collect: few combinations of values that together bring all patterns the rows they lack."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from auditor.stats.patterns import OPEN, Fixed, Uncovered
from auditor.stats.rules import contains

#: Steps of the search for the best next combination, in all; after that the first one found is taken.
MOST_STEPS = 5_000


@dataclass(frozen=True, slots=True)
class Combination:
    """Rows to collect: of which values, how many, and how many patterns they are the first to bring enough of."""

    where: dict[int, int]
    rows: int
    patterns: int


@dataclass(frozen=True, slots=True)
class Plan:
    """The combinations to collect, the most useful first; `best` is whether each hits as many as any could."""

    combinations: tuple[Combination, ...]
    best: bool

    @property
    def rows(self) -> int:
        """All rows to collect."""
        return sum(one.rows for one in self.combinations)


def what_to_collect(
    lacking: Uncovered, sizes: Sequence[int], least: int, rules: Sequence[Fixed] = (), most_steps: int = MOST_STEPS
) -> Plan:
    """Combinations that can occur, so that with their rows each pattern has `least` rows.

    The smallest hitting set, greedily: always the combination that the most patterns not yet brought up to `least`
    match (GREEDY of Asudeh et al. 2019, §V), found by branch and bound over the attributes with a bit a pattern;
    at most ln(patterns) + 1 times as many combinations as there must be. What none of those patterns fixes is left
    open. `rules` are closed (`auditor.stats.rules.closed`), and no pattern contains one.
    """
    search = _Search.over(lacking, sizes, rules, most_steps)
    needed = [least - rows for rows in lacking.rows.tolist()]
    left, chosen = (1 << len(lacking)) - 1, []
    while left:
        values, hit = search.best(left)
        left &= ~hit
        places = _bits(hit)
        fixed = {at for place in places for at in lacking.fixed(place)}
        where = {at: value for at, value in sorted(values.items()) if at in fixed}
        chosen.append(Combination(where, max(needed[place] for place in places), len(places)))
    return Plan(tuple(chosen), search.steps_left > 0)


@dataclass(slots=True)
class _Search:
    """`matching[attribute][value]` has a bit for each pattern that a row with this value may match."""

    order: list[int]  # attributes, those that the most patterns fix first
    matching: list[list[int]]
    rules: Sequence[Fixed]
    steps_left: int
    found: tuple[dict[int, int], int] = field(default=({}, 0))

    @classmethod
    def over(cls, lacking: Uncovered, sizes: Sequence[int], rules: Sequence[Fixed], steps: int) -> _Search:
        fixing = (lacking.values != OPEN).sum(axis=0)
        order = sorted(range(len(sizes)), key=lambda at: (-int(fixing[at]), at))
        matching = []
        for at, size in enumerate(sizes):
            column = lacking.values[:, at]
            matching.append([_mask((column == value) | (column == OPEN)) for value in range(size)])
        return cls(order, matching, rules, steps)

    def best(self, left: int) -> tuple[dict[int, int], int]:
        """The values of the combination that the most of the patterns `left` match, and these patterns."""
        self.found = ({}, 0)
        self._descend(0, left, {})
        return self.found

    def _descend(self, depth: int, left: int, values: dict[int, int]) -> None:
        if depth == len(self.order):
            self.found = (values, left)
            return
        at = self.order[depth]
        choices = sorted(((left & mask, value) for value, mask in enumerate(self.matching[at])), key=_most_first)
        for remaining, value in choices:
            enough = self.found[1].bit_count()
            if remaining.bit_count() <= enough or (enough and self.steps_left <= 0):
                return
            self.steps_left -= 1
            chosen = values | {at: value}
            if not contains(chosen, self.rules):
                self._descend(depth + 1, remaining, chosen)


def _most_first(choice: tuple[int, int]) -> tuple[int, int]:
    return -choice[0].bit_count(), choice[1]


def _mask(flags: object) -> int:
    import numpy as np

    return int.from_bytes(np.packbits(np.asarray(flags), bitorder="little").tobytes(), "little")


def _bits(mask: int) -> list[int]:
    places = []
    while mask:
        low = mask & -mask
        places.append(low.bit_length() - 1)
        mask ^= low
    return places
