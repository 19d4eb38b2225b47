from __future__ import annotations

import math
from typing import Any

import pytest

from auditor.check import Slice
from auditor.testing import Status, decided, findings_of, measures_of
from auditor_checks.diversity.balance import Balance


def people(**cells: int) -> dict[str, list[str]]:
    """Rows by group and class: `f_yes=3` are three rows of f with the label yes."""
    rows = [name.split("_") for name, count in cells.items() for _ in range(count)]
    return {"sex": [sex for sex, _ in rows], "y": [label for _, label in rows]}


def shown(table: dict[str, Any], subject: str, **roles: Any) -> dict[str, float]:
    told = measures_of(Balance(), table, label="y", **roles)
    return {m.note if m.name == "effective-number" else m.name: m.estimate.value for m in told if m.subject == subject}


def test_how_even_classes_are_is_shown() -> None:
    numbers = shown({"y": ["a"] * 50 + ["b"] * 30 + ["c"] * 20}, "label")
    assert numbers["Hill number of order 0: count"] == 3
    assert numbers["Hill number of order 1: exp of Shannon's entropy"] == pytest.approx(
        math.exp(-sum(p * math.log(p) for p in (0.5, 0.3, 0.2)))
    )
    assert numbers["Hill number of order 2: inverse of Simpson's index"] == pytest.approx(1 / 0.38)
    assert numbers["gini"] == pytest.approx(0.2)
    assert numbers["imbalance"] == 2.5


def test_how_even_groups_are_is_shown_and_a_missing_one_is_none() -> None:
    table = {"sex": ["m"] * 30 + ["f"] * 30 + [None] * 40, "y": ["a", "b"] * 50}
    assert shown(table, "sex", sensitive="sex")["Hill number of order 1: exp of Shannon's entropy"] == pytest.approx(2)


def test_a_class_with_too_few_examples_in_a_group_fails() -> None:
    table = people(m_yes=50, m_no=50, f_yes=19, f_no=80)
    result = decided(Balance(), table, label="y", sensitive="sex")
    failed = [(str(d.measure.subject), d.measure.estimate.value) for d in result.decided if d.status is Status.FAIL]
    assert failed == [("sex = f", 19)]
    assert decided(Balance(min_rows=19), table, label="y", sensitive="sex").status is Status.PASS


def test_a_class_that_a_group_has_never_is_found() -> None:
    table = people(m_yes=50, m_no=50, f_no=80)
    (finding,) = findings_of(Balance(), table, label="y", sensitive="sex")
    assert finding.subject == Slice((("sex", "f"), ("y", "yes")))
    assert (finding.count, finding.message) == (0, "0 examples: collect 20 more")


def test_a_group_too_small_to_hold_enough_of_each_class_decides_nothing() -> None:
    table = people(m_yes=500, m_no=500, f_yes=1, f_no=38)
    result = decided(Balance(), table, label="y", sensitive="sex")
    assert result.status is Status.PASS
    assert not result.outcome.findings


def test_a_rare_class_with_examples_enough_is_no_fault() -> None:
    assert decided(Balance(), people(m_no=9980, m_yes=20), label="y").status is Status.PASS


def test_a_long_tail_that_holds_many_rows_fails() -> None:
    table = {"y": ["head"] * 100 + [f"tail{at}" for at in range(6)]}
    assert decided(Balance(), table, label="y").status is Status.FAIL
    assert decided(Balance(max_tail_share=0.06), table, label="y").status is Status.PASS
    note = next(m.note for m in measures_of(Balance(), table, label="y") if m.name == "tail")
    assert note == "6 classes of fewer than 20 rows"


def test_more_small_cells_than_are_listed_are_counted() -> None:
    table = {"sex": ["m"] * 100 + ["f"] * 100, "y": ["a"] * 80 + [*"bcde"] * 5 + ["a"] * 80 + [*"bcde"] * 5}
    found = findings_of(Balance(listed=3, min_rows=10), table, label="y", sensitive="sex")
    assert len(found) == 4
    assert found[-1].message == "5 more cells of too few examples"


def test_several_labels_a_row_count_each() -> None:
    table = {"sex": ["m", "f"] * 50, "y": [["a", "b"], ["a"]] * 50}
    result = decided(Balance(), table, label="y", sensitive="sex")
    assert [str(d.measure.subject) for d in result.decided if d.status is Status.FAIL] == ["sex = f"]


def test_without_any_label_it_is_skipped() -> None:
    assert decided(Balance(), {"y": [None, None], "x": [1, 2]}, label="y", task="binary").status is Status.SKIPPED


def test_the_measures_are_few_where_groups_are_many() -> None:
    table = {"sex": [f"g{at % 200}" for at in range(4000)], "y": ["a", "b"] * 2000}
    assert len(measures_of(Balance(), table, label="y", sensitive="sex")) <= 40
