"""The sheet a person has filled in, whatever a spreadsheet has made of it."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from auditor.dataset.cells import unshielded
from auditor.dataset.records import long_cells_allowed
from auditor.dataset.verdicts import Place, Verdict, agreed, place_of, verdict_of
from auditor.errors import UsageError

_NEEDED = ("key", "check", "row", "suggested", "verdict", "new_label")
_UTF8 = "Save it as 'CSV UTF-8 (comma delimited)'."


@dataclass(frozen=True, slots=True)
class Judged:
    """One row of the sheet: which row of the data it speaks of, and what was said of it.

    `verdict` is what both persons said, where there were two; `label` the class it asks for: the suggested one,
    or the person's own.
    """

    where: str  # file and line, for people
    key: str
    check: str
    row: int
    place: Place
    verdict: Verdict | None
    label: str
    twice: bool
    contradicted: bool
    who: str
    when: str
    comment: str
    given: str | None = None  # the label as it stands on the sheet; None where that has no such column


def read_sheet(path: Path) -> tuple[Judged, ...]:
    """The rows of a review.csv, in its order.

    Comma, semicolon or tab may stand between the cells, blank lines are passed over. Raises UsageError, with file
    and line, for a file that is none, a word that is no verdict, or a verdict and a label that do not fit.
    """
    text = _text(path)
    first = text.split("\n", 1)[0]
    delimiter = max(",;\t", key=first.count)
    with long_cells_allowed():
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
        try:
            return tuple(_rows(path, reader))
        except csv.Error as error:
            raise UsageError(f"{path}:{reader.line_num}: not valid CSV: {error}.") from error


def _text(path: Path) -> str:
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise UsageError(f"{path}: cannot be read: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        raise UsageError(f"{path}: is not UTF-8 text. {_UTF8}") from error
    if not text.strip():
        raise UsageError(f"{path}: is empty.")
    return text


def _rows(path: Path, reader: Iterator[list[str]]) -> Iterator[Judged]:
    header = [cell.strip().casefold() for cell in next(reader)]
    missing = [name for name in _NEEDED if name not in header]
    if missing:
        problem = f"{path}: not a review.csv: it has no column {missing[0]!r}"
        raise UsageError(f"{problem}. Fill in the one that `dataaudit run` wrote beside its report.")
    place = {name: header.index(name) for name in reversed(header)}
    seen: set[tuple[str, int]] = set()
    for cells in reader:
        if not any(cells):
            continue
        where = f"{path}:{reader.line_num}"  # type: ignore[attr-defined]  # a csv.reader
        told = {name: cells[at].strip() if at < len(cells) else "" for name, at in place.items()}
        judged = _judged(told, where)
        if (judged.key, judged.row) in seen:
            raise UsageError(f"{where}: the row stands on the sheet twice. Leave one of them out.")
        seen.add((judged.key, judged.row))
        yield judged


def _judged(told: Mapping[str, str], where: str) -> Judged:
    check, _, place = told["check"].partition(":")
    try:
        row, stood = int(float(told["row"].replace(",", ""))), place_of(place)
    except (ValueError, IndexError) as error:
        remedy = "The columns key, check and row must stay as they were written."
        raise UsageError(f"{where}: does not say which row it speaks of. {remedy}") from error
    try:
        first, second = verdict_of(told["verdict"]), verdict_of(told.get("verdict_2", ""))
    except ValueError as error:
        raise UsageError(f"{where}: {error}") from error
    verdict = agreed(first, second)
    both = first is not None and second is not None
    torn = both and first is not second and verdict is Verdict.UNCLEAR
    said = verdict if verdict is not None and verdict.wrong else first or second
    label = _label(said, unshielded(told["suggested"]), unshielded(told["new_label"]), where)
    return Judged(
        where=where,
        key=unshielded(told["key"]),
        check=check.removeprefix("c"),
        row=row,
        place=stood,
        verdict=verdict,
        label=label,
        twice=both and not torn,
        contradicted=torn,
        who=unshielded(told.get("who", "")),
        when=unshielded(told.get("when", "")),
        comment=unshielded(told.get("comment", "")),
        given=unshielded(told["label"]) if "label" in told else None,
    )


def _label(verdict: Verdict | None, suggested: str, own: str, where: str) -> str:
    """The class that is asked for; "" where none is."""
    if verdict is Verdict.RELABEL:
        if not own:
            raise UsageError(f"{where}: to relabel, write what is right in new_label.")
        return own
    if own and verdict is None:
        raise UsageError(f"{where}: new_label is {own!r}, but there is no verdict. Write relabel if that is meant.")
    if own and not (verdict is Verdict.ACCEPT and own == suggested):
        raise UsageError(f"{where}: the verdict is {verdict}, but new_label is {own!r}. Write relabel, or empty it.")
    if verdict is Verdict.ACCEPT and not suggested:
        remedy = "Write relabel, and what is right in new_label, or wrong."
        raise UsageError(f"{where}: there is no suggestion to accept. {remedy}")
    return suggested if verdict is Verdict.ACCEPT else ""
