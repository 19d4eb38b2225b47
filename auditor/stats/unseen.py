"""How likely it is that classes fall to one side only, when rows of both sides are dealt at random."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

#: A class that falls to the one side less often is left out: thousands together change nothing.
_NEGLIGIBLE = 1e-9


def chance_of_so_many(found: int, sizes: Iterable[int], share: float) -> float:
    """The probability that at least `found` of the classes have all of their rows on a side with this share of rows.

    `sizes` are the rows of each class on both sides together. Each row falls on the side by itself, so a class of r
    rows does with share^r, and how many do is Poisson-binomial (Wang 1993, Statistica Sinica 3:295). Raises
    ValueError unless 0 <= share <= 1 and each class has a row.
    """
    if not 0 <= share <= 1:
        raise ValueError(f"a share of rows lies between 0 and 1, not {share}")
    rows = np.array(list(sizes), dtype=np.float64)
    if len(rows) and rows.min() < 1:
        raise ValueError("each class must have a row")
    chances = share**rows
    number = np.ones(1)
    for chance in chances[chances > _NEGLIGIBLE]:
        number = np.convolve(number, (1 - chance, chance))
    return float(min(number[found:].sum(), 1.0)) if found > 0 else 1.0
