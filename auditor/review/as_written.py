"""Whether what names a row on a sheet still stands there as it was written, but for what spreadsheets make of it."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping, Sequence

from auditor.errors import UsageError
from auditor.evidence.identity import KnownRow
from auditor.review.labels import number_of
from auditor.review.sheet import Judged

_HASHED = re.compile(r"[0-9a-f]{20}-\d+")
#: A spreadsheet shows six digits of a long number, and writes what it shows.
_SHOWN = 1e-5


def refuse_edited(sheet: Iterable[Judged], found: Mapping[str, KnownRow | str], labels: Sequence[str]) -> None:
    """Raise UsageError, with the line, where the key or the label of a row that was found has been written over.

    It would mean nothing: the row is told by its content, and corrected by what stands in new_label. Rows are found
    by the sheet's line; `labels` are those of all rows.
    """
    for one in sheet:
        row = found.get(one.where)
        if not isinstance(row, KnownRow):
            continue
        if one.given is not None and not _same(one.given, labels[row.row]):
            told = f"the label was {labels[row.row]!r}, and {one.given!r} stands there now"
            remedy = "To correct a label, write relabel, and what is right in new_label; leave label as it was."
            raise UsageError(f"{one.where}: {told}. {remedy}")
        if not _names(one.key, row):
            told = f"the key was {row.key!r}, and {one.key!r} stands there now"
            raise UsageError(f"{one.where}: {told}. Leave key, check and row as they were: they name the row.")


def _names(key: str, row: KnownRow) -> bool:
    """Whether it is the row's key; or may be, where the sheet was written with another id, or with none."""
    if _HASHED.fullmatch(key):
        return key.startswith(row.rest) or key == row.key
    return bool(_HASHED.fullmatch(row.key)) or _same(key, row.key)


def _same(shown: str, text: str) -> bool:
    """Case, blanks around it and the way in which a number is written make no difference."""
    if shown.strip().casefold() == text.strip().casefold():
        return True
    was, now = number_of(text), number_of(shown.replace(",", ".", 1))
    if was is None or now is None:
        return False
    return math.isclose(was, now, rel_tol=_SHOWN if "e" in shown.casefold() else 1e-14)
