"""Two groups compared within strata: what of their gap is left among rows that are alike in some factors.

Source: Mantel and Haenszel 1959, Journal of the National Cancer Institute 22:719-748. Strata may be many and
small; those that hold rows of one group alone say nothing, and are left out.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from auditor.stats.approximate import Approximate

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Stratum:
    """Of each group's rows in a stratum, how many have the label."""

    having_a: int
    rows_a: int
    having_b: int
    rows_b: int

    def __post_init__(self) -> None:
        if not (0 <= self.having_a <= self.rows_a and 0 <= self.having_b <= self.rows_b):
            raise ValueError(f"the rows that have the label must lie between 0 and all rows, but are {self}")

    @property
    def shared(self) -> bool:
        """Whether both groups have rows in it."""
        return self.rows_a > 0 and self.rows_b > 0


@dataclass(frozen=True, slots=True)
class Test:
    """A test statistic that is χ² with so many degrees of freedom where nothing differs, and its p-value."""

    statistic: float
    freedom: int
    p: float


def risk_difference(strata: Sequence[Stratum]) -> Approximate:
    """The rate of a less that of b within strata, weighted by n_a n_b / n.

    With the variance of Sato 1989 (Biometrics 45:1323-1324; Greenland and Robins 1985, Biometrics 41:55-68, holds
    for large strata alone), from counts with a success and a failure lent to each group (Agresti and Caffo 2000,
    The American Statistician 54:280-288), shared out among the strata by their weights: the interval is never of
    no width. nan, between -1 and 1, where no stratum has both groups.
    """
    a, n_a, b, n_b = _counts(strata)
    n = round(float((n_a + n_b).sum()))
    if not len(a):
        return Approximate(math.nan, math.inf, 0, _RISK, -1.0, 1.0)
    weight = n_a * n_b / (n_a + n_b)
    value = float((weight * (a / n_a - b / n_b)).sum() / weight.sum())
    lent = weight / weight.sum()
    a, n_a, b, n_b = a + lent, n_a + 2 * lent, b + lent, n_b + 2 * lent
    total = n_a + n_b
    weight = n_a * n_b / total
    centre = float((weight * (a / n_a - b / n_b)).sum() / weight.sum())
    p = (n_a**2 * b - n_b**2 * a + n_a * n_b * (n_b - n_a) / 2) / total**2
    q = (a * (n_b - b) + b * (n_a - a)) / (2 * total)
    variance = float(centre * p.sum() + q.sum()) / float(weight.sum()) ** 2
    return Approximate(value, math.sqrt(max(variance, 0.0)), n, _RISK, -1.0, 1.0, centre)


def odds_ratio(strata: Sequence[Stratum]) -> Approximate:
    """The odds of the label in a over those in b, common to all strata.

    With the variance of its logarithm by Robins, Breslow and Greenland 1986, Biometrics 42:311-323. Between 0 and
    infinity, of unknown width, where one of the groups always or never has the label in all strata.
    """
    a, n_a, b, n_b = _counts(strata)
    n, total = round(float((n_a + n_b).sum())), n_a + n_b
    r, s = a * (n_b - b) / total, (n_a - a) * b / total
    upper, lower = float(r.sum()), float(s.sum())
    if not (upper and lower):
        value = math.inf if upper else 0.0 if lower else math.nan
        return Approximate(value, math.inf, n, _ODDS, 0.0)
    p, q = (a + n_b - b) / total, (n_a - a + b) / total
    variance = float((p * r).sum()) / (2 * upper**2) + float((q * s).sum()) / (2 * lower**2)
    variance += float((p * s + q * r).sum()) / (2 * upper * lower)
    return Approximate(upper / lower, math.sqrt(variance), n, _ODDS, 0.0, logarithm=True)


def independence(strata: Sequence[Stratum]) -> Test | None:
    """Cochran's and Mantel and Haenszel's test that label and group are independent in every stratum.

    Without the correction for continuity. None where no stratum could show anything.
    """
    a, n_a, b, n_b = _counts(strata)
    total, having = n_a + n_b, a + b
    gap = float((a - n_a * having / total).sum())
    with np.errstate(divide="ignore", invalid="ignore"):
        variances = n_a * n_b * having * (total - having) / (total**2 * (total - 1))
    variance = float(variances[total > 1].sum())
    return _test(gap**2 / variance, 1) if variance > 0 else None


def homogeneity(strata: Sequence[Stratum]) -> Test | None:
    """Breslow and Day's test that the odds ratio is the same in all strata, with Tarone's correction.

    Source: Breslow and Day 1980, Statistical methods in cancer research I, 142-143; Tarone 1985, Biometrika
    72:91-95. None where fewer than two strata have both labels and both groups, or there is no common ratio.
    """
    ratio = odds_ratio(strata).value
    a, n_a, b, n_b = _counts(strata)
    having = a + b
    told = (having > 0) & (having < n_a + n_b)
    a, n_a, having, n_b = a[told], n_a[told], having[told], n_b[told]
    if len(a) < 2 or not 0 < ratio < math.inf:
        return None
    expected = _expected(n_a, n_b, having, ratio)
    variance = 1 / (1 / expected + 1 / (n_a - expected) + 1 / (having - expected) + 1 / (n_b - having + expected))
    statistic = float(((a - expected) ** 2 / variance).sum())
    statistic -= float((a - expected).sum()) ** 2 / float(variance.sum())
    return _test(max(statistic, 0.0), len(a) - 1)


_RISK, _ODDS = "Mantel-Haenszel, Sato", "Mantel-Haenszel, Robins-Breslow-Greenland"


def _expected(n_a: Floats, n_b: Floats, having: Floats, ratio: float) -> Floats:
    """The rows of a that would have the label with that odds ratio, given the margins."""
    if math.isclose(ratio, 1.0, rel_tol=1e-12):
        return np.asarray(n_a * having / (n_a + n_b))
    lead = ratio * (n_a + having) + n_b - having
    root = np.sqrt(lead**2 - 4 * ratio * (ratio - 1) * n_a * having)
    return np.asarray(2 * ratio * n_a * having / (lead + root))  # stable on either side of 1


def _test(statistic: float, freedom: int) -> Test:
    from scipy.special import chdtrc

    return Test(statistic, freedom, float(chdtrc(freedom, statistic)))


def _counts(strata: Sequence[Stratum]) -> tuple[Floats, Floats, Floats, Floats]:
    """The strata that both groups have rows in, as four arrays."""
    shared = [stratum for stratum in strata if stratum.shared]
    columns = [(one.having_a, one.rows_a, one.having_b, one.rows_b) for one in shared]
    a, n_a, b, n_b = np.array(columns, dtype=np.float64).reshape(-1, 4).T
    return a, n_a, b, n_b
