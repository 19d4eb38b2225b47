from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl
import pytest

from auditor.testing import Status, decided, findings_of, measures_of
from auditor_checks.diversity.outliers import OutlierRows


def _table(rows: list[tuple[float, float, str]]) -> dict[str, list[Any]]:
    """Two thousand usual rows, and then the given ones."""
    rng = np.random.default_rng(0)
    a, b = rng.standard_normal((2, 2_000))
    kind = rng.choice(["x", "y", "z"], 2_000)
    return {
        "a": [*a.tolist(), *(row[0] for row in rows)],
        "b": [*(100 + 10 * b).tolist(), *(row[1] for row in rows)],
        "kind": [*kind.tolist(), *(row[2] for row in rows)],
    }


SLICE = [(9 + at / 100, 30 + at / 10, "x") for at in range(8)]


def test_usual_rows_have_no_outliers() -> None:
    assert not findings_of(OutlierRows(), _table([]))
    assert decided(OutlierRows(), _table([])).status is Status.PASS


def test_an_isolated_row_is_named_with_what_makes_it_unlike() -> None:
    (finding,) = findings_of(OutlierRows(), _table([(12.0, 100.0, "x")]))
    assert (finding.subject, list(finding.rows)) == ("outliers", [2_000])
    (unlike,) = finding.details["unlike in"]
    assert str(unlike).startswith("a = 12 (11.")
    assert "above the mean" in str(unlike)


def test_a_few_rows_like_each_other_are_a_rare_slice() -> None:
    (finding,) = findings_of(OutlierRows(), _table(SLICE))
    assert list(finding.rows) == list(range(2_000, 2_008))
    assert "a = 9 to 9.07" in str(finding.subject)
    assert "b = 30 to 30.7" in str(finding.subject)
    measures = {m.name: m.estimate.value for m in measures_of(OutlierRows(), _table(SLICE))}
    assert (measures["outliers"], measures["rare slices"]) == (0, 1)


def test_both_are_told_apart() -> None:
    lone = [(-15.0, 100.0, "y"), (0.0, 400.0, "z")]
    outliers, rare = findings_of(OutlierRows(), _table([*SLICE, *lone]))
    assert sorted(outliers.rows) == [2_008, 2_009]
    assert list(rare.rows) == list(range(2_000, 2_008))


def test_four_rows_are_not_yet_a_slice() -> None:
    (finding,) = findings_of(OutlierRows(), _table(SLICE[:4]))
    assert (finding.subject, finding.count) == ("outliers", 4)


def test_more_outliers_than_the_limit_fail() -> None:
    lone = [(20.0 * (-1) ** at, 100.0 + 300 * at, "x") for at in range(1, 6)]
    assert decided(OutlierRows(max_share=0.002), _table(lone)).status is Status.FAIL
    assert decided(OutlierRows(), _table(lone)).status is Status.PASS


def test_a_missing_cell_is_told_as_it_is() -> None:
    table = _table([(12.0, 400.0, "x")])
    table["kind"][-1] = None
    (finding,) = findings_of(OutlierRows(), table)
    assert finding.count == 1


def test_vectors_have_outliers_too() -> None:
    vectors = np.random.default_rng(0).standard_normal((300, 6))
    vectors[7] += 30
    (finding,) = findings_of(OutlierRows(), pl.DataFrame({"v": vectors.tolist()}))
    assert (list(finding.rows), finding.details["unlike in"]) == ([7], ["v"])


@pytest.mark.parametrize(
    ("table", "text"), [({"a": list(range(99))}, ()), ({"t": [f"some words {at}" for at in range(200)]}, "t")]
)
def test_where_nothing_can_be_told_it_says_so(table: dict[str, list[Any]], text: str) -> None:
    assert decided(OutlierRows(), table, text=text).status is Status.SKIPPED
