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
