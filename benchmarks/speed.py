"""Whole-process CPU and memory of the checks without models, beside one Polars full profile of the same file.

    python benchmarks/speed.py [--rows 10000 100000 1000000] [--runs 3] [--shapes]

Runs alternate, so that a machine whose speed drifts slows both; the ratio of the medians is what holds elsewhere.
`--shapes` times tables that are odd in one way instead: very wide, very many groups, many classes by many attributes.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

HERE = Path(__file__).resolve().parent

PROFILE = """
import sys
import polars as pl
path = sys.argv[1]
frame = pl.scan_csv(path) if path.endswith(".csv") else pl.scan_parquet(path)
schema = frame.collect_schema()
numbers = [name for name, kind in schema.items() if kind.is_numeric()]
asked = [pl.len().alias("rows")]
asked += [pl.col(c).null_count().name.suffix(":missing") for c in schema]
asked += [pl.col(c).n_unique().name.suffix(":distinct") for c in schema]
for c in numbers:
    cell = pl.col(c)
    asked += [cell.min().name.suffix(":min"), cell.max().name.suffix(":max")]
    asked += [cell.mean().name.suffix(":mean"), cell.std().name.suffix(":sd")]
    asked += [cell.quantile(q, "linear").name.suffix(f":q{q}") for q in (0.25, 0.5, 0.75)]
frame.select(asked).collect()
frame.group_by("income", "sex", "race").len().collect()
frame.select(pl.struct(pl.all()).is_duplicated().sum()).collect()
"""


def cost(command: Sequence[str]) -> tuple[float, float]:
    """CPU seconds (user and system) and peak memory in MiB of a finished process."""
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, _, usage = os.wait4(process.pid, 0)
    return usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def compare(path: Path, runs: int, output: Path) -> str:
    """One row of the table: ours, the profile's, and the ratio."""
    ours = [sys.executable, "-m", "auditor.cli", "run", str(path), "--fast", "--output", str(output), "--quiet"]
    ours += ["--label", "income", "--sensitive", "sex,race"]
    theirs = [sys.executable, "-c", PROFILE, str(path)]
    cost(ours), cost(theirs)  # warm the file cache and the bytecode
    mine, peer = [], []
    for _ in range(runs):
        mine.append(cost(ours))
        peer.append(cost(theirs))
    cpu, base = (statistics.median(seconds for seconds, _ in many) for many in (mine, peer))
    memory = max(peak for _, peak in mine)
    return f"{path.name:<16}{cpu:>10.2f}{base:>12.2f}{cpu / base:>8.2f}{memory:>10.0f}"


def shapes() -> dict[str, tuple[dict[str, Any], list[str]]]:
    """Tables odd in one way, by what is odd, each with the roles of its columns."""
    rng = np.random.default_rng(1)
    some = {f"n{at}": rng.normal(size=1000) for at in range(1500)} | {
        f"c{at}": rng.choice(["a", "b", "c"], 1000) for at in range(499)
    }
    codes = {"code": [f"c{code}" for code in rng.integers(0, 5000, 20_000)], "y": rng.choice(["yes", "no"], 20_000)}
    classes = {f"s{at}": rng.choice([f"g{group}" for group in range(6)], 100_000) for at in range(5)}
    classes["y"] = rng.choice([f"k{name}" for name in range(20)], 100_000)
    return {
        "2,000 columns": (some | {"y": rng.choice(["yes", "no"], 1000)}, ["--sensitive", "none"]),
        "5,000 groups": (codes, ["--sensitive", "code"]),
        "20 classes x 5": (classes, ["--sensitive", ",".join(list(classes)[:5])]),
    }


def time_shapes(folder: Path, runs: int) -> None:
    """Print the median CPU seconds and the peak memory of each odd table."""
    print(f"{'shape':<16}{'CPU s':>10}{'peak MiB':>10}", flush=True)
    for name, (columns, roles) in shapes().items():
        path = folder / "odd.csv"
        pl.DataFrame(columns).write_csv(path)
        ours = [sys.executable, "-m", "auditor.cli", "run", str(path), "--fast", "--quiet", "--label", "y", *roles]
        costs = [cost([*ours, "--output", str(folder / "reports")]) for _ in range(runs + 1)][1:]
        seconds, memory = statistics.median(c[0] for c in costs), max(c[1] for c in costs)
        print(f"{name:<16}{seconds:>10.2f}{memory:>10.0f}", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, nargs="+", default=[10_000, 100_000, 1_000_000])
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--shapes", action="store_true")
    given = parser.parse_args()
    if given.shapes:
        with tempfile.TemporaryDirectory() as folder:
            time_shapes(Path(folder), given.runs)
        return
    print(f"{'file':<16}{'ours CPU s':>10}{'profile s':>12}{'ratio':>8}{'peak MiB':>10}", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        for rows in given.rows:
            for ending in ("csv", "parquet"):
                path = Path(folder) / f"{rows}.{ending}"
                make = [sys.executable, str(HERE / "tables.py"), "--rows", str(rows), "--out", str(path)]
                subprocess.run(make, check=True, stdout=subprocess.DEVNULL)
                print(compare(path, given.runs, Path(folder) / "reports"), flush=True)


if __name__ == "__main__":
    main()
