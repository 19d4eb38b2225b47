"""What an annotator's votes are worth: information, spam, and what is taken for what."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from auditor.stats.intervals import wilson
from auditor.stats.normal import quantile_of_tail, tail_outside

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Informedness:
    """How much better than blindly an annotator tells the classes apart: 1 always right, 0 a spammer, below 0 worse.

    `right[c]` of `total[c]` votes on items of class c were right. Of C classes that occur, it is (ΣR - 1) / (C - 1)
    with their recalls R: Youden's J (1950, Cancer 3:32-35), and its like for more than two classes. Whoever says
    what he says whatever is true has recalls that add up to 1 at most. Bounds put the recalls' Wilson intervals
    together by the method of variance estimates recovery (Zou and Donner 2008, Statistics in Medicine 27:1693-1702).
    """

    right: tuple[int, ...]
    total: tuple[int, ...]

    @property
    def value(self) -> float:
        """The best single guess; nan where fewer than two classes occur."""
        recalls = [r / n for r, n in self._seen()]
        return (sum(recalls) - 1) / (len(recalls) - 1) if len(recalls) > 1 else math.nan

    @property
    def n(self) -> int:
        """The votes behind it."""
        return sum(self.total)

    @property
    def method(self) -> str:
        """The short name of the interval."""
        return "MOVER-Wilson"

    def bounds(self, confidence: float) -> tuple[float, float]:
        """The two-sided interval; all that is possible where there is no value."""
        z = quantile_of_tail(tail_outside(confidence))
        seen = self._seen()
        if len(seen) < 2:
            return -1.0, 1.0
        intervals = [(r / n, *wilson(r / n, n, z)) for r, n in seen]
        below = math.sqrt(sum((rate - low) ** 2 for rate, low, _ in intervals)) / (len(seen) - 1)
        above = math.sqrt(sum((high - rate) ** 2 for rate, _, high in intervals)) / (len(seen) - 1)
        return max(-1.0 / (len(seen) - 1), self.value - below), min(1.0, self.value + above)

    def _seen(self) -> list[tuple[int, int]]:
        return [(r, n) for r, n in zip(self.right, self.total, strict=True) if n]


def spammer_score(counts: Floats) -> float:
    """How far the rows of a confusion matrix differ: 0 for a spammer, 1 for who tells all classes apart.

    `counts[c, k]` are votes for k on items of class c; rows without votes are left out, and fewer than two give nan.
    It is the mean squared distance of two rows, halved. Source: Raykar and Yu 2012, JMLR 13:491-518, eq. 8.
    """
    rows = counts[counts.sum(axis=1) > 0]
    if len(rows) < 2:
        return math.nan
    rates = rows / rows.sum(axis=1, keepdims=True)
    # The sum over pairs of rows of |a - b|² is C Σ|a|² - |Σa|².
    spread = len(rates) * float((rates**2).sum()) - float((rates.sum(axis=0) ** 2).sum())
    return max(0.0, spread / (len(rates) * (len(rates) - 1)))


@dataclass(frozen=True, slots=True, eq=False)
class Confusions:
    """What was said where something else was true, an entry for each annotator and pair of classes that occurs."""

    annotator: Ints
    true: Ints
    said: Ints
    count: Ints
    of: Ints  # the annotator's votes on items of the true class
    others: Floats  # how often the other annotators say so there; nan where none did vote
    p_value: Floats  # of: no more often than the others, nor than the limit
    tested: int  # confusions that could have occurred, to correct for


def confusions(annotator: Ints, true: Ints, said: Ints, classes: int, limit: float) -> Confusions:
    """Every confusion with the exact binomial p-value of its being no more frequent than `limit` or among others.

    The arrays have an entry a vote; `true` is the class that others saw. P-values are not corrected.
    """
    from scipy.special import betainc

    keys, count = np.unique((annotator * classes + true) * classes + said, return_counts=True)
    who, pair = keys // classes**2, keys % classes**2
    c, k = pair // classes, pair % classes
    shown = who * classes + c  # annotator and true class
    known, of_known = np.unique(annotator * classes + true, return_counts=True)
    of = of_known[np.searchsorted(known, shown)]
    all_of = np.bincount(true, minlength=classes)[c] - of
    pairs, place = np.unique(pair, return_inverse=True)
    all_said = np.bincount(place, count, minlength=len(pairs))[place] - count
    with np.errstate(invalid="ignore", divide="ignore"):
        others = all_said / all_of
    least = np.fmax(others, limit)  # nan where nobody else voted: then the limit alone
    p = np.where(least < 1, betainc(count, of - count + 1, np.minimum(least, 1.0)), 1.0)
    wrong = c != k
    who, c, k, count, of, others, p = (a[wrong] for a in (who, c, k, count, of, others, p))
    return Confusions(who, c, k, count, of, others, p, tested=len(known) * (classes - 1))
