from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from auditor.evidence.probes.crosses import Cross, Part, cross_codes, find_crosses
from auditor.evidence.probes.features import Features


def features(rows: int = 6_000, seed: int = 0) -> Features:
    """Four numbers and two categories of three levels, none of which depends on another."""
    rng = np.random.default_rng(seed)
    return Features(
        rng.normal(size=(rows, 4)).astype(np.float32),
        rng.integers(1, 4, size=(rows, 2)).astype(np.int32),
        np.zeros((rows, 0), dtype=np.float32),
        None,
        (4, 4),
    )


def left_over(chance: NDArray[np.float64], seed: int = 1) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """What a probe that always says one half leaves over of labels drawn with these chances."""
    label = np.random.default_rng(seed).random(len(chance)) < chance
    return (label - 0.5).astype(np.float64)[:, None], np.full((len(chance), 1), 0.25)


def test_three_columns_that_only_together_tell_the_label_are_found() -> None:
    table = features()
    sign = np.sign(table.numbers[:, 0]) * np.sign(table.numbers[:, 2]) * np.where(table.codes[:, 1] == 2, 1, -1)
    found = find_crosses(table, *left_over(0.5 + 0.3 * sign))
    first = {(part.is_number, part.column) for part in found[0].parts}
    assert first == {(True, 0), (True, 2), (False, 1)}
    assert len(found) == 2  # once in coarse parts, once in fine ones
    assert found[1].cells > found[0].cells


@pytest.mark.slow
def test_nothing_is_found_in_noise() -> None:
    for seed in range(5):
        assert find_crosses(features(seed=seed), *left_over(np.full(6_000, 0.5), seed=seed)) == ()


def test_too_many_columns_are_not_combined() -> None:
    table = features()
    assert find_crosses(table, *left_over(np.full(6_000, 0.5)), columns=5) == ()


def test_missing_numbers_and_rare_levels_have_cells_of_their_own() -> None:
    numbers = np.array([[-1.0], [0.5], [np.nan]], dtype=np.float32)
    codes = np.array([[0], [1], [9]], dtype=np.int32)
    table = Features(numbers, codes, np.zeros((3, 0), dtype=np.float32), None, (10,))
    cross = Cross((Part(0, True, (0.0,)), Part(0, False, levels=2)))
    assert cross.cells == 9
    assert cross_codes(table, cross).tolist() == [0 * 3 + 0, 1 * 3 + 1, 2 * 3 + 0]
