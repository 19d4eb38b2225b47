"""What small groups of a table of rates can borrow from the others."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from auditor.stats.pooling import pooled

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from auditor.evidence.rates import Rate

Beta = tuple[float, float]
#: How far groups stray from each other cannot be learnt from fewer.
_LEAST_GROUPS = 8
#: The model has a column a value: beyond, it takes longer than what it is to save.
_MOST_GROUPS = 1_000


def borrowed(groups: Sequence[Rate]) -> Sequence[Beta | None]:
    """The rate of each group as a beta distribution, drawn to those of the others; None where there are too few.

    Of pairs, a rate is drawn to what both their attributes say, of single groups to the rate of all.
    """
    if not _LEAST_GROUPS <= len(groups) <= _MOST_GROUPS:
        return [None] * len(groups)
    import numpy as np

    having = np.array([rate.having for rate in groups])
    rows = np.array([rate.rows for rate in groups])
    if not 0 < having.sum() < rows.sum():
        return [None] * len(groups)
    rates = pooled(having, rows, _levels(groups))
    return list(zip(rates.a.tolist(), rates.b.tolist(), strict=True))


def _levels(groups: Sequence[Rate]) -> list[npt.NDArray[np.int64]]:
    """Of each attribute, the number of each group's value; a single attribute's values are the groups themselves."""
    import numpy as np

    depth = len(groups[0].group)
    values = [[rate.group[place][1] for rate in groups] for place in range(depth)] if depth > 1 else []
    return [np.unique(one, return_inverse=True)[1] for one in values]
