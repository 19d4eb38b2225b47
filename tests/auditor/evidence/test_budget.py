"""What evidence may cost: asked once, timed, and never a table's rows collected."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from functools import cache
from typing import Any

import narwhals as nw
import numpy as np
import polars as pl
import pytest

import auditor_checks
from auditor.evidence import Evidence
from auditor.gate.decide import Status
from auditor.testing import decided, evidence_of

On = Callable[[pl.DataFrame], Any]
MOST_ROWS = 10_000


@pytest.fixture
def small_collects(monkeypatch: pytest.MonkeyPatch) -> Counter[int]:
    """Refuses to collect more than 10,000 rows, and counts the collects by their size."""
    collect = nw.LazyFrame.collect
    sizes: Counter[int] = Counter()

    def watched(self: nw.LazyFrame[Any], *args: Any, **kwargs: Any) -> nw.DataFrame[Any]:
        frame = collect(self, *args, **kwargs)
        sizes[len(frame)] += 1
        assert len(frame) <= MOST_ROWS, f"collected {len(frame)} rows"
        return frame

    monkeypatch.setattr(nw.LazyFrame, "collect", watched)
    return sizes


@cache
def people(rows: int = MOST_ROWS + 2_000) -> pl.DataFrame:
    rng = np.random.default_rng(3)
    return pl.DataFrame(
        {
            "key": [f"r{i}" for i in range(rows)],
            "age": rng.integers(17, 90, rows),
            "pay": rng.normal(50_000, 9_000, rows),
            "sex": rng.choice(["m", "f"], rows),
            "note": [f"some words that are all different {i}" for i in range(rows)],
            "tags": [["a", "b"] if i % 3 else ["c"] for i in range(rows)],
            "vector": [[float(i), 1.0] for i in range(rows)],
            "y": rng.choice(["yes", "no"], rows),
        }
    )


def model_free() -> list[Any]:
    return [check() for check in auditor_checks.checks() if not check.needs.model]


ROLES: dict[str, dict[str, Any]] = {
    "class": {"label": "y", "sensitive": ("sex", "age")},
    "number": {"label": "pay", "sensitive": ("sex",)},
    "lists": {"label": "tags", "sensitive": ("sex", "age")},
    "none": {"sensitive": ("sex", "pay")},
}


#: The reader's own engine and a database at once; all the pairs take a minute.
PAIRS = {("class", "polars-lazy"), ("lists", "duckdb")}


@pytest.mark.parametrize(
    ("roles", "on"),
    [
        pytest.param(roles, on, marks=() if (roles, on) in PAIRS else pytest.mark.slow)
        for roles in ("class", "lists")
        for on in ("polars-lazy", "pandas", "duckdb")
    ],
    indirect=["on"],
)
def test_no_check_collects_the_rows(on: On, roles: str, small_collects: Counter[int]) -> None:
    evidence = evidence_of(on(people()), id="key", **ROLES[roles])
    for check in model_free():
        assert decided(check, evidence).status is not Status.ERROR, check.id
    assert small_collects.total()


@pytest.mark.parametrize("roles", ["number", "none"])
def test_nor_does_any_without_classes(roles: str, small_collects: Counter[int]) -> None:
    evidence = evidence_of(people(), id="key", **ROLES[roles])
    for check in model_free():
        assert decided(check, evidence).status is not Status.ERROR, check.id
    assert small_collects.total()


def test_the_guard_itself_works(small_collects: Counter[int]) -> None:
    evidence = evidence_of(people(10_001), label="y")
    with pytest.raises(AssertionError, match="collected 10001 rows"):
        evidence.dataset.frame.collect()


def test_each_question_is_answered_once_a_run_and_timed(monkeypatch: pytest.MonkeyPatch) -> None:
    from auditor.evidence import counts, duplicates, missing, profile, rates

    asked: Counter[Any] = Counter()
    questions: list[Any] = [
        profile.AskProfile,
        counts.AskCounts,
        counts.AskLabelCounts,
        duplicates.AskDuplicates,
        rates.AskRates,
        missing.AskMissingRows,
    ]
    for question in questions:

        def watched(self: Any, evidence: Evidence, collect: Any = question.collect) -> Any:
            asked[self] += 1
            return collect(self, evidence)

        monkeypatch.setattr(question, "collect", watched)
    table = people(200).with_columns(y=pl.Series([None, "yes", "no", "yes"] * 50))
    evidence = evidence_of(table, label="y", sensitive=("sex", "age"))
    for _ in range(2):
        for check in model_free():
            decided(check, evidence)
    assert {type(question).__name__ for question in asked} == {question.__name__ for question in questions}
    assert set(asked.values()) == {1}
    assert set(evidence.seconds) >= {question.__name__ for question in questions}
    assert all(seconds >= 0 for seconds in evidence.seconds.values())


def test_the_number_of_passes_does_not_grow_with_the_checks(small_collects: Counter[int]) -> None:
    evidence = evidence_of(people(500), label="y", sensitive=("sex", "age"), id="key")
    for check in model_free():
        decided(check, evidence)
    first = small_collects.total()
    for check in model_free():
        decided(check, evidence)
    assert small_collects.total() == first
