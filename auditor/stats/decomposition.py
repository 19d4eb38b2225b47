"""What of a gap between two groups' rates goes with where their rows lie, and what is left.

Source: Kitagawa 1955, JASA 50:1168-1194; with regression in place of strata it is the method of Oaxaca 1973
(International Economic Review 14:693-709) and Blinder 1973. Both parts take the average of the two groups as the
standard, so that neither group is the norm, and there is no remainder.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from auditor.stats.approximate import Approximate
from auditor.stats.mantel_haenszel import Flags, Floats, Stratum

#: Rows lent to a stratum of a group at the rate of all, so that equal labels of few rows have a spread.
_LENT = 1.0
_METHOD = "Kitagawa, delta"


@dataclass(frozen=True, slots=True)
class Decomposition:
    """The rate of a less that of b, in two parts that add up to it, and the part of the rows that both share.

    `explained` goes with the strata that the groups' rows lie in; `unexplained` with their rates within strata.
    A stratum of one group alone counts as explained: there is nobody to differ from. `shared` is the share of
    all rows in strata that both groups have rows in.
    """

    explained: Approximate
    unexplained: Approximate
    shared: float


def decompose(strata: Sequence[Stratum]) -> Decomposition:
    """Split the gap between a and b. Raises ValueError for a group without rows.

    The intervals are by the delta method, each group's rows drawn from its cells of stratum and label, with the
    strata unknown as well as the rates; from counts with a success and a failure lent to each group (Agresti and
    Caffo 2000, The American Statistician 54:280-288), shared out among its strata.
    """
    told = np.array([(s.having_a, s.rows_a, s.having_b, s.rows_b) for s in strata], dtype=np.float64).reshape(-1, 4)
    a, n_a, b, n_b = told.T
    if not (n_a.sum() and n_b.sum()):
        raise ValueError("a gap needs rows of both groups")
    lent_a, lent_b = n_a / n_a.sum(), n_b / n_b.sum()
    counts = _Side(a, n_a), _Side(b, n_b)
    lent = _Side(a + lent_a, n_a + 2 * lent_a), _Side(b + lent_b, n_b + 2 * lent_b)
    common = float((a + b).sum() / (n_a + n_b).sum())
    n, both = round(float((n_a + n_b).sum())), (n_a > 0) & (n_b > 0)
    parts = []
    for value, centre, error in zip(_parts(*counts), _parts(*lent), _errors(*lent, both, common), strict=True):
        parts.append(Approximate(value, error, n, _METHOD, -1.0, 1.0, centre))
    return Decomposition(parts[0], parts[1], float((n_a + n_b)[both].sum()) / n)


@dataclass(frozen=True, slots=True)
class _Side:
    """One group's rows by stratum, and how many of them have the label."""

    having: Floats
    rows: Floats

    @property
    def shares(self) -> Floats:
        return np.asarray(self.rows / self.rows.sum())

    def rates(self, other: _Side) -> Floats:
        """The rate in each stratum; the other group's where there are no rows."""
        alone = self.rows == 0
        total = np.where(alone, other.rows, self.rows)
        return np.asarray(np.where(alone, other.having, self.having) / np.where(total == 0, 1, total))


def _parts(a: _Side, b: _Side) -> tuple[float, float]:
    """The explained and the unexplained part."""
    rate_a, rate_b = a.rates(b), b.rates(a)
    explained = ((a.shares - b.shares) * (rate_a + rate_b) / 2).sum()
    return float(explained), float(((rate_a - rate_b) * (a.shares + b.shares) / 2).sum())


def _errors(a: _Side, b: _Side, both: Flags, common: float) -> tuple[float, float]:
    """The standard errors of both parts."""
    variances = np.zeros(2)
    for mine, other in ((a, b), (b, a)):
        rate, others = mine.rates(other), other.rates(mine)
        # How far a row moves either part: by the stratum it lies in, and by having the label or not.
        by_label = np.where(both, (mine.shares - other.shares) / 2, mine.shares)
        by_rate = np.where(both, (mine.shares + other.shares) / 2, 0.0)
        variances += [
            _variance(mine, (rate + others) / 2, by_label, common),
            _variance(mine, (rate - others) / 2, by_rate, common),
        ]
    return math.sqrt(variances[0]), math.sqrt(variances[1])


def _variance(side: _Side, lying: Floats, by_label: Floats, common: float) -> float:
    """The variance of a sum over strata: of the strata's shares, and of the rates within them."""
    held, shares = side.rows > 0, side.shares
    between = float(shares @ (lying - shares @ lying) ** 2) / float(side.rows.sum())
    rate = (side.having + _LENT * common) / (side.rows + _LENT)
    within = by_label[held] ** 2 * (rate * (1 - rate))[held] / side.rows[held]
    return between + float(within.sum())
