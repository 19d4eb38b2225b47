"""Which row is which, and whether it is still what it was: keys and hashes that hold in every version."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from auditor.dataset.batches import batches
from auditor.dataset.keys import row_keys
from auditor.dataset.table import ROW, Dataset
from auditor.dataset.values import text_of

if TYPE_CHECKING:
    import pyarrow as pa

    from auditor.evidence import Evidence


@dataclass(frozen=True, slots=True)
class KnownRow:
    """A row with the key that names it, the hash of its content with its label, and its cells."""

    row: int
    key: str
    check: str
    cells: Mapping[str, Any]
    rest: str  # the hash of the cells but the label

    def check_with(self, *labels: str) -> str:
        """The hash that the row would have with other labels, given as canonical text."""
        return _with_labels(self.rest, labels)


def _with_labels(rest: str, labels: Iterable[str]) -> str:
    """The label counts by its canonical text: that `1` is kept as a text must not change the hash."""
    return row_keys([[rest, *labels]])[0]


def known_rows(evidence: Evidence, rows: Sequence[int] | None = None) -> Iterator[KnownRow]:
    """The rows of these ordinals, or all, in row order: one pass over all columns, slow for each row it gives."""
    import pyarrow as pa

    dataset = evidence.dataset
    wanted = None if rows is None else np.unique(np.asarray(rows, dtype=np.int64))
    if wanted is not None and not len(wanted):
        return
    names = [column.name for column in dataset.columns]
    apart = {*dataset.roles.label, *dataset.roles.pred_probs}  # what a model says of a row is not the row
    key_of = _Keys(evidence)
    start = 0
    for batch in batches(dataset.frame, [ROW, *names]):
        if wanted is not None:
            mine = wanted[np.searchsorted(wanted, start) : np.searchsorted(wanted, start + batch.num_rows)] - start
            start += batch.num_rows
            if not len(mine):
                continue
            batch = batch.take(pa.array(mine))
        for values in batch.to_pylist():
            row = int(values.pop(ROW))
            (rest,) = row_keys([[value for name, value in values.items() if name not in apart]])
            check = _with_labels(rest, [text_of(values[name]) for name in dataset.roles.label])
            yield KnownRow(row, key_of(row, values, rest), check, values, rest)


class _Keys:
    """The id where there is one; else a hash of the cells but the label, with a counter for equal rows."""

    def __init__(self, evidence: Evidence) -> None:
        self._id = unique_id(evidence)
        self._place: dict[int, int] = {}
        if self._id is None:
            alike = evidence.duplicates.alike
            first = np.unique(alike.group, return_index=True)[1]
            place = np.arange(len(alike.rows)) - first[alike.group] if len(alike.rows) else alike.rows
            self._place = dict(zip(alike.rows.tolist(), place.tolist(), strict=True))

    def __call__(self, row: int, cells: Mapping[str, Any], rest: str) -> str:
        return f"{rest}-{self._place.get(row, 0)}" if self._id is None else text_of(cells[self._id])


def unique_id(evidence: Evidence) -> str | None:
    """The column that names each row; None where there is none, or two rows share an id."""
    name = evidence.dataset.roles.id
    return name if name is not None and evidence.profile[name].distinct == evidence.profile.rows else None


def labels_digest(dataset: Dataset) -> str:
    """A hash of all labels in the order of the rows, by their canonical text; "" without a label."""
    if not dataset.roles.label:
        return ""
    digest = hashlib.blake2b(digest_size=10)
    for batch in batches(dataset.frame, dataset.roles.label):
        for texts in zip(*map(label_texts, batch.columns), strict=True):
            digest.update("".join(f"{len(text)}:{text}" for text in texts).encode("utf-8", "replace"))
    return digest.hexdigest()


def label_texts(column: pa.Array) -> list[str]:
    """The canonical texts of a column of labels; equal ones are one object."""
    import pyarrow as pa

    if pa.types.is_nested(column.type):
        return [text_of(value) for value in column.to_pylist()]
    coded = column.dictionary_encode(null_encoding="encode")
    texts = [text_of(value) for value in coded.dictionary.to_pylist()]
    return [texts[code] for code in coded.indices.to_pylist()]
