from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from auditor.testing import Status, decided, findings_of
from auditor_checks.diversity import reference_overlap
from auditor_checks.diversity.reference_overlap import ReferenceOverlap


def numbers(rows: int, seed: int) -> dict[str, Any]:
    rng = np.random.default_rng(seed)
    return {
        "a": rng.normal(size=rows),
        "b": rng.normal(9, 2, rows),
        "c": rng.normal(1, 4, rows),
        "y": ["u", "v"] * (rows // 2),
    }


def with_rows_of(reference: dict[str, Any], rows: int, off: float = 0.0) -> dict[str, Any]:
    """400 rows of their own, the first of which are the reference's, so much off."""
    data = numbers(400, seed=2)
    for name in "abc":
        data[name][:rows] = reference[name][:rows] + off
    return data


@pytest.mark.parametrize(("rows", "off"), [(40, 0.0), (40, 1e-4)])
def test_rows_of_the_reference_are_told(rows: int, off: float) -> None:
    reference = numbers(1_000, seed=1)
    data = with_rows_of(reference, rows, off)
    assert decided(ReferenceOverlap(), data, label="y", reference=reference).status is Status.FAIL
    (found,) = findings_of(ReferenceOverlap(), data, label="y", reference=reference)
    assert list(found.rows) == list(range(rows))


def test_data_of_its_own_passes() -> None:
    data = numbers(400, seed=2)
    assert decided(ReferenceOverlap(), data, label="y", reference=numbers(1_000, seed=1)).status is Status.PASS


def test_a_table_of_few_values_coincides_and_shares_nothing() -> None:
    draw = np.random.default_rng(3)
    data, reference = ({"k": draw.choice(list("pqrs"), rows), "y": ["u", "v"] * (rows // 2)} for rows in (400, 1_000))
    assert decided(ReferenceOverlap(), data, label="y", reference=reference).status is Status.PASS


def test_it_is_not_asked_of_a_batch_nor_of_very_many_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    table = numbers(100, seed=1)
    assert decided(ReferenceOverlap(), table, label="y", base=table).status is Status.SKIPPED
    monkeypatch.setattr(reference_overlap, "_MAX_ROWS", 199)
    assert "at most 199" in decided(ReferenceOverlap(), table, label="y", reference=table).reason
