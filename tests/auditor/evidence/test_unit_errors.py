from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from auditor.evidence.residuals import Floats
from auditor.evidence.unit_errors import CONVERSIONS, AskUnitErrors
from auditor.testing import evidence_of


def weights() -> tuple[dict[str, Any], Floats]:
    rng = np.random.default_rng(0)
    x = rng.normal(size=(800, 3))
    y = 70 + x @ [8.0, -5.0, 3.0] + 2 * rng.normal(size=800)
    return {f"x{i}": x[:, i] for i in range(3)}, y


@pytest.mark.parametrize(
    ("factor", "offset", "name"),
    [(2.20462, 0, "times 2.20462"), (0.001, 0, "divided by 1000"), (-1, 0, "other sign"), (1.8, 32, "Fahrenheit")],
)
def test_values_in_another_unit_are_found_and_converted_back(factor: float, offset: float, name: str) -> None:
    table, y = weights()
    spoiled = np.where(np.arange(800) < 40, y * factor + offset, y)
    (found,) = evidence_of(table | {"y": spoiled}, label="y").ask(AskUnitErrors())
    assert name in found.conversion.name
    assert set(found.rows) <= set(range(40))
    assert len(found.rows) > 28
    assert found.suggested == pytest.approx(y[list(found.rows)])


def test_right_values_and_those_of_other_rows_are_in_no_other_unit() -> None:
    table, y = weights()
    assert evidence_of(table | {"y": y}, label="y").ask(AskUnitErrors()) == ()
    y[:60] = y[60:120]
    assert evidence_of(table | {"y": y}, label="y").ask(AskUnitErrors()) == ()


@pytest.mark.parametrize("one", CONVERSIONS, ids=lambda one: one.name)
def test_every_conversion_can_be_undone(one: Any) -> None:
    values = np.array([-3.0, 0.0, 150.0])
    assert one.undone(one.made(values)) == pytest.approx(values)
