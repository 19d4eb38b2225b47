from __future__ import annotations

from typing import Any

import polars as pl
import pytest

from auditor.testing import Status, decided
from auditor_checks.diversity.constant_label import ConstantLabel


@pytest.mark.parametrize(
    ("labels", "status"),
    [
        ([1.5, 1.5, 1.5], Status.FAIL),
        ([1.5, None, 1.5], Status.FAIL),  # a missing one is no other value
        ([0.0, -0.0], Status.FAIL),
        ([None, None], Status.FAIL),
        ([1.5, 2.5], Status.PASS),
    ],
)
def test_a_number_to_be_predicted_must_vary(labels: list[Any], status: Status) -> None:
    table = pl.DataFrame({"y": pl.Series(labels, dtype=pl.Float64)})
    assert decided(ConstantLabel(), table, label="y", task="regression").status is status


def test_how_many_values_is_an_option_of_two_at_least() -> None:
    table = {"y": [1.0, 2.0, 2.0]}
    assert decided(ConstantLabel(min_values=3), table, label="y", task="regression").status is Status.FAIL
    with pytest.raises(ValueError, match="min_values"):
        ConstantLabel(min_values=1)


def test_classes_are_not_its_business() -> None:
    result = decided(ConstantLabel(), {"y": ["a", "a"]}, label="y")
    assert result.status is Status.SKIPPED
    assert result.outcome.skip is not None
    assert not result.outcome.skip.applies
