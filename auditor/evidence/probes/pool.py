"""Several probes as one: their scores weighted and added, and the label noise that they see."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from auditor.evidence.noise import (
    USUAL_RATE,
    LabelNoise,
    even_confusions,
    noise_of,
    rates_of,
    seen_confusions,
    sharpened,
    start,
    surprise,
)
from auditor.evidence.probes.members import Scores, log_softmax

_CELLS = 400_000  # rows × classes that the pool is fitted on at most
_MOST_WEIGHT = 20.0
#: Pulls the weights to equal shares, by so many nats a row: it decides only where the data does not.
_PULL = 1e-4
#: Where to start from, the sum of the weights and the rate of wrong labels: the loss has two dips where labels that
#: go wrong evenly can be explained by noise or by probes that are not to be trusted, and the deeper one counts.
_STARTS = ((1.0, USUAL_RATE), (3.0, 0.15))
#: How far a class's scores may well be off as a whole, in log-odds, with two classes: noise that takes one class more
#: than the other moves all of them. With more classes each has fewer rows to tell by.
_SPREAD_OF_OFFSETS = 0.5


@dataclass(frozen=True, slots=True)
class Blend:
    """The weight of each probe, none negative, the offset of each class, and the noise of the labels."""

    weights: NDArray[np.float64]
    offsets: NDArray[np.float64]
    noise: LabelNoise

    def truth(self, scores: Sequence[Scores]) -> NDArray[np.float32]:
        """The probability of each true class, rows × classes: softmax(sum of weights × scores + offsets)."""
        total = np.zeros(scores[0].shape, dtype=np.float64) + self.offsets
        for score, weight in zip(scores, self.weights, strict=True):
            if weight:
                total += weight * score
        probabilities: NDArray[np.float32] = np.exp(log_softmax(total)).astype(np.float32)
        return probabilities

    def losses(self, truth: NDArray[np.float32], given: NDArray[np.int64]) -> NDArray[np.float64]:
        """The log loss of each label, given the true class's probabilities and the noise."""
        likelihood = (truth.astype(np.float64) * self.noise.transition[given]).sum(axis=1)
        return np.asarray(-np.log(np.maximum(likelihood, 1e-12)))


def blend(scores: Sequence[Scores], given: NDArray[np.int64]) -> Blend:
    """The weights and the noise that make the labels likeliest, fitted on out-of-sample scores.

    Scores are pooled into the probabilities of the true class, softmax(sum of weights × scores + offsets), a
    logarithmic opinion pool whose weights also set its temperature (Guo et al. 2017); a label is what
    class-conditional noise makes of the true class (the forward correction of Patrini et al. 2017). So a model that
    goes on rising where the labels' agreement stays below 1 shows the noise, without a threshold. The rates have a
    prior: see `noise`.
    Fitted on the rows whose class index is not negative.
    """
    classes = scores[0].shape[1]
    rows = np.flatnonzero(given >= 0)
    most = max(_CELLS // classes, 1_000)
    if len(rows) > most:
        rows = np.sort(np.random.default_rng(0).choice(rows, most, replace=False))
    some, labels = [score[rows] for score in scores], given[rows]
    stack = np.stack(some).astype(np.float64)
    found, loss = _fitted(_Likelihood(stack, labels, even_confusions(classes)))
    if classes > 2:  # wrong labels may prefer some classes: whatever makes the labels likelier is taken
        seen = seen_confusions(found.truth(some), labels)
        other, other_loss = _fitted(_Likelihood(stack, labels, seen))
        found = other if other_loss < loss else found
    return Blend(found.weights, found.offsets, sharpened(found.truth(some), labels, found.noise))


def _fitted(likelihood: _Likelihood) -> tuple[Blend, float]:
    """The best blend for these confusions, and its loss."""
    from scipy.optimize import minimize

    members, _, classes = likelihood.scores.shape
    bounds = [(0.0, _MOST_WEIGHT)] * members + [(-3.0, 3.0)] * classes + [(-9.0, 0.0)] + [(-5.0, 5.0)] * classes
    tried = []
    for total, rate in _STARTS:
        first = np.concatenate([np.full(members, total / members), np.zeros(classes), start(classes, rate)])
        tried.append(minimize(likelihood.loss, first, jac=True, method="L-BFGS-B", bounds=bounds))
    found = min(tried, key=lambda one: float(one.fun))
    weights = np.round(found.x[:members], 6)
    if not weights.any():
        weights = np.full(members, 1 / members)
    offsets = np.round(found.x[members : members + classes], 6)
    rates = np.minimum(rates_of(found.x[members + classes :]), 0.5)
    return Blend(weights, offsets, noise_of(rates, likelihood.confusions)), float(found.fun)


@dataclass(frozen=True, slots=True)
class _Likelihood:
    scores: NDArray[np.float64]  # probes × rows × classes
    given: NDArray[np.int64]
    confusions: NDArray[np.float64]  # of the wrong labels of each true class, the share of each

    def loss(self, parameters: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        """The mean log loss with the prior's share, and its slope by weights and log-odds of the noise."""
        members, rows, classes = self.scores.shape
        weights, offsets = parameters[:members], parameters[members : members + classes]
        odds = parameters[members + classes :]
        rates, places = rates_of(odds), np.arange(rows)
        truth = np.exp(log_softmax(np.tensordot(weights, self.scores, axes=1) + offsets))
        own = truth[places, self.given]
        shares = self.confusions[self.given]
        spilled = rates * shares
        kept = 1 - rates[self.given]
        label = np.maximum((truth * spilled).sum(axis=1) + own * kept, 1e-12)
        # By the true classes' probabilities, then through the softmax to the weights.
        by_truth = -spilled
        by_truth[places, self.given] = -kept
        by_truth /= label[:, None]
        by_total = truth * (by_truth - (truth * by_truth).sum(axis=1, keepdims=True))
        by_weights = np.tensordot(self.scores, by_total, axes=([1, 2], [0, 1]))
        by_rates = -(truth * shares / label[:, None]).sum(axis=0)
        by_rates += np.bincount(self.given, own / label, minlength=classes)
        by_odds = by_rates * rates * (1 - rates)
        prior, prior_slope = surprise(odds)
        strength = ((classes - 1) / _SPREAD_OF_OFFSETS) ** 2
        prior += strength * (offsets @ offsets) / 2
        pull = weights - 1 / members
        slope = np.concatenate([by_weights, by_total.sum(axis=0) + strength * offsets, [by_odds.sum()], by_odds])
        slope[members + classes :] += prior_slope
        slope /= rows
        slope[:members] += 2 * _PULL * pull
        return float((-np.log(label).sum() + prior) / rows + _PULL * (pull @ pull)), slope
