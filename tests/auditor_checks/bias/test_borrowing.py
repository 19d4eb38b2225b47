from __future__ import annotations

import numpy as np
import pytest

from auditor.evidence.rates import Rate
from auditor_checks.bias.borrowing import borrowed


def cells(having: list[int], rows: int) -> list[Rate]:
    return [Rate((("region", f"r{place}"),), count, rows) for place, count in enumerate(having)]


def pairs(rates: np.ndarray, rows: int) -> list[Rate]:
    return [Rate((("a", str(a)), ("b", str(b))), round(rate * rows), rows) for (a, b), rate in np.ndenumerate(rates)]


def test_small_groups_alike_are_drawn_together_and_worth_more_than_their_rows() -> None:
    pooled = [one for one in borrowed(cells([9, 12, 15, 11, 13, 12, 10, 14], 40)) if one is not None]
    assert len(pooled) == 8
    assert all(a / (a + b) == pytest.approx(0.3, abs=0.05) and a + b > 80 for a, b in pooled)


def test_groups_that_stray_stay_where_they_are() -> None:
    pooled = borrowed(cells([40, 360, 200, 80, 320, 120, 280, 240], 400))
    assert [a / (a + b) for a, b in (one for one in pooled if one)] == pytest.approx(
        [0.1, 0.9, 0.5, 0.2, 0.8, 0.3, 0.7, 0.6], abs=0.02
    )


def test_a_pair_is_drawn_to_what_both_its_attributes_say() -> None:
    rates = 0.1 + 0.2 * np.arange(4)[:, None] + np.array([0.0, 0.1, 0.2])
    pooled = borrowed(pairs(rates, 30))
    assert [a / (a + b) for a, b in (one for one in pooled if one)] == pytest.approx(rates.ravel().tolist(), abs=0.06)


@pytest.mark.parametrize("groups", [cells([3] * 7, 10), cells([0] * 9, 10), cells([10] * 9, 10), cells([3] * 1001, 10)])
def test_nothing_is_borrowed_where_nothing_can_be_learnt(groups: list[Rate]) -> None:
    assert borrowed(groups) == [None] * len(groups)
