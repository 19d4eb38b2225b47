"""Residuals of which some belong to wrong values: how many, and which."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

_FREEDOMS = (5.0, 8.0, 30.0)  # heavier tails would be taken for a few wrong values, and hide them
_STARTS = ((6.0, 0.02), (30.0, 0.1))  # degrees of freedom, share of wrong values
_ROUNDS, _HELD = 60, 12  # in the first rounds, only the share of wrong values is fitted
_FIT_ROWS = 10_000
_MOST = 0.5
#: Twice the gain in log likelihood that shows wrong values to be there: less is chance once in a hundred times.
_SHOWN = 6.63


@dataclass(frozen=True, slots=True)
class Side:
    """Half a Student t: the scale, and the degrees of freedom, of the residuals on one side of their median."""

    scale: float
    freedom: float

    def log_density(self, distance: Floats) -> Floats:
        """Of a whole Student t, of which this is one half."""
        return log_student(distance / self.scale, self.freedom) - math.log(self.scale)

    def quantile(self, share: float) -> float:
        """The distance that this share of the side's residuals stays within."""
        from scipy.special import stdtrit

        return float(stdtrit(self.freedom, (1 + share) / 2)) * self.scale


@dataclass(frozen=True, slots=True)
class Contamination:
    """Right residuals, a Student t on each side of `median`, and others, of the weight `wrong`.

    The weight is no estimate of the error rate: it is up to twice the share of wrong values that lie far out.
    """

    median: float
    below: Side
    above: Side
    wrong: float

    def log_ratio(self, residuals: Floats, log_wrong: Floats) -> Floats:
        """How much likelier each residual is if its value is wrong than if it is right: a logarithm, to rank by."""
        return np.asarray(log_wrong - _log_right(residuals - self.median, self.below, self.above))

    def chances(self, log_ratio: Floats) -> Floats:
        """The chance that each value is wrong; all 0 where nothing shows that there are wrong ones."""
        if self.wrong <= 0:
            return np.zeros(len(log_ratio))
        odds = math.log(self.wrong / (1 - self.wrong)) + log_ratio
        return np.asarray(1 / (1 + np.exp(-np.clip(odds, -700, 700))))

    def interval(self, confidence: float) -> tuple[float, float]:
        """Where this share of the right residuals lies, as much being left out on either side."""
        return self.median - self.below.quantile(confidence), self.median + self.above.quantile(confidence)


def log_student(x: Floats, freedom: float) -> Floats:
    """The log density of a Student t of unit scale."""
    height = math.lgamma((freedom + 1) / 2) - math.lgamma(freedom / 2) - 0.5 * math.log(freedom * math.pi)
    return np.asarray(height - (freedom + 1) / 2 * np.log1p(x * x / freedom))


def fit_contamination(residuals: Floats, log_wrong: Floats) -> Contamination:
    """The mixture that makes the residuals likeliest; `log_wrong` is each one's log density if its value is wrong.

    The weight of the tails is fitted together with the share of wrong values, so that heavy tails are not taken
    for errors: where a Student t alone does as well, the share is 0. The sides are told apart, so that a skewed
    kind of residual is not all errors on one side. Raises ValueError where there is no residual, where one is no
    number, or where the two are not equally many.
    Source: expectation and conditional maximisation for the t, Liu and Rubin 1995, Statistica Sinica 5:19-39; a
    model with outliers of another kind, Box and Tiao 1968, Biometrika 55:119-129.
    """
    if not len(residuals) or len(residuals) != len(log_wrong) or np.isnan(residuals).any():
        raise ValueError("a mixture needs residuals, all of them numbers, and as many densities")
    if len(residuals) > _FIT_ROWS:
        chosen = np.sort(np.random.default_rng(0).choice(len(residuals), _FIT_ROWS, replace=False))
        residuals, log_wrong = residuals[chosen], log_wrong[chosen]
    # From several starts, for a heavy tail and a few wrong values look alike until one of them is settled.
    pure = [_climbed(residuals, log_wrong, 0.0, freedom) for freedom, _ in _STARTS]
    mixed = [_climbed(residuals, log_wrong, wrong, freedom) for freedom, wrong in _STARTS]
    alone, together = (max(fits, key=lambda fit: fit[1]) for fits in (pure, mixed))
    return together[0] if 2 * (together[1] - alone[1]) > _SHOWN else alone[0]


def _log_right(away: Floats, below: Side, above: Side) -> Floats:
    return np.where(away < 0, below.log_density(-away), above.log_density(away))


def _climbed(residuals: Floats, log_wrong: Floats, wrong: float, freedom: float) -> tuple[Contamination, float]:
    median = float(np.median(residuals))
    away = residuals - median
    low, high = away < 0, away > 0
    # A typical distance, never 0, so that residuals which are all alike have a scale as well.
    usual = max(float(np.median(np.abs(away))), float(np.abs(away).mean()) * 1e-3, 1e-300) * 1.4826
    below = above = Side(usual, freedom)
    total = -np.inf
    for turn in range(_ROUNDS):
        right = _log_right(away, below, above) + math.log1p(-wrong)
        other = log_wrong + math.log(wrong) if wrong > 0 else np.full(len(away), -np.inf)
        each = np.logaddexp(right, other)
        before, total = total, float(each.sum())
        if turn > _HELD and total - before < 1e-3:
            break
        weight = np.exp(right - each)
        wrong = min(float(1 - weight.mean()), _MOST) if wrong > 0 else 0.0
        if turn >= _HELD or not wrong:
            below, above = _improved((below, above), (-away[low], away[high]), (weight[low], weight[high]))
    return Contamination(median, below, above, wrong), total


_Pair = tuple[Floats, Floats]


def _improved(sides: tuple[Side, Side], distance: _Pair, weight: _Pair) -> tuple[Side, Side]:
    """The scales, then the degrees of freedom of both, that make the weighted distances likelier."""
    scales = [_scale(*one) for one in zip(sides, distance, weight, strict=True)]

    def likelihood(freedom: float) -> float:
        each = zip(scales, distance, weight, strict=True)
        return sum(float(w @ Side(scale, freedom).log_density(d)) for scale, d, w in each)

    freedom = max(_FREEDOMS, key=likelihood)
    return Side(scales[0], freedom), Side(scales[1], freedom)


def _scale(side: Side, distance: Floats, weight: Floats) -> float:
    if weight.sum() < 1:
        return side.scale
    pull = weight * (side.freedom + 1) / (side.freedom + (distance / side.scale) ** 2)
    return max(math.sqrt(float((pull * distance**2).sum() / weight.sum())), 1e-300)
