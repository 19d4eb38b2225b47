"""From the dataset's rows to those that probes learn from: their folds, an encoder, their features."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from auditor.dataset.batches import batches
from auditor.dataset.keys import row_hashes
from auditor.dataset.table import Column, Dataset
from auditor.evidence.probes.crossfit import FOLDS
from auditor.evidence.probes.features import Encoder, Features, encoded, learn_encoder, stacked

if TYPE_CHECKING:
    import pyarrow as pa

#: Rows from which the scale of numbers and the terms of texts are learned at most.
_ENCODER_ROWS = 20_000
_FOLD_SEED = 0xF01D
_SAMPLE_SEED = 20


def kept_together(dataset: Dataset, features: tuple[str, ...]) -> tuple[str, ...]:
    """The columns in which rows of one fold agree: the group, or all features."""
    return (dataset.roles.group,) if dataset.roles.group else features


def folds_of(batch: pa.RecordBatch | pa.Table, together: Sequence[str]) -> NDArray[np.int64]:
    """The fold of each row of a batch that holds the columns, by the hash of these."""
    hashes = row_hashes(batch.select(list(together)), _FOLD_SEED)
    return ((hashes >> np.uint64(32)) % np.uint64(FOLDS)).astype(np.int64)


def encoder_for(dataset: Dataset, columns: Sequence[Column], rows: NDArray[np.int64]) -> Encoder:
    """The encoder of the columns, learned from the rows (their ordinals, in order), or some of them."""
    if len(rows) > _ENCODER_ROWS:
        rows = np.sort(np.random.default_rng(_SAMPLE_SEED).choice(rows, _ENCODER_ROWS, replace=False))
    return learn_encoder(columns, picked(dataset, [column.name for column in columns], rows))


def features_of(dataset: Dataset, encoder: Encoder, rows: NDArray[np.int64]) -> Features:
    """The features of some rows (their ordinals, in order)."""
    return stacked([encoder.encode(batch) for batch in _batches_of(dataset, encoder.columns, rows)])


def unseen(
    dataset: Dataset, encoder: Encoder, folds: NDArray[np.int64], rows: NDArray[np.int64]
) -> Iterator[tuple[int, NDArray[np.int64], Features]]:
    """The rows that were not learned from (all but `rows`): a fold, the ordinals of some rows of it, their features."""
    rest = np.ones(len(folds), dtype=bool)
    rest[rows] = False
    if not rest.any():
        return
    start = 0
    for features in encoded(dataset, encoder):
        here = slice(start, start + len(features))
        for fold in range(FOLDS):
            mine = np.flatnonzero((folds[here] == fold) & rest[here])
            if len(mine):
                yield fold, start + mine, features.take(mine)
        start += len(features)


def picked(dataset: Dataset, names: Sequence[str], rows: NDArray[np.int64]) -> Any:
    """The cells of some rows, as one Arrow table."""
    import pyarrow as pa

    return pa.concat_tables(list(_batches_of(dataset, names, rows)))


def _batches_of(dataset: Dataset, names: Sequence[str], rows: NDArray[np.int64]) -> Iterator[pa.Table]:
    """Those of the rows (their ordinals, in order) that fall in each batch."""
    import pyarrow as pa

    start = 0
    for batch in batches(dataset.frame, names):
        end = start + batch.num_rows
        mine = rows[np.searchsorted(rows, start) : np.searchsorted(rows, end)] - start
        part = pa.Table.from_batches([batch]) if isinstance(batch, pa.RecordBatch) else batch
        yield part.take(pa.array(mine))
        start = end
