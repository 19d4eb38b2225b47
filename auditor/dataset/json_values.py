"""Columns of JSON values: which one type holds them all, and the cells in that type."""

from __future__ import annotations

import json
import math
import re
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pyarrow as pa

_INT64 = 2**63
_TIME_START = re.compile(r"\d{4}-\d\d-\d\d($|[T ])")


@dataclass(slots=True)
class JsonColumn:
    """Takes note of every value of a column, then knows the type that holds them all."""

    seen: Counter[str] = field(default_factory=Counter)

    def note(self, value: Any) -> None:
        """Take note of one value."""
        kind = _type_of(value)
        if kind == "string" and not self.seen["string"] and time_of(value) is not None:
            kind = "time"
        self.seen[kind] += 1

    @property
    def form(self) -> str:
        """bool, int, float, time, string, floats, strings, other, or mixed (kept as strings)."""
        kinds = set(self.seen) - {"missing"}
        if not kinds:
            return "string"
        if len(kinds) == 1:
            (kind,) = kinds
            return {"empty list": "strings", "ints": "other", "long int": "string"}.get(kind, kind)
        if kinds <= {"int", "float"}:
            return "float"
        if kinds == {"time", "string"}:
            return "string"
        if kinds <= {"floats", "ints", "empty list"}:
            return "floats" if "floats" in kinds else "other"
        if kinds <= {"strings", "empty list"}:
            return "strings"
        return "other" if kinds <= {"other", "ints", "floats", "strings", "empty list"} else "mixed"

    @property
    def nested(self) -> bool:
        """Whether the values are kept as JSON text because they are objects or lists of several kinds."""
        return self.form == "other"


def _type_of(value: Any) -> str:
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return "missing"
    if isinstance(value, bool):
        return "bool"
    if isinstance(value, int):
        return "int" if -_INT64 <= value < _INT64 else "long int"
    if isinstance(value, list):
        return _list_type(value)
    return {float: "float", str: "string"}.get(type(value), "other")


def _list_type(values: list[Any]) -> str:
    kinds = {_type_of(value) for value in values}
    if not kinds:
        return "empty list"
    if kinds == {"string"}:
        return "strings"
    if kinds == {"int"}:
        return "ints"
    return "floats" if kinds <= {"int", "float", "missing"} else "other"


def time_of(text: str) -> datetime | None:
    """The time an ISO 8601 text stands for, in UTC where it has a zone; None for any other text."""
    if not _TIME_START.match(text):
        return None
    try:
        time = datetime.fromisoformat(text)
    except ValueError:
        return None
    return time.astimezone(UTC).replace(tzinfo=None) if time.tzinfo else time


def arrow_cells(values: list[Any], form: str) -> pa.Array:
    """The values as an Arrow array of that form."""
    import pyarrow as pa

    kinds = {
        "bool": pa.bool_(), "time": pa.timestamp("us"), "int": pa.int64(), "float": pa.float64(),
        "string": pa.string(), "mixed": pa.string(), "floats": pa.list_(pa.float64()),
        "strings": pa.list_(pa.string()), "other": pa.struct([("json", pa.string())]),
    }  # fmt: skip
    return pa.array([_cell(value, form) for value in values], kinds[form])


def _cell(value: Any, form: str) -> Any:
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return None
    if form in ("string", "mixed"):
        return value if isinstance(value, str) else as_json(value)
    if form == "time":
        return time_of(value)
    if form == "float":
        return float(value)
    if form == "floats":
        return [None if item is None else float(item) for item in value]
    return {"json": as_json(value)} if form == "other" else value


def as_json(value: Any) -> str:
    """The value as compact JSON text with sorted keys, so that equal values are equal texts."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
