"""From rows back to lines: looked up afterwards, for the rows a report names."""

from __future__ import annotations

import csv
from collections.abc import Collection, Iterator
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from auditor.dataset.json_records import json_lines
from auditor.dataset.layout import Layout
from auditor.dataset.records import lines_in, long_cells_allowed, records
from auditor.dataset.table import Source

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt


def lines_of(source: Source, rows: Collection[int]) -> dict[int, int]:
    """The line (from 1, as an editor counts) each row's record starts on, for text formats; {} for others.

    Rows are ordinals as in ROW; in a dataset of several files, the lines are those of each row's own file. Where
    the reader has not seen that each line is one record, the file is read once more, no further than the last row
    asked for: raises DataError if it has gone or changed for the worse.
    """
    if source.parts:
        return _in_parts(source.parts, rows)
    if source.layout is None or not rows:
        return {}
    if source.layout.even:
        return {row: _first_line(source.layout) + row for row in rows}
    wanted, last = set(rows), max(rows)
    found: dict[int, int] = {}
    for row, line in enumerate(_starts(source)):
        if row in wanted:
            found[row] = line
        if row >= last:
            break
    return found


def all_lines(source: Source) -> npt.NDArray[np.int64]:
    """The same for every row at once, (rows,): 0 where the format has no lines. Raises DataError as `lines_of`."""
    import numpy as np

    if source.parts:
        return np.concatenate([all_lines(part) for part in source.parts])
    if source.layout is not None and source.layout.even:
        return np.arange(source.rows_read, dtype=np.int64) + _first_line(source.layout)
    found = np.zeros(source.rows_read, dtype=np.int64)
    if source.layout is not None:
        lines = np.fromiter(islice(_starts(source), source.rows_read), dtype=np.int64)
        found[: len(lines)] = lines
    return found


def _in_parts(parts: Collection[Source], rows: Collection[int]) -> dict[int, int]:
    found: dict[int, int] = {}
    start = 0
    for part in parts:
        own = [row - start for row in rows if start <= row < start + part.rows_read]
        found |= {row + start: line for row, line in lines_of(part, own).items()}
        start += part.rows_read
    return found


def _first_line(layout: Layout) -> int:
    """The line of the first row, where each line is a record."""
    return layout.line + layout.header


def _starts(source: Source) -> Iterator[int]:
    """The line of each row's record, in order: the same records the reader kept."""
    layout = source.layout
    assert layout is not None  # the caller asked
    path = Path(source.paths[0])
    if source.format == "jsonl":
        yield from (record.line for record in json_lines(path, layout) if not record.problem)
        return
    with lines_in(path, layout) as lines:
        if source.skipped_count:
            starts = _of_good_records(lines, layout)
        else:
            starts = _of_records(lines, layout) if layout.quoted else _of_filled_lines(lines, layout)
            if layout.header:
                next(starts)
        yield from starts


def _of_good_records(lines: Iterator[str], layout: Layout) -> Iterator[int]:
    for at, record in enumerate(records(lines, layout)):
        if not record.problem and not (at == 0 and layout.header):
            yield record.line


def _of_records(lines: Iterator[str], layout: Layout) -> Iterator[int]:
    """Where all records are known to be good, only their starts are of interest."""
    with long_cells_allowed():
        reader = csv.reader(lines, delimiter=layout.delimiter, strict=True, skipinitialspace=layout.padded)
        start = layout.line
        for cells in reader:
            if cells:
                yield start
            start = reader.line_num + layout.line


def _of_filled_lines(lines: Iterator[str], layout: Layout) -> Iterator[int]:
    return (number for number, line in enumerate(lines, start=layout.line) if line.strip("\r\n"))
