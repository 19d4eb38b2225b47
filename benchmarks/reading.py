"""What reading costs, against the readers people know: CPU seconds and peak memory, all in one run.

    python benchmarks/reading.py --rows 1000000
    python benchmarks/reading.py --file some.csv

Each reader runs in processes of its own, in turn with the others; imports are not counted. The least of the
repeats stands for each, since everything else on the machine can only add to it.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

READERS = ("dataaudit", "polars", "pandas", "pyarrow")
_ROOT = Path(__file__).resolve().parent.parent


def cpu_seconds() -> float:
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


def read_once(reader: str, path: Path, scratch: Path) -> dict[str, float]:
    """Import, then read, and say what the reading alone has cost."""
    import numpy as np  # noqa: F401  # imports are not to be counted
    import polars as pl
    import pyarrow.compute
    import pyarrow.csv
    import pyarrow.parquet

    typed = path.suffix == ".parquet"
    if reader == "pandas":
        import pandas as pd
    if reader == "dataaudit":
        import narwhals  # noqa: F401

        from auditor.dataset.options import ReadOptions
        from auditor.dataset.readers import read
    before, start = cpu_seconds(), time.perf_counter()
    if reader == "dataaudit":
        read(path, ReadOptions(), scratch)
    elif reader == "polars":
        pl.read_parquet(path) if typed else pl.read_csv(path)
    elif reader == "pandas":
        pd.read_parquet(path) if typed else pd.read_csv(path)
    else:
        pyarrow.parquet.read_table(path) if typed else pyarrow.csv.read_csv(path)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"cpu": cpu_seconds() - before, "wall": time.perf_counter() - start, "memory": memory}


def measured(path: Path, repeats: int) -> dict[str, dict[str, float]]:
    runs: dict[str, list[dict[str, float]]] = {reader: [] for reader in READERS}
    for _ in range(repeats):
        for reader in READERS:
            command = [sys.executable, __file__, "--one", reader, "--file", str(path)]
            done = subprocess.run(command, check=True, capture_output=True, text=True, cwd=_ROOT, env=_environment())
            runs[reader].append(json.loads(done.stdout))
    return {reader: {key: min(run[key] for run in results) for key in results[0]} for reader, results in runs.items()}


def _environment() -> dict[str, str]:
    import os

    return {**os.environ, "PYTHONPATH": str(_ROOT)}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--file", type=Path)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--one", choices=READERS, help=argparse.SUPPRESS)
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        if args.one:
            print(json.dumps(read_once(args.one, args.file, Path(folder))))
            return
        path = args.file or _table(args.rows, Path(folder))
        size = path.stat().st_size / 1e6
        results = measured(path, args.repeats)
    print(f"{path.name}: {size:,.0f} MB")
    print(f"{'reader':<12}{'CPU s':>8}{'wall s':>8}{'MB':>8}{'CPU / polars':>14}")
    for reader, result in results.items():
        ratio = result["cpu"] / results["polars"]["cpu"]
        print(f"{reader:<12}{result['cpu']:>8.2f}{result['wall']:>8.2f}{result['memory']:>8.0f}{ratio:>14.2f}")


def _table(rows: int, folder: Path) -> Path:
    sys.path.insert(0, str(_ROOT))
    from benchmarks.tables import census

    path = folder / "census.csv"
    census(rows).write_csv(path)
    return path


if __name__ == "__main__":
    main()
