from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import polars as pl
import pytest

from auditor.errors import NotPossible
from auditor.evidence import neighbours
from auditor.evidence.neighbours import AskNeighbours
from auditor.testing import evidence_of

On = Callable[[pl.DataFrame], Any]
TABLE = pl.DataFrame(
    {"x": [0.0, 0.1, 5.0, 5.1, 9.0], "sex": ["f", "m", "f", "m", "f"], "y": ["a", "b", "a", None, "b"]}
)


def test_the_nearest_labeled_rows_and_their_classes(on: On) -> None:
    found = evidence_of(on(TABLE), label="y", sensitive="sex").ask(AskNeighbours(2, sensitive=False))
    assert found.rows.tolist() == [0, 1, 2, 4]
    assert found.labels.tolist() == [1, 2, 1, 2]
    assert [set(own) for own in found.nearest.tolist()] == [{0, 1}, {0, 1}, {2, 3}, {2, 3}]
    assert (found.labeled, found.features) == (4, ("x",))


def test_the_sensitive_columns_may_count_among_the_features() -> None:
    found = evidence_of(TABLE, label="y", sensitive="sex").ask(AskNeighbours(2, sensitive=True))
    assert found.features == ("x", "sex")


def test_of_many_rows_a_sample_is_looked_at_the_same_each_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(neighbours, "MAX_ROWS", 50)
    table = {"x": np.arange(200.0), "sex": ["f", "m"] * 100, "y": ["a", "b"] * 100}
    one, other = (
        evidence_of(table, label="y", sensitive="sex").ask(AskNeighbours(3, sensitive=False)) for _ in range(2)
    )
    assert (len(one.rows), one.labeled) == (50, 200)
    assert one.rows.tolist() == other.rows.tolist()
    assert one.nearest.tolist() == other.nearest.tolist()


@pytest.mark.parametrize(
    ("table", "message"),
    [
        ({"sex": ["f", "m"] * 5, "y": ["a", "b"] * 5}, "no feature besides"),
        ({"x": [1.0, 2.0], "sex": ["f", "m"], "y": ["a", "b"]}, "more than 2 labeled rows"),
    ],
)
def test_what_cannot_be_compared_is_said(table: dict[str, Any], message: str) -> None:
    with pytest.raises(NotPossible, match=message):
        evidence_of(table, label="y", sensitive="sex").ask(AskNeighbours(2, sensitive=False))
