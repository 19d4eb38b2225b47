"""How far annotators agree: Krippendorff's alpha, percent agreement, Cohen's kappa; all with bootstrap intervals.

An interval resamples items, since these are what was drawn. Items with the same votes are one pattern with a
count, so that a replicate costs what there are patterns, not items.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from auditor.stats.normal import quantile_of_tail, tail_outside
from auditor.stats.vote_arrays import Tally, VoteArrays

Floats = NDArray[np.float64]
#: Weights of the patterns, a row a replicate → the statistic of each.
Statistic = Callable[[Floats], Floats]

SEED = 1970
REPLICATES = 1000
_FEWEST = 200
_MOST_DRAWS = 10_000_000  # patterns × replicates
_AT_ONCE = 4_000_000
#: Replicates that must lie beyond a bound that is read off them; further out the normal distribution goes on.
_BEYOND = 10


class Level(StrEnum):
    """What the distance between two classes means (Krippendorff's levels of measurement)."""

    NOMINAL = "nominal"  # other is other
    ORDINAL = "ordinal"  # how many lie between them
    INTERVAL = "interval"  # how far apart their numbers are


@dataclass(frozen=True, slots=True, eq=False)
class Bootstrapped:
    """A coefficient of agreement over `n` items, with replicates in which its bounds are found.

    `low` are replicates of the items and two more that disagree, `high` of the items and two more that agree, both
    sorted: they stand in for what so few items may not have shown, as the two successes and failures of Agresti
    and Coull 1998 (The American Statistician 52:119-126) do for a rate. So the interval of perfect agreement is no
    point. Bounds are percentiles (Efron 1979), widened for few items by Student's t.
    """

    value: float
    n: int
    low: Floats
    high: Floats
    least: float = -1.0

    @property
    def method(self) -> str:
        """The short name of the interval."""
        return "bootstrap over items"

    def bounds(self, confidence: float) -> tuple[float, float]:
        """The two-sided interval. All that is possible where there are no two items. Raises ValueError unless
        0 < confidence < 1.
        """
        tail = tail_outside(confidence)
        if self.n < 2 or math.isnan(self.value) or not (len(self.low) and len(self.high)):
            return self.least, 1.0
        below = self.value - self._reach(self.low, self.value, tail)
        above = self.value + self._reach(-self.high[::-1], -self.value, tail)
        return max(self.least, below), min(1.0, above)

    def _reach(self, replicates: Floats, value: float, tail: float) -> float:
        """How far the lower bound lies below the value."""
        from scipy.special import stdtrit

        read = max(tail, _BEYOND / len(replicates))
        found = float(np.quantile(replicates, read))
        return max(0.0, value - found) * -float(stdtrit(self.n - 1, tail)) / quantile_of_tail(read)


@dataclass(frozen=True, slots=True)
class OfSeveral:
    """The reliability of the average of `votes` annotators, from that of one: the formula of Spearman and Brown.

    It takes the errors of annotators for independent: what all of them get wrong alike, it does not see.
    Source: Spearman 1910 and Brown 1910, British Journal of Psychology 3:271-295 and 296-322.
    """

    one: Bootstrapped
    votes: float

    @property
    def value(self) -> float:
        """The best single guess; nan where that of one annotator is."""
        return self._raised(self.one.value)

    @property
    def n(self) -> int:
        """The items behind it."""
        return self.one.n

    @property
    def method(self) -> str:
        """The short name of the interval."""
        return f"{self.one.method}, Spearman-Brown"

    def bounds(self, confidence: float) -> tuple[float, float]:
        """The bounds for one annotator, raised alike. Raises ValueError unless 0 < confidence < 1."""
        low, high = self.one.bounds(confidence)
        return self._raised(low), self._raised(high)

    def _raised(self, reliability: float) -> float:
        if not reliability > 0:  # no better than chance, which no number of votes betters; or nan
            return reliability
        return self.votes * reliability / (1 + (self.votes - 1) * reliability)


def krippendorff_alpha(votes: Tally, level: Level = Level.NOMINAL, values: Floats | None = None) -> Bootstrapped:
    """Krippendorff's alpha: 1 for perfect agreement, 0 for what chance would give; items may lack votes.

    Classes are in order for the ordinal level; the interval level takes the number of each class from `values`.
    nan where all votes are for one class. Raises ValueError for an interval level without finite values.
    Source: Krippendorff 2011, Computing Krippendorff's Alpha-Reliability; 2018, Content Analysis, 4th ed., ch. 12.
    """
    if level is Level.INTERVAL and (values is None or not np.isfinite(values).all()):
        raise ValueError("alpha at the interval level needs a finite number for each class")
    return _bootstrapped(votes, lambda t: _alpha_of(t, level, values))


def percent_agreement(votes: Tally) -> Bootstrapped:
    """The share of pairs of votes on an item that agree, averaged over items (Fleiss 1971, observed agreement)."""
    return _bootstrapped(votes, _pairs_of, least=0.0)


def cohen_kappa(votes: VoteArrays, a: int, b: int) -> Bootstrapped:
    """Cohen's kappa of two annotators over the items both voted on; nan where chance would agree always.

    Source: Cohen 1960, Educational and Psychological Measurement 20:37-46.
    """
    from scipy.sparse import csr_array

    said = np.full((2, votes.items), -1, dtype=np.int64)
    for place, annotator in enumerate((a, b)):
        mine = votes.annotator == annotator
        said[place, votes.item[mine]] = votes.said[mine]
    both = said[:, (said >= 0).all(axis=0)]
    cells, times = np.unique(both, axis=1, return_counts=True)
    # Columns: a's classes, then b's.
    rows = np.arange(cells.shape[1]).repeat(2)
    places = (cells + np.array([[0], [votes.classes]])).T.ravel()
    shape = (cells.shape[1], 2 * votes.classes)
    table = csr_array((np.ones(len(rows)), (rows, places)), shape=shape)
    return _bootstrapped(Tally(table, times), _kappa_of, augment=Tally.kappa_with_two)


def _pairs_of(votes: Tally) -> Statistic:
    share = votes.agreeing
    return lambda weights: weights @ share / weights.sum(axis=1)


def _alpha_of(votes: Tally, level: Level, values: Floats | None) -> Statistic:
    if level is Level.NOMINAL:
        return _nominal(votes)
    fixed = None if values is None or level is Level.ORDINAL else (values - values.mean())[:, None]

    def alpha(weights: Floats) -> Floats:
        marginal = votes.counts.T @ weights.T  # classes × replicates
        # At the ordinal level the distance of two classes is that of their mid-ranks among all votes.
        places = np.cumsum(marginal, axis=0) - marginal / 2 if fixed is None else fixed
        spread = votes.counts @ places**2 * votes.size[:, None] - (votes.counts @ places) ** 2
        within = spread / (votes.size[:, None] - 1)
        observed = (weights.T * within).sum(axis=0)
        total = marginal.sum(axis=0)
        expected = (total * (marginal * places**2).sum(axis=0) - (marginal * places).sum(axis=0) ** 2) / (total - 1)
        return _one_less(observed, expected)

    return alpha


def _nominal(votes: Tally) -> Statistic:
    within = (votes.size**2 - votes.squares) / (votes.size - 1)

    def alpha(weights: Floats) -> Floats:
        marginal = votes.counts.T @ weights.T
        total = marginal.sum(axis=0)
        expected = (total**2 - (marginal**2).sum(axis=0)) / (total - 1)
        return _one_less(weights @ within, expected)

    return alpha


def _kappa_of(votes: Tally) -> Statistic:
    classes = votes.counts.shape[1] // 2
    a, b = votes.counts[:, :classes], votes.counts[:, classes:]
    unequal = 1.0 - np.asarray((a * b).sum(axis=1), dtype=float).ravel()

    def kappa(weights: Floats) -> Floats:
        total = weights.sum(axis=1)
        by_chance = ((a.T @ weights.T) * (b.T @ weights.T)).sum(axis=0) / total**2
        return _one_less(weights @ unequal / total, 1.0 - by_chance)

    return kappa


def _one_less(observed: Floats, expected: Floats) -> Floats:
    """1 - observed / expected; nan where nothing can be expected."""
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(expected > 0, 1.0 - observed / expected, np.nan)


def _bootstrapped(
    votes: Tally,
    of: Callable[[Tally], Statistic],
    least: float = -1.0,
    augment: Callable[[Tally, bool], Tally] = Tally.with_two,
) -> Bootstrapped:
    if not votes.items:
        return Bootstrapped(math.nan, 0, np.empty(0), np.empty(0), least)
    value = float(of(votes)(votes.times[None, :].astype(float))[0])
    if votes.counts.shape[1] < 2:
        return Bootstrapped(value, votes.items, np.empty(0), np.empty(0), least)
    low, high = (_replicates(more, of(more)) for more in (augment(votes, False), augment(votes, True)))
    return Bootstrapped(value, votes.items, low, high, least)


def _replicates(votes: Tally, statistic: Statistic) -> Floats:
    """The statistic in seeded resamples of the items, sorted; those without a value left out."""
    rng = np.random.default_rng(SEED)
    patterns = len(votes.times)
    number = max(_FEWEST, min(REPLICATES, _MOST_DRAWS // patterns))
    step = max(1, _AT_ONCE // patterns)
    found = [statistic(_resamples(rng, votes.times, min(step, number - start))) for start in range(0, number, step)]
    replicates = np.concatenate(found)
    return np.sort(replicates[~np.isnan(replicates)])


def _resamples(rng: np.random.Generator, times: NDArray[np.int64], number: int) -> Floats:
    """How often each pattern comes when as many items as there are, are drawn with replacement; a row a replicate."""
    items = int(times.sum())
    if items > 10 * len(times):  # few patterns: what matters is how often each comes
        return rng.multinomial(items, times / items, size=number).astype(float)
    pattern = np.repeat(np.arange(len(times)), times)
    drawn = [np.bincount(pattern[rng.integers(0, items, items)], minlength=len(times)) for _ in range(number)]
    return np.array(drawn, dtype=float)
