from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl
import pytest

import auditor

Dataaudit = Callable[..., Any]
SAID = ("--label", "y", "--sensitive", "none", "--fast", "--format", "json")


def record(folder: Path) -> dict[str, Any]:
    (path,) = folder.glob("reports/*/*/report.json")
    found: dict[str, Any] = json.loads(path.read_text())
    return found


def test_the_data_is_held_against_another_file(dataaudit: Dataaudit, data: Path, tmp_path: Path) -> None:
    other = tmp_path / "production.csv"
    other.write_text(data.read_text().replace(",u\n", ",w\n").replace("sex,y", "sex,y"))
    ran = dataaudit("run", data, *SAID, "--reference", other)
    assert ran.code == 1
    assert "reference-shift" in ran.out
    assert "production · 400 rows" in ran.out
    told = record(tmp_path)["dataset"]["reference"]
    assert (told["name"], told["rows"], told["lacking"]) == ("production", 400, [])
    assert told["digest"].startswith("sha256") or len(told["digest"]) == 64


def test_the_config_may_name_it(dataaudit: Dataaudit, data: Path, tmp_path: Path) -> None:
    (tmp_path / "dataaudit.toml").write_text('[run]\nreference = "d.csv"\n')
    ran = dataaudit("run", data, *SAID)
    assert ran.code == 0
    assert "reference-shift" in ran.out
    assert "nothing to compare with" not in ran.out


@pytest.mark.parametrize(("name", "code"), [("nowhere.csv", 3), ("", 2)])
def test_a_reference_that_cannot_be_read_ends_the_run(
    dataaudit: Dataaudit, data: Path, tmp_path: Path, name: str, code: int
) -> None:
    ran = dataaudit("run", data, *SAID, "--reference", name)
    assert ran.code == code
    assert "error:" in ran.err
    assert not list(tmp_path.glob("reports/*/*"))


def test_from_python_it_may_be_a_frame() -> None:
    frame = pl.DataFrame({"x": [*range(200)] * 2, "y": ["a", "b"] * 200})
    report = auditor.audit(frame, label="y", sensitive="none", fast=True, reference=frame.head(300))
    assert report.dataset.reference is not None
    assert (report.dataset.reference.rows, report.dataset.reference.digest) == (300, None)
    assert all(len(setting.value) < 200 for setting in report.settings)
