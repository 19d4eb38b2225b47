from __future__ import annotations

import numpy as np
import polars as pl

from auditor.testing import Status, decided, findings_of
from auditor_checks.annotations.implausible_values import ImplausibleValues


def ages(unknown: int) -> pl.DataFrame:
    values = np.random.default_rng(0).integers(18, 89, 1_000)
    values[:unknown] = 999
    return pl.DataFrame({"age": values, "y": np.random.default_rng(1).normal(size=1_000)})


def test_many_codes_fail_and_few_are_shown() -> None:
    assert decided(ImplausibleValues(), ages(80), label="y").status is Status.FAIL
    few = decided(ImplausibleValues(), ages(8), label="y")
    assert few.status is Status.PASS
    (finding,) = few.outcome.findings
    assert finding.rows == tuple(range(8))
    assert "999" in finding.message


def test_the_label_is_looked_at_as_well() -> None:
    found = findings_of(ImplausibleValues(), {"x": ["a"] * 60, "y": [999] * 3 + list(range(57))}, label="y")
    assert [finding.subject for finding in found] == ["y"]


def test_without_numbers_there_is_nothing_to_ask() -> None:
    result = decided(ImplausibleValues(), {"x": ["a", "b"], "y": ["p", "q"]}, label="y")
    assert result.status is Status.SKIPPED


def test_clean_columns_pass_without_findings() -> None:
    result = decided(ImplausibleValues(), ages(0), label="y")
    assert result.status is Status.PASS
    assert result.outcome.findings == ()


def test_zeros_far_from_all_others_are_only_warned_of() -> None:
    logs = np.random.default_rng(0).normal(7, 0.5, 1_000)
    logs[:300] = 0.0
    result = decided(ImplausibleValues(), pl.DataFrame({"log of income": logs, "y": ages(0)["y"]}), label="y")
    assert (result.status, result.warned) == (Status.PASS, 1)
