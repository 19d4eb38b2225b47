"""The whole loop as a user walks it: run, fill in review.csv, apply, run again."""

from __future__ import annotations

import csv
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np


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


def audited(data: Path, out: Path) -> tuple[Path, dict[str, Any]]:
    """The folder of the report, and what it says of label-errors."""
    select = ("--select", "label-errors", "--exit-zero", "--output", out)
    dataaudit("run", data, "--label", "kind", "--label-is", "annotation", "--sensitive", "none", *select)
    (report,) = out.glob("*/*/report.json")
    (check,) = json.loads(report.read_text(encoding="utf-8"))["checks"]
    return report.parent, check


def fill_in(review: Path, truth: list[str]) -> int:
    """What a person who knows the truth would write; how many verdicts say "wrong"."""
    with review.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    for row in rows:
        right = truth[int(row["row"])] == row["label"]
        row["verdict"] = row["verdict_2"] = "keep" if right else "accept"
    with review.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rows[0])
        writer.writeheader()
        writer.writerows(rows)
    return sum(row["verdict"] == "accept" for row in rows)


def test_what_a_person_verified_decides_the_next_run(tmp_path: Path) -> None:
    data, better = tmp_path / "data.csv", tmp_path / "data.v2.csv"
    truth = write_data(data)
    folder, before = audited(data, tmp_path / "one")
    assert before["status"] != "pass"
    assert "verify 200 rows" in before["measures"][0]["note"]
    wrong = fill_in(folder / "review.csv", truth)
    dataaudit("apply", folder / "review.csv", data, "-o", better)
    old, new = (path.read_text(encoding="utf-8").splitlines() for path in (data, better))
    assert sum(a != b for a, b in zip(old, new, strict=True)) == wrong > 30

    _, after = audited(better, tmp_path / "two")
    verified, assumed = after["measures"][:2]
    assert verified["name"] == "wrong-labels"
    assert "verified" in verified["subject"]["text"]
    assert verified["upper"] < 0.05
    assert after["status"] == "pass"
    assert assumed["name"] == "wrong-labels-unverified"
    assert assumed["at_most"] is None
