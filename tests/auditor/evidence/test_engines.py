"""Every engine gives the answers that plain Python gives over the rows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import datetime
from typing import Any

import numpy as np
import polars as pl
import pytest

from auditor.evidence.duplicates import AskRepeatedIds
from auditor.evidence.label_rows import AskLabelRows
from auditor.evidence.missing import AskDisguisedLabels, AskMissingRows
from auditor.evidence.rates import AskRates
from auditor.testing import Evidence, evidence_of

On = Callable[[pl.DataFrame], Any]
NAN = float("nan")
DAY, LATER = datetime(2024, 1, 1), datetime(2024, 1, 2, 3, 4, 5, 600)

#: Names that could collide with ours, and cells that engines treat differently.
TABLE = pl.DataFrame(
    {
        "rows": ["a", "b", None, "a", "é", "", "a", "b", "a", "日本", "a", "b"],
        "value": [1, 2, None, 1, 1, 3, 2, 1, 1, 2, 1, 2],
        "c0": [0.0, -0.0, None, 1.5, NAN, 2.5, 3.5, 4.5, 0.0, 0.1, 0.0, -0.0],
        "flag": [True, None, False, True, True, False, True, True, True, False, True, None],
        "when": [DAY, None, LATER, DAY, DAY, None, LATER, DAY, DAY, DAY, DAY, None],
        "y": ["x", "x", "y", None, "y", "x", "y", "x", "y", "x", "x", "x"],
    }
)
FEATURES = ("rows", "value", "c0", "flag", "when")
#: The same cells as text: one spelling a value, missing and NaN alike.
TEXT: dict[str, list[str]] = {
    "rows": ["(missing)" if v is None else v for v in TABLE["rows"]],
    "value": ["(missing)" if v is None else str(v) for v in TABLE["value"]],
    "c0": ["0", "0", "(missing)", "1.5", "(missing)", "2.5", "3.5", "4.5", "0", "0.1", "0", "0"],
    "flag": [{True: "true", False: "false", None: "(missing)"}[v] for v in TABLE["flag"]],
    "when": ["(missing)" if v is None else v.isoformat() for v in TABLE["when"]],
    "y": ["(missing)" if v is None else v for v in TABLE["y"]],
}


@pytest.fixture
def evidence(on: On) -> Evidence:
    return evidence_of(on(TABLE), label="y", sensitive=FEATURES)


def by_hand(*columns: str) -> dict[tuple[str, ...], int]:
    return dict(Counter(zip(*(TEXT[name] for name in columns), strict=True)))


@pytest.mark.parametrize("name", TABLE.columns)
def test_missing_and_distinct_cells_are_counted_alike(evidence: Evidence, name: str) -> None:
    profile = evidence.profile[name]
    assert profile.missing == TEXT[name].count("(missing)")
    assert profile.distinct == len(set(TEXT[name]) - {"(missing)"})


def test_moments_and_quantiles_are_those_of_numpy(evidence: Evidence) -> None:
    for name in ("value", "c0"):
        numbers = [float(v) for v in TEXT[name] if v != "(missing)"]
        profile = evidence.profile[name]
        assert profile.quantiles == pytest.approx(np.quantile(numbers, [0.25, 0.5, 0.75]))
        assert (profile.mean, profile.sd) == pytest.approx((np.mean(numbers), np.std(numbers, ddof=1)))
        assert (profile.minimum, profile.maximum) == (min(numbers), max(numbers))
        assert str(profile.minimum) != "-0.0"


def test_times_have_a_first_and_a_last_in_iso_form(evidence: Evidence) -> None:
    profile = evidence.profile["when"]
    assert (profile.minimum, profile.maximum) == (DAY.isoformat(), LATER.isoformat())


def test_top_values_come_most_frequent_first_then_by_name(evidence: Evidence) -> None:
    assert evidence.profile["rows"].top == (("a", 5), ("b", 3), ("", 1), ("é", 1), ("日本", 1))
    assert evidence.profile["flag"].top == (("true", 7), ("false", 3))


@pytest.mark.parametrize("columns", [("rows",), ("value",), ("c0",), ("flag",), ("when",), ("y",), ("rows", "value")])
def test_counts_are_those_of_a_counter(evidence: Evidence, columns: tuple[str, ...]) -> None:
    counts = evidence.counts(*columns)
    assert dict(counts.items()) == by_hand(*columns)
    assert list(counts.cells) == sorted(counts.cells, key=lambda key: (-counts.cells[key], key))


def test_label_counts_leave_out_rows_without_a_label(evidence: Evidence) -> None:
    counts = evidence.label_counts("flag")
    cells = by_hand("y", "flag")
    having = {name: {(g,): n for (y, g), n in cells.items() if y == name} for name in ("x", "y")}
    assert counts.having == having
    assert counts.rows == {("true",): 6, ("false",): 3, ("(missing)",): 2}


def test_rates_have_the_largest_group_first(evidence: Evidence) -> None:
    rates = evidence.ask(AskRates(("flag",))).of("x")
    assert [(rate.group, rate.having, rate.rows) for rate in rates] == [
        ((("flag", "true"),), 3, 6),
        ((("flag", "false"),), 2, 3),
        ((("flag", "(missing)"),), 2, 2),
    ]


def test_identical_rows_are_found_whatever_holds_them(on: On) -> None:
    evidence = evidence_of(on(TABLE), label="y")
    groups = evidence.duplicates.alike
    # 0, 8 and 10 have equal features; so have 1 and 11, one with 0.0 for -0.0.
    assert list(zip(groups.rows, groups.group, strict=True)) == [(0, 0), (8, 0), (10, 0), (1, 1), (11, 1)]
    assert evidence.duplicates.identical.rows.tolist() == [0, 10, 1, 11]
    assert evidence.duplicates.conflicting.rows.tolist() == [0, 8, 10]
    assert evidence.duplicates.contradicted == 1


def test_missing_rows_are_those_in_which_all_columns_are(evidence: Evidence) -> None:
    assert evidence.ask(AskMissingRows(("c0",))) == (2, 4)
    assert evidence.ask(AskMissingRows(("c0", "value"))) == (2,)
    assert evidence.ask(AskMissingRows(("y",))) == (3,)


def test_label_rows_are_found_by_the_labels_text(evidence: Evidence) -> None:
    assert evidence.ask(AskLabelRows(frozenset({"y", "absent"}))) == {"y": (2, 4, 6, 8)}


LISTS = pl.DataFrame(
    {
        "tags": [["a", "b"], ["a"], None, [], ["b", "b", None], ["a"], ["c"], ["a", "b"]],
        "who": ["m", None, "m", "m", "f", "f", "f", "m"],
    }
)


def test_a_list_of_labels_counts_each_label_once_a_row(on: On) -> None:
    counts = evidence_of(on(LISTS), label="tags", sensitive="who").label_counts("who")
    assert counts.rows == {("m",): 3, ("f",): 3, ("(missing)",): 1}
    assert counts.having == {
        "a": {("m",): 2, ("f",): 1, ("(missing)",): 1},
        "b": {("m",): 2, ("f",): 1},
        "c": {("f",): 1},
    }
    assert counts.classes() == {"a": 4, "b": 3, "c": 1}


def test_label_rows_look_into_lists(on: On) -> None:
    found = evidence_of(on(LISTS), label="tags").ask(AskLabelRows(frozenset({"b", "c"})))
    assert {name: sorted(set(rows)) for name, rows in found.items()} == {"b": [0, 4, 7], "c": [6]}


def test_words_for_missing_labels_are_found_alike(on: On) -> None:
    table = pl.DataFrame({"y": ["a", "NaN", None, " ", "nan", "NaN"], "x": [1, 2, 3, 4, 5, 6]})
    found = evidence_of(on(table), label="y", task="multiclass").ask(AskDisguisedLabels())
    assert found == {"NaN": (1, 5), " ": (3,), "nan": (4,)}
    assert evidence_of(on(LISTS), label="tags").ask(AskDisguisedLabels()) == {"": (4,)}


def test_labels_in_another_order_are_the_same(on: On) -> None:
    tags = [["a", "b"], ["b", "a", "a"], ["b"], [], None]
    found = evidence_of(on(pl.DataFrame({"tags": tags, "x": ["same"] * 5})), label="tags").duplicates
    assert found.identical.rows.tolist() == [0, 1]
    assert (found.conflicting.rows.tolist(), found.contradicted, found.labeled) == ([0, 1, 2, 3], 2, 4)


def test_repeated_ids_are_found_alike(on: On) -> None:
    table = pl.DataFrame({"key": [7, 8, 7, None, None], "x": ["a", "b", "c", "d", "e"]})
    assert evidence_of(on(table), id="key").ask(AskRepeatedIds("key")).rows.tolist() == [0, 2]


def test_a_column_per_label_may_be_true_or_above_zero(on: On) -> None:
    table = pl.DataFrame(
        {
            "toxic": [True, False, None, None, True],
            "rude": [0, 2, 1, None, None],
            "sex": ["f", "f", "m", "m", None],
        }
    )
    counts = evidence_of(on(table), label=("toxic", "rude"), sensitive="sex").label_counts("sex")
    assert counts.rows == {("f",): 2, ("m",): 1, ("(missing)",): 1}
    assert counts.having == {"toxic": {("f",): 1, ("(missing)",): 1}, "rude": {("f",): 1, ("m",): 1}}


def test_ages_are_binned_alike_and_a_missing_age_stays_missing(on: On) -> None:
    ages = pl.DataFrame({"age": [*range(17, 91), None, 25, 40, 60]})
    assert dict(evidence_of(on(ages), sensitive="age").counts("age").items()) == {
        ("25 to under 40",): 16,
        ("40 to under 60",): 21,
        ("60 and over",): 32,
        ("under 25",): 8,
        ("(missing)",): 1,
    }


def test_predictions_are_the_same_on_every_engine(on: On) -> None:
    rng = np.random.default_rng(7)
    y = rng.integers(0, 2, 120)
    table = pl.DataFrame(
        {
            "x": [None if i % 17 == 0 else float(v) for i, v in enumerate(rng.normal(size=120) + 3 * y)],
            "flag": [None if i % 13 == 0 else bool(v) for i, v in enumerate(rng.integers(0, 2, 120))],
            "word": [None if i % 11 == 0 else w for i, w in enumerate(rng.choice(["a", "b"], 120))],
            "when": [None if i % 7 == 0 else datetime(2020, 1, int(d)) for i, d in enumerate(rng.integers(1, 29, 120))],
            "y": [f"k{v}" for v in y],
        }
    )
    found = evidence_of(on(table), label="y").predictions
    expected = evidence_of(table, label="y").predictions
    assert found.classes == ("k0", "k1")
    assert found.given.tolist() == y.tolist()
    np.testing.assert_allclose(found.probabilities, expected.probabilities, atol=1e-6)
    assert np.mean(found.probabilities.argmax(axis=1) == y) > 0.85
