"""JSON Lines and JSON arrays: gone through once to learn the types of all rows, once more to write them typed."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from auditor.dataset.finish import looked_through
from auditor.dataset.frames import check_names
from auditor.dataset.guess import check
from auditor.dataset.json_records import JsonRecord, json_document, json_lines
from auditor.dataset.json_values import JsonColumn, arrow_cells
from auditor.dataset.keys import file_digest
from auditor.dataset.layout import Layout
from auditor.dataset.rewrite import SKIP, Skipped
from auditor.dataset.scratch import ScratchTable, scanned
from auditor.dataset.stored import encoding_of, head_of
from auditor.dataset.table import Loaded, Source
from auditor.dataset.tidy import without_tokens
from auditor.errors import DataError

if TYPE_CHECKING:
    from auditor.dataset.options import ReadOptions

_BATCH = 8_192


def read_json(path: Path, options: ReadOptions, scratch: Path, *, unzip: bool, as_lines: bool) -> Loaded:
    """Read objects as rows, their keys as columns; a key an object lacks is missing there.

    Raises DataError, with the line, for a line that is no JSON object.
    """
    check(options)
    encoding, bom, how = encoding_of(head_of(path, unzip=unzip), options.encoding)
    layout = Layout(encoding=encoding, bom=bom, gzip=unzip)
    held = None if as_lines else json_document(path, layout)
    columns, skipped, rows = _learned(path, _records(path, layout, held), options)
    if not rows:
        raise DataError(str(path), "holds no rows", "Check what wrote it: there is nothing to audit.")
    names = list(columns)
    check_names(list(names), str(path))
    place = scratch / f"{path.name}.arrow"
    with ScratchTable(place, names) as table:
        for chunk in _chunks(record.values for record in _records(path, layout, held) if not record.problem):
            cells = [arrow_cells([row.get(name) for row in chunk], columns[name].form) for name in names]
            table.add(cells, len(chunk))
    frame, tokens = without_tokens(scanned(place), options)
    source = Source(
        str(path),
        "jsonl" if as_lines else "json",
        paths=(str(path),),
        digest=file_digest(path),
        size_bytes=path.stat().st_size,
        skipped_lines=tuple(skipped.lines),
        skipped_count=skipped.count,
        dialect={"encoding": f"{encoding} ({how})", **({"compression": "gzip"} if unzip else {})},
        missing_tokens=tokens,
        notes=_notes(columns),
        layout=layout if as_lines else None,
    )
    return looked_through(frame, source)


def _records(path: Path, layout: Layout, held: list[JsonRecord] | None) -> Iterator[JsonRecord]:
    return json_lines(path, layout) if held is None else iter(held)


def _learned(
    path: Path, records: Iterator[JsonRecord], options: ReadOptions
) -> tuple[dict[str, JsonColumn], Skipped, int]:
    columns: dict[str, JsonColumn] = {}
    skipped, rows = Skipped(), 0
    for record in records:
        if record.problem and options.skip_bad_lines:
            skipped.add(record.line, record.problem)
            continue
        if record.problem:
            raise DataError(str(path), record.problem, f"Correct the line. {SKIP}", record.line)
        rows += 1
        for name, value in record.values.items():
            column = columns.get(name)
            if column is None:
                column = columns[name] = JsonColumn()
            column.note(value)
    return columns, skipped, rows


def _chunks(rows: Iterator[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    while chunk := list(islice(rows, _BATCH)):
        yield chunk


def _notes(columns: dict[str, JsonColumn]) -> tuple[str, ...]:
    mixed = [name for name, column in columns.items() if column.form == "mixed"]
    nested = [name for name, column in columns.items() if column.nested]
    notes = [f"{name}: holds values of different types, read as strings" for name in mixed]
    return (*notes, *(f"{name}: nested, kept as it is and not looked into" for name in nested))
