"""Numbers written with as many decimals as those beside them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from auditor.dataset.values import text_of

#: Beyond that many decimals a column is taken to have any number of them, and numbers get six digits.
_MOST = 6
#: The share of a column that must be written with so many decimals: the wrong values need not be.
_NEARLY_ALL = 0.99


def decimals_of(values: NDArray[np.float64]) -> int | None:
    """The decimals that nearly all of these numbers make do with; None where they have more than any number needs."""
    for places in range(_MOST + 1):
        if np.isclose(values, values.round(places), rtol=1e-12, atol=0.0).mean() >= _NEARLY_ALL:
            return places
    return None


def rounded(value: float, places: int | None) -> float:
    """To so many decimals; to six digits where there is no number of them."""
    return float(f"{value:.6g}") if places is None else round(value, places)


def number_text(value: float, places: int | None) -> str:
    """The same as canonical text."""
    return text_of(float(rounded(value, places)))
