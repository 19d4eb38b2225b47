"""What a person reviews: the whole queue as a table, and the sheet to fill in."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from math import isnan
from typing import TYPE_CHECKING

import numpy as np

from auditor.check import Evidence
from auditor.dataset.cells import shielded
from auditor.dataset.lines import all_lines
from auditor.dataset.table import Dataset
from auditor.dataset.values import text_of
from auditor.dataset.verdicts import Place
from auditor.report.model import ReviewRecord
from auditor.report.review_table import queue_table

if TYPE_CHECKING:
    import pyarrow as pa
    from numpy.typing import NDArray

    from auditor.evidence.identity import KnownRow
    from auditor.evidence.review import ReviewQueue

TABLE_NAME, SHEET_NAME = "review.parquet", "review.csv"
#: Flagged rows on the sheet beyond the sample: more than a person looks at.
MAX_FLAGGED = 1_000
#: Columns of the data on the sheet, and characters of a cell.
MAX_CELLS, MAX_CELL = 100, 300
#: Rows from the first of the queue on that are hashed, besides those that are flagged or drawn: hashes are slow.
MAX_HASHED = 2_000
#: What the sheet says of a row, before the cells of the data; the fields to fill in are empty.
SHEET = (
    "key", "check", "row", "line", "label", "suggested", "probability", "sample", "verdict", "new_label", "verdict_2",
    "comment",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class ReviewFiles:
    """The table of the whole queue, the sheet's text, and what the report says of them."""

    table: pa.Table
    sheet: str
    record: ReviewRecord


def review_files(evidence: Evidence) -> ReviewFiles | None:
    """The files of the queue that a check asked for; None where none did."""
    from auditor.evidence.identity import known_rows
    from auditor.evidence.review import AskReview

    queues = [queue for queue in evidence.known(AskReview) if len(queue)]
    if not queues:
        return None
    queue = queues[-1]
    rows = queue.rows.tolist()
    on_sheet = _on_sheet(queue)
    shown = {rows[at] for at in on_sheet}
    names = _shown_columns(evidence.dataset)
    known: dict[int, KnownRow] = {}
    cells: dict[int, list[str]] = {}
    whole = queue.whole
    for row in known_rows(evidence, [*rows, *whole[:MAX_HASHED].tolist()]):
        known[row.row] = replace(row, cells={})
        if row.row in shown:
            cells[row.row] = [shielded(text_of(row.cells[name]), MAX_CELL) for name in names]
    lines = all_lines(evidence.dataset.source)
    sheet = _sheet(queue, on_sheet, names, known, cells, lines)
    sampled = int(queue.in_sample.sum())
    record = ReviewRecord(
        check=queue.check,
        sheet=SHEET_NAME,
        table=TABLE_NAME,
        sample=sampled,
        flagged=queue.flagged,
        flagged_besides=len(on_sheet) - sampled,
        in_order=queue.in_order,
    )
    return ReviewFiles(queue_table(evidence, queue, whole, known, lines), sheet, record)


def _on_sheet(queue: ReviewQueue) -> list[int]:
    """Places in the queue: the sample in random order, then the flagged rows that are not in it, worst first."""
    drawn = np.flatnonzero(queue.turn >= 0)
    sample = drawn[np.argsort(queue.turn[drawn])].tolist()
    return [*sample, *np.flatnonzero(queue.turn[: queue.flagged] < 0)[:MAX_FLAGGED].tolist()]


def _shown_columns(dataset: Dataset) -> list[str]:
    """Text first: it is what a person judges by. The label has its own column."""
    names = dict.fromkeys([*dataset.roles.text, *(column.name for column in dataset.columns)])
    return [name for name in names if name not in dataset.roles.label][:MAX_CELLS]


def _sheet(
    queue: ReviewQueue,
    on_sheet: list[int],
    names: list[str],
    known: Mapping[int, KnownRow],
    cells: Mapping[int, list[str]],
    lines: NDArray[np.int64],
) -> str:
    """As CSV, with the mark by which Excel knows UTF-8."""
    out = io.StringIO()
    out.write("\ufeff")
    writer = csv.writer(out)
    writer.writerow([*SHEET, *_headings(names)])
    for at in on_sheet:
        row = known[int(queue.rows[at])]
        fields = _fields(queue, at, row, int(lines[row.row]))
        writer.writerow([*(fields.get(name, "") for name in SHEET), *cells[row.row]])
    return out.getvalue()


def _fields(queue: ReviewQueue, at: int, row: KnownRow, line: int) -> dict[str, str]:
    """What is said of a row. How suspicious a drawn row is, is left out: it is to be judged by its cells."""
    in_sample = bool(queue.turn[at] >= 0)
    turn = int(queue.turn[at]) if queue.in_order and in_sample else None
    place = Place(queue.sample, int(queue.stratum[at]), in_sample, queue.sizes, queue.drawn, turn)
    return {
        "key": shielded(row.key),
        "check": f"c{row.check}:{place}",
        "row": str(row.row),
        "line": str(line or ""),
        "label": shielded(queue.given[at]),
        "suggested": shielded(queue.suggested[at]),
        "probability": "" if in_sample or isnan(queue.probability[at]) else f"{queue.probability[at]:.4g}",
        "sample": "yes" if in_sample else "no",
    }


def _headings(names: list[str]) -> Iterator[str]:
    """The names of the data's columns, told apart from our own."""
    taken = {name.casefold() for name in SHEET}
    for name in names:
        heading = shielded(name, MAX_CELL)
        while heading.casefold() in taken:
            heading += "_"
        taken.add(heading.casefold())
        yield heading
