from __future__ import annotations

import numpy as np
import pytest

from auditor.evidence.group_rows import AskGroupRows
from auditor.testing import evidence_of

AGES = ["20", "30", "20", "20", "30", "30"]
TABLE = {"sex": ["f", "m", None, "m", "f", "m"], "age": AGES, "y": ["a", "b"] * 3}


def test_each_row_has_its_group_the_largest_first() -> None:
    found = evidence_of(TABLE, label="y", sensitive="sex").ask(AskGroupRows(("sex",)))
    assert found.names == (("m",), ("f",), ("(missing)",))
    assert [found.names[code][0] for code in found.codes] == ["f", "m", "(missing)", "m", "f", "m"]


def test_of_two_columns_those_that_occur() -> None:
    found = evidence_of(TABLE, label="y", sensitive=("sex", "age")).ask(AskGroupRows(("sex", "age")))
    told = [found.names[code] for code in found.codes]
    assert told == list(zip(["f", "m", "(missing)", "m", "f", "m"], AGES, strict=True))
    assert found.count() == {name: told.count(name) for name in told}
    assert list(found.count().values()) == sorted(found.count().values(), reverse=True)


def test_rows_are_counted_by_mask_and_by_ordinal() -> None:
    found = evidence_of(TABLE, label="y", sensitive="sex").ask(AskGroupRows(("sex",)))
    chosen = np.array([1, 2, 3])
    assert found.count(chosen) == {("m",): 2, ("f",): 0, ("(missing)",): 1}
    assert found.count(np.isin(np.arange(6), chosen)) == found.count(chosen)


@pytest.mark.parametrize("values", [[True, False, None, True, True, False], [1.5, 2.5, None, 1.5, 2.5, 2.5]])
def test_any_kind_of_value_makes_the_groups_that_are_counted(values: list[object]) -> None:
    evidence = evidence_of({**TABLE, "g": values}, label="y", sensitive="g")
    assert evidence.ask(AskGroupRows(("g",))).count() == dict(evidence.counts("g").items())


def test_a_continuous_attribute_is_binned() -> None:
    evidence = evidence_of({"age": list(range(18, 78)), "y": ["a", "b"] * 30}, label="y", sensitive="age")
    assert evidence.ask(AskGroupRows(("age",))).count() == dict(evidence.counts("age").items())
