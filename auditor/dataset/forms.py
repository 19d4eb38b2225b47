"""The forms a column of text can take: whole numbers, numbers, true/false, times. A form fits all cells or none."""

from __future__ import annotations

import re
from collections.abc import Callable
from enum import IntEnum
from typing import TYPE_CHECKING, Any

from auditor.dataset.missing import strings
from auditor.dataset.spans import spans

if TYPE_CHECKING:
    import pyarrow as pa


class Form(IntEnum):
    """In the order they are tried; a column that falls out of one is tried with the next."""

    INTEGER = 0
    NUMBER = 1
    BOOLEAN = 2
    TIME = 3  # ISO dates and times without a zone
    TIME_ZONED = 4  # with a zone on every one; kept as UTC
    DATE_SLASHED = 5  # 2024/01/31
    DATE_POINTED = 6  # 31.01.2024
    TIME_POINTED = 7  # 31.01.2024 13:45
    STRING = 8


_NUMERIC_START = re.compile(r"[+-]?[\d.,]|[+-]?(inf|nan)", re.IGNORECASE)
_TIME_START = re.compile(r"\d{4}-\d\d-\d\d|\d{4}/\d\d?/\d\d?$|\d\d?\.\d\d?\.\d{4}")
_INT64 = 2.0**63
_TRUTHS = (("true", "false"), ("True", "False"), ("TRUE", "FALSE"))


def first_form(cell: str) -> Form:
    """The first form worth trying for a column with this cell in it."""
    if _TIME_START.match(cell):
        return Form.TIME
    if _NUMERIC_START.match(cell):
        return Form.INTEGER
    return Form.BOOLEAN if cell.lower() in _TRUTHS[0] else Form.STRING


def typed(cells: pa.Array, form: Form, decimal: str) -> pa.Array | None:
    """The cells as that form, nulls left null, or None where one of them is not of that form."""
    return _READERS[form](cells, decimal)


def _integers(cells: pa.Array, decimal: str) -> pa.Array | None:
    import pyarrow as pa

    values = _cast(cells, pa.int64())
    return None if values is None or has_leading_zero(cells) else values


def _numbers(cells: pa.Array, decimal: str) -> pa.Array | None:
    import pyarrow as pa
    import pyarrow.compute as pc

    if decimal == ",":
        if pc.any(pc.match_substring(cells, ".")).as_py():
            return None  # 1.234,5 or 1.234: a point means thousands here, or the column is no number
        cells = pc.replace_substring(cells, ",", ".")
    values = _cast(cells, pa.float64())
    if values is None or has_leading_zero(cells) or _has_long_integer(cells, values):
        return None
    return values


def _booleans(cells: pa.Array, decimal: str) -> pa.Array | None:
    import pyarrow.compute as pc

    for pair in _TRUTHS:
        yes, no = (pc.equal(cells, word) for word in strings(pair))
        if pc.all(pc.or_(yes, no)).as_py():
            return yes
    return None  # other words, or several spellings, which are a finding and not to be smoothed over


def _times(cells: pa.Array, decimal: str) -> pa.Array | None:
    import pyarrow.compute as pc

    shortest = pc.min(pc.binary_length(cells)).as_py()
    return _to_microseconds(cells, None) if shortest is None or shortest >= len("2024-01-31") else None


def _zoned(cells: pa.Array, decimal: str) -> pa.Array | None:
    import pyarrow as pa

    values = _to_microseconds(cells, "UTC")
    return None if values is None else values.cast(pa.timestamp("us"))


def _to_microseconds(cells: pa.Array, zone: str | None) -> pa.Array | None:
    """Nine decimals, which pandas writes, are cut to six; Arrow reads them as nanoseconds only."""
    import pyarrow as pa

    values = _cast(cells, pa.timestamp("us", zone))
    if values is None and (finer := _cast(cells, pa.timestamp("ns", zone))) is not None:
        return finer.cast(pa.timestamp("us", zone), safe=False)
    return values


def _formatted(pattern: str, form: str) -> Callable[[Any, str], Any]:
    def read(cells: pa.Array, decimal: str) -> pa.Array | None:
        import pyarrow as pa
        import pyarrow.compute as pc

        if not pc.all(pc.match_substring_regex(cells.drop_null(), pattern)).as_py():
            return None
        try:
            return pc.strptime(cells, format=form, unit="us")
        except pa.ArrowInvalid:
            return None

    return read


_READERS: dict[Form, Callable[[Any, str], Any]] = {
    Form.INTEGER: _integers,
    Form.NUMBER: _numbers,
    Form.BOOLEAN: _booleans,
    Form.TIME: _times,
    Form.TIME_ZONED: _zoned,
    Form.DATE_SLASHED: _formatted(r"^\d{4}/\d\d?/\d\d?$", "%Y/%m/%d"),
    Form.DATE_POINTED: _formatted(r"^\d\d?\.\d\d?\.\d{4}$", "%d.%m.%Y"),
    Form.TIME_POINTED: _formatted(r"^\d\d?\.\d\d?\.\d{4} \d\d?:\d\d$", "%d.%m.%Y %H:%M"),
    Form.STRING: lambda cells, decimal: cells,
}


def _cast(cells: pa.Array, goal: pa.DataType) -> pa.Array | None:
    import pyarrow as pa

    try:
        return cells.cast(goal)
    except pa.ArrowInvalid:
        return None


def has_leading_zero(cells: pa.Array) -> bool:
    """Whether a cell begins with a zero that a number would lose (007, 0x1F): such columns are codes."""
    import numpy as np

    placed = spans(cells)
    data, starts, ends = placed.data, placed.starts, placed.ends
    first = placed.first_bytes()
    suspect = np.flatnonzero((first == 0x30) | (first == 0x2D) | (first == 0x2B))  # 0 - +
    if not suspect.size:
        return False
    starts, ends = starts[suspect], ends[suspect]
    starts = starts + (first[suspect] != 0x30)
    digit = ends - starts > 1
    starts = starts[digit]
    after = data[starts + 1][data[starts] == 0x30]
    return not bool(np.all((after == 0x2E) | (after == 0x2C) | (after == 0x65) | (after == 0x45)))  # . , e E


def _has_long_integer(cells: pa.Array, values: pa.Array) -> bool:
    """Whether a whole number stands among them that int64 does not hold: an identifier, then, not a quantity."""
    import pyarrow as pa
    import pyarrow.compute as pc

    extremes = pc.min_max(values).as_py()
    if extremes["min"] is None or max(-extremes["min"], extremes["max"]) < _INT64:
        return False
    huge = pc.greater_equal(pc.abs(values), pa.scalar(_INT64))
    return bool(pc.any(pc.match_substring_regex(cells.filter(huge), r"^[+-]?\d+$")).as_py())
