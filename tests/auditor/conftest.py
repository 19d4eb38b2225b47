from __future__ import annotations

from collections.abc import Callable

import pytest

from auditor import pipeline
from auditor.check import Check
from auditor.plugins import Broken, Found, Plugin, find_checks


@pytest.fixture
def add_checks(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Lets the pipeline find checks besides the built-in ones, or entry points that are broken."""

    def add(*checks: type[Check], broken: tuple[Broken, ...] = ()) -> None:
        built_in = find_checks()
        found = Found((*built_in.plugins, *(Plugin(check, "mine") for check in checks)), broken)
        monkeypatch.setattr(pipeline, "find_checks", lambda: found)

    return add
