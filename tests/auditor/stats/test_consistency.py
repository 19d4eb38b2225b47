from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.stats.consistency import consistency


@st.composite
def graphs(draw: st.DrawFn) -> tuple[list[int], list[list[int]]]:
    n = draw(st.integers(3, 12))
    row = st.lists(st.integers(0, n - 1), min_size=3, max_size=3, unique=True)
    return draw(st.lists(st.integers(0, 1), min_size=n, max_size=n)), draw(st.lists(row, min_size=n, max_size=n))


@given(graphs())
def test_it_is_aif360s(graph: tuple[list[int], list[list[int]]]) -> None:
    labels, nearest = graph
    by_hand = 1 - sum(abs(y - sum(labels[j] for j in own) / 3) for y, own in zip(labels, nearest, strict=True)) / len(
        labels
    )
    found = consistency(np.array(labels), np.array(nearest))
    assert found.value == pytest.approx(by_hand, abs=1e-9)
    low, high = found.bounds(0.95)
    assert 0 <= low <= found.value <= high <= 1


def test_of_many_classes_it_is_the_share_of_neighbours_that_have_another() -> None:
    assert consistency(np.array([0, 1, 2]), np.array([[0, 1], [1, 2], [2, 0]])).value == 0.5


def test_all_alike_is_not_thereby_certain() -> None:
    low, high = consistency(np.zeros(20, dtype=int), np.array([[i, (i + 1) % 20] for i in range(20)])).bounds(0.95)
    assert low < 0.95 < high == 1


def test_a_row_that_is_its_only_neighbour_tells_nothing() -> None:
    found = consistency(np.array([0, 1]), np.array([[0], [1]]))
    assert math.isnan(found.differ)
    assert found.bounds(0.95) == (0, 1)


@pytest.mark.parametrize(
    ("labels", "nearest", "message"),
    [([0, 1], [[0, 1]], "are needed"), ([0, 1], [[0, 2], [1, 0]], "one of the rows"), ([], [[]], "are needed")],
)
def test_nonsense_is_refused(labels: list[int], nearest: list[list[int]], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        consistency(np.array(labels, dtype=int), np.array(nearest, dtype=int))


@pytest.mark.parametrize(("base", "slope"), [(0.0, 0.0), (-2.0, 0.0), (0.0, 3.0)])
def test_the_interval_holds_the_expected_value(base: float, slope: float) -> None:
    """Rows share neighbours, and labels that go with a feature make them alike: both within the interval."""
    random = np.random.default_rng(7)

    def drawn() -> tuple[float, float, float]:
        x = random.normal(size=80)
        labels = (random.random(80) < 1 / (1 + np.exp(-base - slope * x))).astype(int)
        nearest = np.argsort(np.abs(x[:, None] - x), axis=1)[:, :5]
        found = consistency(labels, nearest)
        return found.value, *found.bounds(0.95)

    truth = float(np.mean([drawn()[0] for _ in range(400)]))
    held = [low <= truth <= high for _, low, high in (drawn() for _ in range(150))]
    assert np.mean(held) >= 0.92
