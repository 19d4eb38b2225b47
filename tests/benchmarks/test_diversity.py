"""What is planted is what is said to be."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from benchmarks.diversity import labeled_otherwise, lost_slice, more_of_a_class, more_of_one, moved, shuffled


def people(rows: int = 400) -> pl.DataFrame:
    draw = np.random.default_rng(1)
    return pl.DataFrame(
        {
            "age": draw.integers(20, 70, rows),
            "sex": draw.choice(["Female", "Male"], rows),
            "marital_status": draw.choice(["Divorced", "Married"], rows),
            "workclass": draw.choice(["Private", "Local-gov"], rows, p=[0.9, 0.1]),
            "income": draw.choice(["<=50K", ">50K"], rows, p=[0.75, 0.25]),
        }
    )


def rate(frame: pl.DataFrame, column: str, value: str) -> float:
    return float((frame[column] == value).sum()) / frame.height


RNG = np.random.default_rng(2)


def test_a_mean_is_moved_by_so_many_standard_deviations() -> None:
    ours, theirs = moved(people(), people(), 0.5, RNG)
    by = float(theirs["age"].mean()) - float(ours["age"].mean())  # type: ignore[arg-type]
    assert by == pytest.approx(0.5 * float(ours["age"].std()), abs=0.5)  # type: ignore[arg-type]


def test_shares_rise_by_so_many_points() -> None:
    for plant, column, value in ((more_of_one, "workclass", "Local-gov"), (more_of_a_class, "income", ">50K")):
        ours, theirs = plant(people(), people(), 0.1, RNG)
        assert rate(theirs, column, value) - rate(ours, column, value) == pytest.approx(0.1, abs=0.002)


def test_labels_given_otherwise_keep_the_shares_of_the_classes() -> None:
    ours, theirs = labeled_otherwise(people(), people(), 0.1, RNG)
    assert (ours["income"] != theirs["income"]).sum() == 40
    assert rate(theirs, "income", ">50K") == rate(ours, "income", ">50K")


def test_shuffled_cells_keep_the_margins() -> None:
    ours, theirs = shuffled(people(), people(), 1.0, RNG)
    assert sorted(ours["sex"]) == sorted(theirs["sex"])
    assert (ours["sex"] != theirs["sex"]).sum() > 100


def test_a_slice_is_lost_and_nothing_else() -> None:
    ours, theirs = lost_slice(people(), people(), 1.0, RNG)
    inside = (pl.col("sex") == "Female") & (pl.col("marital_status") == "Divorced")
    assert ours.filter(inside).is_empty()
    assert ours.height == theirs.filter(~inside).height
