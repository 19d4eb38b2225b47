from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from auditor.evidence.probes.pool import _Likelihood, blend

pytestmark = pytest.mark.slow


def world(
    rates: tuple[float, ...], rows: int = 6_000, apart: float = 3.0, seed: int = 0
) -> tuple[NDArray[np.float32], NDArray[np.int64], NDArray[np.int64]]:
    """Scores that are the true log-odds, true classes drawn from them, and labels with noise of these rates."""
    rng = np.random.default_rng(seed)
    classes = len(rates)
    scores = (rng.normal(size=(rows, classes)) * apart).astype(np.float32)
    chances = np.exp(scores) / np.exp(scores).sum(axis=1, keepdims=True)
    true = (chances.cumsum(axis=1) > rng.random((rows, 1))).argmax(axis=1)
    flipped = rng.random(rows) < np.array(rates)[true]
    given = np.where(flipped, (true + rng.integers(1, classes, rows)) % classes, true)
    return scores, true, given


@pytest.mark.parametrize("rates", [(0.0, 0.0), (0.05, 0.05), (0.15, 0.15), (0.02, 0.12), (0.05, 0.05, 0.05, 0.05)])
def test_the_rate_of_wrong_labels_is_found_class_by_class(rates: tuple[float, ...]) -> None:
    scores, _, labels = world(rates)
    found = blend([scores], labels)
    assert found.noise.rates == pytest.approx(rates, abs=0.025)
    assert found.weights == pytest.approx([1.0], abs=0.3)


def test_chances_are_calibrated() -> None:
    scores, true, labels = world((0.1, 0.1), seed=3)
    overconfident = blend([3 * scores], labels)
    truth = overconfident.truth([3 * scores])
    for low, high in ((0.1, 0.3), (0.4, 0.6), (0.7, 0.9)):
        here = (truth[:, 1] > low) & (truth[:, 1] < high)
        assert true[here].mean() == pytest.approx(truth[here, 1].mean(), abs=0.06)


def test_a_useless_probe_gets_next_to_no_weight() -> None:
    scores, _, labels = world((0.03, 0.03))
    useless = np.random.default_rng(9).normal(size=scores.shape).astype(np.float32)
    weights = blend([scores, useless], labels).weights
    assert weights[1] < 0.05 * weights[0]


def test_rows_without_a_class_are_left_out() -> None:
    scores, _, labels = world((0.05, 0.05), rows=500)
    some = np.where(np.arange(500) < 100, -1, labels)
    assert blend([scores], some).weights == pytest.approx(blend([scores[100:]], labels[100:]).weights)


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10_000), classes=st.integers(2, 5), probes=st.integers(1, 3))
def test_the_slope_is_that_of_the_loss(seed: int, classes: int, probes: int) -> None:
    rng = np.random.default_rng(seed)
    shares = rng.random((classes, classes)) * (1 - np.eye(classes))
    shares /= shares.sum(axis=0)
    likelihood = _Likelihood(rng.normal(size=(probes, 30, classes)), rng.integers(0, classes, 30), shares)
    at = np.concatenate([rng.random(probes), rng.normal(size=classes) * 0.2, [-2.0], rng.normal(size=classes) * 0.3])
    _, slope = likelihood.loss(at)
    step = 1e-6
    for place in range(len(at)):
        move = np.zeros(len(at))
        move[place] = step
        numeric = (likelihood.loss(at + move)[0] - likelihood.loss(at - move)[0]) / (2 * step)
        assert slope[place] == pytest.approx(numeric, abs=1e-6)
