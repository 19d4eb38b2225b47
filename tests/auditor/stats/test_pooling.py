from __future__ import annotations

import itertools

import numpy as np
import pytest

from auditor.stats.pooling import pooled

CELLS = np.array(list(itertools.product(range(2), range(5), range(4)))).T


def drawn(rng: np.random.Generator, n: int, spread: float) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The true rates of 40 cells, their rows and the rows that have the label."""
    effects = [rng.normal(0, 0.4, size) for size in (2, 5, 4)]
    logit = sum(effect[level] for effect, level in zip(effects, CELLS, strict=True))
    truth = 1 / (1 + np.exp(0.8 - logit - rng.normal(0, spread, len(logit))))
    rows = np.maximum(rng.multinomial(n, rng.dirichlet(np.full(40, 0.7))), 1)
    return truth, rows, rng.binomial(rows, truth)


@pytest.mark.parametrize("n", [300, 3000, 30_000])
@pytest.mark.parametrize("spread", [0.0, 0.3, 1.0])
def test_intervals_hold_the_truth_in_small_cells_and_large_ones(n: int, spread: float) -> None:
    rng = np.random.default_rng(1)
    held = []
    for _ in range(60):
        truth, rows, having = drawn(rng, n, spread)
        low, high = pooled(having, rows, list(CELLS)).bounds(0.025)
        held += list((low <= truth) & (truth <= high))
    assert np.mean(held) >= 0.935  # four standard errors below 95 %, cells of a table counted as one


def test_a_small_cell_is_drawn_to_its_margins_and_a_large_one_stays() -> None:
    rng = np.random.default_rng(2)
    rows = np.full(40, 3000)
    rows[0] = 14
    having = rng.binomial(rows, 0.3)
    having[0], having[1] = 14, 1500
    rates = pooled(having, rows, list(CELLS)).mean
    assert 0.25 < rates[0] < 0.75
    assert abs(rates[1] - 0.5) < 0.02


def test_pooling_beats_the_cells_own_rates() -> None:
    rng = np.random.default_rng(3)
    own = better = 0.0
    for _ in range(30):
        truth, rows, having = drawn(rng, 2000, 0.2)
        own += float(((having / rows - truth) ** 2).mean())
        better += float(((pooled(having, rows, list(CELLS)).mean - truth) ** 2).mean())
    assert better < own / 3


@pytest.mark.parametrize("share", [0, 1])
def test_a_label_of_nobody_or_everybody_has_a_rate_that_may_be_otherwise(share: int) -> None:
    rows = np.full(40, 5)
    low, high = pooled(rows * share, rows, list(CELLS)).bounds(0.025)
    assert np.isfinite(low).all()
    assert np.isfinite(high).all()
    assert (high - low > 0).all()


def test_two_cells_can_be_pooled() -> None:
    rates = pooled(np.array([3, 9]), np.array([10, 10]), [np.array([0, 1])])
    low, high = rates.bounds(0.025)
    assert (low < [0.3, 0.9]).all()
    assert (high > [0.3, 0.9]).all()
