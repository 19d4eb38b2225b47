from __future__ import annotations

import platform
import sys
from importlib.metadata import version

import pytest

from auditor.report import run


def test_the_version_is_the_installed_one(monkeypatch: pytest.MonkeyPatch) -> None:
    assert run.tool_version() == version("dataaudit")


def test_the_versions_are_told_without_importing_anything() -> None:
    before = set(sys.modules)
    told = run.versions()
    assert told["python"] == platform.python_version()
    assert told["polars"] == version("polars")
    assert not {"sklearn", "fairlearn", "pandera", "great_expectations"} & (set(sys.modules) - before)


def test_what_is_not_installed_is_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run, "_SHOWN", ("no-such-distribution",))
    assert list(run.versions()) == ["python"]


def test_memory_is_told_in_bytes() -> None:
    peak = run.peak_memory_bytes()
    assert peak is None or 10_000_000 < peak < 1e13
