"""Cell values as text: one spelling a value, whichever engine held it."""

from __future__ import annotations

import math
from datetime import date, datetime
from typing import Any

#: How a missing value is named where it is a group of its own.
MISSING = "(missing)"


def text_of(value: Any) -> str:
    """The value's canonical text: `true`, `1` (also for 1.0), `0.1`, ISO dates; MISSING for null and NaN.

    A pandas integer column with a missing value becomes one of floats: a 1 must still be the same class. A text
    that reads like MISSING is put in quotes, so that no text is taken for a missing value.
    """
    if type(value).__module__ == "numpy":
        value = value.item()  # pandas hands out NumPy's own scalars for its nullable columns
    if value is None or _is_missing(value):
        return MISSING
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    if isinstance(value, datetime | date):
        return value.isoformat()
    text = str(value)
    return f'"{text}"' if text.strip('"') == MISSING else text


def _is_missing(value: Any) -> bool:
    """NaN, or pandas' NaT (which is a datetime to Python) or NA (which cannot even be compared)."""
    if isinstance(value, float):
        return math.isnan(value)
    return type(value).__name__ in {"NaTType", "NAType"}
