from __future__ import annotations

import pytest

from auditor.stats.written import about, amount, number, percent


@pytest.mark.parametrize(
    ("value", "told"),
    [
        (1_234_567.0, "1,234,567"),
        (12_345_678.9, "12,345,679"),
        (2011.0, "2011"),
        (0.03125, "0.03125"),
        (-9999.5, "−9999.5"),
    ],
)
def test_numbers_of_the_data_are_written_in_full_and_years_as_years(value: float, told: str) -> None:
    assert amount(value) == told


def test_one_way_of_numbers_and_per_cents() -> None:
    assert (number(3_000), percent(0.1), percent(0.123), percent(0.99999)) == ("3,000", "10 %", "12.3 %", "99.999 %")


@pytest.mark.parametrize(
    ("rows", "told"), [(7, "about 7"), (99, "about 99"), (101, "about 110"), (7_995_281, "about 8,000,000")]
)
def test_a_number_that_is_estimated_has_two_digits_rounded_up(rows: int, told: str) -> None:
    assert about(rows) == told
