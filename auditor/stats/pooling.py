"""Rates of many small cells, each pulled towards what the margins say, as far as the cells themselves allow."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Floats = npt.NDArray[np.float64]
    Whole = npt.NDArray[np.int64]

_STEPS = 30
_CLOSE = 1e-8
#: The prior of a margin's effect on the logit: normal, this wide (Gelman et al. 2008 take a like one), so that a
#: value nobody of whom has the label has a finite effect.
_PRIOR_SD = 2.5
_LEAST_RATE = 1e-6
_LEAST_KEPT = 1e-3


@dataclass(frozen=True, slots=True, eq=False)
class Pooled:
    """The rate of each cell as a beta distribution with these parameters."""

    a: Floats
    b: Floats

    @property
    def mean(self) -> Floats:
        """The best single guess of each rate."""
        return self.a / (self.a + self.b)

    def bounds(self, tail: float) -> tuple[Floats, Floats]:
        """The interval of each rate that leaves the probability `tail` outside on each side."""
        from scipy.special import betainccinv, betaincinv

        return betaincinv(self.a, self.b, tail), betainccinv(self.a, self.b, tail)


def pooled(having: Whole, rows: Whole, levels: Sequence[Whole]) -> Pooled:
    """The rates of cells, by empirical Bayes.

    `having` of `rows` of each cell have the label; `levels` gives for each attribute the number of each cell's
    value. A cell's rate is taken to be drawn around that of the additive logistic model of its attributes; how far
    rates stray from it is learnt from all cells (a beta-binomial likelihood, averaged over a flat prior of the
    spread, so that it is never taken to be nothing). The spread of the model's own rates is added to it.
    Source: Gelman and Hill 2006, chapter 12, for the idea; Morris 1983, JASA 78:47-55, for such intervals.
    """
    import numpy as np

    design = _dummies(levels, len(rows))
    spread = 0.0  # of the rates around the model, as a share of p (1 - p)
    for _ in range(2):  # the second fit weighs the cells as the spread found by the first one says
        rate, variance = _additive(having, rows, design, spread)
        spread = _spread(having, rows, rate)
    full = rate * (1 - rate)
    share = np.clip(spread + variance / full, 1e-9, 0.5)
    size = 1 / share - 1
    return Pooled(having + rate * size, rows - having + (1 - rate) * size)


def _dummies(levels: Sequence[Whole], cells: int) -> Floats:
    """A column of ones, then one for each value but the first of each attribute."""
    import numpy as np

    columns = [np.ones(cells)]
    columns += [(level == value).astype(float) for level in levels for value in np.unique(level)[1:]]
    return np.column_stack(columns)


def _additive(having: Whole, rows: Whole, design: Floats, spread: float) -> tuple[Floats, Floats]:
    """The rates of the additive logistic model, and their variances; by Newton's method."""
    import numpy as np

    weight = rows / (1 + (rows - 1) * spread)  # what so many rows of one cell are worth
    # One row more, half of it with the label, is spread over all: nobody's label does not come to a rate of 0.
    seen = (having + 0.5 * rows / rows.sum()) / (rows * (1 + 1 / rows.sum()))
    penalty = np.diag([0.0] + [1 / _PRIOR_SD**2] * (design.shape[1] - 1))
    total = float(weight @ seen / weight.sum())
    effects = np.zeros(design.shape[1])
    effects[0] = np.log(total / (1 - total))
    for _ in range(_STEPS):
        rate = _rate(design @ effects)
        slope = design.T @ (weight * (seen - rate)) - penalty @ effects
        curve = (design.T * (weight * rate * (1 - rate))) @ design + penalty
        step = np.linalg.solve(curve, slope)
        effects = effects + np.clip(step, -2.0, 2.0)
        if np.abs(step).max() < _CLOSE:
            break
    # Each cell is to be pulled to what the *other* cells say of it: its own pull is taken out (one Newton step).
    logit = design @ effects
    rate = _rate(logit)
    curve = (design.T * (weight * rate * (1 - rate))) @ design + penalty
    along = np.einsum("ij,jk,ik->i", design, np.linalg.inv(curve), design)
    kept = np.maximum(1 - along * weight * rate * (1 - rate), _LEAST_KEPT)
    rate = _rate(logit - along * weight * (seen - rate) / kept)
    return rate, along / kept * (rate * (1 - rate)) ** 2


def _rate(logit: Floats) -> Floats:
    import numpy as np

    return np.clip(1 / (1 + np.exp(-logit)), _LEAST_RATE, 1 - _LEAST_RATE)


def _spread(having: Whole, rows: Whole, rate: Floats) -> float:
    """The variance of the rates around the model, over p (1 - p): its mean under the likelihood of all cells."""
    import numpy as np
    from scipy.special import betaln

    root = np.linspace(0.004, 0.7, 40)[:, None]  # a flat prior of the standard deviation
    size = 1 / root**2 - 1
    a, b = rate * size, (1 - rate) * size
    likelihood = (betaln(having + a, rows - having + b) - betaln(a, b)).sum(axis=1)
    weight = np.exp(likelihood - likelihood.max())
    return float((weight * root[:, 0] ** 2).sum() / weight.sum())
