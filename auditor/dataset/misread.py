"""What a file was perhaps not meant to be read as: said beside what was read, or where a column is not found."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from auditor.dataset.dialect import is_typed
from auditor.dataset.table import Column, Source

if TYPE_CHECKING:
    import narwhals as nw

#: Rows looked at: a form that numbers or dates are written in shows at once.
_ROWS = 300
_SHARE = 0.9
_SHOWN = 5
_FORMS = {
    "numbers with separators of thousands": re.compile(
        r"[+-]?\d{1,3}(?:(?:,\d{3})+(?:\.\d+)?|(?:[.]\d{3})+(?:,\d+)?|(?:['’ \u00a0\u202f]\d{3})+(?:[.,]\d+)?)"
    ),
    "percentages": re.compile(r"[+-]?\d+(?:[.,]\d+)?\s?%"),
    "amounts of money": re.compile(r"[+-]?(?:[$€£¥]\s?\d[\d.,']*|\d[\d.,']*\s?[$€£¥])"),
    "dates": re.compile(  # with a year of four digits, or slashes: 555-12-34 is a telephone, 1.2.3 a version
        r"(?:YEAR[-/.]\d\d?[-/.]\d\d?|\d\d?[-.]\d\d?[-.]YEAR|\d\d?/\d\d?/(?:YEAR|\d\d)"
        r"|[A-Z][a-z]{2,8}\.? \d\d?,? YEAR|\d\d? [A-Z][a-z]{2,8}\.? YEAR)(?:[ T]\d\d?:\d\d.*)?".replace(
            "YEAR", r"(?:1[89]|20)\d\d"
        )
    ),
}  # fmt: skip
_REMEDY = {"dates": "write them as 2024-01-31"}


def doubts(source: Source, names: Sequence[str]) -> str:
    """A sentence on how the file may have been misread, to follow the error that a column is not there; or "".

    What the user has said of the file is not doubted.
    """
    header, delimiter = source.dialect.get("header", ""), source.dialect.get("delimiter", "")
    told = []
    if header.startswith("no (guessed: "):
        why = header.removeprefix("no (guessed: ").removesuffix(")")
        told.append(
            f" The file was read without a header ({why}): if its first line names the columns, pass --header; "
            "else name them with --names."
        )
    odd = [name for name in names if is_typed(name.strip())]
    if header.startswith("yes (guessed") and odd:
        told.append(f" The first line was taken for names, but {odd[0]!r} looks like data: if it is, pass --no-header.")
    if delimiter.endswith("(one column)"):
        told.append(" The file was read as one column: if something else parts its fields, name it with --delimiter.")
    return "".join(told)


def notes_on(frame: nw.LazyFrame[Any], columns: Sequence[Column], dialect: Mapping[str, str]) -> tuple[str, ...]:
    """What looks like numbers or dates and was read as text, and rows that repeat the header: a note each."""
    texts = [column.name for column in columns if column.dtype == "String"]
    repeated = dialect.get("header", "").startswith("yes") and len(texts) == len(columns)
    return (*_read_as_text(frame, texts), *(_headers(frame, texts) if repeated else ()))


def _read_as_text(frame: nw.LazyFrame[Any], names: Sequence[str]) -> list[str]:
    if not names:
        return []
    head = frame.select(*names).head(_ROWS).collect()
    found: dict[str, list[str]] = {}
    for name in names:
        cells = [cell.strip() for cell in head.get_column(name).to_list() if cell is not None]
        form = next((form for form, pattern in _FORMS.items() if cells and pattern.fullmatch(cells[0])), None)
        if form and sum(_FORMS[form].fullmatch(cell) is not None for cell in cells) >= _SHARE * len(cells):
            found.setdefault(form, []).append(f"{name} ({cells[0]})")
    return [_told(form, where) for form, where in found.items()]


def _told(form: str, where: Sequence[str]) -> str:
    more = f" and {len(where) - _SHOWN} more" if len(where) > _SHOWN else ""
    remedy = _REMEDY.get(form, "write plain numbers")
    return f"{form} were read as text, in {', '.join(where[:_SHOWN])}{more}: {remedy} to have them judged as such"


def _headers(frame: nw.LazyFrame[Any], names: Sequence[str]) -> list[str]:
    import narwhals as nw

    same = nw.all_horizontal(*(nw.col(name) == name for name in names), ignore_nulls=True)
    rows = frame.filter(same).select(nw.len()).collect().item()
    many = "1 row repeats" if rows == 1 else f"{rows:,} rows repeat"
    return [f"{many} the header, as where files were joined with theirs: take it out there"] if rows else []
