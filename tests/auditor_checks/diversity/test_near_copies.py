from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import auditor.evidence.embedding_copies as embedding_copies
import auditor.evidence.numeric_copies as numeric_copies
from auditor.testing import Status, decided, findings_of, measures_of
from auditor_checks.diversity.near_copies import NearCopies

ROWS, COPIES = 300, 20


def _numbers(jitter: float, *, other: str = "a") -> dict[str, list[Any]]:
    rng = np.random.default_rng(0)
    rows = rng.standard_normal((ROWS, 3)) * [1, 100, 0.01]
    copies = rows[:COPIES] + rng.uniform(-jitter, jitter, (COPIES, 3)) * [1, 100, 0.01]
    columns: dict[str, list[Any]] = {f"x{at}": np.concatenate([rows, copies])[:, at].tolist() for at in range(3)}
    return columns | {"kind": ["a"] * ROWS + [other] * COPIES}


@pytest.mark.parametrize("jitter", [0.0005, 0.004, 0.009])
def test_rows_copied_with_noise_are_found(jitter: float) -> None:
    (finding,) = findings_of(NearCopies(), _numbers(jitter))
    pairs = np.array(finding.rows).reshape(-1, 2)
    assert {(one, other) for one, other in pairs.tolist()} >= {(at, ROWS + at) for at in range(COPIES)}
    assert len(pairs) <= COPIES + 1


def test_their_share_is_held_to_the_limit() -> None:
    (measure,) = measures_of(NearCopies(), _numbers(0.001))
    assert measure.estimate.value == pytest.approx(COPIES / (ROWS + COPIES), rel=0.06)
    assert decided(NearCopies(), _numbers(0.001)).status is Status.FAIL
    assert decided(NearCopies(max_share=0.1), _numbers(0.001)).status is Status.PASS


def test_rows_that_differ_in_another_column_are_no_copies() -> None:
    assert not findings_of(NearCopies(), _numbers(0.001, other="b"))


def test_rows_that_are_near_by_chance_are_no_copies() -> None:
    table = {"x": np.random.default_rng(0).standard_normal(3_000).tolist()}
    assert not findings_of(NearCopies(), table)
    assert "by chance" in measures_of(NearCopies(), table)[0].note


def test_equal_rows_are_told_elsewhere() -> None:
    table = _numbers(0.0)
    assert not findings_of(NearCopies(), table)


def test_missing_numbers_and_the_infinite_are_no_trouble() -> None:
    table = _numbers(0.001)
    table["x0"][0] = table["x0"][ROWS] = None
    table["x1"][1] = float("inf")
    rows = set(findings_of(NearCopies(), table)[0].rows)
    assert {0, ROWS} <= rows
    assert 1 not in rows


def test_whole_numbers_of_few_values_cannot_be_a_little_off() -> None:
    result = decided(NearCopies(), {"age": list(range(40)) * 2, "sex": ["f", "m"] * 40})
    assert result.status is Status.SKIPPED
    assert result.outcome.skip is not None
    assert not result.outcome.skip.applies


def _vectors(rows: int = 200) -> dict[str, list[list[float]]]:
    rng = np.random.default_rng(1)
    vectors = rng.standard_normal((rows, 32))
    copies = vectors[:COPIES] + rng.standard_normal((COPIES, 32)) * 0.02
    return {"v": np.concatenate([vectors, copies]).tolist()}


def test_vectors_that_nearly_equal_another_are_found() -> None:
    (finding,) = findings_of(NearCopies(), _vectors())
    pairs = np.array(finding.rows).reshape(-1, 2)
    assert sorted(pairs.tolist()) == [[at, 200 + at] for at in range(COPIES)]


def test_of_many_vectors_a_sample_is_compared_and_that_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(embedding_copies, "MAX_VECTORS", 100)
    (measure,) = measures_of(NearCopies(), _vectors())
    assert measure.estimate.n == 100
    assert measure.note.startswith("of 100 rows sampled of 220")


def test_vectors_of_two_dimensions_are_near_by_chance() -> None:
    table = {"v": np.random.default_rng(0).standard_normal((1_000, 2)).tolist()}
    assert not findings_of(NearCopies(), table)


def test_vectors_of_different_length_are_said() -> None:
    result = decided(NearCopies(), {"v": [[0.1, 0.2], [0.3]]})
    assert (result.status, "equally long" in result.reason) == (Status.SKIPPED, True)


def test_of_very_many_rows_it_says_that_it_did_not_look(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(numeric_copies, "MAX_ROWS", 100)
    values = np.random.default_rng(0).normal(size=101).tolist()
    result = decided(NearCopies(), {"x": values, "y": ["a"] * 101}, label="y")
    assert (result.status, result.reason) == (Status.SKIPPED, "the numbers of at most 100 rows are compared")
