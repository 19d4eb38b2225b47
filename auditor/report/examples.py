"""The rows behind findings: their cells, keys and file lines, looked up for the reported rows only."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from auditor.check import Evidence, Finding
from auditor.dataset.keys import row_keys
from auditor.dataset.lines import lines_of
from auditor.dataset.table import ROW, Dataset
from auditor.dataset.values import text_of
from auditor.report.model import MAX_EXAMPLES, ExampleRow

if TYPE_CHECKING:
    import pyarrow as pa

#: Rows of a sidecar that carry key and file line; further ones are named by their ordinal.
MAX_LOCATED = 10_000
_MAX_CELL = 200  # characters of a cell
_MAX_CELLS = 12
_MAX_CELLS_HELD = 2_000_000  # of all rows that are looked up


@dataclass(frozen=True, slots=True)
class Located:
    """Where reported rows stand, and what they hold."""

    cells: Mapping[int, Mapping[str, Any]]
    keys: Mapping[int, str]
    lines: Mapping[int, int]


def locate(evidence: Evidence, findings: Sequence[Finding]) -> Located:
    """Look up the rows of all findings at once."""
    wanted = _wanted(findings, len(evidence.dataset.columns))
    if not wanted:
        return Located({}, {}, {})
    cells = _cells(evidence.dataset, wanted)
    return Located(cells, _keys(evidence, cells), lines_of(evidence.dataset.source, wanted))


def _wanted(findings: Sequence[Finding], columns: int) -> list[int]:
    """The rows to look up: all that are shown as examples, then as many more as cost no memory to speak of."""
    shown = {int(row) for finding in findings for row in finding.rows[:MAX_EXAMPLES]}
    room = min(5 * MAX_LOCATED, _MAX_CELLS_HELD // columns) - len(shown)
    for finding in findings:
        more = [int(row) for row in finding.rows[:MAX_LOCATED] if int(row) not in shown][: max(0, room)]
        shown.update(more)
        room -= len(more)
    return sorted(shown)


def _cells(dataset: Dataset, rows: Sequence[int]) -> dict[int, dict[str, Any]]:
    import narwhals as nw

    names = [column.name for column in dataset.columns]
    found: dict[int, dict[str, Any]] = {}
    for start in range(0, len(rows), MAX_LOCATED):
        part = list(rows[start : start + MAX_LOCATED])
        collected = dataset.frame.filter(nw.col(ROW).is_in(part)).select(ROW, *names).collect()
        found |= {int(row[ROW]): row for row in collected.iter_rows(named=True)}
    return found


def _keys(evidence: Evidence, cells: Mapping[int, Mapping[str, Any]]) -> dict[int, str]:
    """The id where there is one; else a hash of the cells but the label, with a counter for equal rows."""
    dataset = evidence.dataset
    if dataset.roles.id is not None and evidence.profile[dataset.roles.id].distinct == evidence.profile.rows:
        return {row: text_of(values[dataset.roles.id]) for row, values in cells.items()}
    alike = evidence.duplicates.alike
    first: dict[int, int] = {}
    place: dict[int, int] = {}
    for position, (row, group) in enumerate(zip(alike.rows.tolist(), alike.group.tolist(), strict=True)):
        place[row] = position - first.setdefault(group, position)
    names = [c.name for c in dataset.columns if c.name not in dataset.roles.label]
    hashed = row_keys([[values[name] for name in names] for values in cells.values()])
    return {row: f"{key}-{place.get(row, 0)}" for row, key in zip(cells, hashed, strict=True)}


def example_rows(finding: Finding, located: Located, dataset: Dataset) -> tuple[ExampleRow, ...]:
    """The first rows of a finding, as the report shows them."""
    shown = _shown_columns(dataset)
    return tuple(
        ExampleRow(
            row=row,
            line=located.lines.get(row),
            key=located.keys[row],
            cells=tuple((name, _cut(text_of(located.cells[row][name]))) for name in shown),
            details=tuple((name, _cut(text_of(values[place]))) for name, values in finding.details.items()),
        )
        for place, row in enumerate(finding.rows[:MAX_EXAMPLES])
    )


def _shown_columns(dataset: Dataset) -> list[str]:
    """Label and text first: they are what a person judges by."""
    roles = dataset.roles
    first = [*roles.label, *roles.text, *roles.sensitive]
    names = [*first, *(column.name for column in dataset.columns if column.name not in first)]
    return list(dict.fromkeys(names))[:_MAX_CELLS]


def _cut(text: str) -> str:
    return text if len(text) <= _MAX_CELL else text[: _MAX_CELL - 1] + "…"


def sidecar(finding: Finding, located: Located) -> pa.Table:
    """All rows of a finding, with what the check said of each."""
    import pyarrow as pa

    rows = [int(row) for row in finding.rows]
    columns: dict[str, Any] = {
        "row": pa.array(rows, pa.int64()),
        "line": pa.array([located.lines.get(row) for row in rows], pa.int64()),
        "key": pa.array([located.keys.get(row) for row in rows], pa.string()),
    }
    for name, values in finding.details.items():
        columns[name if name not in columns else f"{name}_"] = _array(list(values))
    return pa.table(columns)


def _array(values: list[Any]) -> pa.Array:
    """An Arrow column; of text where a plugin mixed types that no column holds."""
    import pyarrow as pa

    try:
        return pa.array(values)
    except (pa.ArrowException, OverflowError, TypeError, ValueError):
        return pa.array([None if value is None else text_of(value) for value in values], pa.string())
