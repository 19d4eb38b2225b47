from __future__ import annotations

import numpy as np
import pytest

from auditor.evidence.decimals import decimals_of, number_text


@pytest.mark.parametrize(
    ("values", "places"),
    [([1.0, 2.0, 1e15], 0), ([0.5, 2.0], 1), ([0.1, 70.25, 3.0], 2), ([1 / 3, 0.5], None), ([1.5, 2.5, 3.0], 1)],
)
def test_a_column_has_the_decimals_that_its_numbers_need(values: list[float], places: int | None) -> None:
    assert decimals_of(np.array(values)) == places


def test_a_wrong_value_does_not_lend_the_column_its_decimals() -> None:
    assert decimals_of(np.array([70.5] * 200 + [155.4258])) == 1


def test_a_number_is_written_as_those_beside_it() -> None:
    assert number_text(70.4999, 1) == "70.5"
    assert number_text(70.04, 1) == "70"
    assert number_text(1.23456789, None) == "1.23457"
    assert number_text(1234567.4, 0) == "1234567"
