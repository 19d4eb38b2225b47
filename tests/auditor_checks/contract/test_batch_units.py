from __future__ import annotations

from typing import Any

import numpy as np

from auditor.testing import Status, decided, findings_of
from auditor_checks.contract.batch_units import BatchUnits


def people(factor: float = 1, seed: int = 0) -> dict[str, list[Any]]:
    rng = np.random.default_rng(seed)
    return {"age": (rng.integers(18, 90, 500) * factor).tolist(), "pay": rng.normal(50, 9, 500).tolist()}


def test_the_same_units_pass() -> None:
    assert decided(BatchUnits(), people(seed=1), base=people()).status is Status.PASS


def test_months_for_years_fail_and_are_told() -> None:
    result = decided(BatchUnits(), people(12, seed=1), base=people())
    assert (result.status, result.decided[0].measure.note) == (Status.FAIL, "age")
    (found,) = findings_of(BatchUnits(), people(12, seed=1), base=people())
    assert found.subject == "age"
    assert found.message.startswith("its values look like the base's times 12 (years, months): the middle one is 6")


def test_a_factor_that_no_unit_explains_only_warns() -> None:
    result = decided(BatchUnits(), people(4.7, seed=1), base=people())
    assert (result.status, result.warned) == (Status.PASS, 1)
    assert "times 4.6" in result.outcome.findings[0].message


def test_no_numbers_do_not_apply() -> None:
    words = {"k": ["a", "b"] * 40}
    result = decided(BatchUnits(), words, base=words)
    assert result.status is Status.SKIPPED
    assert result.outcome.skip is not None
    assert not result.outcome.skip.applies
