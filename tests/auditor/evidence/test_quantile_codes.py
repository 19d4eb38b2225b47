from __future__ import annotations

import numpy as np

from auditor.evidence.quantile_codes import quantile_codes


def test_each_number_has_its_interval_and_a_missing_one_none() -> None:
    codes, edges = quantile_codes(np.array([1.0, 2.0, np.nan, 3.0, 4.0, 5.0]), 4)
    assert edges.tolist() == [2.0, 3.0, 4.0]
    assert codes.tolist() == [1, 2, 0, 3, 4, 4]


def test_equal_quantiles_make_one_edge() -> None:
    codes, edges = quantile_codes(np.array([0.0] * 9 + [1.0]), 5)
    assert edges.tolist() == [0.0]
    assert set(codes.tolist()) == {2}


def test_nothing_there_is_all_missing() -> None:
    codes, edges = quantile_codes(np.array([np.nan, np.nan]), 5)
    assert (codes.tolist(), edges.tolist()) == ([0, 0], [])
