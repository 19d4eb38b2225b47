"""How evenly rows fall on classes or groups: Hill numbers, Gini, the largest over the smallest.

Hill 1973, Ecology 54:427-432, https://doi.org/10.2307/1934352: one family of effective numbers in place of the
many indices of diversity. All are facts about the counts they are given, not estimates for a population.
"""

from __future__ import annotations

import math
from collections.abc import Iterable


def hill_number(counts: Iterable[int], order: float) -> float:
    """How many equally large classes are as diverse as these: from 1 (one class holds all) to the classes there are.

    Order 0 counts the classes that occur, order 1 is exp of Shannon's entropy, order 2 the inverse of Simpson's
    concentration: the higher, the less small classes matter. 0 where there are no rows.
    Raises ValueError for a negative count or order.
    """
    if order < 0:
        raise ValueError(f"the order must not be negative, but is {order}")
    shares = _shares(counts)
    if not shares:
        return 0.0
    if order == 1:
        return math.exp(-math.fsum(share * math.log(share) for share in shares))
    return float(math.fsum(share**order for share in shares) ** (1 / (1 - order)))


def gini(counts: Iterable[int]) -> float:
    """Gini's coefficient: 0 where all classes are equally large, towards 1 where one of many holds all.

    Classes of no rows count as classes. 0 where there are no rows. Raises ValueError for a negative count.
    """
    rising = sorted(_checked(counts))
    total = sum(rising)
    if not total:
        return 0.0
    ranked = sum(rank * rows for rank, rows in enumerate(rising, start=1))
    return 2 * ranked / (len(rising) * total) - (len(rising) + 1) / len(rising)


def imbalance_ratio(counts: Iterable[int]) -> float:
    """Rows of the largest class over those of the smallest that occurs; 1 where there is no second."""
    occurring = [rows for rows in _checked(counts) if rows]
    return max(occurring) / min(occurring) if occurring else 1.0


def _shares(counts: Iterable[int]) -> list[float]:
    occurring = [rows for rows in _checked(counts) if rows]
    total = sum(occurring)
    return [rows / total for rows in occurring]


def _checked(counts: Iterable[int]) -> list[int]:
    checked = list(counts)
    if any(rows < 0 for rows in checked):
        raise ValueError("counts must not be negative")
    return checked
