"""Out-of-sample class probabilities of every row, from cross-fitted probes.

A probe is a plain model that stands for what any model could learn. Each row is scored by one that has not
seen it, nor a row with equal features, nor one of the same group: folds are cut by the hash of these.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from auditor.dataset.batches import batches
from auditor.dataset.table import SINGLE_CLASS, Dataset
from auditor.dataset.values import MISSING, text_of
from auditor.errors import NotPossible
from auditor.evidence.noise import LabelNoise
from auditor.evidence.probes.crossfit import FOLDS, Bench, sampled
from auditor.evidence.probes.features import Encoder, readable
from auditor.evidence.probes.ladder import Pool, climb
from auditor.evidence.probes.plain import SecondOpinion, second_opinion
from auditor.evidence.probes.pool import blend
from auditor.evidence.probes.sample import encoder_for, features_of, folds_of, kept_together, unseen
from auditor.evidence.probes.threads import single_threaded
from auditor.evidence.spellings import AskSpellings

if TYPE_CHECKING:
    from auditor.dataset.table import PredProbs
    from auditor.evidence import Evidence

#: Rows that probes are fitted on at most: cost grows with scoring, not with fitting.
MAX_FIT_ROWS = 100_000
#: Classes with fewer rows cannot stand in every fold, and are neither learned nor judged.
MIN_CLASS_ROWS = FOLDS
MAX_CLASSES = 300
_MAX_CELLS = 200_000_000  # rows × classes held at once, in 32-bit floats
_SAMPLE_SEED = 20


@dataclass(frozen=True, slots=True)
class Predictions:
    """`probabilities[i, k]` that row i truly has class k, by probes that have not seen the row.

    Truly: the labels' noise, as far as it shows, is taken out; `noise` is how it makes labels of true classes.

    `given` is the class index of each row's label, -1 where it is missing or too rare to be learned; other spellings
    of a class are that class. `bench`
    holds the rows that the probes learned from, `pool` the probes; both are None where the probabilities are the
    user's own. `doubts`, where a plain model has something to say against the pool, is its chance that each label is
    wrong (0 where there is none to judge): see `second_opinion`.
    """

    classes: tuple[str, ...]
    given: NDArray[np.int64]
    probabilities: NDArray[np.float32]
    unlearned: dict[str, int]  # classes too rare for the folds → rows
    features: tuple[str, ...]
    noise: LabelNoise
    bench: Bench | None
    pool: Pool | None
    doubts: NDArray[np.float64] | None = None


@dataclass(frozen=True, slots=True)
class AskPredictions:
    """The question: which class would a model give each row that it has not seen?

    A `blind` one does not see the sensitive columns: what sets the labels of a group apart is not learned then. It is
    not asked to rank rows, so that no second opinion is taken.
    """

    blind: bool = False

    def collect(self, evidence: Evidence) -> Predictions:
        """Fit the probes on a capped sample, score all rows in batches."""
        dataset = evidence.dataset
        if dataset.task not in SINGLE_CLASS:
            raise NotPossible(f"probes for a {dataset.task} label are not yet supported")
        if dataset.pred_probs is not None:
            return _given(dataset, dataset.pred_probs, evidence.ask(AskSpellings()))
        columns = readable(dataset)
        if self.blind:
            seen = tuple(c for c in columns if c.name not in dataset.roles.sensitive)
            if len(seen) == len(columns):
                return evidence.predictions
            if not seen:
                raise NotPossible("there is no feature besides the sensitive columns")
            columns = seen
        names = tuple(column.name for column in columns)
        labels, folds = _labels_and_folds(dataset, names, evidence.ask(AskSpellings()))
        classes, given, unlearned = _coded(labels)
        if len(given) * len(classes) > _MAX_CELLS:
            raise NotPossible(f"{len(classes)} classes × {len(given)} rows are more than a probe can hold")
        rows = sampled(np.flatnonzero(given >= 0), given, MAX_FIT_ROWS, _SAMPLE_SEED)
        encoder = encoder_for(dataset, columns, rows)
        bench = Bench(features_of(dataset, encoder, rows), folds[rows], given[rows], len(classes))
        with single_threaded():
            pool = climb(bench)
            second = None if self.blind else second_opinion(bench, pool)
            probabilities, doubts = _scored(dataset, encoder, (pool, second), folds, given, rows)
        return Predictions(classes, given, probabilities, unlearned, names, pool.blend.noise, bench, pool, doubts)


def _given(dataset: Dataset, own: PredProbs, usual: Mapping[str, str]) -> Predictions:
    """The user's own probabilities, calibrated as a pool of one probe is: their temperature, and the labels' noise."""
    if not 2 <= len(own.classes) <= MAX_CLASSES:
        raise NotPossible(f"probabilities of 2 to {MAX_CLASSES} classes can be used; there are {len(own.classes)}")
    place = {name: at for at, name in enumerate(own.classes)}
    place = {name: place[right] for name, right in usual.items() if right in place} | place
    (label,) = dataset.roles.label
    cells = (batch.column(label).to_pylist() for batch in batches(dataset.frame, (label,)))
    given = np.array([place.get(text_of(value), -1) for part in cells for value in part], dtype=np.int64)
    if (given < 0).all():
        raise NotPossible("no row has a label that the probabilities could be held against")
    # A zero stands for something too small to be written down: half the least number that is written.
    least = own.probabilities[own.probabilities > 0].min()
    scores = np.log(np.maximum(own.probabilities, max(least / 2, np.float32(1e-30))))
    calibrated = blend([scores], given)
    return Predictions(own.classes, given, calibrated.truth([scores]), {}, (), calibrated.noise, None, None)


def _labels_and_folds(
    dataset: Dataset, features: tuple[str, ...], usual: Mapping[str, str]
) -> tuple[NDArray[np.object_], NDArray[np.int64]]:
    labels: list[str] = []
    folds: list[NDArray[np.int64]] = []
    (label,) = dataset.roles.label
    together = kept_together(dataset, features)
    for batch in batches(dataset.frame, tuple(dict.fromkeys((label, *together)))):
        texts = map(text_of, batch.column(label).to_pylist())
        labels += [usual.get(text, text) for text in texts] if usual else texts
        folds.append(folds_of(batch, together))
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


def _scored(
    dataset: Dataset,
    encoder: Encoder,
    models: tuple[Pool, SecondOpinion | None],
    folds: NDArray[np.int64],
    given: NDArray[np.int64],
    rows: NDArray[np.int64],
) -> tuple[NDArray[np.float32], NDArray[np.float64] | None]:
    """Probabilities of all rows, and doubts: those of the bench are there, others are scored by their fold's model."""
    pool, second = models
    probabilities = np.zeros((len(folds), pool.truth.shape[1]), dtype=np.float32)
    doubts = np.zeros(len(folds)) if second else None
    probabilities[rows] = pool.truth
    if second and doubts is not None:
        doubts[rows] = second.doubts(second.fitted.scores, given[rows])
    for fold, others, features in unseen(dataset, encoder, folds, rows):
        scores = [member.models[fold].score(features) for member in pool.members]
        probabilities[others] = pool.blend.truth(scores)
        if second and doubts is not None:
            doubts[others] = second.doubts(second.fitted.models[fold].score(features), given[others])
    return probabilities, doubts
