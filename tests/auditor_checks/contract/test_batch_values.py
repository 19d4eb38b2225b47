from __future__ import annotations

from auditor.testing import Status, decided, findings_of
from auditor_checks.contract.batch_values import BatchValues

BASE = {"k": ["a", "b"] * 500, "v": list(range(1000))}


def test_values_of_the_base_pass() -> None:
    assert decided(BatchValues(), {"k": ["b", "a"] * 200, "v": list(range(400))}, base=BASE).status is Status.PASS


def test_values_written_otherwise_are_told_with_their_rows() -> None:
    batch = {"k": ["a"] * 180 + ["A"] * 20, "v": [*range(198), 1000, -1]}
    result = decided(BatchValues(), batch, base=BASE)
    assert result.status is Status.FAIL
    assert [str(d.measure.subject) for d in result.decided if d.status is Status.FAIL] == ["k"]
    words, numbers = findings_of(BatchValues(), batch, base=BASE)
    assert (words.count, words.message) == (20, "20 rows with values the base never has: A (20)")
    assert list(numbers.rows) == [198, 199]
    assert BatchValues.default_level == "warn"


def test_new_words_are_no_news_where_most_words_of_the_base_come_once() -> None:
    base = {"k": [f"n{i}" for i in range(600)] + ["often"] * 200}
    batch = {"k": [f"m{i}" for i in range(300)] + ["often"] * 100}
    assert decided(BatchValues(max_new=0.2), batch, base=base).status is Status.PASS
