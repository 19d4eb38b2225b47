from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from auditor.cli import printable
from auditor.cli.progress import Line
from auditor.cli.run import use_color

Dataaudit = Callable[..., Any]
SAID = ("--label", "y", "--sensitive", "none", "--fast", "--format", "json")
CONTROL = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


def test_quiet_says_the_verdict_and_nothing_else(dataaudit: Dataaudit, data: Path) -> None:
    assert dataaudit("run", data, *SAID, "--quiet") == (0, "d: passed\n", "")
    data.write_text(data.read_text().replace(",v\n", ",u\n"))
    assert dataaudit("run", data, *SAID, "-q") == (1, "d: failed: class-imbalance\n", "")


def test_quiet_says_that_checks_were_left_out(dataaudit: Dataaudit, data: Path) -> None:
    ran = dataaudit("run", data, *SAID, "--quiet", "--ignore", "duplicate-rows")
    assert ran == (0, "d: passed; only some of the checks were asked\n", "")


def test_no_colour_and_no_progress_where_nobody_looks(dataaudit: Dataaudit, data: Path) -> None:
    done = dataaudit("run", data, *SAID)
    assert "\x1b" not in done.out + done.err
    assert "\r" not in done.out + done.err


@pytest.mark.parametrize(
    ("tty", "environment", "color"),
    [
        (True, {}, True),
        (False, {}, False),
        (True, {"NO_COLOR": "1"}, False),
        (True, {"NO_COLOR": ""}, True),
        (True, {"TERM": "dumb"}, False),
    ],
)
def test_colour_is_for_a_person_who_wants_it(
    monkeypatch: pytest.MonkeyPatch, tty: bool, environment: dict[str, str], color: bool
) -> None:
    monkeypatch.setattr(sys.stdout, "isatty", lambda: tty)
    for name in ("NO_COLOR", "TERM"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert use_color() is color


def test_progress_is_one_line_that_goes_away(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    with Line() as line:
        line.show("reading", 0.1)  # too soon to bother anyone
        assert capsys.readouterr().err == ""
        line.show("class-imbalance", 0.5)
    said = capsys.readouterr().err
    assert "[==========          ] class-imbalance" in said
    assert said.endswith("\r\x1b[2K")
    with Line(enabled=False) as line:
        line.show("class-imbalance", 0.5)
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize(
    "name",
    ["a\x1b]0;owned\x07.csv", "a\nPASSED.csv", "a\x9b31m.csv", "\u202egnp.csv", "a\r.csv", "-x\x00"[:2] + ".csv"],
)
def test_a_hostile_file_name_does_not_drive_the_terminal(
    dataaudit: Dataaudit, data: Path, tmp_path: Path, name: str
) -> None:
    data.rename(tmp_path / name)
    done = dataaudit("run", *SAID, "--", name)
    assert done.code == 0
    assert not CONTROL.search(done.out + done.err)
    assert not re.search(r"^PASSED\.csv", done.out + done.err, re.MULTILINE)
    gone = dataaudit("run", *SAID, "--", f"gone{name}")
    assert gone.code == 3
    assert not CONTROL.search(gone.out + gone.err)


def test_a_file_name_that_is_no_utf8_is_no_green_light(dataaudit: Dataaudit, data: Path, tmp_path: Path) -> None:
    name = os.fsdecode(b"d\xff.csv")
    data.rename(tmp_path / name)
    for path in (name, f"gone{name}"):
        done = dataaudit("run", path, *SAID)
        assert (done.code, done.out) == (3, "")
        assert "\\udcff" in done.err
        assert ("its name is not UTF-8" in done.err) is (path == name)


def test_that_weights_are_recorded_and_not_used_is_said_everywhere(dataaudit: Dataaudit, tmp_path: Path) -> None:
    (tmp_path / "d.csv").write_text("x,w,y\n" + "".join(f"{n},0.{n % 9 + 1},{'uv'[n % 2]}\n" for n in range(60)))
    done = dataaudit("run", "d.csv", "--label", "y", "--weight", "w", "--sensitive", "none", "--fast")
    (folder,) = (tmp_path / "reports" / "d").iterdir()
    for text in (done.out, (folder / "report.html").read_text(), (folder / "report.json").read_text()):
        assert "are not yet used by any check: every row counts once" in " ".join(text.split())
    assert "not used by any check yet" in " ".join(dataaudit("run", "--help").out.split())


def test_hostile_cells_and_columns_do_not_either(dataaudit: Dataaudit, tmp_path: Path) -> None:
    bad = "\x1b[2J\x07\u202e\x9b"
    rows = "".join(f'"{bad}{n % 5}",{"uv"[n % 2]}{bad}\n' for n in range(100))
    (tmp_path / "d.csv").write_text(f"{bad}x,y{bad}\n{rows}")
    done = dataaudit("run", "d.csv", "--label", f"y{bad}", "--fast")
    assert done.code == 1
    assert not CONTROL.search(done.out + done.err)
    wrong = dataaudit("run", "d.csv", "--label", "z")
    assert wrong.code == 2
    assert not CONTROL.search(wrong.out + wrong.err)


@pytest.mark.parametrize(
    ("text", "shown"),
    [("plain ünï 中", "plain ünï 中"), ("\x1b[31m", "\\x1b[31m"), ("\u202e", "\\u202e"), ("\udcff", "\\udcff")],
)
def test_control_characters_are_made_visible(text: str, shown: str) -> None:
    assert printable(text) == shown
