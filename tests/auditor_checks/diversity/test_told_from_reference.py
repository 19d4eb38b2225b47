from __future__ import annotations

from typing import Any

import numpy as np

from auditor.testing import Status, decided, findings_of, measures_of
from auditor_checks.diversity.told_from_reference import ToldFromReference


def plates(seed: int, rows: int = 1500, night: tuple[float, float] = (0.5, 0.5)) -> dict[str, Any]:
    """As many plates of each region by night as by day in all; within a region, as `night` says."""
    draw = np.random.default_rng(seed)
    region = draw.integers(0, 2, rows)
    dark = draw.random(rows) < np.asarray(night)[region]
    return {
        "region": [("US", "EU")[r] for r in region],
        "light": ["night" if one else "day" for one in dark],
        "width": draw.normal(size=rows).tolist(),
    }


def test_two_samples_of_one_population_pass() -> None:
    result = decided(ToldFromReference(), plates(1), reference=plates(2))
    assert result.status is Status.PASS
    assert result.outcome.findings == ()


def test_columns_that_go_together_in_another_way_are_told_by_slice() -> None:
    other = plates(2, night=(0.95, 0.05))  # alike in each column
    ours = plates(1, night=(0.05, 0.95))
    ours |= {"where": [f"{r} {n}" for r, n in zip(ours["region"], ours["light"], strict=True)]}
    other |= {"where": [f"{r} {n}" for r, n in zip(other["region"], other["light"], strict=True)]}
    assert decided(ToldFromReference(), ours, reference=other).status is Status.FAIL
    slices = {str(f.subject) for f in findings_of(ToldFromReference(), ours, reference=other)}
    assert {"where = US night", "where = EU day"} <= slices


def test_pairs_that_no_single_column_shows_are_found() -> None:
    from auditor.evidence.told_apart import AskToldApart
    from auditor.testing import evidence_of

    evidence = evidence_of(plates(1, night=(0.05, 0.95)), reference=plates(2, night=(0.95, 0.05)))
    first, second = evidence.ask(AskToldApart()).slices[:2]
    told = [dict(one.where) for one in (first, second)]
    assert sorted(one["region"] + one["light"] for one in told) == ["EUday", "USnight"]
    assert first.theirs > 0.4
    assert first.ours < 0.1


def test_numbers_are_told_in_their_own_units() -> None:
    ours, other = plates(1), plates(2)
    ours["width"], other["width"] = ([value + shift for value in ours["width"]] for shift in (100.0, 110.0))
    (measure,) = measures_of(ToldFromReference(), ours, reference=other)
    assert measure.estimate.value > 0.95
    assert any("width = 11" in str(f.subject) for f in findings_of(ToldFromReference(), ours, reference=other))


def test_few_rows_are_not_told_apart() -> None:
    assert decided(ToldFromReference(), plates(1), reference=plates(2, rows=20)).status is Status.SKIPPED


def test_columns_that_go_together_in_another_way_are_told_without_a_column_for_it() -> None:
    ours, other = plates(1, night=(0.05, 0.95)), plates(2, night=(0.95, 0.05))
    assert decided(ToldFromReference(), ours, reference=other).status is Status.FAIL
