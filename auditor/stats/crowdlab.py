"""The consensus of annotators and a model: each vote, and what the model says, weighed by how far it agrees."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from auditor.stats.vote_arrays import VoteArrays

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

#: No weight is smaller, as in the source's implementation.
_LEAST = 1e-6
#: By which the posterior may be sharpened: the mean of a few votes is far less sure than they warrant.
SHARPER = (1.0, 1.5, 2.0, 3.0, 4.0, 6.0, 8.0, 12.0, 16.0)
_CALIBRATED = 100_000  # votes that are predicted to calibrate
_AT_ONCE = 4_000_000  # votes × classes held at once


@dataclass(frozen=True, slots=True, eq=False)
class Crowdlab:
    """`posterior[i, k]`, the weighted mean of what the votes on item i and the model say of class k.

    An annotator's vote says `agreeing` of its class, and the others share the rest; it weighs `weights[a]`, and the
    model `model_weight`. `total[i]` is what an item's parts weigh together.
    """

    posterior: Floats
    weights: Floats
    model_weight: float
    agreeing: float
    total: Floats

    @property
    def best(self) -> Ints:
        """The most probable class of each item; of equal ones the first."""
        best: Ints = self.posterior.argmax(axis=1)
        return best

    def calibrated(self, votes: VoteArrays, log_confusion: Floats) -> Floats:
        """The log posterior, as sure as held-out votes warrant: raised to the power that predicts them best, normed.

        `log_confusion[v, k]` is how likely what vote v says is where class k is true. Each vote is predicted from the
        others on its item and the model.
        """
        some = np.arange(0, len(votes), 1 + len(votes) // _CALIBRATED)
        power = max(SHARPER, key=lambda power: self._predicted(votes, some, log_confusion, power))
        return _sharpened(np.log(np.maximum(self.posterior, _LEAST)), power)

    def _predicted(self, votes: VoteArrays, some: Ints, log_confusion: Floats, power: float) -> float:
        told, step = 0.0, max(1, _AT_ONCE // max(1, votes.classes))
        for start in range(0, len(some), step):
            part = some[start : start + step]
            rest = _sharpened(np.log(np.maximum(self._without(votes, part), _LEAST)), power)
            told += float(np.log(np.exp(rest + log_confusion[part]).sum(axis=1)).sum())
        return told

    def _without(self, votes: VoteArrays, part: Ints) -> Floats:
        """The posterior of the items of these votes, each without the vote itself."""
        item, weight = votes.item[part], self.weights[votes.annotator[part]]
        other = (1 - self.agreeing) / (votes.classes - 1)
        left = self.posterior[item] * self.total[item, None] - weight[:, None] * other
        left[np.arange(len(part)), votes.said[part]] -= weight * (self.agreeing - other)
        found: Floats = left / np.maximum(self.total[item] - weight, _LEAST)[:, None]
        return found


def _sharpened(log_posterior: Floats, power: float) -> Floats:
    joint = power * log_posterior
    top = joint.max(axis=1, keepdims=True)
    found: Floats = joint - top - np.log(np.exp(joint - top).sum(axis=1, keepdims=True))
    return found


def crowdlab(votes: VoteArrays, pred_probs: Floats) -> Crowdlab:
    """CROWDLAB's consensus from votes and `pred_probs` (items × classes) of a model that has not seen the item.

    Weights follow from how far annotators agree with each other, and the model with the consensus: first that of the
    majority, where ties go to the class that the model prefers, then the one that comes of it. Who agrees no more
    than the commonest class would weighs nothing; of two votes an item, ties that the model has broken speak for it,
    even for a useless one. An item without votes has what the model says.
    Raises ValueError where no item has two votes, for one class alone, or for `pred_probs` of another shape, not
    finite or negative.
    Source: Goh, Tkachenko and Mueller 2022, arXiv:2210.06812, as in cleanlab's `best_quality`.
    """
    if pred_probs.shape != (votes.items, votes.classes):
        raise ValueError(f"pred_probs must have the shape {votes.items} × {votes.classes}, not {pred_probs.shape}")
    if not (np.isfinite(pred_probs).all() and (pred_probs >= 0).all()):
        raise ValueError("pred_probs must be finite and not negative")
    if votes.classes < 2 or not (votes.per_item > 1).any():
        raise ValueError("two classes are needed, and an item with two votes")
    counts = np.zeros((votes.items, votes.classes))
    np.add.at(counts, (votes.item, votes.said), 1.0)
    tied = counts == counts.max(axis=1, keepdims=True)
    majority = np.where(tied, pred_probs, -1.0).argmax(axis=1)
    first = _weighed(votes, pred_probs, counts, majority)
    top = first.posterior == first.posterior.max(axis=1, keepdims=True)
    best = np.where(top.sum(axis=1) == 1, first.best, majority)
    return _weighed(votes, pred_probs, counts, best)


def _weighed(votes: VoteArrays, pred_probs: Floats, counts: Floats, consensus: Ints) -> Crowdlab:
    number = votes.per_item
    shared = number > 1
    of_consensus = counts[np.arange(votes.items), consensus]
    agreeing = float((of_consensus[shared] / number[shared]).mean())
    commonest = np.bincount(consensus[shared], minlength=votes.classes).argmax()
    chance = max(float((consensus[shared] != commonest).mean()), _LEAST)
    weights = np.maximum(1 - (1 - _agreement(votes, counts)) / chance, _LEAST)
    error = float((pred_probs[shared].argmax(axis=1) != consensus[shared]).mean())
    model = max(1 - error / chance, _LEAST) * float(np.sqrt(number[number > 0].mean()))
    other = (1 - agreeing) / (votes.classes - 1)
    mine = weights[votes.annotator]
    total = np.bincount(votes.item, mine, minlength=votes.items)
    said = np.zeros_like(counts)
    np.add.at(said, (votes.item, votes.said), mine * (agreeing - other))
    posterior: Floats = (model * pred_probs + said + total[:, None] * other) / (model + total)[:, None]
    return Crowdlab(posterior, weights, model, agreeing, np.asarray(model + total, dtype=np.float64))


def _agreement(votes: VoteArrays, counts: Floats) -> Floats:
    """Of all pairs of an annotator's vote and another on its item, the share that agree; without pairs, the mean."""
    alike = np.bincount(votes.annotator, counts[votes.item, votes.said] - 1, minlength=votes.annotators)
    pairs = np.bincount(votes.annotator, votes.per_item[votes.item] - 1, minlength=votes.annotators)
    share = alike / np.maximum(pairs, 1)
    found: Floats = np.where(pairs > 0, share, share[pairs > 0].mean())
    return found
