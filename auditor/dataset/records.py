"""The exact, slow way through a delimited file: every record with the line it starts on and what is wrong with it.

This is what a record *is* here; the fast path agrees with it, and falls back to it wherever it does not.
"""

from __future__ import annotations

import csv
import re
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from auditor.dataset.layout import Layout
from auditor.dataset.stored import damage_told, opened_bytes, text_of
from auditor.errors import DataError

#: A quoted cell longer than this many characters is taken for a quote that was never closed.
_LONGEST_RECORD = 1 << 26

#: What to do about \" in a cell, which other programs write.
_ESCAPED = 'A backslash does not escape it: write "" for \\" all over the file.'

_LONE_SURROGATE = re.compile("[\ud800-\udfff]")


@dataclass(slots=True)
class Record:
    """One record: the line it starts on (from 1), its cells, and what is wrong with it, if anything."""

    line: int
    cells: list[str]
    problem: str = ""
    remedy: str = ""


@dataclass(slots=True)
class Feed:
    """Physical lines one by one, counted, and able to be handed back."""

    lines: Iterator[str]
    line: int = 0  # how many were taken
    taken: list[str] = field(default_factory=list)  # since the record began
    size: int = 0
    waiting: list[str] = field(default_factory=list)  # handed back, last first
    odd: int | None = None  # the place in `taken` of a line with a byte that cannot be

    def __iter__(self) -> Feed:
        return self

    def __next__(self) -> str:
        text = self.waiting.pop() if self.waiting else next(self.lines)
        self.line += 1
        if self.odd is None and ("\0" in text or (not text.isascii() and _LONE_SURROGATE.search(text))):
            self.odd = len(self.taken)
        self.taken.append(text)
        self.size += len(text)
        if self.size > _LONGEST_RECORD and len(self.taken) > 1:
            raise csv.Error("unexpected end of data")
        return text

    def begin(self) -> None:
        """Forget the lines of the record before."""
        self.taken.clear()
        self.size, self.odd = 0, None

    def hand_back(self) -> None:
        """Hand back all lines of this record but its first, so that reading goes on after it."""
        rest = self.taken[1:]
        self.waiting.extend(reversed(rest))
        self.line -= len(rest)
        del self.taken[1:]


def records(lines: Iterable[str], layout: Layout) -> Iterator[Record]:
    """Every record that is not a blank line, the header among them, whole or with its problem."""
    return _quoted_records(lines, layout) if layout.quoted else _line_records(lines, layout)


def _line_records(lines: Iterable[str], layout: Layout) -> Iterator[Record]:
    """The same where there is no quote: a line is a record, and it is cut at each delimiter."""
    for number, text in enumerate(lines, start=layout.line):
        body = text.rstrip("\r\n")
        if not body:
            continue
        if "\0" in text or not (text.isascii() or not _LONE_SURROGATE.search(text)):
            yield _bad_byte(text, number, layout)
            continue
        cells = body.split(layout.delimiter)
        if layout.padded:
            cells = [cell.strip(" ") for cell in cells]
        yield _counted(number, cells, text, layout)


def _quoted_records(lines: Iterable[str], layout: Layout) -> Iterator[Record]:
    feed = Feed(iter(lines), layout.line - 1)
    with long_cells_allowed():
        reader = csv.reader(feed, delimiter=layout.delimiter, strict=True, skipinitialspace=layout.padded)
        while True:
            feed.begin()
            start = feed.line + 1
            try:
                cells = next(reader)
            except StopIteration:
                return
            except csv.Error as error:
                record = _broken(feed, start, str(error), layout)
                feed.hand_back()
            else:
                record = _checked(feed, start, cells, layout)
            if record.cells or record.problem:
                yield record


def first_record(lines: Iterable[str], layout: Layout) -> tuple[Record | None, int]:
    """The first record, and the UTF-8 bytes from the start of the text to the record's end."""
    seen: list[str] = []

    def noted() -> Iterator[str]:
        for line in lines:
            seen.append(line)
            yield line

    record = next(records(noted(), layout), None)
    return record, sum(len(line.encode("utf-8", "surrogateescape")) for line in seen)


@contextmanager
def long_cells_allowed() -> Iterator[None]:
    """Python's csv module refuses cells beyond 128 kB; the limit is the module's own, so it is put back."""
    before = csv.field_size_limit(min(sys.maxsize, 2**31 - 1))
    try:
        yield
    finally:
        csv.field_size_limit(before)


def _checked(feed: Feed, start: int, cells: list[str], layout: Layout) -> Record:
    if feed.odd is not None:
        return _bad_byte(feed.taken[feed.odd], start + feed.odd, layout)
    if not cells:
        return Record(start, cells)
    if layout.padded:
        cells = [cell.rstrip(" ") for cell in cells]
    return _counted(start, cells, feed.taken[-1], layout)


def _counted(line: int, cells: list[str], last: str, layout: Layout) -> Record:
    """The record, with its problem where it has too few or too many fields. `last` is its last physical line."""
    found = len(cells)
    if not layout.width or found == layout.width:
        return Record(line, cells)
    problem = f"expected {layout.width} {'field' if layout.width == 1 else 'fields'}, found {found}"
    if found > layout.width:
        remedy = f"A cell that holds the delimiter {layout.delimiter!r} must stand in quotes: correct the line."
    elif not last.endswith(("\n", "\r")):
        remedy = "It is the last line and has no line end, so the file may be cut off: copy it again."
    else:
        remedy = f"Correct the line (the delimiter is {layout.delimiter!r})."
    return Record(line, cells, problem, remedy)


def _bad_byte(text: str, line: int, layout: Layout) -> Record:
    if "\0" in text:
        place = len(text[: text.index("\0")].encode("utf-8", "surrogateescape")) + 1
        return Record(line, [], f"byte {place} of the line is a NUL byte, which text never holds",
                      "The file is damaged, or it is not text: write it again.")  # fmt: skip
    found = _LONE_SURROGATE.search(text)
    where = found.start() if found else 0
    place = len(text[:where].encode("utf-8", "surrogateescape")) + 1
    byte = ord(text[where]) - 0xDC00
    problem = f"byte {place} of the line is 0x{byte:02X}, which is not {layout.encoding.upper()}"
    return Record(line, [], problem, "If it is Windows-1252 or Latin-1, pass --encoding cp1252.")


def _broken(feed: Feed, start: int, error: str, layout: Layout) -> Record:
    if feed.odd is not None and error != "unexpected end of data":
        return _bad_byte(feed.taken[feed.odd], start + feed.odd, layout)
    opened = start + quote_line(feed.taken, layout.delimiter)
    if error == "unexpected end of data":
        return Record(opened, [], "a quote opens here and is never closed",
                      "Close it, or copy the file again if it was cut off.")  # fmt: skip
    if "expected after" in error:
        problem = "text follows a closing quote: a quote inside a quoted cell must be doubled, or one is missing"
        escaped = any('\\"' in text for text in feed.taken)
        return Record(opened, [], problem, _ESCAPED if escaped else "Correct the quotes of the line.")
    return Record(start, [], error, "Correct the line.")


def quote_line(lines: list[str], delimiter: str) -> int:
    """In which of the record's lines its last quoted cell opens, from 0."""
    opens, ends = 0, 0
    quoted, closed, fresh = False, False, True  # in quotes; just after them; at the start of a cell
    text = "".join(lines)
    for at, char in enumerate(text):
        if char == '"' and (quoted or closed or fresh):
            opens = ends if fresh else opens
            quoted, closed, fresh = not quoted, quoted, False  # closed and again a quote: it was doubled
            continue
        line_end = char == "\n" or (char == "\r" and text[at + 1 : at + 2] != "\n")
        ends += line_end
        closed = False
        fresh = not quoted and (char == delimiter or line_end or (fresh and char == " "))
    return opens


@contextmanager
def lines_in(path: Path, layout: Layout) -> Iterator[Iterator[str]]:
    """The physical lines of a file, with its compression, byte-order mark and encoding undone.

    Raises DataError where the gzip or a UTF-16 text is broken, with the line it broke at.
    """
    with opened_bytes(path, unzip=layout.gzip) as stream:
        yield _told(path, stream, layout)


def _told(path: Path, stream: object, layout: Layout) -> Iterator[str]:
    count = layout.line - 1
    with damage_told(path, lambda: count):
        stream.read(layout.bom)  # type: ignore[attr-defined]  # any binary file
        try:
            for line in text_of(stream, layout.encoding):  # type: ignore[arg-type]  # any binary file
                count += 1
                yield line
        except UnicodeDecodeError as error:
            problem = f"is not whole {layout.encoding.upper()} text ({error.reason})"
            raise DataError(str(path), problem, "Copy it again, or name its --encoding.", count + 1) from error
