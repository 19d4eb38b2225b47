from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auditor.stats.contamination import Contamination, Floats, fit_contamination, log_student

pytestmark = pytest.mark.slow


def anywhere(residuals: Floats) -> Floats:
    """Wrong values lie anywhere: a t, three times as wide."""
    return np.asarray(log_student(residuals / 3, 2.0) - np.log(3))


def fitted(residuals: Floats) -> tuple[Contamination, Floats]:
    wrong = anywhere(residuals)
    found = fit_contamination(residuals, wrong)
    return found, found.chances(found.log_ratio(residuals, wrong))


@pytest.mark.parametrize("kind", ["normal", "laplace", "logistic"])
@settings(max_examples=10, deadline=None)
@given(seed=st.integers(0, 10_000), scale=st.floats(0.1, 10))
def test_next_to_nothing_is_wrong_where_nothing_shows_it(kind: str, seed: int, scale: float) -> None:
    """Wrong values are seen where there are none in one table of a hundred, and then in a few rows."""
    draw = getattr(np.random.default_rng(seed), kind)
    residuals = draw(scale=scale, size=1_000)
    wrong = anywhere(residuals / scale) - np.log(scale)
    found = fit_contamination(residuals, wrong)
    assert (found.chances(found.log_ratio(residuals, wrong)) > 0.5).mean() < 0.05


def test_on_average_one_right_row_of_a_thousand_is_flagged_at_most() -> None:
    flagged = [fitted(np.random.default_rng(seed).laplace(size=1_000))[1] > 0.5 for seed in range(100)]
    assert np.mean(flagged) < 0.001


def test_wrong_values_are_told_from_right_ones() -> None:
    rng = np.random.default_rng(0)
    residuals = rng.normal(size=2_000)
    residuals[:100] = rng.choice([-1, 1], 100) * rng.uniform(6, 15, 100)
    found, chances = fitted(residuals)
    assert (chances[:100] > 0.5).mean() > 0.95
    assert (chances[100:] > 0.5).mean() < 0.01
    assert 0.03 < found.wrong < 0.15  # a weight, that also takes right ones which lie where wrong ones may


def test_a_skewed_kind_is_not_all_wrong_on_one_side() -> None:
    residuals = np.exp(0.5 * np.random.default_rng(0).normal(size=5_000)) - 1
    found, chances = fitted(residuals)
    assert found.above.scale > found.below.scale
    assert (chances > 0.5).mean() < 0.005


def test_the_interval_holds_the_share_of_right_residuals() -> None:
    residuals = np.random.default_rng(0).normal(size=5_000)
    low, high = fitted(residuals)[0].interval(0.9)
    assert ((residuals > low) & (residuals < high)).mean() == pytest.approx(0.9, abs=0.02)


def test_residuals_that_are_all_alike_are_right() -> None:
    assert not fitted(np.zeros(100))[1].any()


@pytest.mark.parametrize(("residuals", "densities"), [([], []), ([1.0, float("nan")], [0.0, 0.0]), ([1.0, 2.0], [0.0])])
def test_what_is_no_residual_is_refused(residuals: list[float], densities: list[float]) -> None:
    with pytest.raises(ValueError, match="residuals"):
        fit_contamination(np.array(residuals), np.array(densities))


def test_a_few_more_far_out_than_expected_are_no_proof() -> None:
    assert fitted(np.random.default_rng(0).normal(size=1_000))[0].wrong == 0
