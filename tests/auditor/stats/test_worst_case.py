from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.stats.worst_case import worst_case

SIDE = st.integers(1, 8).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))
UNKNOWN = st.integers(0, 6).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


@given(SIDE, SIDE, UNKNOWN)
def test_no_way_to_fill_the_missing_lies_outside_and_two_lie_on_the_ends(
    a: tuple[int, int], b: tuple[int, int], unknown: tuple[int, int]
) -> None:
    having, rows = unknown
    gaps = [
        (a[0] + x) / (a[1] + x + y) - (b[0] + having - x) / (b[1] + rows - x - y)
        for x, y in product(range(having + 1), range(rows - having + 1))
    ]
    found = worst_case(a, b, unknown)
    assert found.extremes == pytest.approx((min(gaps), max(gaps)), abs=1e-9)
    low, high = found.bounds(0.95)
    assert low <= found.extremes[0] <= found.value <= found.extremes[1] <= high


def test_where_nothing_is_missing_it_is_the_difference() -> None:
    found = worst_case((30, 100), (20, 100), (0, 0))
    assert found.bounds(0.95) == found.known.bounds(0.95)


def test_more_missing_than_there_is_is_refused() -> None:
    with pytest.raises(ValueError, match="between 0 and 2"):
        worst_case((1, 2), (1, 2), (3, 2))
