from __future__ import annotations

import numpy as np

from auditor.evidence.near_pairs import NearPairs, near_pairs


def test_pairs_of_one_bucket_are_compared_and_those_near_are_kept() -> None:
    points = np.array([0.0, 0.1, 5.0, 5.05, 0.3])
    keys = np.array([1, 1, 2, 2, 3], dtype=np.uint64)
    found = near_pairs([(keys, points)], lambda a, b: np.abs(points[a] - points[b]), 0.2, 5)
    assert found.pairs.tolist() == [[0, 1], [2, 3]]
    assert np.allclose(found.distance, [0.1, 0.05])


def test_a_pair_found_twice_counts_once() -> None:
    points, keys = np.array([0.0, 0.1]), np.zeros(2, dtype=np.uint64)
    found = near_pairs([(keys, points)] * 3, lambda a, b: np.abs(points[a] - points[b]), 1, 2)
    assert found.pairs.tolist() == [[0, 1]]


def test_the_nearest_of_each_counts_a_mutual_pair_once() -> None:
    found = NearPairs(np.array([[0, 1], [0, 2], [1, 2]]), np.array([0.1, 0.2, 0.3]))
    assert found.nearest(3).tolist() == [0.1, 0.2]


def test_a_chain_does_not_join_what_is_far_apart() -> None:
    found = NearPairs(np.array([[0, 1], [1, 2]]), np.array([0.1, 0.1]))
    assert found.leaders(3).tolist() == [0, 0, 2]


def test_nothing_has_no_pairs() -> None:
    none = np.empty(0)
    found = near_pairs([(none.astype(np.uint64), none)], lambda a, b: none[a], 1, 0)
    assert found.pairs.shape == (0, 2)
