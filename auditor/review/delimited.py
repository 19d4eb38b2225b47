"""A delimited file with some cells of one column changed, and every other byte as it was."""

from __future__ import annotations

import csv
import gzip
import hashlib
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from auditor.dataset.layout import Layout
from auditor.dataset.lines import lines_of
from auditor.dataset.records import lines_in, long_cells_allowed
from auditor.dataset.stored import opened_bytes
from auditor.dataset.table import Source
from auditor.errors import AuditError, UsageError
from auditor.review.labels import number_of
from auditor.review.spelling import commonest, example_rows


def rewrite_delimited(
    source: Source, column: int, labels: Sequence[str], changes: Mapping[int, str], output: Path, *, zipped: bool
) -> None:
    """Copy the file with the cell in `column` (from 0) of each row in `changes` holding its new class.

    A class is written as the file writes it elsewhere, in quotes where the old cell was or the new one must be.
    Raises AuditError where the encoding does not give the same bytes back, UsageError where it cannot write a class.
    """
    layout = source.layout
    assert layout is not None  # every delimited file has one
    path = Path(source.paths[0])
    examples = example_rows(labels, set(changes.values()))
    lines = lines_of(source, {*changes, *examples})
    asked = {lines[row]: name for row, name in examples.items()}
    seen = [(asked[at], _cell(text, column, layout)) for at, text in _pieces(path, layout, asked) if at in asked]
    spelled = commonest(seen, changes.values())
    wanted = {lines[row]: _spelled(name, spelled[name], layout) for row, name in changes.items()}
    unchanged = hashlib.sha256()
    with opened_bytes(path, unzip=layout.gzip) as stream, opened_output(output, zipped=zipped) as out:
        mark = stream.read(layout.bom)
        unchanged.update(mark)
        out.write(mark)
        for at, text in _pieces(path, layout, wanted):
            unchanged.update(_encoded(text, layout))
            new = text if at not in wanted else _replaced(text, column, wanted[at], layout)
            out.write(_encoded(new, layout))
    if unchanged.digest() != _content_digest(path, layout):
        problem = f"its bytes are not what {layout.encoding} makes of its text"
        raise AuditError(f"{path}: cannot be changed byte for byte: {problem}. Convert it to UTF-8 first.")


@contextmanager
def opened_output(path: Path, *, zipped: bool) -> Iterator[IO[bytes]]:
    """The file to write to, compressed where asked; equal content gives equal bytes."""
    with path.open("wb") as raw:
        if not zipped:
            yield raw
            return
        with gzip.GzipFile(filename="", mode="wb", fileobj=raw, mtime=0) as packed:
            yield packed  # type: ignore[misc]  # a GzipFile writes like any file


def _pieces(path: Path, layout: Layout, starts: Collection[int]) -> Iterator[tuple[int, str]]:
    """All the text, line by line with the line's number; a record that starts on one of `starts` is one piece."""
    at = layout.line
    with lines_in(path, layout) as lines, long_cells_allowed():
        for line in lines:
            taken = [line]
            if at in starts and layout.quoted:
                _complete(taken, lines, layout)
            yield at, "".join(taken)
            at += len(taken)


def _complete(taken: list[str], lines: Iterator[str], layout: Layout) -> None:
    """Take further lines until the record is whole."""

    def feed() -> Iterator[str]:
        yield taken[0]
        for line in lines:
            taken.append(line)
            yield line

    next(csv.reader(feed(), delimiter=layout.delimiter, strict=True, skipinitialspace=layout.padded))


def cell_span(record: str, column: int, layout: Layout) -> tuple[int, int]:
    """Where the cell stands in the record's text: its quotes are part of it, the blanks around it are not."""
    start = at = 0
    for _ in range(column + 1):
        start = at
        at = _cell_end(record, start, layout)
        end = at
        at += 1
    if layout.padded:
        inner = record[start:end]
        start += len(inner) - len(inner.lstrip(" "))
        end = max(start, end - (len(inner) - len(inner.rstrip(" "))))
    return start, end


def _cell_end(record: str, start: int, layout: Layout) -> int:
    at = start
    if layout.quoted:
        while layout.padded and record[at : at + 1] == " ":
            at += 1
        if record[at : at + 1] == '"':
            at = record.index('"', at + 1)
            while record[at + 1 : at + 2] == '"':
                at = record.index('"', at + 2)
    ends = [place for mark in (layout.delimiter, "\r", "\n") if (place := record.find(mark, at)) >= 0]
    return min(ends, default=len(record))


def _cell(record: str, column: int, layout: Layout) -> str:
    start, end = cell_span(record, column, layout)
    text = record[start:end]
    return text[1:-1].replace('""', '"') if layout.quoted and text.startswith('"') else text


def _replaced(record: str, column: int, new: str, layout: Layout) -> str:
    start, end = cell_span(record, column, layout)
    if _needs_quotes(new, layout) or (layout.quoted and record[start : start + 1] == '"'):
        new = '"' + new.replace('"', '""') + '"'
    return record[:start] + new + record[end:]


def _needs_quotes(text: str, layout: Layout) -> bool:
    return any(mark in text for mark in (layout.delimiter, '"', "\r", "\n")) or (
        layout.padded and text != text.strip(" ")
    )


def _spelled(name: str, spelling: str | None, layout: Layout) -> str:
    text = name if spelling is None else spelling
    if spelling is None and layout.decimal != "." and number_of(name) is not None:
        text = name.replace(".", layout.decimal)
    try:
        _encoded(text, layout)
    except UnicodeEncodeError as error:
        raise UsageError(f"the class {name!r} cannot be written in {layout.encoding}, the file's encoding.") from error
    return text


def _encoded(text: str, layout: Layout) -> bytes:
    errors = "strict" if layout.encoding.startswith(("utf-16", "utf-32")) else "surrogateescape"
    return text.encode(layout.encoding, errors)


def _content_digest(path: Path, layout: Layout) -> bytes:
    digest = hashlib.sha256()
    with opened_bytes(path, unzip=layout.gzip) as stream:
        while chunk := stream.read(1 << 20):
            digest.update(chunk)
    return digest.digest()
