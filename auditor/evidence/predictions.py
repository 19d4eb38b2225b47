"""Out-of-sample class probabilities of every row, from cross-fitted probes.

A probe is a plain model that stands for what any model could learn. Each row is scored by one that has not
seen it, nor a row with equal features: folds are cut by the hash of the features, so duplicates share one.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from auditor.dataset.batches import batches
from auditor.dataset.keys import row_hashes
from auditor.dataset.table import SINGLE_CLASS, Column, Dataset, Kind
from auditor.dataset.values import MISSING, text_of
from auditor.errors import NotPossible

if TYPE_CHECKING:
    from auditor.evidence import Evidence

FOLDS = 5
#: Rows a probe is fitted on at most: cost grows with scoring, not with fitting.
MAX_FIT_ROWS = 20_000
#: Classes with fewer rows cannot stand in every fold, and are neither learned nor judged.
MIN_CLASS_ROWS = FOLDS
MAX_CLASSES = 300
_MAX_CELLS = 200_000_000  # rows × classes held at once, in 32-bit floats
_FOLD_SEED = 0xF01D
_SAMPLE_SEED = 20
_NUMBERS = frozenset({Kind.NUMERIC, Kind.BOOLEAN, Kind.DATETIME})


@dataclass(frozen=True, slots=True)
class Predictions:
    """`probabilities[i, k]` that row i has class k, by a probe that has not seen the row.

    `given` is the class index of each row's label, -1 where it is missing or too rare to be learned.
    """

    classes: tuple[str, ...]
    given: NDArray[np.int64]
    probabilities: NDArray[np.float32]
    unlearned: dict[str, int]  # classes too rare for the folds → rows
    features: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AskPredictions:
    """The question: which class would a model give each row that it has not seen?"""

    def collect(self, evidence: Evidence) -> Predictions:
        """Fit a probe a fold on a capped sample, score all rows in batches."""
        dataset = evidence.dataset
        columns = probe_columns(dataset)
        names, folds = _labels_and_folds(dataset, columns)
        classes, given, unlearned = _coded(names)
        if len(names) * len(classes) > _MAX_CELLS:
            raise NotPossible(f"{len(classes)} classes × {len(names)} rows are more than a probe can hold")
        probabilities = np.zeros((len(names), len(classes)), dtype=np.float32)
        probes = [_fit(dataset, columns, given, folds, fold) for fold in range(FOLDS)]
        start = 0
        for frame in _frames(dataset, columns):
            end = start + len(frame)
            for fold, (probe, known) in enumerate(probes):
                mine = folds[start:end] == fold
                if mine.any():
                    scored = probe.predict_proba(frame[mine])
                    probabilities[start:end][np.ix_(mine, known)] = scored
            start = end
        return Predictions(classes, given, probabilities, unlearned, tuple(c.name for c in columns))


def probe_columns(dataset: Dataset) -> tuple[Column, ...]:
    """The features a probe can read. NotPossible where there are none."""
    if dataset.task not in SINGLE_CLASS:
        raise NotPossible(f"probes for a {dataset.task} label are not yet supported")
    readable = _NUMBERS | {Kind.CATEGORICAL, Kind.TEXT, Kind.EMBEDDING}
    chosen = tuple(c for c in dataset.columns if c.name in dataset.roles.features and c.kind in readable)
    if not chosen:
        raise NotPossible("there is no feature a probe could read")
    return chosen


def _labels_and_folds(dataset: Dataset, columns: tuple[Column, ...]) -> tuple[NDArray[np.object_], NDArray[np.int64]]:
    names: list[str] = []
    folds: list[NDArray[np.int64]] = []
    (label,) = dataset.roles.label
    features = [column.name for column in columns]
    for batch in batches(dataset.frame, (label, *features)):
        names += [text_of(value) for value in batch.column(label).to_pylist()]
        hashes = row_hashes(batch.select(features), _FOLD_SEED)
        folds.append(((hashes >> np.uint64(32)) % np.uint64(FOLDS)).astype(np.int64))
    return np.array(names, dtype=object), np.concatenate(folds)


def _coded(names: NDArray[np.object_]) -> tuple[tuple[str, ...], NDArray[np.int64], dict[str, int]]:
    values, codes, rows = np.unique(names.astype(str), return_inverse=True, return_counts=True)
    learned = [i for i, v in enumerate(values) if rows[i] >= MIN_CLASS_ROWS and v != MISSING]
    if not 2 <= len(learned) <= MAX_CLASSES:
        raise NotPossible(
            f"a probe needs 2 to {MAX_CLASSES} classes of at least {MIN_CLASS_ROWS} rows; there are {len(learned)}"
        )
    place = np.full(len(values), -1, dtype=np.int64)
    place[learned] = np.arange(len(learned))
    unlearned = {str(v): int(rows[i]) for i, v in enumerate(values) if rows[i] < MIN_CLASS_ROWS and v != MISSING}
    return tuple(str(values[i]) for i in learned), place[codes], unlearned


def _frames(dataset: Dataset, columns: tuple[Column, ...], keep: NDArray[np.bool_] | None = None) -> Iterator[Any]:
    """The features as pandas frames, batch by batch: numbers as floats, the rest as text."""
    start = 0
    widths = {c.name: _width(dataset, c.name) for c in columns if c.kind is Kind.EMBEDDING}
    for batch in batches(dataset.frame, [column.name for column in columns]):
        chosen = slice(None) if keep is None else keep[start : start + batch.num_rows]
        start += batch.num_rows
        if keep is None or chosen.any():  # type: ignore[union-attr]  # an array wherever keep is given
            yield _as_features(batch, columns, widths)[chosen]


def _width(dataset: Dataset, name: str) -> int:
    """The length of a column's vectors, by the first that is there."""
    for batch in batches(dataset.frame, [name]):
        for vector in batch.column(name).drop_null():
            return len(vector)
    return 0


def _matrix(vectors: list[list[float] | None], width: int) -> NDArray[np.float64]:
    """A row a vector; a missing vector is a row of missing numbers."""
    if any(vector is not None and len(vector) != width for vector in vectors):
        raise NotPossible("the vectors of an embedding are not all equally long")
    return np.array([[np.nan] * width if vector is None else vector for vector in vectors], dtype=float)


def _as_features(batch: Any, columns: tuple[Column, ...], widths: dict[str, int]) -> Any:
    import pandas as pd

    ready: dict[str, Any] = {}
    for place, column in enumerate(columns):
        cells = batch.column(column.name)
        name = f"f{place}"
        if column.kind is Kind.EMBEDDING:
            matrix = _matrix(cells.to_pylist(), widths[column.name])
            ready |= {f"{name}:{i}": matrix[:, i] for i in range(matrix.shape[1])}
        elif column.kind in _NUMBERS:
            numbers = cells.to_pandas()
            if column.kind is Kind.DATETIME:
                numbers = numbers.astype("int64").where(numbers.notna())
            numbers = numbers.astype("float64")
            ready[name] = numbers.where(np.isfinite(numbers))  # no linear probe takes an infinite number
        else:
            ready[name] = cells.to_pandas().astype(object).where(cells.is_valid().to_pandas(), MISSING)
    return pd.DataFrame(ready)


def _fit(
    dataset: Dataset,
    columns: tuple[Column, ...],
    given: NDArray[np.int64],
    folds: NDArray[np.int64],
    fold: int,
) -> tuple[Any, NDArray[np.int64]]:
    """A probe for one fold, fitted on a sample of the others; and the class index of each of its outputs."""
    import pandas as pd

    may = np.flatnonzero((folds != fold) & (given >= 0))
    if len(may) > MAX_FIT_ROWS:
        may = np.sort(np.random.default_rng(_SAMPLE_SEED + fold).choice(may, MAX_FIT_ROWS, replace=False))
    keep = np.zeros(len(given), dtype=bool)
    keep[may] = True
    target = given[may]
    if len(np.unique(target)) < 2:
        raise NotPossible("the rows are too alike to be cut into folds that each hold two classes")
    sample = pd.concat(list(_frames(dataset, columns, keep)), ignore_index=True)
    probe = _probe(columns, sample)
    probe.fit(sample, target)
    return probe, probe.classes_


def _probe(columns: tuple[Column, ...], sample: Any) -> Any:
    from sklearn.compose import ColumnTransformer
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.impute import SimpleImputer
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import OneHotEncoder, StandardScaler

    kinds = {f"f{place}": column.kind for place, column in enumerate(columns)}
    numbers = [name for name in sample.columns if kinds[name.split(":")[0]] in _NUMBERS | {Kind.EMBEDDING}]
    categories = [name for name, kind in kinds.items() if kind is Kind.CATEGORICAL]
    number = make_pipeline(SimpleImputer(add_indicator=True, keep_empty_features=True), StandardScaler())
    category = OneHotEncoder(handle_unknown="infrequent_if_exist", min_frequency=5, max_categories=100)
    steps: list[tuple[str, Any, Any]] = [("numbers", number, numbers), ("categories", category, categories)]
    for name, kind in kinds.items():
        if kind is Kind.TEXT:
            words = TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True, max_features=20_000, token_pattern=r"\S+")
            steps.append((name, words, name))
    return make_pipeline(ColumnTransformer(steps), LogisticRegression(max_iter=200, C=2.0, tol=1e-3))
