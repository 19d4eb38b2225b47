from __future__ import annotations

import math
from datetime import date, datetime
from typing import Any

import numpy as np
import pandas as pd
import pytest

from auditor.dataset.values import text_of


@pytest.mark.parametrize("value", [None, math.nan, np.nan, np.float64("nan"), pd.NA, pd.NaT, np.datetime64("NaT")])
def test_there_is_one_missing_value(value: Any) -> None:
    assert text_of(value) == "(missing)"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (True, "true"),
        (np.bool_(False), "false"),
        (1, "1"),
        (1.0, "1"),
        (np.int8(1), "1"),
        (np.float64(1.0), "1"),
        (-0.0, "0"),
        (0.1, "0.1"),
        (np.float64(0.1), "0.1"),
        (1e-7, "1e-07"),
        (1e300, "1e+300"),
        (2**60, "1152921504606846976"),
        (math.inf, "inf"),
        (-math.inf, "-inf"),
        ("", ""),
        ("nan", "nan"),
        ("é", "é"),
        ("(missing)", '"(missing)"'),  # no missing value, though it reads like ours
        ('"(missing)"', '""(missing)""'),
        (date(2024, 1, 2), "2024-01-02"),
        (datetime(2024, 1, 2), "2024-01-02T00:00:00"),
        (pd.Timestamp(2024, 1, 2, 3), "2024-01-02T03:00:00"),
    ],
)
def test_each_value_has_one_spelling(value: Any, text: str) -> None:
    assert text_of(value) == text
