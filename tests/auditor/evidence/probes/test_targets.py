from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from auditor.errors import NotPossible
from auditor.evidence.probes.features import Features
from auditor.evidence.probes.regress import BoostedRegressor, Floats, KernelRegressor, Regressor, RidgeRegressor
from auditor.evidence.probes.scales import scales_of
from auditor.evidence.probes.targets import TargetBench, again, cross_fit, learn

pytestmark = pytest.mark.slow


def numbers(rows: NDArray[np.float64]) -> Features:
    empty = len(rows)
    codes, vectors = np.zeros((empty, 0), dtype=np.int32), np.zeros((empty, 0), dtype=np.float32)
    return Features(rows.astype(np.float32), codes, vectors, None, ())


def world(rows: int = 600) -> tuple[Features, Floats, NDArray[np.int64]]:
    rng = np.random.default_rng(0)
    x = rng.normal(size=(rows, 3))
    return numbers(x), x @ [1.0, -1.0, 0.5] + 0.2 * rng.normal(size=rows), rng.integers(0, 5, rows)


@pytest.mark.parametrize("probe", [RidgeRegressor(), KernelRegressor(), BoostedRegressor(trees=60, leaves=8)])
def test_wrong_targets_pull_little(probe: Regressor) -> None:
    features, target, folds = world()
    spoiled = target.copy()
    spoiled[:30] = 50.0
    right = np.arange(30, 600)
    clean = np.abs(cross_fit(probe, features, folds, target).predicted - target)[right].mean()
    pulled = np.abs(cross_fit(probe, features, folds, spoiled).predicted - target)[right].mean()
    assert pulled < 1.15 * clean + 0.01


def test_no_row_is_predicted_by_a_model_that_has_seen_it() -> None:
    """A target that only the row itself could tell is not predicted."""
    rng = np.random.default_rng(0)
    features, noise, folds = numbers(rng.normal(size=(400, 2))), rng.normal(size=400), rng.integers(0, 5, 400)
    predicted = cross_fit(BoostedRegressor(trees=60, leaves=8), features, folds, noise).predicted
    assert abs(np.corrcoef(predicted, noise)[0, 1]) < 0.15


def test_the_spread_follows_the_noise() -> None:
    rng = np.random.default_rng(0)
    x = rng.random((2_000, 2))
    target = 3 * x[:, 0] + rng.normal(size=2_000) * np.where(x[:, 1] > 0.5, 1.0, 0.1)
    model = learn(TargetBench(numbers(x), rng.integers(0, 5, 2_000), target))
    assert np.median(model.spread[x[:, 1] > 0.6]) > 3 * np.median(model.spread[x[:, 1] < 0.4])


def test_prices_are_learned_on_the_logarithm() -> None:
    features, target, folds = world()
    assert learn(TargetBench(features, folds, np.exp(2 * target))).recipe.scale.name == "logarithm"
    assert learn(TargetBench(features, folds, target)).recipe.scale.name == "as it is"


def test_a_recipe_used_again_gives_the_same_model() -> None:
    features, target, folds = world()
    bench = TargetBench(features, folds, target)
    model = learn(bench)
    assert np.array_equal(again(model.recipe, bench).predicted, model.predicted)


def test_other_rows_are_predicted_as_those_of_their_fold() -> None:
    features, target, folds = world()
    model = learn(TargetBench(features, folds, target))
    mine = np.flatnonzero(folds == 2)
    predicted, spread = model.predict(features.take(mine), 2)
    assert predicted == pytest.approx(model.predicted[mine], abs=1e-6)
    assert spread == pytest.approx(model.spread[mine], rel=1e-4)


@pytest.mark.parametrize("target", [[-5.0, 0.0, 2.0, 1e9], [0.0, 0.0, 0.0, 3.0], [1e300, -1e300, 0.0, 1.0]])
def test_a_scale_leads_back(target: list[float]) -> None:
    given = np.array(target)
    for scale in scales_of(given):
        held = np.abs(scale.forward(given)) < 1e5
        assert scale.backward(scale.forward(given))[held] == pytest.approx(given[held], rel=1e-6, abs=1e-6)


def test_a_target_that_does_not_vary_cannot_be_learned() -> None:
    with pytest.raises(NotPossible, match="does not vary"):
        scales_of(np.full(100, 3.0))


def test_rows_of_one_fold_cannot_be_crossed() -> None:
    features, target, _ = world(60)
    with pytest.raises(NotPossible, match="too alike"):
        cross_fit(RidgeRegressor(), features, np.zeros(60, dtype=np.int64), target)
