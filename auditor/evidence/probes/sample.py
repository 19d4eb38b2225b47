"""From the dataset's rows to those that probes learn from: their folds, an encoder, their features."""

from __future__ import annotations

from collections.abc import Sequence
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
    return learn_encoder(columns, _picked(dataset, [column.name for column in columns], rows))


def features_of(dataset: Dataset, encoder: Encoder, rows: NDArray[np.int64]) -> Features:
    """The features of some rows (their ordinals, in order)."""
    parts = []
    start = 0
    for features in encoded(dataset, encoder):
        parts.append(features.take(_within(rows, start, len(features))))
        start += len(features)
    return stacked(parts)


def _picked(dataset: Dataset, names: Sequence[str], rows: NDArray[np.int64]) -> Any:
    """The cells of some rows, as one Arrow table."""
    import pyarrow as pa

    parts: list[Any] = []
    start = 0
    for batch in batches(dataset.frame, names):
        part = pa.Table.from_batches([batch]) if isinstance(batch, pa.RecordBatch) else batch
        parts.append(part.take(pa.array(_within(rows, start, batch.num_rows))))
        start += batch.num_rows
    return pa.concat_tables(parts)


def _within(rows: NDArray[np.int64], start: int, length: int) -> NDArray[np.int64]:
    """Those of the ordered ordinals that fall in a batch, by their place in it."""
    return rows[np.searchsorted(rows, start) : np.searchsorted(rows, start + length)] - start
