"""Out-of-sample class probabilities of every row, from cross-fitted probes.

A probe is a plain model that stands for what any model could learn. Each row is scored by one that has not
seen it, nor a row with equal features, nor one of the same group: folds are cut by the hash of these.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from auditor.dataset.batches import batches
from auditor.dataset.keys import row_hashes
from auditor.dataset.table import SINGLE_CLASS, Dataset
from auditor.dataset.values import MISSING, text_of
from auditor.errors import NotPossible
from auditor.evidence.probes.crossfit import FOLDS, Bench, sampled
from auditor.evidence.probes.features import Encoder, encoded, learn_encoder, readable, stacked
from auditor.evidence.probes.ladder import Pool, climb
from auditor.evidence.probes.pool import pooled
from auditor.evidence.probes.threads import single_threaded

if TYPE_CHECKING:
    from auditor.evidence import Evidence

#: Rows that probes are fitted on at most: cost grows with scoring, not with fitting.
MAX_FIT_ROWS = 100_000
#: Rows from which the scale of numbers and the terms of texts are learned at most.
_ENCODER_ROWS = 20_000
#: Classes with fewer rows cannot stand in every fold, and are neither learned nor judged.
MIN_CLASS_ROWS = FOLDS
MAX_CLASSES = 300
_MAX_CELLS = 200_000_000  # rows × classes held at once, in 32-bit floats
_FOLD_SEED = 0xF01D
_SAMPLE_SEED = 20


@dataclass(frozen=True, slots=True)
class ProbeShare:
    """A probe that was taken into the pool, and its weight there."""

    name: str
    weight: float


@dataclass(frozen=True, slots=True)
class Predictions:
    """`probabilities[i, k]` that row i has class k, by probes that have not seen the row.

    `given` is the class index of each row's label, -1 where it is missing or too rare to be learned. `bench`
    holds the rows that the probes learned from, `pool` the probes.
    """

    classes: tuple[str, ...]
    given: NDArray[np.int64]
    probabilities: NDArray[np.float32]
    unlearned: dict[str, int]  # classes too rare for the folds → rows
    features: tuple[str, ...]
    bench: Bench
    pool: Pool

    @property
    def probes(self) -> tuple[ProbeShare, ...]:
        """What the probabilities come from."""
        shares = zip(self.pool.members, self.pool.weights, strict=True)
        return tuple(ProbeShare(member.probe.name, float(weight)) for member, weight in shares)


@dataclass(frozen=True, slots=True)
class AskPredictions:
    """The question: which class would a model give each row that it has not seen?"""

    def collect(self, evidence: Evidence) -> Predictions:
        """Fit the probes on a capped sample, score all rows in batches."""
        dataset = evidence.dataset
        if dataset.task not in SINGLE_CLASS:
            raise NotPossible(f"probes for a {dataset.task} label are not yet supported")
        columns = readable(dataset)
        names = tuple(column.name for column in columns)
        labels, folds = _labels_and_folds(dataset, names)
        classes, given, unlearned = _coded(labels)
        if len(given) * len(classes) > _MAX_CELLS:
            raise NotPossible(f"{len(classes)} classes × {len(given)} rows are more than a probe can hold")
        rows = sampled(np.flatnonzero(given >= 0), given, MAX_FIT_ROWS, _SAMPLE_SEED)
        encoder = learn_encoder(columns, _picked(dataset, names, _thinned(rows)))
        bench = _bench(dataset, encoder, rows, folds, given, len(classes))
        with single_threaded():
            pool = climb(bench)
            probabilities = _scored(dataset, encoder, pool, folds, len(classes), bench, rows)
        return Predictions(classes, given, probabilities, unlearned, names, bench, pool)


def _labels_and_folds(dataset: Dataset, features: tuple[str, ...]) -> tuple[NDArray[np.object_], NDArray[np.int64]]:
    labels: list[str] = []
    folds: list[NDArray[np.int64]] = []
    (label,) = dataset.roles.label
    kept_together = (dataset.roles.group,) if dataset.roles.group else features
    for batch in batches(dataset.frame, tuple(dict.fromkeys((label, *kept_together)))):
        labels += [text_of(value) for value in batch.column(label).to_pylist()]
        hashes = row_hashes(batch.select(list(kept_together)), _FOLD_SEED)
        folds.append(((hashes >> np.uint64(32)) % np.uint64(FOLDS)).astype(np.int64))
    return np.array(labels, dtype=object), np.concatenate(folds)


def _coded(labels: NDArray[np.object_]) -> tuple[tuple[str, ...], NDArray[np.int64], dict[str, int]]:
    values, codes, rows = np.unique(labels.astype(str), return_inverse=True, return_counts=True)
    learned = [i for i, v in enumerate(values) if rows[i] >= MIN_CLASS_ROWS and v != MISSING]
    if not 2 <= len(learned) <= MAX_CLASSES:
        raise NotPossible(
            f"a probe needs 2 to {MAX_CLASSES} classes of at least {MIN_CLASS_ROWS} rows; there are {len(learned)}"
        )
    place = np.full(len(values), -1, dtype=np.int64)
    place[learned] = np.arange(len(learned))
    unlearned = {str(v): int(rows[i]) for i, v in enumerate(values) if rows[i] < MIN_CLASS_ROWS and v != MISSING}
    return tuple(str(values[i]) for i in learned), place[codes], unlearned


def _thinned(rows: NDArray[np.int64]) -> NDArray[np.int64]:
    if len(rows) <= _ENCODER_ROWS:
        return rows
    return np.sort(np.random.default_rng(_SAMPLE_SEED).choice(rows, _ENCODER_ROWS, replace=False))


def _picked(dataset: Dataset, names: tuple[str, ...], rows: NDArray[np.int64]) -> Any:
    """The cells of some rows, as one Arrow table."""
    import pyarrow as pa

    parts: list[Any] = []
    start = 0
    for batch in batches(dataset.frame, names):
        mine = rows[np.searchsorted(rows, start) : np.searchsorted(rows, start + batch.num_rows)] - start
        parts.append(pa.Table.from_batches([batch]) if isinstance(batch, pa.RecordBatch) else batch)
        parts[-1] = parts[-1].take(pa.array(mine))
        start += batch.num_rows
    return pa.concat_tables(parts)


def _bench(
    dataset: Dataset,
    encoder: Encoder,
    rows: NDArray[np.int64],
    folds: NDArray[np.int64],
    given: NDArray[np.int64],
    classes: int,
) -> Bench:
    parts = []
    start = 0
    for features in encoded(dataset, encoder):
        mine = rows[np.searchsorted(rows, start) : np.searchsorted(rows, start + len(features))] - start
        parts.append(features.take(mine))
        start += len(features)
    return Bench(stacked(parts), folds[rows], given[rows], classes)


def _scored(
    dataset: Dataset,
    encoder: Encoder,
    pool: Pool,
    folds: NDArray[np.int64],
    classes: int,
    bench: Bench,
    rows: NDArray[np.int64],
) -> NDArray[np.float32]:
    """Probabilities of all rows: those of the bench are there, the others are scored by the model of their fold."""
    probabilities = np.zeros((len(folds), classes), dtype=np.float32)
    probabilities[rows] = pool.probabilities
    if len(bench) == len(folds):
        return probabilities
    known = np.zeros(len(folds), dtype=bool)
    known[rows] = True
    start = 0
    for features in encoded(dataset, encoder):
        here = slice(start, start + len(features))
        for fold in range(FOLDS):
            mine = np.flatnonzero((folds[here] == fold) & ~known[here])
            if len(mine):
                some = features.take(mine)
                scores = [member.models[fold].score(some) for member in pool.members]
                probabilities[start + mine] = pooled(scores, pool.weights)
        start += len(features)
    return probabilities
