"""The config that init writes makes a run without flags do what a run with the flags does."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Callable
from dataclasses import replace
from itertools import product
from pathlib import Path
from typing import Any

import pytest

from auditor import pipeline
from auditor.cli.init import config_text
from auditor.config import Config, load_config
from auditor.dataset.roles import Guess, assign
from auditor.dataset.table import Dataset
from auditor.testing import evidence_of

pytestmark = pytest.mark.slow

Dataaudit = Callable[..., Any]
ROWS = [
    f"{n};{n % 7 + 0.5};{'fm'[n % 2]};{'ab?'[n % 3]};p{n % 50};{'test' if n % 5 == 0 else 'train'};{'lmh'[n // 2 % 3]}"
    for n in range(300)
]
HEADER = 'key_id;x;sex;"zone; as told";who, exactly;split;size'
WRITTEN = "\n".join([HEADER, *ROWS]).replace(".5", ",5") + "\n"
#: What each flag changes is far from what would be guessed.
FLAGS: dict[str, tuple[str, ...]] = {
    "sensitive": ("--sensitive", "zone; as told"),
    "several": ("--sensitive", "x,zone; as told"),
    "nobody": ("--sensitive", "none"),
    "comma": ("--group", "who, exactly"),
    "order": ("--label-order", "l,m,h"),
    "multiclass": ("--task", "multi-class", "--label-is", "decision"),
    "features": ("--features", "x", "--features", "who, exactly"),
    "text": ("--text", "zone; as told"),
    "no id": ("--id", "none", "--split-column", "none"),
    "roles": ("--id", "key_id", "--weight", "x", "--annotator", "who, exactly"),
    "binary": ("--label", "sex", "--positive", "f"),
    "regression": ("--label", "x", "--task", "regression"),
    "unlabelled": ("--unlabelled",),
    "missing": ("--missing", "?", "--missing", "a"),
    "nothing missing": ("--missing", ""),
    "as it is": ("--delimiter", ";", "--encoding", "latin-1", "--decimal", ",", "--header"),
    "names": ("--no-header", "--names", 'a,b,c,d,"e, f",g,h', "--label", "h"),
    "bad lines": ("--skip-bad-lines",),
}
ALONE = [(name,) for name in FLAGS]
TOGETHER = [
    *product(("several", "nobody"), ("order", "binary", "unlabelled"), ("no id", "roles"), ("missing",)),
    ("features", "comma", "sensitive", "order", "as it is"),
    ("text", "multiclass", "nothing missing", "bad lines"),
    ("regression", "nobody", "bad lines", "comma"),
    ("names", "nobody", "missing"),
]


def told(folder: Path) -> dict[str, Any]:
    """The newest report without what may differ: when it was, and by what its settings were given."""
    (path,) = folder.glob("*/*/report.json")
    report: dict[str, Any] = json.loads(path.read_text())
    return {name: part for name, part in report.items() if name not in ("run", "settings")}


@pytest.fixture
def assigned(monkeypatch: pytest.MonkeyPatch) -> list[Dataset]:
    """The datasets of the commands that were run, with all that was declared or guessed of them."""
    seen: list[Dataset] = []

    def watched(*given: Any) -> tuple[Dataset, tuple[Guess, ...]]:
        dataset, guesses = assign(*given)
        seen.append(replace(dataset, frame=None))  # type: ignore[arg-type]  # frames are not compared
        return dataset, guesses

    monkeypatch.setattr(pipeline, "assign", watched)
    return seen


@pytest.mark.parametrize("chosen", [*ALONE, *TOGETHER], ids=" + ".join)
def test_run_with_flags_is_init_with_flags_and_run(
    dataaudit: Dataaudit, tmp_path: Path, chosen: tuple[str, ...], assigned: list[Dataset]
) -> None:
    data = tmp_path / "d.csv"
    data.write_text(WRITTEN + ("1;2\n" if "bad lines" in chosen else ""), encoding="utf-8")
    flags = [part for name in chosen for part in FLAGS[name]]
    flags += [] if {"binary", "regression", "unlabelled", "names"} & {*chosen} else ["--label", "size"]
    by_flags = dataaudit("run", data, *flags, "--fast", "--output", "one", "--format", "json")
    assert by_flags.code in (0, 1, 4), by_flags.err
    assert dataaudit("init", data, *flags).code == 0
    by_config = dataaudit("run", data, "--fast", "--output", "two", "--format", "json")
    assert by_config.code == by_flags.code, by_config.err
    assert told(tmp_path / "two") == told(tmp_path / "one")
    assert assigned[2] == assigned[0]


def test_a_config_that_a_run_would_find_is_taken_over(dataaudit: Dataaudit, data: Path, tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text(
        '[tool.dataaudit.dataset]\nsensitive = "sex"\nid = "none"\n'
        '[tool.dataaudit.run]\nignore = ["expectations"]\n'
        '[tool.dataaudit.gate]\npolicy = "strict"\nfail_on = "undecided"\nexit_zero = true\n'
        "[tool.dataaudit.checks.class-imbalance]\nmin_rows = 3\nlevel = 'warn'\n"
    )
    before = load_config({}, None, data)
    done = dataaudit("init", data, "--label", "y")
    assert f"the settings of {tmp_path / 'pyproject.toml'} were taken over" in done.out
    after = load_config({}, None, data)
    assert after.dataset.label == ("y",)
    assert after.dataset.id == "none"
    assert (after.run, after.gate, after.checks) == (before.run, before.gate, before.checks)


def test_the_config_that_is_overwritten_is_not(dataaudit: Dataaudit, data: Path, tmp_path: Path) -> None:
    (tmp_path / "dataaudit.toml").write_text('[dataset]\nlabel = "gone"\n')
    assert dataaudit("init", data, "--force").code == 0
    assert tomllib.loads((tmp_path / "dataaudit.toml").read_text())["dataset"]["label"] == ["y"]


@pytest.mark.parametrize(
    "value", [True, 3, 1.5, 1e-07, float("inf"), "a\x7f\"'\n\u2028é", [1, ["x"]], {"a b": {"c": [1.0]}}]
)
def test_an_option_of_any_type_survives(value: Any) -> None:
    config = Config(checks={"their check": {"their.option": value}})
    text = config_text(evidence_of({"x": [1], "y": ["u"]}, label="y").dataset, (), config)
    assert tomllib.loads(text)["checks"] == {"their check": {"their.option": value}}
