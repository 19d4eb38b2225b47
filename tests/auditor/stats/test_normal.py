from __future__ import annotations

import pytest
from scipy import special

from auditor.stats.normal import quantile_of_tail, tail_above


@pytest.mark.parametrize("tail", [1e-300, 1e-15, 1e-4, 0.025, 0.5, 0.8, 0.999])
def test_quantile_and_tail_agree_with_scipy(tail: float) -> None:
    z = quantile_of_tail(tail)
    assert z == pytest.approx(-special.ndtri(tail), rel=1e-12, abs=1e-15)
    assert tail_above(z) == pytest.approx(tail, rel=1e-11)
