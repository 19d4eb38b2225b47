"""Whole-process CPU and memory of the checks without models, beside one Polars full profile of the same file.

    python benchmarks/speed.py [--rows 10000 100000 1000000] [--runs 3]

Runs alternate, so that a machine whose speed drifts slows both; the ratio of the medians is what holds elsewhere.
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


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, nargs="+", default=[10_000, 100_000, 1_000_000])
    parser.add_argument("--runs", type=int, default=3)
    given = parser.parse_args()
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
