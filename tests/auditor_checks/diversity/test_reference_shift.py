from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from auditor.testing import Status, decided, findings_of
from auditor_checks.diversity.reference_shift import ReferenceShift


def plates(seed: int, rows: int = 3000, eu: float = 0.0, width: float = 1.0) -> dict[str, Any]:
    draw = np.random.default_rng(seed)
    region = np.where(draw.random(rows) < eu, "EU", draw.choice(["CA", "NY", "TX"], rows))
    return {"region": region.tolist(), "width": (draw.normal(size=rows) * width).tolist()}


def test_two_samples_of_one_population_pass() -> None:
    assert decided(ReferenceShift(), plates(1), reference=plates(2)).status is Status.PASS


def test_a_region_never_seen_fails_and_is_named() -> None:
    other = plates(2, eu=0.4)
    assert decided(ReferenceShift(), plates(1), reference=other).status is Status.FAIL
    told = [f.message for f in findings_of(ReferenceShift(), plates(1), reference=other) if f.subject == "region"]
    assert told[0].startswith("EU: 0 % here, ")
    assert told[1].endswith("of the reference with values never seen: EU")


def test_numbers_that_are_spread_more_widely_fail() -> None:
    assert decided(ReferenceShift(), plates(1), reference=plates(2, width=3.0)).status is Status.FAIL


def test_few_rows_cannot_be_decided() -> None:
    assert decided(ReferenceShift(), plates(1), reference=plates(2, rows=40)).status is Status.UNDECIDED


def test_nothing_to_compare_is_skipped() -> None:
    table = {"t": [f"a text with many different words {i} {i}" for i in range(1500)], "y": ["a", "b"] * 750}
    result = decided(ReferenceShift(), table, label="y", reference={"t": table["t"]})
    assert result.status is Status.SKIPPED


@pytest.mark.parametrize("seed", range(5))
def test_same_population_splits_hardly_ever_fail(seed: int) -> None:
    assert decided(ReferenceShift(), plates(seed, 400), reference=plates(100 + seed, 400)).status is not Status.FAIL


def cities(seed: int, rows: int = 2000) -> dict[str, Any]:
    draw = np.random.default_rng(seed)
    return {"city": [f"c{int(one)}" for one in 900 * draw.random(rows) ** 2]}


def test_names_that_more_rows_of_a_kind_would_bring_do_not_fail() -> None:
    result = decided(ReferenceShift(), cities(1), reference=cities(2))
    assert result.status is Status.PASS
    assert any("values never seen" in finding.message for finding in result.outcome.findings)


def test_more_new_names_than_that_fail() -> None:
    other = cities(2)
    other["city"][:200] = [f"new {i % 90}" for i in range(200)]
    assert decided(ReferenceShift(), cities(1), reference=other).status is Status.FAIL


def test_a_reference_that_goes_on_after_the_data_ends_is_warned_of() -> None:
    from datetime import date, timedelta

    def days(first: int) -> dict[str, Any]:
        return {"when": [date(2024, 1, 1) + timedelta(days=first + at // 4) for at in range(1200)], "x": [0, 1] * 600}

    result = decided(ReferenceShift(), days(0), reference=days(100), time="when")
    assert result.status is Status.PASS
    assert result.warned == 2
    told = [f.message for f in result.outcome.findings if f.subject == "when"]
    assert told[-1] == "400 rows of the reference later than the newest of the data, 2024-10-26"
    assert decided(ReferenceShift(), days(0), reference=days(0), time="when").warned == 0
