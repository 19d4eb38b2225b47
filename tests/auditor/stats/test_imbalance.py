from __future__ import annotations

import pytest

from auditor.stats.estimates import proportion
from auditor.stats.imbalance import class_imbalance


def test_it_is_clarifys_ci() -> None:
    found = class_imbalance(70, 30)
    assert found.value == pytest.approx(0.4, abs=1e-9)
    assert found.n == 100
    low, high = proportion(30, 100).bounds(0.95)
    assert found.bounds(0.95) == pytest.approx((1 - 2 * high, 1 - 2 * low))


@pytest.mark.parametrize(("a", "d", "value"), [(0, 5, -1), (5, 0, 1), (5, 5, 0)])
def test_its_ends(a: int, d: int, value: float) -> None:
    assert class_imbalance(a, d).value == value


def test_negative_rows_are_refused() -> None:
    with pytest.raises(ValueError, match=r"negative|lie between"):
        class_imbalance(5, -1)
