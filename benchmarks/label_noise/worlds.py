"""Census-like worlds whose true P(label | row) is known, so that the best possible ranking is known too.

*linear*: the log odds are linear in the columns, so a linear model can learn all there is.
*interacting*: they are a sum of three-way interactions with weak effects of single columns, so it cannot.
*smooth*: they are a sum of two- and four-way interactions without a threshold, centred off the medians: a form that
no probe was built for, for a probe that looks for triples of thresholds is flattered by the interacting world.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from benchmarks.tables import census

CLASSES = ("<=50K", ">50K")
#: Categories whose levels have effects in the interactions of the smooth world.
_SMOOTH_CATEGORIES = ("marital_status", "occupation", "region")
Floats = npt.NDArray[np.float64]

_TRUTH_SEED = 1994  # the world stays the same, whatever sample of it is drawn
_SCALE = 2.6  # standard deviation of the log odds: the best classifier errs in about one row of seven
#: The share of the log odds' variance that the interacting world keeps for effects of single columns.
_MAIN_SHARE = 0.1
#: Conditions that the interacting world combines: a threshold, or the values that count as true.
_CONDITIONS: dict[str, float | tuple[str, ...]] = {
    "age": 36,
    "hours_per_week": 41,
    "education_num": 10,
    "wage": 18.0,
    "commute_minutes": 22.0,
    "tenure_years": 4.0,
    "children": 1,
    "sex": ("Male",),
    "marital_status": ("Married-civ-spouse",),
    "occupation": ("Prof-specialty", "Exec-managerial", "Sales", "Tech-support", "Protective-serv"),
    "relationship": ("Husband", "Wife"),
    "region": ("south", "west"),
    "housing": ("own",),
}
_TRIPLES = (
    ("age", "education_num", "sex"),
    ("hours_per_week", "marital_status", "occupation"),
    ("wage", "housing", "region"),
    ("commute_minutes", "children", "relationship"),
    ("tenure_years", "age", "occupation"),
    ("education_num", "region", "hours_per_week"),
)


def columns(rows: int, seed: int) -> pl.DataFrame:
    """Twenty feature columns: numbers, categories (some rare), and missing values in six of them."""
    rng = np.random.default_rng((seed, 7))
    frame = census(rows, seed).drop("person_id", "income")
    tenure = pl.Series("tenure_years", np.round(rng.gamma(1.2, 5.0, rows), 1))
    gaps = pl.Series(rng.random(rows) < 0.1)
    return frame.with_columns(
        pl.col(pl.String).replace("?", None),
        children=pl.Series(rng.poisson(1.3, rows)),
        tenure_years=pl.select(pl.when(gaps).then(None).otherwise(tenure)).to_series(),
    )


def true_probabilities(frame: pl.DataFrame, truth: str) -> Floats:
    """P(class | row), a row a line and a column a class; `truth` is linear, interacting or smooth."""
    logit = {"linear": _linear, "interacting": _interacting, "smooth": _smooth}[truth](frame)
    logit = _SCALE * (logit - logit.mean()) / logit.std() - 0.8  # one row in three has the second class
    second = 1 / (1 + np.exp(-logit))
    return np.column_stack([1 - second, second])


def draw(probabilities: Floats, seed: int) -> npt.NDArray[np.int64]:
    """A true label for each row, drawn from its probabilities."""
    rng = np.random.default_rng((seed, 11))
    return (rng.random(len(probabilities)) < probabilities[:, 1]).astype(np.int64)


def _linear(frame: pl.DataFrame) -> Floats:
    """A slope for each number and an effect for each category; a missing value has an effect of its own."""
    rng = np.random.default_rng(_TRUTH_SEED)
    total = np.zeros(frame.height)
    for name in sorted(frame.columns):
        effects = rng.normal(0, 1, 64)
        total += _slope(frame[name], effects) if frame[name].dtype.is_numeric() else _levels(frame[name], effects)
    return total


def _slope(column: pl.Series, effects: Floats) -> Floats:
    cells = column.cast(pl.Float64).to_numpy()
    scaled = (cells - np.nanmean(cells)) / np.nanstd(cells)
    slopes: Floats = np.where(np.isnan(scaled), 0.3 * effects[1], effects[0] * scaled)
    return slopes


def _levels(column: pl.Series, effects: Floats) -> Floats:
    levels = sorted(column.drop_nulls().unique())
    place = dict(zip(levels, range(1, 64), strict=False))
    return np.array([effects[place.get(value, 0)] for value in column])


def _interacting(frame: pl.DataFrame) -> Floats:
    signs = {name: _sign(frame[name], test) for name, test in _CONDITIONS.items()}
    total: Any = sum(signs[a] * signs[b] * signs[c] for a, b, c in _TRIPLES)
    return _with_main_effects(total, frame)


def _with_main_effects(total: Floats, frame: pl.DataFrame) -> Floats:
    """Interactions, and weak effects of single columns."""
    mixed: Floats = _scaled(total) * np.sqrt(1 - _MAIN_SHARE) + _scaled(_linear(frame)) * np.sqrt(_MAIN_SHARE)
    return mixed


def _scaled(values: Floats) -> Floats:
    scaled: Floats = (values - values.mean()) / values.std()
    return scaled


def _sign(column: pl.Series, test: float | tuple[str, ...]) -> Floats:
    """1 where the condition holds, -1 where not, 0 where the cell is missing."""
    holds = column.is_in(test) if isinstance(test, tuple) else column > test
    signs: Floats = (holds.cast(pl.Float64) * 2 - 1).fill_null(0.0).to_numpy()
    return signs


def _smooth(frame: pl.DataFrame) -> Floats:
    """Waves, bumps, slopes and their products, each interaction with the same variance."""
    rng = np.random.default_rng(_TRUTH_SEED + 1)
    effects = {name: _scaled(_levels(frame[name], rng.normal(0, 1, 64))) for name in _SMOOTH_CATEGORIES}
    age, hours, wage = (_standard(frame[name]) for name in ("age", "hours_per_week", "wage"))
    years, tenure, commute = (_standard(frame[name]) for name in ("education_num", "tenure_years", "commute_minutes"))
    marital, occupation, region = (effects[name] for name in _SMOOTH_CATEGORIES)
    pairs = (
        (age - 0.6) * np.tanh(hours + 0.5),
        np.sin(2.0 * wage + 0.7) * marital,
        np.exp(-((years - 0.7) ** 2) - (age + 0.8) ** 2),
        np.cos(1.5 * years - 0.4) * np.tanh(tenure - 0.3),
    )
    fours = (
        np.tanh(age + 0.5) * np.tanh(1.5 * (wage - 0.4)) * np.sin(years + 0.5) * marital,
        np.tanh(hours - 0.5) * np.cos(1.2 * tenure) * occupation * np.tanh(commute + 0.4),
        np.sin(1.3 * commute - 0.6) * np.tanh(years + 0.7) * region * np.tanh(age - 0.4),
    )
    return _with_main_effects(np.sum([_scaled(term) for term in (*pairs, *fours)], axis=0), frame)


def _standard(column: pl.Series) -> Floats:
    """Standard scores, within three of the mean; 0 where the cell is missing."""
    cells = column.cast(pl.Float64).to_numpy()
    scores = np.clip((cells - np.nanmean(cells)) / np.nanstd(cells), -3, 3)
    standard: Floats = np.nan_to_num(scores, nan=0.0)
    return standard
