"""The promises of the intervals, on the grid that `benchmarks/coverage.py` states and prints.

Every outcome is enumerated, so the figures are exact. On average over the grid a 95 % interval must hold the
truth in at least 94 % of cases, also when the cells that cannot come out otherwise are left aside; and in
no solid cell (all outcomes expected five times or more) in fewer than 90 %.
"""

from __future__ import annotations

import importlib.util
import math
import sys
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

pytestmark = pytest.mark.slow

METHODS = ("Wilson", "Clopper-Pearson", "Newcombe difference", "score ratio", "Student t", "Welch t")


@cache
def _benchmark() -> ModuleType:
    """The script by its path: its plain name belongs to another package."""
    path = Path(__file__).parents[3] / "benchmarks" / "coverage.py"
    spec = importlib.util.spec_from_file_location("interval_coverage", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # dataclasses look their module up
    spec.loader.exec_module(module)
    return module


@cache
def _cells(method: str) -> list[Any]:
    return list(_benchmark().METHODS[method]())


def _average(cells: list[Any]) -> float:
    return math.fsum(cell.coverage for cell in cells) / len(cells)


def test_all_methods_are_looked_at() -> None:
    assert tuple(_benchmark().METHODS) == METHODS


@pytest.mark.parametrize("method", METHODS)
def test_average_coverage(method: str) -> None:
    assert _average(_cells(method)) >= 0.94
    assert _average([cell for cell in _cells(method) if not cell.sure]) >= 0.94


@pytest.mark.parametrize("method", METHODS)
def test_no_solid_cell_is_far_off(method: str) -> None:
    solid = [cell for cell in _cells(method) if cell.solid and not cell.sure]
    assert len(solid) >= 5
    worst = min(solid, key=lambda cell: cell.coverage)
    assert worst.coverage >= 0.90, worst


@pytest.mark.parametrize("method", METHODS)
def test_sure_cells_are_always_covered(method: str) -> None:
    """Nothing found in any sample, as the truth is zero: the interval must reach it."""
    sure = [cell for cell in _cells(method) if cell.sure]
    assert sure
    assert all(cell.coverage == pytest.approx(1) for cell in sure)


def test_clopper_pearson_never_undercovers() -> None:
    assert min(cell.coverage for cell in _cells("Clopper-Pearson")) >= 0.95


@pytest.mark.parametrize("method", ["Wilson", "Newcombe difference", "score ratio", "Student t", "Welch t"])
def test_coverage_is_not_bought_with_width(method: str) -> None:
    """An interval of everything would cover too: where data are plenty, coverage is near its name."""
    assert _average([cell for cell in _cells(method) if cell.solid and not cell.sure]) <= 0.98
