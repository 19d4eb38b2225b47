from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import pytest

from auditor.evidence.verified_parts import AskVerifiedParts
from auditor.stats.part_rates import PartRate
from auditor.stats.verification import Stratum, error_rate
from auditor.testing import Evidence, Status, decided, evidence_of, measures_of
from auditor_checks.bias.label_errors_by_group import LabelErrorsByGroup

ROLES: dict[str, Any] = {"label": "y", "sensitive": "group", "label_is": "annotation"}


def people(wrong_in_b: float, rows: int = 1500, seed: int = 3) -> dict[str, Any]:
    """Labels that the features tell well; of group b, so many are turned."""
    draw = np.random.default_rng(seed)
    truth = draw.integers(0, 3, rows)
    group = np.where(np.arange(rows) % 3 == 0, "b", "a")
    turned = (group == "b") & (draw.random(rows) < wrong_in_b)
    label = np.where(turned, (truth + draw.integers(1, 3, rows)) % 3, truth)
    x, z = (centre[truth] + draw.normal(scale=0.3, size=rows) for centre in np.array([[0, 3, 0], [0, 0, 3]]))
    return {"group": group.tolist(), "x": x.tolist(), "z": z.tolist(), "y": [f"c{k}" for k in label]}


@cache
def evidence(wrong_in_b: float) -> Evidence:
    """Models are fitted once for all that asks about the same people."""
    return evidence_of(people(wrong_in_b), **ROLES)


def test_errors_that_gather_in_a_group_fail() -> None:
    (gap,) = (m for m in measures_of(LabelErrorsByGroup(), evidence(0.3)) if m.name == "flagged labels")
    assert str(gap.subject) == "group = b"
    assert 0.2 < gap.estimate.value < 0.4
    assert decided(LabelErrorsByGroup(), evidence(0.3)).status is Status.FAIL


def test_without_errors_it_passes() -> None:
    assert decided(LabelErrorsByGroup(), evidence(0.0)).status is Status.PASS


def test_shares_by_class_are_shown_the_highest_first() -> None:
    shown = [m for m in measures_of(LabelErrorsByGroup(), evidence(0.3)) if m.name == "flagged labels by class"]
    values = [m.estimate.value for m in shown]
    assert len(values) == 3
    assert values == sorted(values, reverse=True)
    assert all(m.at_most is None for m in shown)


def test_equal_rows_with_two_labels_are_counted_by_group() -> None:
    table = people(0.3)
    table |= {name: [round(2 * value) for value in table[name]] for name in ("x", "z")}  # now most rows have their like
    contradicted = [m for m in measures_of(LabelErrorsByGroup(), table, **ROLES) if m.name == "contradicted labels"]
    assert [str(m.subject) for m in contradicted] == ["group = b"]
    assert contradicted[0].estimate.value > 0.9  # one label of two is wrong, and the rows cannot say which


def test_of_an_outcome_it_is_not_asked() -> None:
    result = decided(LabelErrorsByGroup(), people(0.3), **(ROLES | {"label_is": "outcome"}))
    assert result.status is Status.SKIPPED
    assert "no annotation" in result.reason


def test_what_people_found_wrong_is_compared_and_only_warned_of() -> None:
    evidence = evidence_of(people(0.0), **ROLES)
    rates = {
        (name,): PartRate(error_rate([Stratum(1500, 200, wrong)]), share, round(200 * share))
        for name, wrong, share in (("a", 0, 2 / 3), ("b", 60, 1 / 3))
    }
    evidence._answers[AskVerifiedParts(("group",))] = rates
    (gap,) = (m for m in measures_of(LabelErrorsByGroup(), evidence) if m.name == "verified errors")
    assert str(gap.subject) == "group = b"
    assert gap.estimate.value == pytest.approx(0.9)
    assert "against group = a: 90.0%" in gap.note
    result = decided(LabelErrorsByGroup(), evidence)
    assert (result.status, result.warned) == (Status.PASS, 1)


def test_without_a_verified_sample_nothing_is_said_of_one() -> None:
    assert all(m.name != "verified errors" for m in measures_of(LabelErrorsByGroup(), people(0.0), **ROLES))
