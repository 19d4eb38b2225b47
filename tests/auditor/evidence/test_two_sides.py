from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from auditor.errors import NotPossible
from auditor.evidence.told_apart import AskToldApart
from auditor.evidence.two_sides import MAX_ROWS, AskTwoSides
from auditor.testing import evidence_of


def names(seed: int, rows: int = 1500) -> dict[str, Any]:
    """A column of so many names that a good part of a sample's are its own."""
    draw = np.random.default_rng(seed)
    return {"city": [f"c{i}" for i in draw.integers(0, 1_000, rows)], "x": draw.normal(size=rows).tolist()}


def test_values_that_one_side_happens_to_have_do_not_tell_it() -> None:
    skill = evidence_of(names(1), reference=names(2)).ask(AskToldApart()).skill
    assert skill.bounds(0.95)[0] < 0.5 < skill.bounds(0.95)[1]


def test_rows_with_equal_features_are_in_one_fold() -> None:
    table = {"x": [float(i) for i in range(100)]}
    sides = evidence_of(table, reference=table).ask(AskTwoSides())
    assert (sides.folds[:100] == sides.folds[100:]).all()
    assert sides.side.tolist() == [0] * 100 + [1] * 100


def test_no_more_rows_are_looked_at_than_the_most() -> None:
    many = {"x": np.arange(MAX_ROWS + 500).astype(float).tolist()}
    sides = evidence_of(many, reference={"x": [float(i) for i in range(60)]}).ask(AskTwoSides())
    assert [len(rows) for rows in sides.rows] == [MAX_ROWS, 60]


def test_numbers_that_are_whole_on_one_side_are_read_on_both() -> None:
    sides = evidence_of({"x": list(range(60))}, reference={"x": [i + 0.5 for i in range(60)]}).ask(AskTwoSides())
    assert len(sides.features) == 120


def test_dates_alone_tell_nothing() -> None:
    dates = {"when": [f"2024-01-{1 + i % 28:02} 10:00:00" for i in range(60)]}
    import polars as pl

    frame = pl.DataFrame(dates).with_columns(pl.col("when").str.to_datetime())
    with pytest.raises(NotPossible, match="dates"):
        evidence_of(frame, reference=frame).ask(AskTwoSides())


def test_few_rows_are_not_learned_from() -> None:
    with pytest.raises(NotPossible, match="fewer than 50"):
        evidence_of(names(1), reference=names(2, rows=40)).ask(AskTwoSides())
