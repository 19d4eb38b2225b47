"""The features of some rows as arrays that every probe can read.

What a column needs for that (its centre and scale, its levels) is learned once, from a sample, and without
looking at any label, so that it may be shared by all folds.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from auditor.dataset.batches import batches
from auditor.dataset.table import Column, Dataset, Kind
from auditor.errors import NotPossible
from auditor.evidence.probes.terms import TermWeights, learn_terms

if TYPE_CHECKING:
    import pyarrow as pa

#: Levels of a category that stand for themselves; the rest, and those of a single row, are one.
MAX_LEVELS = 250
#: A category of which more than this share of rows has a rare level is read as text as well.
_RARE_SHARE = 0.05
_FARTHEST = 1e4  # standard deviations from the mean: beyond, a number says no more
_NUMBERS = frozenset({Kind.NUMERIC, Kind.BOOLEAN, Kind.DATETIME})
READABLE = _NUMBERS | {Kind.CATEGORICAL, Kind.TEXT, Kind.EMBEDDING}


@dataclass(frozen=True, slots=True)
class Features:
    """Some rows: standardised `numbers` (rows × columns, nan where missing), `codes` of categories (rows ×
    columns, 0 for missing, rare and unseen levels alike), `vectors` of embeddings (rows × dimensions, 0 where
    missing), and `terms` (rows × words and pieces of words, a sparse matrix of tf-idf; None where there is no
    text). `levels` is the number of codes of each category.
    """

    numbers: NDArray[np.float32]
    codes: NDArray[np.int32]
    vectors: NDArray[np.float32]
    terms: Any
    levels: tuple[int, ...]

    def __len__(self) -> int:
        return len(self.numbers)

    def take(self, rows: NDArray[Any]) -> Features:
        """The rows chosen by a mask or by their places."""
        return Features(
            self.numbers[rows],
            self.codes[rows],
            self.vectors[rows],
            None if self.terms is None else self.terms[np.flatnonzero(rows) if rows.dtype == bool else rows],
            self.levels,
        )


def stacked(parts: Sequence[Features]) -> Features:
    """All rows of the parts, in order; there must be one part at least."""
    return Features(
        np.concatenate([part.numbers for part in parts]),
        np.concatenate([part.codes for part in parts]),
        np.concatenate([part.vectors for part in parts]),
        None if parts[0].terms is None else _rows_joined([part.terms for part in parts]),
        parts[0].levels,
    )


def _rows_joined(matrices: Sequence[Any]) -> Any:
    import scipy.sparse as sp

    return sp.vstack(matrices, format="csr")


@dataclass(frozen=True, slots=True)
class _Category:
    column: str
    known: tuple[Any, ...]
    as_text: bool


@dataclass(frozen=True, slots=True)
class Encoder:
    """What turns a batch into Features: the centre and scale of numbers, the levels of categories."""

    numbers: tuple[Column, ...]
    centre: NDArray[np.float64]
    scale: NDArray[np.float64]
    categories: tuple[_Category, ...]
    terms: tuple[TermWeights, ...]
    vectors: tuple[tuple[str, int], ...]  # and the length of each

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that are read, each once."""
        categories = (category.column for category in self.categories)
        vectors = (name for name, _ in self.vectors)
        texts = (terms.column for terms in self.terms)
        return tuple(dict.fromkeys((*(column.name for column in self.numbers), *categories, *texts, *vectors)))

    def encode(self, batch: pa.RecordBatch | pa.Table) -> Features:
        """The rows of a batch. NotPossible where the vectors of an embedding differ in length."""
        raw = _numbers(batch, self.numbers)
        numbers = np.clip((raw - self.centre) / self.scale, -_FARTHEST, _FARTHEST).astype(np.float32)
        codes = [_codes(batch.column(category.column), category.known) for category in self.categories]
        vectors = [_vectors(batch.column(name), width) for name, width in self.vectors]
        rows = batch.num_rows
        return Features(
            numbers,
            np.stack(codes, axis=1) if codes else np.zeros((rows, 0), dtype=np.int32),
            np.concatenate(vectors, axis=1) if vectors else np.zeros((rows, 0), dtype=np.float32),
            _terms(batch, self.terms),
            tuple(len(category.known) + 1 for category in self.categories),
        )


def readable(dataset: Dataset) -> tuple[Column, ...]:
    """The features a probe can read. NotPossible where there are none."""
    names = set(dataset.roles.features)
    chosen = tuple(c for c in dataset.columns if c.name in names and c.kind in READABLE)
    if not chosen:
        raise NotPossible("there is no feature a probe could read")
    return chosen


def learn_encoder(columns: Sequence[Column], sample: pa.Table) -> Encoder:
    """The encoder for the given columns, from sampled rows."""
    numbers = tuple(column for column in columns if column.kind in _NUMBERS)
    raw = _numbers(sample, numbers)
    centre, scale = _centre_and_scale(raw)
    categories = tuple(_category(sample.column(c.name), c.name) for c in columns if c.kind is Kind.CATEGORICAL)
    texts = (*(c.name for c in columns if c.kind is Kind.TEXT), *(c.column for c in categories if c.as_text))
    weights = (learn_terms(name, _texts(sample.column(name))) for name in texts)
    return Encoder(
        numbers,
        centre,
        scale,
        categories,
        tuple(found for found in weights if found is not None),
        tuple((c.name, _width(sample.column(c.name))) for c in columns if c.kind is Kind.EMBEDDING),
    )


def encoded(dataset: Dataset, encoder: Encoder) -> Iterator[Features]:
    """All rows of the dataset, batch by batch, in order."""
    for batch in batches(dataset.frame, encoder.columns):
        yield encoder.encode(batch)


def _numbers(batch: pa.RecordBatch | pa.Table, columns: Sequence[Column]) -> NDArray[np.float64]:
    """Numbers as they are, times as days and, where the data knows hours, as the hour and day of the week."""
    import pyarrow as pa
    import pyarrow.compute as pc

    ready = np.full((batch.num_rows, len(columns)), np.nan)
    for at, column in enumerate(columns):
        cells = batch.column(column.name)
        if column.kind is Kind.DATETIME:
            cells = pc.divide(pc.cast(pc.cast(cells, pa.timestamp("s"), safe=False), pa.int64()), 86_400.0)
        elif pa.types.is_boolean(cells.type):
            cells = pc.cast(cells, pa.int8())
        values = pc.cast(cells, pa.float64(), safe=False).to_numpy(zero_copy_only=False)
        ready[:, at] = np.where(np.isfinite(values), values, np.nan)
    return ready


def _centre_and_scale(raw: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Means and standard deviations of what is there; 0 and 1 where nothing is, or nothing varies."""
    there = ~np.isnan(raw)
    count = np.maximum(there.sum(axis=0), 1)
    largest = np.where(there, np.abs(raw), 0.0).max(axis=0, initial=0.0)
    unit = np.where(largest > 0, largest, 1.0)  # so that squares of huge numbers stay finite
    shrunk = np.where(there, raw / unit, 0.0)
    centre = shrunk.sum(axis=0) / count
    spread = np.sqrt(np.where(there, (raw / unit - centre) ** 2, 0.0).sum(axis=0) / count)
    scale = np.where(spread > 1e-12, spread, 1.0)
    return centre * unit, scale * unit


def _category(cells: pa.ChunkedArray, name: str) -> _Category:
    import pyarrow.compute as pc

    counts = pc.value_counts(_plain(cells).drop_null()).to_pylist()
    counts.sort(key=lambda entry: (-entry["counts"], str(entry["values"])))
    known = tuple(entry["values"] for entry in counts[:MAX_LEVELS] if entry["counts"] > 1)
    rare = sum(entry["counts"] for entry in counts[len(known) :])
    return _Category(name, known, as_text=rare > _RARE_SHARE * max(len(cells), 1))


def _plain(cells: Any) -> Any:
    """The cells without a dictionary behind them."""
    import pyarrow as pa

    return cells.cast(cells.type.value_type) if pa.types.is_dictionary(cells.type) else cells


def _codes(cells: Any, known: tuple[Any, ...]) -> NDArray[np.int32]:
    import pyarrow as pa
    import pyarrow.compute as pc

    plain = _plain(cells)
    if not known:
        return np.zeros(len(cells), dtype=np.int32)
    places = pc.index_in(plain, value_set=pa.array(known, type=plain.type))
    found: NDArray[np.int32] = pc.add(pc.fill_null(places, -1), 1).to_numpy(zero_copy_only=False)
    return found.astype(np.int32)


def _terms(batch: pa.RecordBatch | pa.Table, weights: Sequence[TermWeights]) -> Any:
    import scipy.sparse as sp

    if not weights:
        return None
    return sp.hstack([each.weigh(_texts(batch.column(each.column))) for each in weights], format="csr")


def _texts(cells: Any) -> list[str]:
    import pyarrow as pa
    import pyarrow.compute as pc

    texts: list[str] = pc.fill_null(pc.cast(_plain(cells), pa.large_string()), "").to_pylist()
    return texts


def _width(cells: Any) -> int:
    """The length of a column's vectors, by the first that is there."""
    there = cells.drop_null()
    return len(there[0]) if len(there) else 0


def vectors_of(cells: Any) -> NDArray[np.float32]:
    """A row a vector, as long as the first that is there; a missing one is all zeros.

    NotPossible where they differ in length.
    """
    return _vectors(cells, _width(cells))


def _vectors(cells: Any, width: int) -> NDArray[np.float32]:
    """A row a vector; a missing vector is all zeros."""
    flat = _flat(cells, width)
    if flat is not None:
        return flat
    vectors = cells.to_pylist()
    if any(vector is not None and len(vector) != width for vector in vectors):
        raise NotPossible("the vectors of an embedding are not all equally long")
    rows = [[0.0] * width if vector is None else vector for vector in vectors]
    matrix = np.array(rows, dtype=np.float32).reshape(len(rows), width)
    return np.nan_to_num(matrix, copy=False, nan=0.0, posinf=0.0, neginf=0.0)


def _flat(cells: Any, width: int) -> NDArray[np.float32] | None:
    """The vectors straight from memory where none is missing and all are equally long, which is many times as fast."""
    import polars as pl

    vectors = pl.Series(cells)
    if not width or vectors.null_count() or not bool((vectors.list.len() == width).all()):
        return None
    numbers = vectors.explode().cast(pl.Float32).fill_null(0.0).to_numpy().reshape(len(vectors), width)
    return np.asarray(np.nan_to_num(numbers, nan=0.0, posinf=0.0, neginf=0.0))
