"""The benchmark of what is stated holds it against the truth."""

from __future__ import annotations

import json

import numpy as np
import polars as pl
import pytest

from benchmarks.label_noise.bounds import Stated, from_record, state
from benchmarks.label_noise.cases import AS_IS, Case, Cell
from benchmarks.label_noise.sets import LabelSet
from benchmarks.label_noise.show_bounds import cell_line, promises, summary


def stated(
    kind: str = "uniform", true: float = 0.05, low: float = 0.01, high: float = 0.1, precision: float | None = 0.8
) -> Stated:
    return Stated(
        Cell("set", 0.0 if kind == AS_IS else 0.05, kind),
        0,
        1_000,
        true,
        low,
        high,
        "undecided",
        precision,
        0.6,
        (0.5, 0.7),
    )


def case(share: float) -> Case:
    rng = np.random.default_rng(0)
    true = np.arange(400) % 2
    given = true.copy()
    given[rng.choice(400, round(400 * share), replace=False)] ^= 1
    features = pl.DataFrame({"x": true + rng.normal(0, 0.1, 400), "z": rng.normal(0, 1, 400)})
    labels = LabelSet("two", features, true, ("a", "b"), "outcome")
    return Case(Cell("two", share, "uniform"), 0, labels, given, given != true, np.ones(400, dtype=bool))


@pytest.mark.slow
def test_errors_that_are_easy_to_see_are_in_the_range_and_fail() -> None:
    got = state(case(0.2))
    assert got.true == 0.2
    assert got.holds
    assert got.low > 0.05
    assert got.status == "fail"
    assert got.precision == 1.0
    assert got.recall is not None
    assert got.recall > 0.9
    assert got.planted is not None


def test_where_nothing_can_be_learned_nothing_is_stated_and_the_reason_is_told() -> None:
    lost = case(0.2)
    got = state(
        Case(lost.cell, 0, lost.labels, np.random.default_rng(2).permutation(lost.given), lost.error, lost.reviewed)
    )
    assert (got.low, got.high, got.planted) == (0.0, 1.0, None)
    assert "no better than" in got.note


@pytest.mark.parametrize(
    ("true", "missed_by"), [(0.05, 0.0), (0.1, 0.0), (0.2, 0.1), (0.0, 0.01)], ids=["in", "end", "above", "below"]
)
def test_a_range_holds_or_misses_by_so_much(true: float, missed_by: float) -> None:
    one = stated(true=true)
    assert one.holds == (missed_by == 0)
    assert one.missed_by == pytest.approx(missed_by)


@pytest.mark.parametrize(
    ("one", "assumed"),
    [
        (stated(), True),
        (stated("slice"), False),
        (stated(precision=0.4), False),
        (stated(precision=0.4, low=0.0), True),  # the flags do not count
        (stated(AS_IS, precision=None), True),
    ],
)
def test_what_the_range_assumes_holds_or_not(one: Stated, assumed: bool) -> None:
    assert one.assumed == assumed


def test_a_statement_comes_back_from_its_record_as_it_was() -> None:
    assert from_record(json.loads(json.dumps(stated().as_record()))) == stated()


def test_a_broken_range_is_a_broken_promise() -> None:
    told = list(promises([*[stated()] * 18, *[stated(true=0.2)] * 2, stated("hard", true=0.5)]))
    assert told[0].split()[-5:] == ["18/20", "90.0%", "DOES", "NOT", "HOLD"]
    assert told[-1].endswith("not run")


def test_tables_tell_cells_kinds_and_widths() -> None:
    line = cell_line([stated(), stated(true=0.2)])
    assert "1/2" in line
    assert "0.090" in line
    assert "undecided 2" in line
    assert any(row.startswith("slice") and "0.0%" in row for row in summary([stated("slice", true=0.3)]))


def test_sensitivity_is_not_compared_with_the_recall_of_a_few_errors() -> None:
    assert stated(true=0.05).sensitivity_holds
    assert stated(true=0.01).sensitivity_holds is None
