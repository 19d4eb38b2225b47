"""The last step of every reader: one pass over what was opened, then the frame with its columns and source."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from auditor.dataset.batches import batches
from auditor.dataset.kinds import Wording, assign
from auditor.dataset.table import ROW, Loaded, Source
from auditor.errors import DataError

if TYPE_CHECKING:
    import narwhals as nw


#: The first and the last microsecond that a date can name, from 1970 on.
_FIRST, _LAST = -62_135_596_800_000_000, 253_402_300_799_999_999


def looked_through(frame: nw.LazyFrame[Any], source: Source) -> Loaded:
    """Count the rows and assign the kinds in one pass over all columns.

    All columns, because a file whose end is damaged must fail here, not in the middle of the audit.
    """
    import narwhals as nw

    schema = frame.collect_schema()
    strings = [name for name, dtype in schema.items() if dtype == nw.String]
    wording, rows = words_of(frame, list(schema), strings)
    _can_be_told(frame, [name for name, dtype in schema.items() if dtype == nw.Datetime], source.name)
    source = replace(source, rows_in_file=rows + source.skipped_count, rows_read=rows)
    return Loaded(frame, assign(schema, wording), source)


def _can_be_told(frame: nw.LazyFrame[Any], times: Sequence[str], where: str) -> None:
    """Raise DataError for a time before the year 1 or after 9999: of the engines Polars holds it, and panics later."""
    import narwhals as nw

    if not times or not frame.implementation.is_polars():
        return
    micros = [nw.col(name).dt.timestamp("us") for name in times]
    lowest, highest = (
        frame.select(*(end.alias(name) for name, end in zip(times, ends, strict=True))).collect().row(0)
        for ends in ([one.min() for one in micros], [one.max() for one in micros])
    )
    for name, low, high in zip(times, lowest, highest, strict=True):
        if low is not None and not _FIRST <= low <= high <= _LAST:
            problem = f"column {name!r} holds a time before the year 1 or after 9999"
            raise DataError(where, problem, "Its unit may be another than the file says: correct it, or the cell.")


def words_of(
    frame: nw.LazyFrame[Any], columns: Sequence[str], strings: Sequence[str]
) -> tuple[dict[str, Wording], int]:
    """The wording of the string columns, and the rows, from one pass over `columns`."""
    wording = {name: Wording() for name in strings if name != ROW}
    rows = 0
    for batch in batches(frame, columns):
        rows += batch.num_rows
        for name, words in wording.items():
            words.add(batch.column(name))
    return wording, rows
