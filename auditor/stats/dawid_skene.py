"""The consensus of annotators who err each in their own way: Dawid and Skene's model, fitted by EM."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from auditor.stats.vote_arrays import VoteArrays

Floats = NDArray[np.float64]

#: No count and no prior is smaller, so that every logarithm is finite.
_FLOOR = 1e-10
_AT_ONCE = 4_000_000  # votes × classes held at once
_CALIBRATED = 100_000  # votes that are predicted to calibrate
#: What votes may count, beside what they would if annotators erred independently.
POWERS = (1.0, 0.8, 0.6, 0.5, 0.4, 0.3, 0.2, 0.15, 0.1)


@dataclass(frozen=True, slots=True, eq=False)
class Consensus:
    """What the true classes seem to be, and how each annotator errs.

    Confusions are kept for what was said alone: row u of `log_confusion` holds, for each true class, the log
    probability that annotator `pair_annotator[u]` says `pair_said[u]`; `pair[v]` is the row of vote v. An item
    without votes has the priors for its posterior.
    """

    log_posterior: Floats  # items × classes
    priors: Floats  # classes
    log_confusion: Floats  # pairs × classes
    pair: NDArray[np.int64]
    pair_annotator: NDArray[np.int64]
    pair_said: NDArray[np.int64]
    iterations: int
    log_likelihood: float
    power: float = 1.0  # to which the votes' part of the posterior was raised

    @property
    def posterior(self) -> Floats:
        """The probability of each class (columns) for each item (rows)."""
        return np.exp(self.log_posterior)

    @property
    def best(self) -> NDArray[np.int64]:
        """The most probable class of each item; of equal ones the first."""
        best: NDArray[np.int64] = self.log_posterior.argmax(axis=1)
        return best

    def confusion(self, annotator: int) -> Floats:
        """The annotator's confusion matrix: row c holds the probabilities of what is said where c is true."""
        mine = np.flatnonzero(self.pair_annotator == annotator)
        matrix = np.zeros((len(self.priors), len(self.priors)))
        matrix[:, self.pair_said[mine]] = np.exp(self.log_confusion[mine]).T
        return matrix

    def of_the_others(self, votes: VoteArrays) -> NDArray[np.int64]:
        """For each vote, the most probable class of its item by the votes of all the other annotators.

        The vote's own factor is taken out of the posterior, so that nobody vouches for himself; the confusions stay
        as fitted to all.
        """
        every = np.arange(len(votes))
        return np.concatenate([rest.argmax(axis=1) for rest, _ in self._left_out(votes, every)])

    def calibrated(self, votes: VoteArrays) -> Consensus:
        """The same with a posterior that is as sure as held-out votes warrant.

        Annotators err on the same hard items, while the model takes their errors for independent: it is far too
        sure. So the votes' part of the posterior is raised to the power, of `POWERS`, under which the other votes on
        an item predict each vote best. (Temperature scaling, Guo et al. 2017, with votes in place of a gold label.)
        """
        some = np.arange(0, len(votes), 1 + len(votes) // _CALIBRATED)
        power = max(POWERS, key=lambda power: self._predicted(votes, some, power))
        return replace(self, log_posterior=_raised(self.log_posterior, np.log(self.priors), power), power=power)

    def _predicted(self, votes: VoteArrays, some: NDArray[np.int64], power: float) -> float:
        """The log likelihood of some votes by the others on their items."""
        told, prior = 0.0, np.log(self.priors)
        for rest, own in self._left_out(votes, some):
            told += float(np.log(np.exp(_raised(rest, prior, power) + own).sum(axis=1)).sum())
        return told

    def _left_out(self, votes: VoteArrays, some: NDArray[np.int64]) -> Iterator[tuple[Floats, Floats]]:
        """For batches of these votes, the log posterior without each of them (not normed), and its own factor."""
        step = max(1, _AT_ONCE // max(1, votes.classes))
        for start in range(0, len(some), step):
            part = some[start : start + step]
            own = self.log_confusion[self.pair[part]]
            yield self.log_posterior[votes.item[part]] - own, own


def _raised(log_posterior: Floats, log_prior: Floats, power: float) -> Floats:
    """Prior times likelihood to the power, normed."""
    joint = power * (log_posterior - log_prior) + log_prior
    top = joint.max(axis=1, keepdims=True)
    found: Floats = joint - top - np.log(np.exp(joint - top).sum(axis=1, keepdims=True))
    return found


def dawid_skene(
    votes: VoteArrays,
    *,
    iterations: int = 100,
    tolerance: float | None = 1e-7,
    smoothing: float = 0.0,
    pred_probs: Floats | None = None,
) -> Consensus:
    """Fit class priors and a confusion matrix per annotator by EM, started from the shares of votes.

    Ends after `iterations`, or when the log likelihood per vote rises by less than `tolerance` (None: never).
    `smoothing` is added to every cell of every confusion matrix before it is normed; 0 is the maximum likelihood of
    the source. With `pred_probs` (items × classes), a model is one more voter, whose vote is split as its
    probabilities are and whose confusion matrix is learned like anybody's: as in CROWDLAB (Goh, Tkachenko and
    Mueller 2022) a model that is often wrong weighs little. They must come from a model that has not seen the row.

    Raises ValueError where there is no vote, or for `pred_probs` of another shape, not finite or negative.
    Source: Dawid and Skene 1979, Applied Statistics 28:20-28.
    """
    if not len(votes):
        raise ValueError("there are no votes")
    pairs = _pairs(votes, pred_probs)
    posterior = _majority(pairs, votes.classes)
    before, likelihood, done = -np.inf, -np.inf, 0
    while done < max(1, iterations):
        priors, confusion = _maximised(pairs, posterior, smoothing)
        joint = pairs.votes.T @ confusion + np.log(priors)
        top = joint.max(axis=1, keepdims=True)
        norm = top + np.log(np.exp(joint - top).sum(axis=1, keepdims=True))
        joint -= norm
        posterior, done, before, likelihood = np.exp(joint), done + 1, likelihood, float(norm.sum())
        if tolerance is not None and likelihood - before < tolerance * len(votes):
            break
    return Consensus(joint, priors, confusion, pairs.of_vote, pairs.annotator, pairs.said, done, likelihood)


@dataclass(frozen=True, slots=True, eq=False)
class _Pairs:
    """Annotator and class of whatever was said at least once; the votes as pairs × items, one or a part of one."""

    annotator: NDArray[np.int64]
    said: NDArray[np.int64]
    of_vote: NDArray[np.int64]
    votes: Any  # sparse


def _pairs(votes: VoteArrays, pred_probs: Floats | None) -> _Pairs:
    from scipy.sparse import coo_array, csr_array, vstack

    keys, pair = np.unique(votes.annotator.astype(np.int64) * votes.classes + votes.said, return_inverse=True)
    annotator, said = keys // votes.classes, keys % votes.classes
    matrix = coo_array((np.ones(len(votes)), (pair, votes.item)), shape=(len(keys), votes.items)).tocsr()
    if pred_probs is not None:
        if pred_probs.shape != (votes.items, votes.classes):
            raise ValueError(f"pred_probs must have the shape {votes.items} × {votes.classes}, not {pred_probs.shape}")
        if not (np.isfinite(pred_probs).all() and (pred_probs >= 0).all()):
            raise ValueError("pred_probs must be finite and not negative")
        matrix = vstack([matrix, csr_array(pred_probs.T)]).tocsr()
        annotator = np.append(annotator, np.full(votes.classes, votes.annotators))
        said = np.append(said, np.arange(votes.classes))
    return _Pairs(annotator, said, pair, matrix)


def _majority(pairs: _Pairs, classes: int) -> Floats:
    """The shares of an item's votes; for an item without any, those of the average item."""
    share: Floats = pairs.votes.T @ np.eye(classes)[pairs.said]
    total = share.sum(axis=1, keepdims=True)
    share /= np.where(total > 0, total, 1.0)
    none = total[:, 0] == 0
    share[none] = share[~none].mean(axis=0)
    return share


def _maximised(pairs: _Pairs, posterior: Floats, smoothing: float) -> tuple[Floats, Floats]:
    """Class priors, and the log probability of each pair's saying for each true class."""
    counts = (pairs.votes @ posterior + smoothing).clip(_FLOOR)
    sums = np.zeros((int(pairs.annotator.max()) + 1, posterior.shape[1]))
    np.add.at(sums, pairs.annotator, counts)
    unsaid = posterior.shape[1] - np.bincount(pairs.annotator)
    sums += smoothing * unsaid[:, None]
    return posterior.mean(axis=0).clip(_FLOOR), np.log(counts / sums[pairs.annotator])
