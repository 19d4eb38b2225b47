"""Guessing a delimited file's dialect from its first records: delimiter, padding, decimal sign, header."""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Sequence

from auditor.dataset.layout import DEFAULT_MISSING

_DELIMITERS = (",", ";", "\t", "|")
#: Records looked at: enough to see a pattern, few enough to cost nothing.
_RECORDS = 300

_NUMBER = re.compile(r"[+-]?(\d+([.,]\d*)?|[.,]\d+)([eE][+-]?\d+)?")
_COMMA_NUMBER = re.compile(r"[+-]?\d+,\d+")
_POINT_NUMBER = re.compile(r"[+-]?\d+\.\d+")
_TIME = re.compile(r"\d{4}[-/]\d\d?[-/]\d\d?.*|\d\d?\.\d\d?\.\d{4}.*")


def parsed(lines: Sequence[str], delimiter: str, *, padded: bool = False) -> list[list[str]]:
    """The first records of a sample that are not blank, read leniently; the very last may be cut off."""
    reader = csv.reader(lines, delimiter=delimiter, skipinitialspace=padded)
    rows: list[list[str]] = []
    try:
        for row in reader:
            if row:
                rows.append(row)
            if len(rows) == _RECORDS:
                break
    except csv.Error:  # a cell beyond the module's limit: what was read up to here is sample enough
        pass
    return rows


def delimiter_of(lines: Sequence[str], *, prefer: str | None = None) -> str | None:
    """The delimiter that cuts the sample most evenly and most cleanly; None where the file has one column."""
    order = [prefer, *_DELIMITERS] if prefer else list(_DELIMITERS)
    scores = {
        delimiter: _evenness(parsed(lines, delimiter), delimiter) for delimiter in dict.fromkeys(order) if delimiter
    }
    if prefer and scores[prefer] > 0.5:
        return prefer
    best = max(scores, key=lambda delimiter: scores[delimiter])
    return best if scores[best] > 0 else _in_first_line(lines)


def _in_first_line(lines: Sequence[str]) -> str | None:
    """The delimiter of what looks like a header over ragged lines, which must be told, not read as one column.

    In prose a blank follows the comma; in a header, hardly ever.
    """
    first = next((line for line in lines if line.strip()), "")
    return next((one for one in _DELIMITERS if one in first and one + " " not in first), None)


def _evenness(rows: list[list[str]], delimiter: str) -> float:
    """From 0 (this delimiter does not cut the rows alike) to 1 (it does, and no other is seen in the cells)."""
    if not rows:
        return 0.0
    width, count = Counter(len(row) for row in rows).most_common(1)[0]
    share = count / len(rows)
    first_agrees = len(rows[0]) == width
    if width < 2 or share < (0.5 if first_agrees else 0.9):
        return 0.0
    others = [other for other in _DELIMITERS if other != delimiter]
    cells = [cell for row in rows for cell in row]
    clean = sum(_NUMBER.fullmatch(cell) is not None or not any(o in cell for o in others) for cell in cells)
    return share * (1.0 if first_agrees else 0.9) * clean / len(cells)


def is_padded(lines: Sequence[str], delimiter: str) -> bool:
    """Whether a blank stands after (nearly) every separator, as in the UCI files."""
    rows = parsed(lines, delimiter)
    after = [cell for row in rows for cell in row[1:]]
    return len(after) > 0 and sum(cell.startswith(" ") for cell in after) > 0.9 * len(after)


def decimal_of(rows: list[list[str]], delimiter: str) -> str:
    """The decimal sign: a comma only where it is not the delimiter and no number has a point."""
    if delimiter == ",":
        return "."
    cells = [cell.strip() for row in rows for cell in row]
    comma = sum(_COMMA_NUMBER.fullmatch(cell) is not None for cell in cells)
    point = sum(_POINT_NUMBER.fullmatch(cell) is not None for cell in cells)
    return "," if comma and not point else "."


def width_of(rows: list[list[str]]) -> int:
    """How many fields most records have."""
    return Counter(len(row) for row in rows).most_common(1)[0][0] if rows else 0


def has_header(rows: list[list[str]]) -> tuple[bool, str]:
    """Whether the first record names the columns, and the reason in words."""
    first, rest = [cell.strip() for cell in rows[0]], rows[1:]
    if not rest:
        typed = any(is_typed(cell) for cell in first)
        return not typed, "the only line holds values" if typed else "the only line holds names"
    contrast = [_contrast(cell, [row[at].strip() for row in rest if at < len(row)]) for at, cell in enumerate(first)]
    against, speaks_for = contrast.count(-1), contrast.count(1)
    if against > speaks_for or (against and not speaks_for):
        return False, "the first line holds values like those below it"
    if speaks_for:
        return True, "the first line holds names over typed columns"
    return _all_strings(first, rest)


def _all_strings(first: list[str], rest: list[list[str]]) -> tuple[bool, str]:
    named = [cell for cell in first if cell]
    if len(set(named)) < len(named) and any(_recurs(at, cell, rest) for at, cell in enumerate(first) if cell):
        return False, "the first line repeats itself and the lines below"
    if any(_recurs(at, cell, rest) for at, cell in enumerate(first) if cell):
        return False, "a cell of the first line stands again below it"
    if any(len(cell.split()) > 5 for cell in first):
        return False, "the first line holds a sentence"
    return True, "nothing speaks against the first line being names"


def _recurs(at: int, cell: str, rest: list[list[str]]) -> bool:
    return any(at < len(row) and row[at].strip() == cell for row in rest)


def is_typed(cell: str) -> bool:
    """Whether a cell is written as a number, a time or a truth value."""
    return bool(_NUMBER.fullmatch(cell) or _TIME.fullmatch(cell)) or cell.lower() in ("true", "false")


def _contrast(cell: str, below: list[str]) -> int:
    """1: a name over a typed column. -1: a value of the type below it. 0: says nothing."""
    values = [value for value in below if value not in DEFAULT_MISSING]
    if not cell or not values or sum(map(is_typed, values)) < 0.9 * len(values):
        return 0
    if is_typed(cell):
        return -1
    return 0 if cell in DEFAULT_MISSING else 1
