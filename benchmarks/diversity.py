"""How data is told from a reference: same-population splits, planted shifts by size, real pairs, and the cost.

    python benchmarks/diversity.py --data FOLDER --peers [--replications 200] [--parts splits power pairs speed]

Every pair of tables goes the way of a run: the checks that need a reference, the models among them, and one decision
over all of them.

- splits: census data (Adult, both files) split at random, so that there is nothing to report. At most 5 % may fail.
- power: shifts planted by size in the reference; how many fail, and by which check. Size 0 is a split as it is.
- pairs: Adult's train against its test must pass, red against white wine must not.
- speed: CPU of all checks without a model on a million rows and a reference of as many, beside a full profile of
  both files by Polars (benchmarks/speed.py). At most 3.

The peer, Evidently's default drift report, gets the same tables (`--peers`; at most so many of each kind as
`--peer-replications`). Two answers of it: whether any column has drifted, and its verdict on the whole, which asks for
half of the columns.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

if __name__ == "__main__":  # run from a checkout that is not installed
    sys.path[0] = str(Path(__file__).resolve().parents[1])

from auditor.gate.decide import Result, Status, decide
from auditor.gate.outcomes import run_check
from auditor.plugins import Configured
from auditor.testing import evidence_of
from auditor_checks import checks
from benchmarks.peer_environment import peer_python
from benchmarks.speed import HERE, PROFILE, cost

CACHE = Path.home() / ".cache" / "dataaudit-bench" / "drift-peer"
PEER_PACKAGES = ("evidently==0.7.23", "pandas<3", "pyarrow")
#: Rows of the data and of the reference.
SPLITS = ((24_421, 24_421), (5_000, 5_000), (1_000, 5_000), (500, 500))
ROLES: dict[str, Any] = {"label": "income", "sensitive": ("sex", "race"), "positive": ">50K"}
COLUMNS = (
    *("age", "workclass", "fnlwgt", "education", "education_num", "marital_status", "occupation", "relationship"),
    *("race", "sex", "capital_gain", "capital_loss", "hours_per_week", "native_country", "income"),
)

Pair = tuple[pl.DataFrame, pl.DataFrame]
#: From the two sides, the size of the shift and the seed, the two with the shift in them.
Plant = Callable[[pl.DataFrame, pl.DataFrame, float, np.random.Generator], Pair]


def adult(data: Path, name: str) -> pl.DataFrame:
    """One of the two files, blanks and the test file's full stops taken away."""
    read = pl.read_csv(data / "adult" / name, has_header=False, new_columns=list(COLUMNS), infer_schema=False)
    words = read.filter(pl.col("age").str.contains(r"^\d+$")).with_columns(pl.all().str.strip_chars(" ."))
    numbers = [pl.col(c).cast(pl.Int64) for c in COLUMNS if words[c].str.contains(r"^\d+$").all()]
    return words.with_columns(pl.all().replace("?", None)).with_columns(numbers)


def moved(ours: pl.DataFrame, theirs: pl.DataFrame, size: float, rng: np.random.Generator) -> Pair:
    """Everybody older, by so many standard deviations."""
    del rng
    by = size * float(ours["age"].std())  # type: ignore[arg-type]  # of numbers
    return ours, theirs.with_columns((pl.col("age") + by).round().cast(pl.Int64))


def more_of_one(ours: pl.DataFrame, theirs: pl.DataFrame, size: float, rng: np.random.Generator) -> Pair:
    """So many points more of the workclass `Local-gov`: cells of other rows, drawn at random."""
    others = np.flatnonzero((theirs["workclass"] != "Local-gov").fill_null(value=True).to_numpy())
    cells = theirs["workclass"].to_numpy().copy()
    cells[rng.choice(others, round(size * len(cells)), replace=False)] = "Local-gov"
    return ours, theirs.with_columns(pl.Series("workclass", cells))


def more_of_a_class(ours: pl.DataFrame, theirs: pl.DataFrame, size: float, rng: np.random.Generator) -> Pair:
    """Label shift: so many points more of the rich, rows of either class drawn again as they are."""
    rich = (theirs["income"] == ">50K").to_numpy()
    wanted = round((rich.mean() + size) * len(rich))
    drawn = [rng.choice(np.flatnonzero(rich), wanted), rng.choice(np.flatnonzero(~rich), len(rich) - wanted)]
    if not size:
        return ours, theirs
    return ours, theirs[np.concatenate(drawn)]


def labeled_otherwise(ours: pl.DataFrame, theirs: pl.DataFrame, size: float, rng: np.random.Generator) -> Pair:
    """Concept shift: so many of all rows have the other label, as many of either class, so that its shares stay."""
    rich = (theirs["income"] == ">50K").to_numpy()
    many = round(size * len(rich) / 2)
    cells = theirs["income"].to_numpy().copy()
    for rows, other in ((np.flatnonzero(rich), "<=50K"), (np.flatnonzero(~rich), ">50K")):
        cells[rng.choice(rows, many, replace=False)] = other
    return ours, theirs.with_columns(pl.Series("income", cells))


def lost_slice(ours: pl.DataFrame, theirs: pl.DataFrame, size: float, rng: np.random.Generator) -> Pair:
    """The data lost so much of a slice of two columns, women who are divorced (9 % of all)."""
    inside = ((pl.col("sex") == "Female") & (pl.col("marital_status") == "Divorced")).fill_null(value=False)
    rows = np.flatnonzero(ours.select(inside).to_series().to_numpy())
    lost = rng.choice(rows, round(size * len(rows)), replace=False)
    return ours[np.setdiff1d(np.arange(ours.height), lost)], theirs


def shuffled(ours: pl.DataFrame, theirs: pl.DataFrame, size: float, rng: np.random.Generator) -> Pair:
    """So many rows have the sex of another of them: each column is spread as before."""
    cells = theirs["sex"].to_numpy().copy()
    rows = rng.choice(len(cells), round(size * len(cells)), replace=False)
    cells[rows] = cells[rng.permutation(rows)]
    return ours, theirs.with_columns(pl.Series("sex", cells))


PLANTS: dict[str, tuple[Plant, tuple[float, ...]]] = {
    "mean moved (SD)": (moved, (0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.75)),
    "one value, more": (more_of_one, (0.05, 0.1, 0.12, 0.15, 0.2, 0.3)),
    "one class, more": (more_of_a_class, (0.05, 0.1, 0.12, 0.15, 0.2, 0.3)),
    "labeled otherwise": (labeled_otherwise, (0.02, 0.05, 0.1, 0.15, 0.2)),
    "slice lost": (lost_slice, (0.25, 0.5, 0.75, 1.0)),
    "sex shuffled": (shuffled, (0.25, 0.5, 0.75, 1.0)),
}


def judged(
    ours: pl.DataFrame, theirs: pl.DataFrame, roles: dict[str, Any], without: Sequence[str] = ()
) -> list[Result]:
    """All checks that need a reference (and no batch), but for those named, decided together."""
    evidence = evidence_of(ours, reference=theirs, **roles)
    asked = [kind() for kind in checks() if kind.needs.reference and not kind.needs.batch and kind.id not in without]
    return decide([run_check(Configured(check, "benchmark", "error"), evidence, fast=False) for check in asked])


def verdict(results: Sequence[Result]) -> Status:
    """Of several checks, the worst."""
    worst_first = (Status.ERROR, Status.FAIL, Status.UNDECIDED, Status.SKIPPED, Status.PASS)
    return next(status for status in worst_first if any(result.status is status for result in results))


@dataclass
class Tally:
    """What was said of pairs of one kind: by us of each, and which checks failed; by the peer of some."""

    verdicts: Counter[Status] = field(default_factory=Counter)
    failed: Counter[str] = field(default_factory=Counter)
    kinds: Counter[str] = field(default_factory=Counter)
    peer: list[dict[str, Any]] = field(default_factory=list)

    def take(self, results: Sequence[Result]) -> None:
        self.verdicts[verdict(results)] += 1
        for result in results:
            check = result.outcome.configured.check.id
            if result.status in (Status.FAIL, Status.ERROR):
                self.failed[check] += 1
            if check == "kind-of-shift":
                self.kinds.update(finding.message.split(":")[0] for finding in result.outcome.findings)

    def row(self) -> str:
        every = sum(self.verdicts.values())
        told = "".join(f"{self.verdicts[one] / every:>10.1%}" for one in (Status.FAIL, Status.UNDECIDED, Status.PASS))
        if self.peer:
            told += f"{np.mean([bool(p['count']) for p in self.peer]):>10.0%}"
            told += f"{np.mean([p['dataset'] for p in self.peer]):>9.0%}"
        else:
            told += f"{'':>19}"
        by = [f"{name} {many / every:.0%}" for name, many in self.failed.most_common()]
        by += [f"“{name}” {many / every:.0%}" for name, many in self.kinds.most_common()]
        return told + "  " + ", ".join(by)


HEAD = f"{'fail':>10}{'open':>10}{'pass':>10}{'peer: any':>10}{'whole':>9}  by check"


def tally(pairs: Iterator[Pair], given: argparse.Namespace) -> Tally:
    found = Tally()
    with tempfile.TemporaryDirectory(prefix="drift-") as made:
        for place, (ours, theirs) in enumerate(pairs):
            found.take(judged(ours, theirs, ROLES, given.ignore))
            if given.peers and place < given.peer_replications:
                ours.write_parquet(Path(made) / f"ours-{place}.parquet")
                theirs.write_parquet(Path(made) / f"theirs-{place}.parquet")
        if given.peers:
            script = Path(__file__).resolve().with_name("drift_peer.py")
            subprocess.run([given.peer_python, script, made], check=True, stderr=subprocess.DEVNULL)
            found.peer = json.loads((Path(made) / "verdicts.json").read_text())
    return found


def split(rows: pl.DataFrame, sizes: tuple[int, int], seed: int) -> Pair:
    drawn = rows.sample(sum(sizes), shuffle=True, seed=seed)
    return drawn[: sizes[0]], drawn[sizes[0] :]


def splits(rows: pl.DataFrame, given: argparse.Namespace) -> None:
    print(f"\n== splits of Adult, {given.replications} each\n{'rows':<18}{HEAD}", flush=True)
    for sizes in (SPLITS[at] for at in given.sizes):
        found = tally((split(rows, sizes, given.first + at) for at in range(given.replications)), given)
        print(f"{f'{sizes[0]:,} / {sizes[1]:,}':<18}{found.row()}", flush=True)


def power(rows: pl.DataFrame, given: argparse.Namespace) -> None:
    for name in given.kinds:
        plant, many = PLANTS[name]
        print(f"\n== {name}: {given.rows} rows a side, {given.power} each\n{'size':<18}{HEAD}", flush=True)
        for size in many:
            pairs = (
                plant(*split(rows, (given.rows, given.rows), seed), size, np.random.default_rng(seed))
                for seed in range(1_000, 1_000 + given.power)
            )
            print(f"{size:<18g}{tally(pairs, given).row()}", flush=True)


def real_pairs(given: argparse.Namespace) -> None:
    wine = [
        pl.read_csv(given.data / "wine" / f"{name}.csv", has_header=False, infer_schema_length=None)
        for name in ("red", "white")
    ]
    train, test = (adult(given.data, name) for name in ("adult-train.csv", "adult-test.csv"))
    label = wine[0].columns[-1]
    print("\n== real pairs", flush=True)
    pairs: list[tuple[str, pl.DataFrame, pl.DataFrame, dict[str, Any]]] = [
        ("Adult, train and test", train, test, ROLES),
        ("red and white wine", wine[0], wine[1], {"label": label, "task": "regression"}),
    ]
    for name, ours, theirs, roles in pairs:
        results = judged(ours, theirs, roles, given.ignore)
        each = ", ".join(f"{r.outcome.configured.check.id} {r.status}" for r in results)
        print(f"{name:<24}{verdict(results):<11}{each}", flush=True)
        for finding in (
            f for r in results if r.outcome.configured.check.id == "kind-of-shift" for f in r.outcome.findings
        ):
            print(f"{'':<24}{finding.message}", flush=True)


def speed(given: argparse.Namespace) -> None:
    """The ratio of the medians; the profile of both files is two processes."""
    print(f"\n== speed\n{'rows':<12}{'ours CPU s':>10}{'profiles s':>12}{'ratio':>8}{'peak MiB':>10}", flush=True)
    with tempfile.TemporaryDirectory() as made:
        paths = [Path(made) / name for name in ("ours.csv", "theirs.csv")]
        for seed, path in enumerate(paths):
            table = ["--rows", str(given.speed_rows), "--seed", str(seed), "--out", str(path)]
            subprocess.run([sys.executable, HERE / "tables.py", *table], check=True, stdout=subprocess.DEVNULL)
        ours = [sys.executable, "-m", "auditor.cli", "run", str(paths[0]), "--reference", str(paths[1]), "--fast"]
        ours += ["--label", "income", "--sensitive", "sex,race", "--output", made, "--quiet"]
        mine, peer = [], []
        for _ in range(given.runs + 1):  # the first warms the file cache
            mine.append(cost(ours))
            peer.append(sum(cost([sys.executable, "-c", PROFILE, str(path)])[0] for path in paths))
        cpu, base = statistics.median(seconds for seconds, _ in mine[1:]), statistics.median(peer[1:])
        memory = max(peak for _, peak in mine)
        print(f"{given.speed_rows:<12,}{cpu:>10.2f}{base:>12.2f}{cpu / base:>8.2f}{memory:>10.0f}", flush=True)


PARTS = ("splits", "power", "pairs", "speed")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=Path(os.environ.get("DATAAUDIT_REALDATA", ".")))
    parser.add_argument("--parts", nargs="+", choices=PARTS, default=list(PARTS))
    parser.add_argument("--replications", type=int, default=200, help="splits of each size")
    parser.add_argument("--ignore", nargs="+", default=[], metavar="CHECK", help="checks that are left out")
    parser.add_argument("--first", type=int, default=0, help="the seed of the first split")
    parser.add_argument("--sizes", type=int, nargs="+", default=[*range(len(SPLITS))], help="which splits, by place")
    parser.add_argument("--kinds", nargs="+", choices=list(PLANTS), default=list(PLANTS), help="of planted shifts")
    parser.add_argument("--power", type=int, default=20, help="pairs for each size of a shift")
    parser.add_argument("--rows", type=int, default=5_000, help="of each side, for the power")
    parser.add_argument("--speed-rows", type=int, default=1_000_000)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--peers", action="store_true", help="ask Evidently too")
    parser.add_argument("--peer-replications", type=int, default=20)
    parser.add_argument("--peer-python", type=Path, help="an interpreter that has Evidently")
    given = parser.parse_args()
    if given.peers and given.peer_python is None:
        given.peer_python = peer_python(CACHE, PEER_PACKAGES)
    if "splits" in given.parts or "power" in given.parts:
        rows = pl.concat([adult(given.data, f"adult-{name}.csv") for name in ("train", "test")])
        for part, run in (("splits", splits), ("power", power)):
            if part in given.parts:
                run(rows, given)
    if "pairs" in given.parts:
        real_pairs(given)
    if "speed" in given.parts:
        speed(given)


if __name__ == "__main__":
    main()
