"""The whole loop as a user walks it: run, fill in review.csv, apply, run again."""

from __future__ import annotations

import csv
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from auditor.dataset.label_sets import set_text

pytestmark = pytest.mark.slow


def dataaudit(*arguments: str | Path) -> str:
    """What the command prints; it must end well."""
    command = [sys.executable, "-m", "auditor", *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def write_data(path: Path, rows: int = 600, wrong: float = 0.08) -> list[str]:
    """Two classes around two corners, a share of them under the other's name; and the true names."""
    rng = np.random.default_rng(3)
    y = rng.integers(0, 2, rows)
    x = y[:, None] * 4.0 + rng.normal(size=(rows, 2))
    given = np.where(rng.random(rows) < wrong, 1 - y, y)
    names = np.array(["cat", "dog"])
    lines = [f"{a:.4f},{b:.4f},{names[k]}" for (a, b), k in zip(x, given, strict=True)]
    path.write_text("\n".join(["x0,x1,kind", *lines]) + "\n", encoding="utf-8")
    return [str(name) for name in names[y]]


def audited(data: Path, out: Path, label: str = "kind", check: str = "label-errors") -> tuple[Path, dict[str, Any]]:
    """The folder of the report, and what it says of the check."""
    select = ("--select", check, "--exit-zero", "--output", out)
    dataaudit("run", data, "--label", label, "--label-is", "annotation", "--sensitive", "none", *select)
    (report,) = out.glob("*/*/report.json")
    (found,) = json.loads(report.read_text(encoding="utf-8"))["checks"]
    return report.parent, found


def fill_in(review: Path, truth: list[str]) -> int:
    """What a person who knows the truth would write; how many verdicts say "wrong"."""
    with review.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    for row in rows:
        right = truth[int(row["row"])] == row["label"]
        row["verdict"] = row["verdict_2"] = "keep" if right else "accept"
    save(review, rows)
    return sum(row["verdict"] == "accept" for row in rows)


def save(review: Path, rows: list[dict[str, str]]) -> None:
    with review.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rows[0])
        writer.writeheader()
        writer.writerows(rows)


def relabel(review: Path, truth: list[str]) -> int:
    """What a person would write who knows the right labels, as they are read on the sheet; how many are wrong."""
    with review.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    for row in rows:
        right = truth[int(row["row"])]
        row["verdict"] = row["verdict_2"] = "keep" if right == row["label"] else "relabel"
        row["new_label"] = "" if right == row["label"] else right
    save(review, rows)
    return sum(row["verdict"] == "relabel" for row in rows)


def test_what_a_person_verified_decides_the_next_run(tmp_path: Path) -> None:
    data, better = tmp_path / "data.csv", tmp_path / "data.v2.csv"
    truth = write_data(data)
    folder, before = audited(data, tmp_path / "one")
    assert before["status"] != "pass"
    assert "to replace it, verify " in before["measures"][0]["note"]
    wrong = fill_in(folder / "review.csv", truth)
    dataaudit("apply", folder / "review.csv", data, "-o", better)
    old, new = (path.read_text(encoding="utf-8").splitlines() for path in (data, better))
    assert sum(a != b for a, b in zip(old, new, strict=True)) == wrong > 30

    _, after = audited(better, tmp_path / "two")
    verified, assumed = (one for one in after["measures"] if one["name"].startswith("wrong-labels"))
    assert verified["name"] == "wrong-labels"
    assert "verified" in verified["subject"]["text"]
    assert verified["upper"] < 0.05
    assert after["status"] == "pass"
    assert assumed["name"] == "wrong-labels-unverified"
    assert assumed["at_most"] is None
    (precision,) = [one for one in after["measures"] if one["name"] == "wrong-among-flagged"]
    assert precision["value"] > 0.8


def write_numbers(path: Path) -> list[str]:
    """A number that three others tell, some of them far off; and the true ones."""
    rng = np.random.default_rng(3)
    x = rng.normal(size=(600, 3))
    true = np.round(x @ [2.0, -1.0, 1.0] + 0.3 * rng.normal(size=600) + 20, 2)
    off = (rng.random(600) < 0.08) * rng.choice([-1, 1], 600) * rng.uniform(4, 12, 600)
    rows = zip(*x.T.round(4).tolist(), (true + off).round(2).tolist(), strict=True)
    path.write_text("x0,x1,x2,kind\n" + "".join(",".join(map(repr, row)) + "\n" for row in rows), encoding="utf-8")
    return [repr(value).removesuffix(".0") for value in true.tolist()]


def write_sets(path: Path) -> list[str]:
    """Lists of labels, each told by a number, some decisions turned around; and the true ones."""
    rng = np.random.default_rng(3)
    x = rng.normal(size=(400, 3))
    true = x > 0.2
    has = true ^ (rng.random(x.shape) < 0.06)
    names = np.array(["cat", "dog; wild", "owl"])
    lines = [
        json.dumps({"x0": a, "x1": b, "x2": c, "kind": names[row].tolist()})
        for (a, b, c), row in zip(x.round(4).tolist(), has, strict=True)
    ]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return [set_text(names[row].tolist()) for row in true]


@pytest.mark.parametrize(
    ("write", "name", "check"),
    [(write_numbers, "data.csv", "target-errors"), (write_sets, "data.jsonl", "label-errors")],
)
def test_numbers_and_sets_of_labels_go_the_same_way(
    tmp_path: Path, write: Callable[[Path], list[str]], name: str, check: str
) -> None:
    data, better = tmp_path / name, tmp_path / f"better{Path(name).suffix}"
    truth = write(data)
    folder, before = audited(data, tmp_path / "one", check=check)
    assert before["status"] != "pass"
    wrong = relabel(folder / "review.csv", truth)
    dataaudit("apply", folder / "review.csv", data, "-o", better)
    old, new = (path.read_text(encoding="utf-8").splitlines() for path in (data, better))
    assert sum(a != b for a, b in zip(old, new, strict=True)) == wrong > 30

    _, after = audited(better, tmp_path / "two", check=check)
    verified = after["measures"][0]
    assert "verified" in verified["subject"]["text"]
    assert verified["upper"] < 0.05
    assert after["status"] == "pass"
