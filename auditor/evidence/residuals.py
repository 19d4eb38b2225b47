"""Numeric labels against what is predicted for them out of sample: how far off each is, and which are wrong."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from auditor.dataset.batches import batches
from auditor.dataset.table import Dataset, Task
from auditor.errors import NotPossible
from auditor.evidence.predictions import MAX_FIT_ROWS
from auditor.evidence.probes.crossfit import FOLDS
from auditor.evidence.probes.features import Encoder, encoded, readable
from auditor.evidence.probes.sample import encoder_for, features_of, folds_of, kept_together
from auditor.evidence.probes.targets import Recipe, TargetBench, TargetModel, learn
from auditor.evidence.probes.threads import single_threaded
from auditor.stats.contamination import Contamination, fit_contamination, log_student

if TYPE_CHECKING:
    from auditor.evidence import Evidence

Floats = NDArray[np.float64]

#: With fewer rows, neither a model nor the spread of its residuals can be told.
MIN_ROWS = 50
_SAMPLE_SEED = 20
_SURELY = 2.58  # standard errors: a probe on mere noise is taken for one that has learned once in 200 times
_CLIPPED = 3.0  # units of the scale: a wrong target shall not decide whether something was learned
_CONFIDENCE = 0.95


@dataclass(frozen=True, slots=True)
class Scored:
    """Rows with their given target, what is predicted, and how suspicious the target is.

    `low` and `high` bound where 95 % of right targets lie; `log_ratio` is how much likelier the row is if its
    target is wrong than if it is right, `chance` that it is wrong.
    """

    given: Floats
    predicted: Floats
    low: Floats
    high: Floats
    log_ratio: Floats
    chance: Floats
    reference: Contamination

    @property
    def flagged(self) -> NDArray[np.int64]:
        """The places of the rows more likely wrong than right, the most suspicious first."""
        places = np.flatnonzero(self.chance > 0.5)
        return places[np.lexsort((places, -self.log_ratio[places]))]


@dataclass(frozen=True, slots=True)
class Residuals:
    """The judged `rows` (their ordinals) with their scores; `skill` is the share of the absolute deviation from
    the median that the probes explain out of sample. `bench` holds the rows that were learned from.
    """

    rows: NDArray[np.int64]
    scored: Scored
    skill: float
    bench: TargetBench
    recipe: Recipe
    features: tuple[str, ...]

    @property
    def flagged(self) -> tuple[int, ...]:
        """The ordinals of the rows more likely wrong than right, the most suspicious first."""
        return tuple(self.rows[self.scored.flagged].tolist())


@dataclass(frozen=True, slots=True)
class AskResiduals:
    """The question: which numeric labels look wrong?"""

    def collect(self, evidence: Evidence) -> Residuals:
        """Fit the probes on a capped sample, score all rows in batches.

        NotPossible for another label than a number, too few rows, a label that does not vary, or features that
        surely tell nothing more of it than its median does.
        """
        dataset = evidence.dataset
        if dataset.task is not Task.REGRESSION:
            raise NotPossible(f"residuals need a number for a label; this one is {dataset.task}")
        columns = readable(dataset)
        names = tuple(column.name for column in columns)
        target, folds = _targets_and_folds(dataset, names)
        judged = np.flatnonzero(np.isfinite(target))
        if len(judged) < MIN_ROWS:
            raise NotPossible(f"{len(judged)} rows have a finite label; a probe needs {MIN_ROWS}")
        rows = _some(judged)
        encoder = encoder_for(dataset, columns, rows)
        bench = TargetBench(features_of(dataset, encoder, rows), folds[rows], target[rows])
        with single_threaded():
            model = learn(bench)
            skill = _skill(model, bench)
            predicted, spread = _all_rows(dataset, encoder, model, folds, rows)
        scored = score(model.recipe, target[judged], predicted[judged], spread[judged])
        return Residuals(judged, scored, skill, bench, model.recipe, names)


def score(recipe: Recipe, given: Floats, predicted: Floats, spread: Floats) -> Scored:
    """How suspicious each given target is, where `predicted` and `spread` are on the recipe's scale.

    A right target lies about the prediction, in units of the row's own spread; a wrong one anywhere where targets
    lie (a Student t), or where none does (a Cauchy, five times as wide): half and half.
    """
    target = recipe.scale.forward(given)
    residuals = (target - predicted) / spread
    anywhere = np.logaddexp(log_student(target, 4.0), log_student(target / 5.0, 1.0) - np.log(5.0)) - np.log(2.0)
    log_wrong = anywhere + np.log(spread)
    reference = fit_contamination(residuals, log_wrong)
    ratio = reference.log_ratio(residuals, log_wrong)
    low, high = reference.interval(_CONFIDENCE)
    return Scored(
        given=given,
        predicted=recipe.scale.backward(predicted + reference.median * spread),
        low=recipe.scale.backward(predicted + low * spread),
        high=recipe.scale.backward(predicted + high * spread),
        log_ratio=ratio,
        chance=reference.chances(ratio),
        reference=reference,
    )


def _targets_and_folds(dataset: Dataset, features: tuple[str, ...]) -> tuple[Floats, NDArray[np.int64]]:
    import pyarrow as pa
    import pyarrow.compute as pc

    (label,) = dataset.roles.label
    together = kept_together(dataset, features)
    targets, folds = [], []
    for batch in batches(dataset.frame, tuple(dict.fromkeys((label, *together)))):
        cells = pc.cast(batch.column(label), pa.float64(), safe=False)
        targets.append(cells.to_numpy(zero_copy_only=False).astype(np.float64))
        folds.append(folds_of(batch, together))
    if not targets:
        raise NotPossible("there are no rows")
    return np.concatenate(targets), np.concatenate(folds)


def _some(rows: NDArray[np.int64]) -> NDArray[np.int64]:
    if len(rows) <= MAX_FIT_ROWS:
        return rows
    return np.sort(np.random.default_rng(_SAMPLE_SEED).choice(rows, MAX_FIT_ROWS, replace=False))


def _skill(model: TargetModel, bench: TargetBench) -> float:
    """NotPossible unless the probes' absolute errors are surely below those of always saying the median."""
    target = model.recipe.scale.forward(bench.target)
    median = np.minimum(np.abs(target - np.median(target)), _CLIPPED)
    saved = median - np.minimum(np.abs(target - model.predicted), _CLIPPED)
    if saved.mean() <= _SURELY * saved.std() / np.sqrt(len(saved)):
        raise NotPossible("a probe that has not seen a row guesses its label no better than the median does")
    return float(saved.sum() / median.sum())


def _all_rows(
    dataset: Dataset, encoder: Encoder, model: TargetModel, folds: NDArray[np.int64], rows: NDArray[np.int64]
) -> tuple[Floats, Floats]:
    """Prediction and spread of every row: those of the bench are there, the others come from their fold's models."""
    predicted, spread = np.zeros(len(folds)), np.ones(len(folds))
    predicted[rows], spread[rows] = model.predicted, model.spread
    if len(rows) == len(folds):
        return predicted, spread
    known = np.zeros(len(folds), dtype=bool)
    known[rows] = True
    start = 0
    for features in encoded(dataset, encoder):
        here = slice(start, start + len(features))
        for fold in range(FOLDS):
            mine = np.flatnonzero((folds[here] == fold) & ~known[here])
            if len(mine):
                said = model.predict(features.take(mine), fold)
                predicted[start + mine], spread[start + mine] = said
        start += len(features)
    return predicted, spread
