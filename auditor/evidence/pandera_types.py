"""Whether a column is of the type a pandera contract declares.

A text file holds no types, so a contract written from pandas is compared by what the values are: whole
numbers, numbers, booleans, text, moments. See docs/contracts.md for the table.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum, auto
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd

    Column = pd.Series[Any]
    Mask = pd.Series[bool]


class Family(Enum):
    """What the values of a column are, however they are stored."""

    INTEGER = auto()
    FLOAT = auto()
    BOOLEAN = auto()
    TEXT = auto()
    MOMENT = auto()
    OBJECT = auto()  # text, or anything mixed
    ANY = auto()


@dataclass(frozen=True, slots=True)
class Fit:
    """The column as the contract wants it, and the rows that could not be had so.

    `whole`: the column as a whole has another type. `respelled`: the text of the file is not known any more.
    """

    column: Column
    misfits: Mask
    whole: bool = False
    respelled: bool = False


def fit(column: Column, declared: Any, coerce: bool) -> Fit:
    """Compare and convert without loss; with `coerce`, also between families, row by row.

    Raises TypeError for a declared type that no column of a data file can have.
    """
    nothing = column.isna() & False
    if column.isna().all():
        return Fit(column.astype(object), nothing)  # of every type; text checks refuse a column of floats
    wanted = None if declared is None else _declared(declared)
    if wanted is None or wanted is Family.ANY:
        return Fit(column, nothing)
    found = _found(column)
    if wanted is found and wanted is Family.INTEGER:
        return Fit(column, _out_of_range(column, declared))
    if wanted is found or (wanted is Family.OBJECT and (coerce or _objects(column, found))):
        return Fit(column, nothing, whole=wanted is Family.MOMENT and _zoned(column) != _zoned_type(declared))
    if wanted is Family.TEXT and found is Family.MOMENT:
        return Fit(column, nothing, respelled=True)
    convert = _LOSSLESS.get((wanted, found)) or (_COERCED.get((wanted, found)) if coerce else None)
    if convert is None:
        return Fit(column, ~nothing, whole=True)
    made = convert(column)
    misfits = made.isna() & column.notna()
    return Fit(made, misfits | _out_of_range(made, declared) if wanted is Family.INTEGER else misfits)


def _declared(declared: Any) -> Family:
    from pandera import dtypes

    kinds: tuple[tuple[Callable[[Any], bool], Family], ...] = (
        (dtypes.is_category, Family.ANY),
        (dtypes.is_bool, Family.BOOLEAN),
        (dtypes.is_int, Family.INTEGER),
        (dtypes.is_float, Family.FLOAT),
        (dtypes.is_datetime, Family.MOMENT),
        (dtypes.is_string, Family.TEXT),
    )
    for is_kind, family in kinds:
        if is_kind(declared):
            return family
    if str(declared) == "object":
        return Family.OBJECT
    raise TypeError(f"the type {declared} cannot be told from a data file; declare another, or none")


def _found(column: Column) -> Family:
    from pandas.api import types

    if types.is_bool_dtype(column.dtype):
        return Family.BOOLEAN
    if types.is_integer_dtype(column.dtype):
        return Family.INTEGER
    if types.is_float_dtype(column.dtype):
        return Family.FLOAT
    if types.is_datetime64_any_dtype(column.dtype):
        return Family.MOMENT
    return Family.TEXT if types.infer_dtype(column, skipna=True) == "string" else Family.OBJECT


def _objects(column: Column, found: Family) -> bool:
    """What pandas itself stores as objects: text, lists, booleans with holes."""
    return found in (Family.TEXT, Family.OBJECT) or (found is Family.BOOLEAN and bool(column.isna().any()))


def _out_of_range(column: Column, declared: Any) -> Mask:
    bits, signed = getattr(declared, "bit_width", None) or 64, getattr(declared, "signed", True)
    low, high = (-(2 ** (bits - 1)), 2 ** (bits - 1) - 1) if signed else (0, 2**bits - 1)
    outside = column < low
    if high < 2**63:
        outside |= column > high
    return outside.fillna(False).astype(bool)


def _zoned(column: Column) -> bool:
    return getattr(column.dtype, "tz", None) is not None


def _zoned_type(declared: Any) -> bool:
    return getattr(declared, "tz", None) is not None


def _to_integer(column: Column) -> Column:
    whole = (column % 1 == 0) & (column.abs() < 2**63)
    return column.where(whole.fillna(False).astype(bool)).astype("Int64")


def _text_to_integer(column: Column) -> Column:
    import pandas as pd

    numbers = pd.to_numeric(column, errors="coerce")
    return numbers.astype("Int64") if pd.api.types.is_integer_dtype(numbers.dtype) else _to_integer(numbers)


def _text_to_float(column: Column) -> Column:
    import pandas as pd

    return pd.to_numeric(column, errors="coerce").astype("float64")


def _text_to_moment(column: Column) -> Column:
    import pandas as pd

    return pd.to_datetime(column, errors="coerce", format="ISO8601")


def _to_boolean(column: Column) -> Column:
    return column.where(column.isin([0, 1])).astype("boolean")


def _to_text(column: Column) -> Column:
    return column.astype(object).map(str, na_action="ignore")


_Families = tuple[Family, Family]  # wanted, found
_LOSSLESS: dict[_Families, Callable[[Column], Column]] = {
    (Family.FLOAT, Family.INTEGER): lambda column: column.astype("float64"),
}
_COERCED: dict[_Families, Callable[[Column], Column]] = {
    (Family.INTEGER, Family.FLOAT): _to_integer,
    (Family.INTEGER, Family.TEXT): _text_to_integer,
    (Family.INTEGER, Family.BOOLEAN): lambda column: column.astype("Int64"),
    (Family.FLOAT, Family.TEXT): _text_to_float,
    (Family.FLOAT, Family.BOOLEAN): lambda column: column.astype("Float64"),
    (Family.BOOLEAN, Family.INTEGER): _to_boolean,
    (Family.BOOLEAN, Family.FLOAT): _to_boolean,
    (Family.TEXT, Family.INTEGER): _to_text,
    (Family.TEXT, Family.FLOAT): _to_text,
    (Family.TEXT, Family.BOOLEAN): _to_text,
    (Family.MOMENT, Family.TEXT): _text_to_moment,
}
