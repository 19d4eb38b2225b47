"""The last step of every reader: one pass over what was opened, then the frame with its columns and source."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from auditor.dataset.batches import batches
from auditor.dataset.kinds import Wording, assign
from auditor.dataset.table import ROW, Loaded, Source

if TYPE_CHECKING:
    import narwhals as nw


def looked_through(frame: nw.LazyFrame[Any], source: Source) -> Loaded:
    """Count the rows and assign the kinds in one pass over all columns.

    All columns, because a file whose end is damaged must fail here, not in the middle of the audit.
    """
    import narwhals as nw

    schema = frame.collect_schema()
    strings = [name for name, dtype in schema.items() if dtype == nw.String]
    wording, rows = words_of(frame, list(schema), strings)
    source = replace(source, rows_in_file=rows + source.skipped_count, rows_read=rows)
    return Loaded(frame, assign(schema, wording), source)


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
