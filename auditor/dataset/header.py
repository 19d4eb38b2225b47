"""The names of a delimited file's columns: as the header has them, as they were given, or made up and said."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from auditor.dataset.frames import check_names
from auditor.dataset.layout import Layout
from auditor.dataset.records import Record, first_record, lines_in
from auditor.errors import DataError, UsageError

if TYPE_CHECKING:
    from auditor.dataset.options import ReadOptions


@dataclass(frozen=True, slots=True)
class Header:
    """Names, fields a record must have, the byte where the first row starts, and what should be said."""

    names: tuple[str, ...]
    width: int
    start: int
    notes: tuple[str, ...]
    last_is_nameless: bool  # so that, if nothing ever stands in it, it is no column but a trailing delimiter


def header_of(plain: Path, shown: Path, layout: Layout, options: ReadOptions) -> Header:
    """Read the first record of a UTF-8 text.

    Raises DataError for a header with a name that stands twice or a bad byte, UsageError for names given that
    do not fit the fields.
    """
    with lines_in(plain, layout) as lines:
        record, size = first_record(lines, layout)
    if record is None:
        raise DataError(str(shown), "holds nothing but blank lines", "Check what wrote it: there is nothing to audit.")
    if layout.header and record.problem:
        raise DataError(str(shown), record.problem, record.remedy, record.line)
    width = len(record.cells) if layout.header else layout.width
    if options.names and len(options.names) != width:
        raise UsageError(f"{len(options.names)} column names were given, but {shown} has {width} fields", "read.names")
    start = layout.bom + size if layout.header else layout.bom
    names: tuple[str, ...] = tuple(f"column_{at + 1}" for at in range(width))
    notes: tuple[str, ...] = (f"no header: the columns are named column_1 to column_{width}",)
    if options.names:
        names, notes = tuple(options.names), ()
    elif layout.header:
        names, notes = _named(record, shown, told=options.header is not None)
    nameless = not options.names and not (layout.header and record.cells[-1].strip())
    return Header(names, width, start, notes, nameless)


def _named(record: Record, shown: Path, *, told: bool) -> tuple[tuple[str, ...], tuple[str, ...]]:
    cells = record.cells
    names: list[str] = []
    notes: list[str] = []
    for at, cell in enumerate(cells):
        name = cell
        if not cell.strip():
            name = f"column_{at + 1}"
            while name in cells:
                name += "_"
            notes.append(f"column {at + 1} has no name in the header and is called {name}")
        names.append(name)
    try:
        check_names(list(names), str(shown))
    except DataError as error:
        remedy = error.remedy if told else f"{error.remedy} If the line is data, pass --no-header."
        raise DataError(str(shown), error.problem, remedy, record.line) from None
    return tuple(names), tuple(notes)
