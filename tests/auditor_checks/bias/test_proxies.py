from __future__ import annotations

from typing import Any

import numpy as np

from auditor.check import Finding, Measure
from auditor.testing import Status, decided, evidence_of, findings_of
from auditor_checks.bias.proxies import Proxies


def people(honesty: float, rows: int = 600, seed: int = 1) -> dict[str, Any]:
    """`postcode` is that of the group in so many rows; the label follows the postcode, `noise` nothing."""
    draw = np.random.default_rng(seed)
    group = draw.integers(0, 2, rows)
    postcode = np.where(draw.random(rows) < honesty, group, draw.integers(0, 2, rows)) * 4 + draw.integers(0, 4, rows)
    label = np.where(draw.random(rows) < 0.8, postcode >= 4, draw.random(rows) < 0.5)
    return {
        "group": [f"g{g}" for g in group],
        "postcode": [f"p{p}" for p in postcode],
        "noise": draw.normal(size=rows).tolist(),
        "y": ["yes" if one else "no" for one in label],
    }


def found(table: dict[str, Any], **roles: Any) -> list[Measure | Finding]:
    evidence = evidence_of(table, label="y", sensitive="group", **roles)
    return [one for one in Proxies().measure(evidence) if isinstance(one, Measure | Finding)]


def test_a_column_that_stands_in_for_the_attribute_is_named() -> None:
    table = people(0.98)
    measure, *findings = found(table)
    assert isinstance(measure, Measure)
    assert measure.estimate.value > 0.95
    (finding,) = (one for one in findings if isinstance(one, Finding))
    assert finding.subject == "postcode"
    assert "alone tells group" in finding.message
    assert "it tells the label too" in finding.message
    assert decided(Proxies(), table, label="y", sensitive="group").status is Status.FAIL


def test_columns_that_tell_nothing_pass() -> None:
    table = people(0.0)
    assert decided(Proxies(), table, label="y", sensitive="group").status is Status.PASS
    assert findings_of(Proxies(), table, label="y", sensitive="group") == []


def test_another_sensitive_column_is_no_proxy() -> None:
    table = people(0.98)
    (measure, *findings) = [
        one
        for one in Proxies().measure(evidence_of(table, label="y", sensitive=("group", "postcode")))
        if (isinstance(one, Measure) and one.subject.columns == ("group",)) or isinstance(one, Finding)  # type: ignore[union-attr]  # a slice
    ]
    assert isinstance(measure, Measure)
    assert measure.estimate.value < 0.65
    assert findings == []


def test_groups_too_small_are_not_looked_at() -> None:
    result = decided(Proxies(), people(0.98, rows=60), label="y", sensitive="group")
    assert result.status is Status.SKIPPED
    assert "no two groups of 50 rows" in result.reason


def test_it_only_warns() -> None:
    assert Proxies.default_level == "warn"
