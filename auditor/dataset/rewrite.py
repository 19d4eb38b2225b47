"""A plain copy of a text file, made where the fast reader cannot take the file as it is: exact, and slower."""

from __future__ import annotations

import csv
from dataclasses import dataclass, field
from pathlib import Path

from auditor.dataset.layout import Layout
from auditor.dataset.records import Record, lines_in, records
from auditor.dataset.stored import damage_told, opened_bytes
from auditor.dataset.table import SkippedLine
from auditor.errors import DataError

_CHUNK = 1 << 20
#: Skipped lines kept one by one; beyond it they are only counted.
_TOLD = 1_000

SKIP = "Or pass --skip-bad-lines to go on without such lines and have them counted."


@dataclass(slots=True)
class Skipped:
    """The lines left out: all of them counted, the first thousand kept."""

    count: int = 0
    lines: list[SkippedLine] = field(default_factory=list)

    def add(self, line: int, problem: str) -> None:
        """Count one."""
        self.count += 1
        if len(self.lines) < _TOLD:
            self.lines.append(SkippedLine(line, problem))


def transcoded(path: Path, layout: Layout, place: Path) -> None:
    """Copy the text as UTF-8, without compression or byte-order mark, its line ends and quirks untouched.

    Raises DataError for a broken gzip or bytes that are no text, with the line.
    """
    if layout.encoding == "utf-8":
        _unpacked(path, layout, place)
        return
    with (
        lines_in(path, layout) as lines,
        place.open("w", encoding="utf-8", errors="surrogateescape", newline="") as out,
    ):
        out.writelines(lines)


def _unpacked(path: Path, layout: Layout, place: Path) -> None:
    """The same for UTF-8 in a gzip: bytes are copied as they are; bad ones are found when they are read."""
    lines = layout.line - 1
    with (
        opened_bytes(path, unzip=layout.gzip) as stream,
        place.open("wb") as out,
        damage_told(path, lambda: lines + 1),
    ):
        stream.read(layout.bom)
        while chunk := stream.read(_CHUNK):
            lines += chunk.count(b"\n")
            out.write(chunk)


def cleaned(path: Path, shown: Path, layout: Layout, place: Path, *, skip: bool) -> Skipped:
    """Copy the records behind the header by the book, their problems raised as DataError or skipped.

    `path` holds UTF-8 text; `shown` is the file's name for people.
    """
    skipped = Skipped()
    with lines_in(path, layout) as lines, place.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out, lineterminator="\n")
        for at, record in enumerate(records(lines, layout)):
            if at == 0 and layout.header:
                continue
            if not record.problem:
                writer.writerow(record.cells)
            elif skip:
                skipped.add(record.line, record.problem)
            else:
                raise told(shown, record)
    return skipped


def told(path: Path, record: Record) -> DataError:
    """The error for a bad record."""
    return DataError(str(path), record.problem, f"{record.remedy} {SKIP}", record.line)


def first_problem(path: Path, layout: Layout) -> Record | None:
    """The first bad record of a UTF-8 text, the header aside."""
    with lines_in(path, layout) as lines:
        for at, record in enumerate(records(lines, layout)):
            if record.problem and not (at == 0 and layout.header):
                return record
    return None
