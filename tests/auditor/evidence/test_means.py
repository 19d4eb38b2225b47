from __future__ import annotations

from collections.abc import Callable
from typing import Any

import polars as pl
import pytest

from auditor.errors import NotPossible
from auditor.evidence.means import AskMeans
from auditor.testing import evidence_of

On = Callable[[pl.DataFrame], Any]
#: Names that could collide with ours.
TABLE = pl.DataFrame({"mean": ["m", "f", "m", None, "f", "m"], "label": [1.0, 2.0, 3.0, 9.0, None, 8.0]})


def test_averages_by_group_are_the_same_on_every_engine(on: On) -> None:
    evidence = evidence_of(on(TABLE), label="label", sensitive="mean", task="regression")
    found = evidence.ask(AskMeans(("mean",)))
    assert [(group.group[0][1], group.rows) for group in found] == [("m", 3), ("(missing)", 1), ("f", 1)]
    assert [group.mean for group in found] == pytest.approx([4, 9, 2])
    assert [group.sd for group in found] == pytest.approx([13**0.5, 0, 0])
    (everybody,) = evidence.ask(AskMeans(()))
    assert (everybody.group, everybody.rows) == ((), 5)
    assert everybody.mean == pytest.approx(4.6)


def test_a_continuous_attribute_is_cut_into_bins() -> None:
    table = {"age": list(range(18, 68)), "y": [float(age) for age in range(18, 68)]}
    found = evidence_of(table, label="y", sensitive="age", task="regression").ask(AskMeans(("age",)))
    assert [group.group[0][1] for group in found] == ["40 to under 60", "25 to under 40", "60 and over", "under 25"]


def test_infinite_labels_have_no_average() -> None:
    table = {"sex": ["m", "f"], "y": [1.0, float("inf")]}
    evidence = evidence_of(table, label="y", sensitive="sex", task="regression")
    with pytest.raises(NotPossible, match="without bounds"):
        evidence.ask(AskMeans(("sex",)))


def test_the_average_of_an_ordinal_label_is_that_of_its_places(on: On) -> None:
    table = {"sex": ["m", "m", "m", "f", "f", "f"], "y": ["low", "high", "high", "low", None, "mid"]}
    evidence = evidence_of(on(pl.DataFrame(table)), label="y", sensitive="sex", label_order=("low", "mid", "high"))
    found = evidence.ask(AskMeans(("sex",)))
    assert [(group.group[0][1], group.rows) for group in found] == [("m", 3), ("f", 2)]
    assert [group.mean for group in found] == pytest.approx([7 / 3, 1.5])
    assert [group.sd for group in found] == pytest.approx([(4 / 3) ** 0.5, 0.5**0.5])
    assert [group.skewness for group in found] == pytest.approx([-(0.5**0.5), 0])
    (everybody,) = evidence.ask(AskMeans(()))
    assert (everybody.group, everybody.rows, everybody.mean) == ((), 5, 2)


def test_ordinal_labels_that_are_all_missing_have_no_average() -> None:
    empty = pl.DataFrame({"sex": ["m", "f"], "y": pl.Series([None, None], dtype=pl.Int64)})
    (everybody,) = evidence_of(empty, label="y", sensitive="sex", task="ordinal").ask(AskMeans(()))
    assert (everybody.rows, everybody.sd) == (0, 0)


def test_classes_in_no_known_order_have_no_average() -> None:
    evidence = evidence_of({"sex": ["m", "f", "m"], "y": ["a", "b", "c"]}, label="y", sensitive="sex", task="ordinal")
    with pytest.raises(NotPossible, match="--label-order"):
        evidence.ask(AskMeans(("sex",)))
