from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from auditor.evidence.noise import LabelNoise, even_confusions, noise_of, posterior, sharpened, wrong_labels


def uniform_noise(rates: NDArray[np.float64]) -> LabelNoise:
    return noise_of(rates, even_confusions(len(rates)))


def test_uniform_noise_takes_all_other_classes_alike() -> None:
    noise = uniform_noise(np.array([0.2, 0.1, 0.0]))
    assert noise.transition.sum(axis=0) == pytest.approx([1, 1, 1])
    assert noise.transition[:, 0] == pytest.approx([0.8, 0.1, 0.1])
    assert noise.rates == pytest.approx([0.2, 0.1, 0.0])


def test_a_label_is_wrong_as_bayes_has_it() -> None:
    noise = uniform_noise(np.array([0.1, 0.2]))
    truth = np.array([[0.3, 0.7]], dtype=np.float32)
    expected = 0.7 * 0.2 / (0.7 * 0.2 + 0.3 * 0.9)  # truly 1 and labeled 0, among all labeled 0
    found = wrong_labels(truth, np.array([0]), noise)
    assert found.chance == pytest.approx([expected])
    assert found.other.tolist() == [1]
    assert found.other_chance == pytest.approx([expected])


def test_without_noise_no_label_is_wrong() -> None:
    clean = LabelNoise(np.eye(2))
    assert wrong_labels(np.array([[0.01, 0.99]]), np.array([0]), clean).chance == pytest.approx([0.0])


def test_posteriors_sum_to_one_even_where_nothing_is_possible() -> None:
    impossible = posterior(np.array([[1.0, 0.0]]), np.array([1]), LabelNoise(np.eye(2)))
    assert impossible.sum() == pytest.approx(1.0)


def labels_of(truth: NDArray[np.int64], to: NDArray[np.int64], rate: float, seed: int = 0) -> NDArray[np.int64]:
    flipped = np.random.default_rng(seed).random(len(truth)) < rate
    return np.where(flipped, to[truth], truth)


def test_confusions_are_learned_from_the_rows() -> None:
    true = np.arange(3_000) % 4
    given = labels_of(true, np.array([1, 0, 3, 2]), 0.2)  # 0 and 1 are taken for each other, and so are 2 and 3
    learned = sharpened(np.eye(4)[true] * 0.96 + 0.01, given, uniform_noise(np.full(4, 0.2)))
    assert learned.rates == pytest.approx([0.2] * 4)
    assert learned.transition[1, 0] > 0.15
    assert learned.transition[2, 0] < 0.05


def test_two_classes_can_only_be_taken_for_each_other() -> None:
    noise = uniform_noise(np.array([0.1, 0.3]))
    assert sharpened(np.array([[0.5, 0.5]]), np.array([0]), noise) is noise
