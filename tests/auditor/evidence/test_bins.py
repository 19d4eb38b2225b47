from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

import polars as pl
import pytest

from auditor.testing import evidence_of

On = Callable[[pl.DataFrame], Any]


def groups(cells: Sequence[Any], name: str = "born") -> dict[str, int]:
    counts = evidence_of({name: cells}, sensitive=name).counts(name)
    return {group: rows for (group,), rows in sorted(counts.items())}


def test_few_dates_stand_as_they_are() -> None:
    found = groups([date(1970, 1, 1), date(1980, 1, 1)] * 5)
    assert {name[:10]: rows for name, rows in found.items()} == {"1970-01-01": 5, "1980-01-01": 5}


def test_dates_of_few_years_are_grouped_by_the_year() -> None:
    days = [date(2001, 1, 1) + timedelta(days=10 * step) for step in range(100)]
    assert groups(days) == {"2001": 37, "2002": 36, "2003": 27}


def test_dates_of_many_years_are_cut_at_the_quartiles_of_their_years() -> None:
    born = [date(year, 6, 1) for year in range(1940, 2000) for _ in range(2)]
    assert groups(born) == {"before 1955": 30, "1955 to 1969": 30, "1970 to 1983": 28, "1984 or later": 32}


def test_a_date_that_stands_for_not_known_makes_no_single_group() -> None:
    born = [date(year, 6, 1) for year in range(1940, 2000)] + [date(9999, 12, 31)]
    assert len(groups(born)) == 4
    mostly = [date(1950, 1, 1) + timedelta(days=day) for day in range(300)] + [date(2100, 1, 1)]
    assert groups(mostly) == {"1951 or later": 1, "before 1951": 300}


def test_dates_of_a_single_year_are_cut_into_quarters() -> None:
    days = [date(2023, 1, 1) + timedelta(days=day) for day in range(365)]
    assert groups(days) == {
        "January to March 2023": 90,
        "April to June 2023": 91,
        "July to September 2023": 92,
        "October to December 2023": 92,
    }


def test_a_missing_date_stays_missing() -> None:
    born: list[Any] = [date(year, 6, 1) for year in range(1940, 2000)]
    assert groups([*born, None])["(missing)"] == 1


@pytest.mark.parametrize("zone", [None, UTC])
def test_moments_are_cut_like_dates(zone: Any) -> None:
    moments = [datetime(1990 + step % 3, 5, 1, step % 24, step % 60, tzinfo=zone) for step in range(90)]
    assert groups(moments) == {"1990": 30, "1991": 30, "1992": 30}


def test_dates_are_binned_alike_on_every_engine(on: On) -> None:
    born = pl.DataFrame({"born": [*(datetime(year, 6, 1) for year in range(1940, 2000)), None]})
    assert dict(evidence_of(on(born), sensitive="born").counts("born").items()) == {
        ("1955 to 1969",): 15,
        ("1970 to 1983",): 14,
        ("1984 or later",): 16,
        ("before 1955",): 15,
        ("(missing)",): 1,
    }


def test_numbers_are_cut_at_their_quartiles() -> None:
    assert groups(list(range(100)), "pay") == {
        "24.75 to under 49.5": 25,
        "49.5 to under 74.25": 25,
        "74.25 and over": 25,
        "under 24.75": 25,
    }


def test_ages_are_cut_where_laws_cut_them() -> None:
    assert list(groups([float(age) for age in range(18, 78)], "age")) == [
        *("25 to under 40", "40 to under 60", "60 and over", "under 25")
    ]


def test_ages_that_all_lie_on_one_side_of_these_are_cut_at_their_quartiles() -> None:
    """Children, or years counted in tens."""
    assert set(groups([age / 4 for age in range(24, 72)], "age").values()) == {12}
