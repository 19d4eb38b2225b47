"""Rows of the data and of the reference together, as probes read them: for what is asked of both at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from auditor.dataset.batches import batches
from auditor.dataset.table import Column, Dataset, Kind
from auditor.errors import NotPossible
from auditor.evidence.probes.features import Encoder, Features, learn_encoder, readable, stacked
from auditor.evidence.probes.sample import features_of, folds_of, picked

if TYPE_CHECKING:
    import pyarrow as pa

    from auditor.evidence import Evidence

#: Rows of each side that are looked at, at most.
MAX_ROWS = 10_000
#: Rows of each side below which nothing is learned.
MIN_ROWS = 50
_SEED = 20

Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class TwoSides:
    """Some rows of the data, then some of the reference: their features, folds, and `side` (1: of the reference).

    `rows` are their ordinals in the data and in the reference. Rows with equal features are in one fold.
    """

    encoder: Encoder
    features: Features
    folds: Ints
    side: Ints
    rows: tuple[Ints, Ints]


@dataclass(frozen=True, slots=True)
class AskTwoSides:
    """The question: what do rows of the data and of the reference look like to a probe?"""

    def collect(self, evidence: Evidence) -> TwoSides:
        """A sample of both. NotPossible with few rows, or with no feature in common that a probe could read.

        Dates are left out: that the one is older than the other would be all that there is to learn.
        """
        sides = (evidence.dataset, evidence.reference.dataset)
        columns = tuple(column for column in readable(sides[1]) if column.kind is not Kind.DATETIME)
        if not columns:
            raise NotPossible("there is no feature besides dates")
        names = [column.name for column in columns]
        rows, folds = zip(*(_sampled(side, names) for side in sides), strict=True)
        if min(map(len, rows)) < MIN_ROWS:
            raise NotPossible(f"nothing can be learned from fewer than {MIN_ROWS} rows of a side")
        encoder = _encoder(sides, columns, rows)
        parts = [features_of(side, encoder, some) for side, some in zip(sides, rows, strict=True)]
        side = np.repeat(np.array([0, 1], dtype=np.int64), [len(part) for part in parts])
        return TwoSides(encoder, stacked(parts), np.concatenate(folds), side, (rows[0], rows[1]))


def _sampled(dataset: Dataset, names: Sequence[str]) -> tuple[Ints, Ints]:
    folds = [folds_of(batch, names) for batch in batches(dataset.frame, names)]
    every = np.concatenate(folds) if folds else np.empty(0, dtype=np.int64)
    rows = np.arange(len(every))
    if len(rows) > MAX_ROWS:
        rows = np.sort(np.random.default_rng(_SEED).choice(rows, MAX_ROWS, replace=False))
    return rows, every[rows]


def _encoder(sides: Sequence[Dataset], columns: Sequence[Column], rows: Sequence[Ints]) -> Encoder:
    """Learned from as many rows of each: else the values that it knows would tell the side that it knows them from."""
    draw, least = np.random.default_rng(_SEED), min(map(len, rows))
    even = [some if len(some) == least else np.sort(draw.choice(some, least, replace=False)) for some in rows]
    names = [column.name for column in columns]
    ours, theirs = (picked(side, names, some) for side, some in zip(sides, even, strict=True))
    return learn_encoder(columns, _joined(ours, theirs))


def _joined(ours: pa.Table, theirs: pa.Table) -> pa.Table:
    """The rows of both; where the types differ, as the data has them."""
    import pyarrow as pa

    fields = [field.with_type(_plain(field.type)).with_nullable(True) for field in ours.schema]
    schema = pa.schema(fields)
    return pa.concat_tables([ours.cast(schema, safe=False), theirs.select(ours.column_names).cast(schema, safe=False)])


def _plain(kind: pa.DataType) -> pa.DataType:
    import pyarrow as pa

    return kind.value_type if pa.types.is_dictionary(kind) else kind
