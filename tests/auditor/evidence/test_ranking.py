"""What rows are ranked by, where the chance that a label is wrong is next to nothing."""

from __future__ import annotations

import numpy as np

from auditor.evidence.suspicion import _ranked

SLIGHT = np.array([1e-5, 2e-5])
NONE = np.array([0, 0])


def test_of_many_classes_one_that_is_likelier_tells_more_than_several_that_could_be() -> None:
    probabilities = np.array([[0.3, 0.7, 0.0, 0.0], [0.25, 0.25, 0.25, 0.25]], dtype=np.float32)
    first, second = _ranked(SLIGHT, probabilities, NONE)
    assert first > second
    assert second == SLIGHT[1]


def test_a_chance_that_is_not_slight_stands() -> None:
    probabilities = np.array([[0.0, 1.0, 0.0], [0.0, 0.5, 0.5]], dtype=np.float32)
    chances = np.array([0.06, 0.2])
    assert _ranked(chances, probabilities, NONE).tolist() == chances.tolist()


def test_of_two_classes_the_chance_is_all() -> None:
    probabilities = np.array([[0.1, 0.9], [0.6, 0.4]], dtype=np.float32)
    assert _ranked(SLIGHT, probabilities, NONE).tolist() == SLIGHT.tolist()
