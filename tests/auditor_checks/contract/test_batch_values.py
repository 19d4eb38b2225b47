from __future__ import annotations

import random
from typing import Any

import pytest

from auditor.testing import Status, decided, findings_of
from auditor_checks.contract.batch_values import BatchValues

BASE: dict[str, list[Any]] = {"k": ["a", "b"] * 500, "v": [i * 7 % 100 for i in range(1000)]}


def past(batch: dict[str, list[Any]], base: dict[str, list[Any]] = BASE, **roles: Any) -> tuple[Status, list[str]]:
    """What comes of the check, and the subjects past their limit, warned of or not."""
    result = decided(BatchValues(), batch, base=base, **roles)
    return result.status, [str(d.measure.subject) for d in result.decided if d.status is Status.FAIL]


def numbers(shift: int, rows: int = 300) -> list[int]:
    """Numbers of the base's range in no order, shifted."""
    return [i * 7 % 100 + shift for i in range(rows)]


def test_values_of_the_base_pass() -> None:
    assert past({"k": ["b", "a"] * 150, "v": numbers(0)}) == (Status.PASS, [])


def test_values_written_otherwise_are_told_with_their_rows_and_only_warned_of() -> None:
    batch: dict[str, list[Any]] = {"k": ["a"] * 180 + ["A"] * 20, "v": [*numbers(0, 198), 1000, -1]}
    assert past(batch) == (Status.PASS, ["k"])
    words, out = findings_of(BatchValues(), batch, base=BASE)
    assert (words.count, words.message) == (20, "20 rows with values the base never has: A (20)")
    assert list(out.rows) == [198, 199]


def test_new_words_are_no_news_where_most_words_of_the_base_come_once() -> None:
    base = {"k": [f"n{i}" for i in range(600)] + ["often"] * 200}
    batch = {"k": [f"m{i}" for i in range(300)] + ["often"] * 100}
    result = decided(BatchValues(max_new=0.2), batch, base=base)
    assert (result.status, [d.status for d in result.decided]) == (Status.PASS, [Status.PASS, Status.PASS])


def test_words_alone_are_warned_of_and_stop_nothing() -> None:
    assert past({"k": ["A", "B"] * 100}, {"k": BASE["k"]}) == (Status.PASS, ["k"])


@pytest.mark.parametrize(("share", "status"), [(1.0, Status.FAIL), (0.5, Status.FAIL), (0.1, Status.PASS)])
def test_a_column_of_numbers_mostly_out_of_range_stops_the_batch(share: float, status: Status) -> None:
    out = round(300 * share)
    found, subjects = past({"k": ["a", "b"] * 150, "v": [*numbers(500, out), *numbers(0, 300 - out)]})
    assert (found, set(subjects)) == (status, {"v"})


def test_few_numbers_out_of_range_are_undecided() -> None:
    assert past({"k": ["a"] * 3, "v": [500, -9, 7]})[0] is Status.UNDECIDED


def test_a_small_base_says_little_of_its_range() -> None:
    base: dict[str, list[Any]] = {"k": ["a"] * 3, "v": [10, 30, 20]}
    assert past({"k": ["a"] * 300, "v": numbers(0)}, base)[0] is not Status.FAIL


@pytest.mark.parametrize("counting", [list(range(2000, 2300)), [2025] * 300, [2000 + i // 20 for i in range(300)]])
def test_numbers_that_count_on_leave_the_range_by_nature(counting: list[int]) -> None:
    assert past({"k": ["a", "b"] * 150, "v": counting}) == (Status.PASS, ["v"])


def test_numbers_that_name_a_row_leave_the_range_by_nature() -> None:
    shuffled = random.Random(1).sample(range(1000, 1300), 300)
    base: dict[str, list[Any]] = {"k": BASE["k"], "v": random.Random(2).sample(range(1000), 1000)}
    assert past({"k": ["a", "b"] * 150, "v": shuffled}, base) == (Status.PASS, ["v"])


def test_the_id_is_not_asked() -> None:
    assert past({"k": ["a", "b"] * 150, "v": numbers(500)}, id="v") == (Status.PASS, [])
