"""The records of a JSON file, whole or with their problem: one object a line, or one array of objects."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from auditor.dataset.layout import Layout
from auditor.dataset.records import lines_in
from auditor.errors import DataError

_HALF = "holds half of a character (an escape such as \\ud83d without its fellow)"
_ESCAPED_SURROGATE = re.compile(r"\\u[dD][89a-fA-F]")
_LONE_SURROGATE = re.compile("[\udc80-\udcff]")


@dataclass(slots=True)
class JsonRecord:
    """One object and the line it stands on (0 in a document), or what is wrong there."""

    line: int
    values: dict[str, Any] = field(default_factory=dict)
    problem: str = ""


def json_lines(path: Path, layout: Layout) -> Iterator[JsonRecord]:
    """One record a line; blank lines are none."""
    with lines_in(path, layout) as lines:
        for at, text in enumerate(lines, start=1):
            if text.strip():
                yield _record(at, text)


def _record(line: int, text: str) -> JsonRecord:
    bad = _bad_byte(text)
    if bad:
        return JsonRecord(line, problem=bad)
    try:
        value = json.loads(text, object_pairs_hook=_object)
    except json.JSONDecodeError as error:
        return JsonRecord(line, problem=f"not valid JSON at character {error.pos + 1}: {error.msg}")
    except _TwiceError as error:
        return JsonRecord(line, problem=str(error))
    except (RecursionError, ValueError) as error:
        return JsonRecord(line, problem=_unreadable(error))
    if not isinstance(value, dict):
        return JsonRecord(line, problem=f"holds {_named(value)}, not an object")
    if _has_half_character(text, value):
        return JsonRecord(line, problem=_HALF)
    return JsonRecord(line, value)


def _unreadable(error: Exception) -> str:
    if isinstance(error, RecursionError):
        return "not readable JSON: its lists or objects are nested too deep"
    return f"not readable JSON: {'a number has too many digits' if 'digits' in str(error) else error}"


def _bad_byte(text: str) -> str:
    bad = None if text.isascii() else _LONE_SURROGATE.search(text)
    if bad is None:
        return ""
    place = len(text[: bad.start()].encode("utf-8", "surrogateescape")) + 1
    return f"byte {place} of the line is 0x{ord(bad.group()) - 0xDC00:02X}, which is not UTF-8"


def _has_half_character(text: str, value: Any) -> bool:
    """Whether an escape such as \\ud83d stands alone: JSON allows it, but it is half of a character."""
    if not _ESCAPED_SURROGATE.search(text):
        return False
    try:
        json.dumps(value, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return True
    return False


class _TwiceError(ValueError):
    """A key stands twice in one object."""


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    values = dict(pairs)
    if len(values) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise _TwiceError(f"the key {twice!r} stands more than once in an object")
    return values


def json_document(path: Path, layout: Layout) -> list[JsonRecord]:
    """The objects of a file that is one array. Raises DataError for any other document.

    The whole document is held in memory: JSON Lines is the format for large files.
    """
    with lines_in(path, layout) as lines:
        whole = list(lines)
    bad = next(((at, told) for at, line in enumerate(whole, start=1) if (told := _bad_byte(line))), None)
    if bad:
        raise DataError(str(path), bad[1], "Write the file again as UTF-8.", bad[0])
    text = "".join(whole)
    try:
        value = json.loads(text, object_pairs_hook=_object)
    except json.JSONDecodeError as error:
        if error.msg == "Extra data":
            return list(json_lines(path, layout))  # one object a line, under the wrong name
        remedy = "Correct it, or copy it again if it was cut off."
        raise DataError(str(path), f"not valid JSON: {error.msg}", remedy, error.lineno) from error
    except (RecursionError, ValueError) as error:
        raise DataError(str(path), _unreadable(error), "Correct the file.") from error
    if _has_half_character(text, value):
        raise DataError(str(path), _HALF, "Write the file again with whole characters.")
    return _rows(path, value)


def _rows(path: Path, value: Any) -> list[JsonRecord]:
    wanted = "Write one object a line (JSON Lines), or one array of objects."
    if isinstance(value, dict):
        inner = [key for key, held in value.items() if isinstance(held, list)]
        if not inner and not any(isinstance(held, dict) for held in value.values()):
            return [JsonRecord(1, value)]
        hint = _where_the_rows_are(value, inner)
        raise DataError(str(path), "holds one object, not an array of objects", wanted + hint)
    if not isinstance(value, list):
        raise DataError(str(path), f"holds {_named(value)}, not an array of objects", wanted)
    for at, item in enumerate(value):
        if not isinstance(item, dict):
            raise DataError(str(path), f"item {at + 1} of the array is {_named(item)}, not an object", wanted)
    return [JsonRecord(0, item) for item in value]


def _where_the_rows_are(value: dict[str, Any], inner: list[str]) -> str:
    """A hint at the one array that holds objects, or at the columns that the arrays are (as pandas may write them)."""
    rows = [key for key in inner if value[key] and isinstance(value[key][0], dict)]
    if rows or len(inner) == 1:
        return f" The rows may be under {(rows or inner)[0]!r}: write that array alone."
    by_column = len(value) > 1 and (len(inner) == len(value) or set(value) >= {"columns", "data"})
    objects = all(isinstance(held, dict) for held in value.values())
    return (
        " It looks like a table by columns or by index: in pandas, write it with orient='records'."
        if by_column or objects
        else ""
    )


def _named(value: Any) -> str:
    names = {list: "an array", str: "a string", bool: "true or false", type(None): "null", dict: "an object"}
    return names.get(type(value), "a number")
