"""The whole queue as a table, a row for each label that was judged."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from auditor.check import Evidence
from auditor.dataset.batches import batches

if TYPE_CHECKING:
    import pyarrow as pa

    from auditor.evidence.identity import KnownRow
    from auditor.evidence.review import ReviewQueue

Ints = NDArray[np.int64]

#: Rows that are written out at a time: their labels and suggestions are texts.
_AT_ONCE = 100_000
NOT_FLAGGED = "not flagged"


def queue_table(
    evidence: Evidence, queue: ReviewQueue, rows: Ints, known: Mapping[int, KnownRow], lines: Ints
) -> pa.Table:
    """What is said of each of these rows, in this order; some at a time, so that memory does not grow with texts.

    `lines` holds the line of every row of the data, 0 for none. A row that is not `known` has no hash, and its id for
    a key, or none.
    """
    import pyarrow as pa

    turn = np.full(len(lines), -1, dtype=np.int64)
    turn[queue.rows] = queue.turn
    ids = _ids(evidence)
    parts = [
        pa.table(_columns(queue, rows[start : start + _AT_ONCE], start, turn, known, lines, ids))
        for start in range(0, len(rows), _AT_ONCE)
    ]
    about = {"sample": queue.sample, "stratum_rows": str(list(queue.sizes)), "stratum_drawn": str(list(queue.drawn))}
    return pa.concat_tables(parts).unify_dictionaries().replace_schema_metadata(about)


def _columns(
    queue: ReviewQueue,
    rows: Ints,
    start: int,
    turn: Ints,
    known: Mapping[int, KnownRow],
    lines: Ints,
    ids: pa.ChunkedArray | None,
) -> Mapping[str, pa.Array]:
    import pyarrow as pa

    from auditor.evidence.review import DRAWN

    told = queue.judged.suspects.told(rows)
    stratum = queue.strata_of(rows)
    drawn = turn[rows] >= 0
    chances = np.array(queue.drawn) / np.maximum(queue.sizes, 1)
    flagged = max(queue.flagged - start, 0)
    reasons = [*told.reason[:flagged], *(DRAWN if one else NOT_FLAGGED for one in drawn[flagged:])]
    mine = [known.get(row) for row in rows.tolist()]
    return {
        "key": pa.array([one and one.key for one in mine], pa.string()) if ids is None else ids.take(pa.array(rows)),
        "check": pa.array([one and one.check for one in mine], pa.string()),
        "row": pa.array(rows, pa.int64()),
        "line": pa.array(lines[rows], pa.int64(), mask=lines[rows] == 0),
        "given": _repeated(told.given),
        "suggested": _repeated(told.suggested),
        "probability": pa.array(told.probability, pa.float64(), from_pandas=True),
        "reason": _repeated(reasons),
        "in_sample": pa.array(drawn),
        "stratum": pa.array(stratum, pa.int64()),
        "inclusion": pa.array(chances[stratum], pa.float64()),
    }


def _ids(evidence: Evidence) -> pa.ChunkedArray | None:
    """The key of every row where an id names it."""
    import pyarrow as pa

    from auditor.evidence.identity import label_texts, unique_id

    name = unique_id(evidence)
    if name is None:
        return None
    parts = [label_texts(batch.columns[0]) for batch in batches(evidence.dataset.frame, (name,))]
    return pa.chunked_array([pa.array(texts, pa.string()) for texts in parts], pa.string())


def _repeated(texts: Sequence[str]) -> pa.DictionaryArray:
    """Texts of which there are few different ones, each held once."""
    import pyarrow as pa

    return pa.array(texts, pa.string()).dictionary_encode()
