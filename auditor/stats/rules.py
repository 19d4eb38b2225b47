"""Combinations of values that cannot occur, and what follows from them."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from itertools import product

Fixed = Mapping[int, int]
_Rule = frozenset[tuple[int, int]]
#: With more rules than this, what follows from them is no longer worked out.
MOST_RULES = 2_000
_MOST_JOINED = 1_000_000


def closed(rules: Iterable[Fixed], sizes: Sequence[int]) -> list[dict[int, int]]:
    """The rules and all that follow from them, but those that contain a shorter one.

    A rule is a combination that cannot occur: the value of each attribute it names, by numbers below the
    attribute's size. If a cannot go with any value of b, a cannot occur. Then a combination can be completed to
    a whole row exactly if it contains none of the result: the prime implicates, by Tison's method
    (Tison 1967, IEEE Trans. Electronic Computers EC-16:446-456) for attributes of more than two values.

    Raises ValueError where nothing at all can occur, and where more than MOST_RULES would follow.
    """
    kept = _shortest({frozenset(rule.items()) for rule in rules})
    for attribute, size in enumerate(sizes):
        by_value = [[rule - {(attribute, v)} for rule in kept if (attribute, v) in rule] for v in range(size)]
        if math.prod(map(len, by_value)) > _MOST_JOINED:
            raise ValueError(f"more than {MOST_RULES} combinations would follow from what cannot occur")
        joined: set[_Rule] = set()
        for rests in product(*by_value):
            together = frozenset[tuple[int, int]]().union(*rests)
            if len({at for at, _ in together}) == len(together):  # no attribute has two values at once
                joined.add(together)
            if len(joined) > MOST_RULES:
                raise ValueError(f"more than {MOST_RULES} combinations would follow from what cannot occur")
        kept = _shortest(kept | joined)
    if frozenset() in kept:
        raise ValueError("together they leave no combination that could occur")
    return [dict(sorted(rule)) for rule in sorted(kept, key=sorted)]


def contains(pattern: Fixed, rules: Iterable[Fixed]) -> bool:
    """Whether a combination contains one of the rules."""
    return any(all(pattern.get(at) == value for at, value in rule.items()) for rule in rules)


def _shortest(rules: set[_Rule]) -> set[_Rule]:
    kept: set[_Rule] = set()
    for rule in sorted(rules, key=len):
        if not any(other <= rule for other in kept):
            kept.add(rule)
    return kept
