"""Census-like worlds whose true P(label | row) is known, so that the best possible ranking is known too.

*linear*: the log odds are linear in the columns, so a linear model can learn all there is.
*interacting*: they are a sum of three-way interactions with weak effects of single columns, so it cannot.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from benchmarks.tables import census

CLASSES = ("<=50K", ">50K")
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
    """P(class | row), a row a line and a column a class; `truth` is linear or interacting."""
    logit = _linear(frame) if truth == "linear" else _interacting(frame)
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
    main = _linear(frame)
    scaled = (main - main.mean()) / main.std()
    mixed: Floats = total / total.std() * np.sqrt(1 - _MAIN_SHARE) + scaled * np.sqrt(_MAIN_SHARE)
    return mixed


def _sign(column: pl.Series, test: float | tuple[str, ...]) -> Floats:
    """1 where the condition holds, -1 where not, 0 where the cell is missing."""
    holds = column.is_in(test) if isinstance(test, tuple) else column > test
    signs: Floats = (holds.cast(pl.Float64) * 2 - 1).fill_null(0.0).to_numpy()
    return signs
