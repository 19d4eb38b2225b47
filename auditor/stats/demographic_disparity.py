"""A group's share of the rejected less its share of the accepted, on average over strata: CDD(L) of Clarify."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from auditor.stats.divergences import Floats
from auditor.stats.estimates import Proportion, proportion
from auditor.stats.mantel_haenszel import Stratum
from auditor.stats.normal import quantile_of_tail, tail_outside

_DRAWS, _MOST_CELLS, _FEWEST_DRAWS = 300, 400_000, 50
_SEED = 2021


@dataclass(frozen=True, slots=True)
class DemographicDisparity:
    """The sum over strata of weight · (share of the rejected - share of the accepted).

    Two intervals are taken together. That of the shares, each with its own, added like errors (Zou and Donner
    2008, Statistics in Medicine 27:1693-1702), holds where shares are small; that of the resampled `error`, where
    strata are so small that in some of them nobody might have been accepted.
    """

    strata: tuple[tuple[float, Proportion, Proportion], ...]
    error: float
    n: int

    @property
    def value(self) -> float:
        """From -1 to 1; above 0, the group has more of the rejected than of the accepted. nan without strata."""
        if not self.strata:
            return math.nan
        return math.fsum(weight * (_share(out) - _share(taken)) for weight, out, taken in self.strata)

    @property
    def method(self) -> str:
        """The authors of the one interval, and how the other is made."""
        return "Zou-Donner and resampled"

    def bounds(self, confidence: float) -> tuple[float, float]:
        """The interval, within -1 and 1."""
        return self.bounds_if(1, confidence)

    def bounds_if(self, factor: float, confidence: float) -> tuple[float, float]:
        """The bounds that `factor` times as many rows with the same shares would give."""
        tail = tail_outside(confidence)
        if not self.strata:
            return -1.0, 1.0
        below = above = 0.0
        for weight, out, taken in self.strata:
            for share, sign in ((out, 1), (taken, -1)):
                if share.n:
                    low, high = share.bounds_if(factor, confidence)
                    down, up = (share.value - low, high - share.value)[::sign]
                    below, above = below + (weight * down) ** 2, above + (weight * up) ** 2
        reach = quantile_of_tail(tail) * self.error / math.sqrt(factor)
        value = self.value
        return max(value - max(math.sqrt(below), reach), -1.0), min(value + max(math.sqrt(above), reach), 1.0)


def demographic_disparity(strata: Sequence[Stratum]) -> DemographicDisparity:
    """The (conditional) demographic disparity of group a among a and b together; of one stratum, not conditional.

    Strata weigh as many rows as they have. A share of none is taken to be 0, as Clarify does: a stratum where all
    rows have the same label counts all the same, with a disparity that nobody could have avoided.
    Source: Wachter, Mittelstadt and Russell 2021, Computer Law and Security Review 41:105567.
    """
    held = [one for one in strata if one.rows_a + one.rows_b]
    n = sum(one.rows_a + one.rows_b for one in held)
    terms = []
    for one in held:
        rows, having = one.rows_a + one.rows_b, one.having_a + one.having_b
        rejected = proportion(one.rows_a - one.having_a, rows - having)
        terms.append((rows / n, rejected, proportion(one.having_a, having)))
    return DemographicDisparity(tuple(terms), _resampled(held) if held else math.inf, n)


def _share(of: Proportion) -> float:
    return of.value if of.n else 0.0


def _resampled(strata: Sequence[Stratum]) -> float:
    """The standard error, from draws of all rows over stratum, group and label.

    To each stratum a row is lent, spread as group and label are on the whole, so that what was not seen may be.
    """
    cells = np.array(
        [(s.having_a, s.rows_a - s.having_a, s.having_b, s.rows_b - s.having_b) for s in strata], dtype=np.float64
    ).T
    n = cells.sum()
    of_a, having = (cells[:2].sum() + 1) / (n + 2), (cells[[0, 2]].sum() + 1) / (n + 2)
    lent = np.array([of_a * having, of_a * (1 - having), (1 - of_a) * having, (1 - of_a) * (1 - having)])
    shares = cells + lent[:, None]
    draws = max(_FEWEST_DRAWS, min(_DRAWS, _MOST_CELLS // cells.size))
    drawn = np.random.default_rng(_SEED).multinomial(round(float(n)), (shares / shares.sum()).ravel(), size=draws)
    return float(_disparity(drawn.reshape(draws, *cells.shape).astype(np.float64)).std())


def _disparity(cells: Floats) -> Floats:
    """The disparity of (draws, accepted and rejected of a and of b, strata)."""
    accepted, rejected = cells[:, 0] + cells[:, 2], cells[:, 1] + cells[:, 3]
    # Where there is none of them, none is of the group: 0 / 1.
    gaps = cells[:, 1] / np.maximum(rejected, 1) - cells[:, 0] / np.maximum(accepted, 1)
    return np.asarray(((accepted + rejected) * gaps).sum(axis=1) / cells.sum(axis=(1, 2)))
