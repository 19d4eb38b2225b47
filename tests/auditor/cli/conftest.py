from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from auditor.cli import main


class Done(NamedTuple):
    """What a command left behind."""

    code: int
    out: str
    err: str


Dataaudit = Callable[..., Done]


@pytest.fixture
def dataaudit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Dataaudit:
    """Runs the command in this process, in an empty folder."""
    monkeypatch.chdir(tmp_path)

    def run(*arguments: object) -> Done:
        monkeypatch.setattr(sys, "argv", ["dataaudit", *map(str, arguments)])
        capfd.readouterr()
        code: object = 0
        try:
            main()
        except SystemExit as stop:
            code = stop.code
        out, err = capfd.readouterr()
        assert "Traceback" not in err
        return Done(int(str(code or 0)), out, err)

    return run


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A small set that nothing is wrong with."""
    lines = [f"{n}.5,{'fm'[n % 2]},{'uv'[n // 2 % 2]}" for n in range(400)]
    path = tmp_path / "d.csv"
    path.write_text("\n".join(["x,sex,y", *lines]) + "\n")
    return path
