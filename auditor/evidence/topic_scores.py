"""How much the words of texts, but for the terms, speak for a class: what makes texts alike in topic."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from auditor.evidence.mentions import BITS, Ints, Mentions, Texts
from auditor.stats.auc import Auc, auc

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

Floats = NDArray[np.float64]
_PARTS = 3
#: Of more words, every so manyeth text is learnt from: what it takes is bounded, and more teach little.
_LEARNT_WORDS = 1_000_000
_PENALTY = 10.0  # of the squared weights, halved
_STEPS = 60


@dataclass(frozen=True, slots=True, eq=False)
class Scores:
    """A class's scores of the texts that mention somebody and of the others, none learnt from the text itself."""

    those: Floats
    others: Floats
    skill: Auc  # of the scores among the others


@dataclass(frozen=True, slots=True, eq=False)
class Words:
    """The words of texts that mention somebody and of the others as rows of numbers, in the parts that score them."""

    those: csr_matrix
    others: csr_matrix
    those_part: Ints
    others_part: Ints
    label: Ints  # of the others

    @classmethod
    def of(cls, mentions: Mentions) -> Words:
        """Which words each text has, of those that occur in two of the other texts at least."""
        others, those = (_counted(texts) for texts in (mentions.others, mentions.those))
        kept = np.flatnonzero(np.asarray(others.getnnz(axis=0)) >= 2)
        those, others = (texts[:, kept].tocsr() for texts in (those, others))
        return cls(those, others, _part(mentions.those), _part(mentions.others), mentions.others.label)

    def scores(self, k: int) -> Scores:
        """The log odds of the k-th class, each part of the texts scored by the other parts.

        By logistic regression with a ridge on words that weigh as much as in naive Bayes (Wang and Manning 2012, ACL
        50:90-94): where texts are few it is nearly naive Bayes, where they are many it leaves it.
        Learnt from the texts that mention nobody, so that what the labels do to identities is no part of it. Equal
        texts are in one part.
        """
        those, others = np.zeros(self.those.shape[0]), np.zeros(self.others.shape[0])
        has = self.label == k
        every = max(1, -(-self.others.nnz // _LEARNT_WORDS))
        for part in range(_PARTS):
            learnt = np.flatnonzero(self.others_part != part)[::every]
            constant, weights = _learnt(self.others[learnt], has[learnt])
            those[self.those_part == part] = self.those[self.those_part == part] @ weights + constant
            others[self.others_part == part] = self.others[self.others_part == part] @ weights + constant
        return Scores(those, others, auc(others, has))


def _part(texts: Texts) -> Ints:
    return (texts.template % np.uint64(_PARTS)).astype(np.int64)


def _counted(texts: Texts) -> Any:
    """Which words each text has."""
    from scipy.sparse import csr_matrix

    cells = (np.ones(len(texts.words)), (texts.of_word, texts.words))
    counts = csr_matrix(cells, shape=(len(texts.row), 1 << BITS))  # the same word twice is summed
    counts.data[:] = 1.0
    return counts


def _ratios(rows: Any, has: NDArray[np.bool_]) -> Floats:
    """The log odds that each word adds in naive Bayes, lent two places of the average kind; 0 if not met twice."""
    yes, no = (np.asarray(rows[chosen].sum(axis=0)).ravel() for chosen in (has, ~has))
    share = (yes.sum() + 1) / (yes.sum() + no.sum() + 2)
    odds = np.log(yes + 2 * share) - np.log(no + 2 * (1 - share)) - np.log(share / (1 - share))
    return np.where(yes + no >= 2, odds, 0.0)


def _learnt(rows: Any, has: NDArray[np.bool_]) -> tuple[float, Floats]:
    """The constant and the weight of each word."""
    from scipy.sparse import diags

    ratios = _ratios(rows, has)
    found = _logistic((rows @ diags(ratios)).tocsr(), has)
    return float(found[0]), ratios * found[1:]


def _logistic(rows: Any, has: NDArray[np.bool_]) -> Floats:
    """The constant and the weights of the words in a logistic regression with a ridge."""
    from scipy.optimize import minimize
    from scipy.special import expit
    from threadpoolctl import threadpool_limits

    if has.all() or not has.any():
        return np.zeros(1 + rows.shape[1])
    sign, turned = np.where(has, 1.0, -1.0), rows.T.tocsr()

    def loss(weights: Floats) -> tuple[float, Floats]:
        margin = sign * (rows @ weights[1:] + weights[0])
        slope = -sign * expit(-margin)
        gradient = np.concatenate([[slope.sum()], turned @ slope + _PENALTY * weights[1:]])
        return float(np.logaddexp(0.0, -margin).sum() + _PENALTY / 2 * (weights[1:] ** 2).sum()), gradient

    start = np.zeros(rows.shape[1] + 1)
    with threadpool_limits(limits=1):  # sums of several threads differ from run to run, and these are short
        found = minimize(loss, start, jac=True, method="L-BFGS-B", options={"maxiter": _STEPS})
    return np.asarray(found.x, dtype=np.float64)
