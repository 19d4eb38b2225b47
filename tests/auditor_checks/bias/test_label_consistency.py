from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from pydantic import ValidationError

from auditor.testing import Status, decided, measures_of
from auditor_checks.bias.label_consistency import LabelConsistency

X = np.random.default_rng(1).normal(size=300)
BY_X: dict[str, Any] = {"x": X, "sex": ["f", "m"] * 150, "y": np.where(X > 0, "yes", "no")}
BY_CHANCE: dict[str, Any] = BY_X | {"y": np.random.default_rng(2).permutation(BY_X["y"])}


def value(table: dict[str, Any], **options: Any) -> float:
    (found,) = measures_of(LabelConsistency(**options), table, label="y", sensitive="sex")
    return found.estimate.value


def test_it_is_the_share_of_the_nearest_rows_with_the_same_label() -> None:
    nearest = np.argsort(np.abs(X[:, None] - X), axis=1)[:, :5]
    labels = BY_X["y"] == "yes"
    by_hand = 1 - np.abs(labels - labels[nearest].mean(axis=1)).mean()
    assert value(BY_X) == pytest.approx(by_hand, abs=1e-9)
    assert value(BY_X) > 0.95 > 0.7 > value(BY_CHANCE)


def test_labels_by_a_sensitive_column_alone_are_inconsistent_unless_it_counts() -> None:
    by_sex = BY_X | {"y": np.where(np.arange(300) % 2 == 0, "yes", "no"), "x": np.arange(300) // 2 * 1.0}
    assert value(by_sex) < 0.7
    assert value(by_sex, sensitive=True) > 0.9


def test_without_a_limit_it_is_for_information() -> None:
    result = decided(LabelConsistency(), BY_X, label="y", sensitive="sex")
    assert (result.status, len(result.decided)) == (Status.SKIPPED, 1)
    assert result.outcome.skip is not None
    assert not result.outcome.skip.applies


@pytest.mark.parametrize(("limit", "status"), [(0.9, Status.PASS), (0.999, Status.FAIL), (0.98, Status.UNDECIDED)])
def test_it_may_have_one(limit: float, status: Status) -> None:
    wrong = BY_X | {"y": np.where(np.arange(300) % 100 == 0, "yes", BY_X["y"])}
    assert decided(LabelConsistency(min_consistency=limit), wrong, label="y", sensitive="sex").status is status


@pytest.mark.parametrize("options", [{"neighbours": 1}, {"min_consistency": 1.5}, {"min_consistency": True}])
def test_nonsense_is_refused(options: dict[str, Any]) -> None:
    with pytest.raises(ValidationError, match=next(iter(options))):
        LabelConsistency(**options)
