"""An interval that holds at any time: look after every verdict, and stop when you have seen enough."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

_MOST_AT_STAKE = 0.5  # of the capital, in one bet
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
    low = _lower((wrong & ~doubtful).astype(np.float64), 1 - confidence, rows)
    high = 1 - _lower((~(wrong | doubtful)).astype(np.float64), 1 - confidence, rows)
    return low, np.maximum(low, high)


def _lower(hits: Floats, alpha: float, rows: int | None) -> Floats:
    """The lower bound at each time: below it, every candidate was refuted by now by those who bet on more."""
    candidates = np.sin(np.linspace(0, np.pi / 2, _CANDIDATES)) ** 2
    expected = _expected(hits, candidates, rows)
    bets = np.minimum(_bets(hits, alpha)[:, None], _MOST_AT_STAKE / np.maximum(expected, 1e-12))
    wealth = np.cumsum(np.log1p(bets * (hits[:, None] - expected)), axis=0)
    refuted = np.maximum.accumulate(wealth, axis=0) >= np.log(2 / alpha)
    if rows is not None:  # more were seen than there can be
        refuted |= np.cumsum(hits)[:, None] > rows * candidates + 1e-9
    standing = np.where(refuted.all(axis=1), len(candidates) - 1, np.argmin(refuted, axis=1))
    bounds: Floats = candidates[np.maximum(standing - 1, 0)]  # the true border lies between two candidates
    return bounds


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
