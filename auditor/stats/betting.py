"""An interval that holds at any time: look after every verdict, and stop when you have seen enough."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from auditor.stats.verification import Amount

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

_MOST_AT_STAKE = 0.5  # of the capital, in one bet
_SMALLEST, _PRECISION = 1e-15, 1e-6  # level of a p-value, and its relative precision
_CANDIDATES = 1001  # rates tried, closer together near 0 and 1


def betting_bounds(
    wrong: Flags, unclear: Flags | None = None, *, confidence: float = 0.95, rows: int | None = None
) -> tuple[Floats, Floats]:
    """The interval of the error rate after each verdict, (t,) and (t,): all hold at once with this confidence.

    The verdicts come in the order of a simple random sample (`strata.draw_in_order`), with replacement or, from a
    table of `rows`, without. Against each candidate rate somebody bets on every verdict, half of the stake on the
    rate being higher and half on it being lower; whoever multiplies the stake by 1 / (1 - confidence) has
    refuted the rate. Unclear verdicts count as right for the lower and as wrong for the upper end.
    Source: the hedged capital process of Waudby-Smith and Ramdas 2024, JRSS-B 86:1-27, section 4, and, without
    replacement, section 5, with predictable plug-in bets. Raises ValueError for unequal shapes, more verdicts than
    rows, or unless 0 < confidence < 1.
    """
    wrong = np.asarray(wrong, dtype=np.bool_)
    doubtful = np.zeros_like(wrong) if unclear is None else np.asarray(unclear, dtype=np.bool_)
    if wrong.ndim != 1 or doubtful.shape != wrong.shape:
        raise ValueError(f"one verdict a row, but the shapes are {wrong.shape} and {doubtful.shape}")
    if rows is not None and rows < len(wrong):
        raise ValueError(f"{len(wrong)} verdicts on {rows} rows")
    if not 0 < confidence < 1:
        raise ValueError(f"confidence must lie between 0 and 1, not {confidence}")
    surely_wrong, surely_right = wrong & ~doubtful, ~(wrong | doubtful)
    return _bounds(surely_wrong.astype(np.float64), surely_right.astype(np.float64), confidence, rows)


@dataclass(frozen=True, slots=True)
class SequentialRate:
    """The share of wrong rows from verdicts given one by one in random order, for whoever stops when they like.

    `rows` are all there are. Without a verdict, nan, between 0 and 1. Raises ValueError for more verdicts than rows.
    """

    verdicts: tuple[Amount, ...]
    rows: int

    def __post_init__(self) -> None:
        if len(self.verdicts) > self.rows:
            raise ValueError(f"{len(self.verdicts)} verdicts on {self.rows} rows")

    @property
    def value(self) -> float:
        """The share of wrong ones in what could be told."""
        told = self.n - sum(one.unclear for one in self.verdicts)
        return sum(one.wrong for one in self.verdicts) / told if told > 0 else math.nan

    @property
    def n(self) -> int:
        """The verified rows."""
        return len(self.verdicts)

    @property
    def method(self) -> str:
        """The short name of the interval."""
        return "betting, holds at any time"

    def bounds(self, confidence: float) -> tuple[float, float]:
        """The interval after the last verdict; see `betting_bounds`. Raises ValueError unless 0 < confidence < 1."""
        if not 0 < confidence < 1:
            raise ValueError(f"confidence must lie between 0 and 1, not {confidence}")
        if not self.verdicts:
            return 0.0, 1.0
        lows, highs = _bounds(self._wrong, self._right, confidence, self.rows)
        low, high, value = float(lows[-1]), float(highs[-1]), self.value
        return (low, high) if math.isnan(value) else (min(low, value), max(high, value))

    def p_above(self, limit: float) -> float:
        """The p-value of "the truth is at most `limit`", as the interval has it; 1 where it is above a half."""
        return _p_beyond(self._wrong, limit, self.rows)

    def p_below(self, limit: float) -> float:
        """The p-value of "the truth is at least `limit`"; the mirror image of `p_above`."""
        return _p_beyond(self._right, 1 - limit, self.rows)

    @property
    def _wrong(self) -> Floats:
        return np.array([one.surely_wrong for one in self.verdicts], dtype=np.float64)

    @property
    def _right(self) -> Floats:
        return np.array([one.surely_right for one in self.verdicts], dtype=np.float64)


def _p_beyond(hits: Floats, rate: float, rows: int) -> float:
    """The smallest level at which the lower bound lies above the rate."""
    if rate < 0 or not len(hits):
        return float(rate >= 0)
    at, nothing, all_of_it = np.array([rate]), 0.0, math.log(_SMALLEST)
    if not _refuted(hits, at, 1.0, rows)[-1, 0]:
        return 1.0
    if _refuted(hits, at, _SMALLEST, rows)[-1, 0]:
        return _SMALLEST / 2
    while nothing - all_of_it > _PRECISION:  # of the logarithm of the level
        middle = (nothing + all_of_it) / 2
        if _refuted(hits, at, math.exp(middle), rows)[-1, 0]:
            nothing = middle
        else:
            all_of_it = middle
    return math.exp(nothing) / 2


def _bounds(wrong: Floats, right: Floats, confidence: float, rows: int | None) -> tuple[Floats, Floats]:
    low = _lower(wrong, 1 - confidence, rows)
    high = 1 - _lower(right, 1 - confidence, rows)
    return low, np.maximum(low, high)


def _lower(hits: Floats, alpha: float, rows: int | None) -> Floats:
    """The lower bound at each time: below it, every candidate was refuted by now by those who bet on more."""
    candidates = np.sin(np.linspace(0, np.pi / 2, _CANDIDATES)) ** 2
    refuted = _refuted(hits, candidates, alpha, rows)
    standing = np.where(refuted.all(axis=1), len(candidates) - 1, np.argmin(refuted, axis=1))
    bounds: Floats = candidates[np.maximum(standing - 1, 0)]  # the true border lies between two candidates
    return bounds


def _refuted(hits: Floats, candidates: Floats, alpha: float, rows: int | None) -> Flags:
    """Which candidates (t, candidates) have been refuted at each time by those who bet on more."""
    expected = _expected(hits, candidates, rows)
    bets = np.minimum(_bets(hits, alpha)[:, None], _MOST_AT_STAKE / np.maximum(expected, 1e-12))
    wealth = np.cumsum(np.log1p(bets * (hits[:, None] - expected)), axis=0)
    refuted = np.maximum.accumulate(wealth, axis=0) >= np.log(2 / alpha)
    if rows is not None:  # more were seen than there can be
        refuted |= np.cumsum(hits)[:, None] > rows * candidates + 1e-9
    found: Flags = np.maximum.accumulate(refuted, axis=0)
    return found


def _expected(hits: Floats, candidates: Floats, rows: int | None) -> Floats:
    """The chance of a hit at each time (t, candidates), given those before, were the candidate the true rate."""
    if rows is None:
        return np.broadcast_to(candidates, (len(hits), len(candidates)))
    before = np.cumsum(hits) - hits
    left = rows - np.arange(len(hits))
    chance: Floats = np.clip((rows * candidates - before[:, None]) / left[:, None], 0, 1)
    return chance


def _bets(hits: Floats, alpha: float) -> Floats:
    """How much to bet at each time, from what was seen before: sqrt(2 log(2/α) / (variance t log(1 + t)))."""
    times = np.arange(1, len(hits) + 1)
    means = (0.5 + np.cumsum(hits)) / (1 + times)
    variances = (0.25 + np.cumsum((hits - means) ** 2)) / (1 + times)
    before = np.concatenate(([0.25], variances[:-1])) if len(hits) else variances
    bets: Floats = np.sqrt(2 * np.log(2 / alpha) / (before * times * np.log1p(times)))
    return bets
