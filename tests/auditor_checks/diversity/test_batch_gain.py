from __future__ import annotations

from typing import Any

import pytest

from auditor.errors import UsageError
from auditor.testing import Status, decided, findings_of, measures_of
from auditor_checks.diversity.batch_gain import BatchGain

BASE: dict[str, list[Any]] = {"x": [f"row {i}" for i in range(1000)], "y": ["a", "b"] * 500}


def batch(copies: int, again: int = 0, rows: int = 400) -> dict[str, list[Any]]:
    fresh = [f"new {i}" for i in range(rows - copies - again)]
    return {"x": [*BASE["x"][:copies], *fresh, *fresh[:1] * again], "y": [*BASE["y"][:copies], *"a" * (rows - copies)]}


def test_new_rows_pass_and_copies_fail() -> None:
    assert decided(BatchGain(), batch(0), label="y", base=BASE).status is Status.PASS
    result = decided(BatchGain(), batch(60), label="y", base=BASE)
    assert result.status is Status.FAIL
    assert result.outcome.findings[0].message == "60 rows that the base has"


def test_what_is_left_is_counted_without_copies_and_repeats() -> None:
    first = measures_of(BatchGain(), batch(10, again=5), label="y", base=BASE)[0]
    assert (first.name, first.estimate.value) == ("new-rows", 385)
    copies, again = findings_of(BatchGain(), batch(10, again=5), label="y", base=BASE)
    assert list(copies.rows) == list(range(10))
    assert list(again.rows) == list(range(395, 400))


def test_a_table_that_repeats_itself_by_nature_may_be_repeated() -> None:
    base = {"k": ["a", "b", "c", "d"] * 250, "y": ["p", "q"] * 500}
    assert (
        decided(BatchGain(), {"k": ["a", "b"] * 50, "y": ["p", "q"] * 50}, label="y", base=base).status is Status.PASS
    )


def test_another_label_is_no_copy() -> None:
    table = batch(60)
    table["y"] = ["z"] * 400
    assert decided(BatchGain(), table, label="y", base=BASE).status is Status.PASS


def test_combinations_that_are_covered_now_are_named() -> None:
    base: dict[str, list[Any]] = {"region": ["US"] * 60 + ["EU"] * 3, "day": ["d", "n", "n"] * 20 + ["d"] * 3}
    here: dict[str, list[Any]] = {"region": ["EU"] * 50 + ["JP"] * 40, "day": ["d", "n"] * 45}
    base["v"], here["v"] = ([start + i / 2 for i in range(n)] for start, n in ((0, 63), (100, 90)))
    found = [f for f in findings_of(BatchGain(), here, base=base) if "with the batch" in f.message]
    told = {str(one.subject): one.message for one in found}
    assert told["region = EU"] == "3 rows in the base, 53 with the batch"
    assert told["region = JP"] == "0 rows in the base, 40 with the batch"
    (single, _) = [m for m in measures_of(BatchGain(), here, base=base) if m.name == "combinations-newly-covered"]
    assert (single.estimate.value, single.note) == (3, "2 of 5 in the base, 5 with the batch")


def test_copies_of_the_base_cover_nothing() -> None:
    base = {"region": ["US"] * 60 + ["EU"] * 20, "v": [i / 2 for i in range(80)]}
    found = findings_of(BatchGain(), base, base=base)
    assert [f.message for f in found] == ["80 rows that the base has"]


def test_near_texts_are_counted() -> None:
    base = {"t": ["where is my new bank card please", "how do i close the account today"]}
    here = {"t": ["Where is my new bank card, please?", "how do i close the acount today", "quite another thing"]}
    (near,) = [m for m in measures_of(BatchGain(), here, text="t", base=base) if "texts" in m.name]
    assert near.note == "2 of 3 rows; 0 of 2 of the base's own"


def test_an_attribute_that_is_not_there_is_named() -> None:
    with pytest.raises(UsageError, match="no column 'regoin'"):
        measures_of(BatchGain(attributes=("regoin",)), BASE, label="y", base=BASE)
