"""What the bias checks claim, and how often they are right: simulated datasets through the checks and the gate.

    python benchmarks/bias.py [--replications 200] [--parts alarms power naive coverage deep speed] [--rows 1000 …]

Every dataset goes the way of a run: its evidence, all checks of the bias family that fit no model, and one
decision over the whole family. What is counted in the file (rows in small groups, the largest group) is no claim
and no false alarm: `group-representation` is left out of the alarms.

- alarms: nothing is planted. How often does any measure fail? At most 5 % of the datasets may.
- power: ten points are planted in one of four attributes and held to a limit of five. How often do they fail,
  and what is the smallest difference that the sizes of the groups are said to show with 95 % probability?
- naive: the same datasets by a point estimate over the limit: false alarms and misses, side by side.
- coverage: how often 95 % intervals of differences and ratios hold the truth, by the size of the group.
- deep: a gap in one subgroup of three attributes, which no attribute and no pair shows.
- speed: CPU of all of them on a million rows and twenty columns with four sensitive attributes.
"""

from __future__ import annotations

import argparse
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import combinations, product
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

if __name__ == "__main__":  # run from a checkout that is not installed
    import sys

    sys.path[0] = str(Path(__file__).parents[1])

from auditor.check import Check, Evidence, Family, Slice
from auditor.evidence import rates
from auditor.evidence.rates import AskRates
from auditor.gate.decide import ALPHA, Result, Status, decide
from auditor.gate.outcomes import run_check
from auditor.plugins import Configured
from auditor.stats.detectable import smallest_detectable_difference
from auditor.testing import evidence_of
from auditor_checks import checks

SIZES = (1_000, 10_000, 100_000)
POWER_SIZES = (1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 64_000)
#: Attributes of the datasets without bias.
ALARM_ATTRIBUTES = (20, 4)
BASE = 0.3
#: Not a claim but a count: how many rows there are of a group.
COUNTED = "group-representation"


@dataclass(frozen=True)
class World:
    """So many attributes of 2 to 6 groups each, sizes drawn anew for every dataset; the label as `rate` says."""

    attributes: int
    rate: Callable[[dict[str, Any]], Any] = lambda columns: np.full(len(columns["a0"]), BASE)
    even: tuple[int, ...] = ()  # attributes of two even groups
    groups: int = 0  # of each attribute; 0: 2 to 6

    def draw(self, rows: int, rng: np.random.Generator) -> pl.DataFrame:
        """One dataset."""
        columns: dict[str, Any] = {}
        for number in range(self.attributes):
            values = self.groups or int(rng.integers(2, 7))
            shares = rng.dirichlet(np.full(values, 1.0))
            if number in self.even:
                values, shares = 2, np.array([0.5, 0.5])
            columns[f"a{number}"] = rng.choice([f"g{value}" for value in range(values)], rows, p=shares)
        label = np.where(rng.random(rows) < self.rate(columns), "yes", "no")
        # A feature apart from the attributes, so that rows are not repeated for want of one.
        return pl.DataFrame(columns | {"x": rng.normal(size=rows), "y": label})


def planted(gap: float) -> Callable[[dict[str, Any]], Any]:
    """A gap between the two groups of the first attribute."""
    return lambda columns: BASE + gap * (columns["a0"] == "g1")


def needle(gap: float) -> Callable[[dict[str, Any]], Any]:
    """A gap in one subgroup of the first three attributes."""

    def rate(columns: dict[str, Any]) -> Any:
        inside = (columns["a0"] == "g1") & (columns["a1"] == "g1") & (columns["a2"] == "g1")
        return BASE + gap * inside

    return rate


def bias_checks(**options: Any) -> list[Check]:
    """All checks of the family that fit no model; an option goes to the checks that have it."""
    kinds = [kind for kind in checks() if kind.family is Family.BIAS and not kind.needs.model]
    return [kind(**{name: v for name, v in options.items() if name in kind.model_fields}) for kind in kinds]


@dataclass
class Audited:
    """A dataset's results by check, and its evidence."""

    evidence: Evidence
    results: dict[str, Result]
    seconds: dict[str, float] = field(default_factory=dict)

    def status(self) -> Status:
        """Of all claims together: fail, else pass if none is open."""
        all_of = {r.status for name, r in self.results.items() if name != COUNTED and r.status is not Status.SKIPPED}
        for worst in (Status.ERROR, Status.FAIL, Status.UNDECIDED):
            if worst in all_of:
                return worst
        return Status.PASS


def audited(frame: pl.DataFrame, sensitive: Sequence[str], label: str = "y", **options: Any) -> Audited:
    """The dataset through the checks and the gate."""
    evidence = evidence_of(frame, label=label, sensitive=sensitive, positive=options.pop("positive", None))
    outcomes, seconds = [], {}
    for check in bias_checks(**options):
        start = time.process_time()
        outcomes.append(run_check(Configured(check, "benchmark", "error"), evidence, fast=True))
        seconds[check.id] = time.process_time() - start
    results = {result.outcome.configured.check.id: result for result in decide(outcomes)}
    return Audited(evidence, results, seconds)


def naive(one: Audited, limit: float, least: int = 1) -> bool:
    """Whether any group of `least` rows, or pair, has a rate farther than the limit from the largest group's."""
    sensitive = one.evidence.dataset.roles.sensitive
    for by in (*((name,) for name in sensitive), *combinations(sensitive, 2)):
        reference, *others = one.evidence.ask(AskRates(by)).of("yes")
        rate = reference.having / reference.rows
        if any(abs(o.having / o.rows - rate) > limit for o in others if o.rows >= least):
            return True
    return False


def several(world: World, rows: int, replications: int, **options: Any) -> Iterator[Audited]:
    """Audits of that many datasets, the same in every run."""
    for seed in range(replications):
        frame = world.draw(rows, np.random.default_rng([rows, world.attributes, seed]))
        yield audited(frame, frame.columns[:-2], positive="yes", **options)


def failing_checks(result: Audited) -> list[str]:
    """The checks that fail by a claim."""
    return [name for name, r in result.results.items() if r.status is Status.FAIL and name != COUNTED]


def alarms(replications: int, sizes: Sequence[int]) -> Iterator[str]:
    """Part (a), with the naive rule beside it."""
    yield "no bias planted: share of datasets in which anything fails (limit: 5 %)"
    yield f"{'attributes':>10}{'rows':>9}{'datasets':>9}{'fail':>8}{'error':>8}{'pass':>8}{'naive':>8}{'≥30 rows':>9}"
    for attributes, rows in product(ALARM_ATTRIBUTES, sizes or SIZES):
        times = replications if attributes * rows <= 400_000 else max(20, replications // 4)
        met: Counter[str] = Counter()
        blamed: Counter[str] = Counter()
        for one in several(World(attributes), rows, times):
            met[one.status()] += 1
            met["naive"] += naive(one, 0.1)
            met["naive 30"] += naive(one, 0.1, 30)
            blamed.update(failing_checks(one))
        shown = (met[name] / times for name in (Status.FAIL, Status.ERROR, Status.PASS, "naive", "naive 30"))
        told = f"  {dict(blamed)}" if blamed else ""
        yield f"{attributes:>10}{rows:>9}{times:>9}" + "".join(f"{share:>8.1%}" for share in shown) + told


def power(replications: int, sizes: Sequence[int]) -> Iterator[str]:
    """Part (b): ten points against a limit of five."""
    yield "ten points planted in one of four attributes, limit 5: share of datasets that fail by that attribute"
    yield f"{'rows':>9}{'datasets':>9}{'power':>8}{'smallest detectable, 95 %':>27}{'fail at all':>13}{'pass':>8}"
    world = World(4, planted(0.1), even=(0,))
    for rows in sizes or POWER_SIZES:
        caught = failed = passed = 0
        least = []
        for one in several(world, rows, replications, max_difference=0.05):
            failed += one.status() is Status.FAIL
            passed += one.status() is Status.PASS
            (told,) = [d for d in one.results["label-rate-disparity"].decided if _is(d.measure, "a0")]
            caught += told.status is Status.FAIL
            # Of a band's two sides, each is tested at half the level, and Holm divides it by all claims at most.
            (_, larger), (_, smaller) = one.evidence.counts("a0").items()
            alpha = ALPHA / (2 * _claims(one))
            least.append(smallest_detectable_difference(smaller, larger, BASE, alpha=alpha, power=0.95, limit=0.05))
        shares = f"{np.median(least):>27.3f}{failed / replications:>13.1%}{passed / replications:>8.1%}"
        yield f"{rows:>9}{replications:>9}{caught / replications:>8.1%}{shares}"


def _is(measure: Any, column: str) -> bool:
    subject = measure.subject
    return measure.name == "difference in y = yes" and isinstance(subject, Slice) and subject.columns == (column,)


def _claims(one: Audited) -> int:
    return sum(d.status is not None and d.measure.can_fail for r in one.results.values() for d in r.decided)


def side_by_side(replications: int, sizes: Sequence[int]) -> Iterator[str]:
    """Part (d): false alarms and misses against the default limit of ten points, in four attributes."""
    yield "planted gap against a limit of ten points, four attributes; a miss is a pass where the gap is 20"
    ours = f"{'rows':>9}{'gap':>6}{'ours fail':>11}{'open':>8}{'pass':>8}"
    yield ours + f"{'naive fail':>12}{'pass':>8}{'≥30: fail':>11}{'pass':>8}"
    for rows in sizes or SIZES:
        for gap in (0.0, 0.2):
            met: Counter[str] = Counter()
            for one in several(World(4, planted(gap), even=(0,)), rows, replications):
                met[one.status()] += 1
                met["naive"] += naive(one, 0.1)
                met["naive 30"] += naive(one, 0.1, 30)
            n = replications
            ours = f"{met[Status.FAIL] / n:>11.1%}{met[Status.UNDECIDED] / n:>8.1%}{met[Status.PASS] / n:>8.1%}"
            theirs = f"{met['naive'] / n:>12.1%}{1 - met['naive'] / n:>8.1%}"
            yield f"{rows:>9}{gap:>6.0%}{ours}{theirs}{met['naive 30'] / n:>11.1%}{1 - met['naive 30'] / n:>8.1%}"


def coverage(replications: int, sizes: Sequence[int]) -> Iterator[str]:
    """Part (c): intervals of differences and ratios, by rows of the group."""
    yield "95 % intervals that hold the truth, by rows of the smaller group (gap of ten points planted)"
    held: dict[tuple[str, str], list[bool]] = {}
    for rows in sizes or SIZES:
        for one in several(World(4, planted(0.1), even=(0,)), rows, max(20, replications // 4)):
            for decided in one.results["label-rate-disparity"].decided:
                if (found := _held(one, decided.measure)) is not None:
                    held.setdefault(found[:2], []).append(found[2])
    yield f"{'':<22}{'intervals':>10}{'held':>8}"
    for (name, size), hits in sorted(held.items()):
        yield f"{name:<12}{size:<10}{len(hits):>10}{np.mean(hits):>8.1%}"
    means = [float(np.mean(hits)) for hits in held.values()]
    yield f"mean over the grid {np.mean(means):.1%}, least {min(means):.1%}"


def _held(one: Audited, measure: Any) -> tuple[str, str, bool] | None:
    kind = {"difference in y = yes": "difference", "ratio of rates": "ratio"}.get(measure.name)
    if kind is None or (kind == "ratio" and ("y", "yes") not in measure.subject.where):
        return None
    group = tuple(pair for pair in measure.subject.where if pair[0] != "y")
    by = tuple(column for column, _ in group)
    reference = one.evidence.ask(AskRates(by)).of("yes")[0].group
    rates = [BASE + 0.1 * (dict(where).get("a0") == "g1") for where in (group, reference)]
    # A group of a pair without the first attribute is a mixture, whose rate is that of its own rows.
    if "a0" not in by:
        rates = [BASE + 0.05] * 2
    truth = rates[0] - rates[1] if kind == "difference" else rates[0] / rates[1]
    low, high = measure.estimate.bounds(0.95)
    size = "14 or less" if measure.support <= 14 else "to 100" if measure.support <= 100 else "to 1000"
    return kind, size if measure.support <= 1000 else "more", bool(low - 1e-12 <= truth <= high + 1e-12)


def deep(replications: int, sizes: Sequence[int]) -> Iterator[str]:
    """A subgroup of an eighth of an even world, by three attributes of two groups."""
    yield "a gap in one of eight subgroups, limit ten points: what worst-subgroups says"
    yield f"{'rows':>9}{'gap':>6}{'fail':>8}{'open':>8}{'pass':>8}{'interval holds the gap':>24}"
    for rows in sizes or SIZES:
        for gap in (0.0, 0.05, 0.25):
            met: Counter[str] = Counter()
            for one in several(World(3, needle(gap), even=(0, 1, 2)), rows, replications):
                result = one.results["worst-subgroups"]
                met[result.status] += 1
                low, high = result.decided[0].measure.estimate.bounds(0.95)
                met["held"] += low <= gap <= high
            shares = (met[name] / replications for name in (Status.FAIL, Status.UNDECIDED, Status.PASS))
            held = f"{met['held'] / replications:>24.1%}"
            yield f"{rows:>9}{gap:>6.0%}" + "".join(f"{share:>8.1%}" for share in shares) + held


def speed(path: Path | None = None) -> Iterator[str]:
    """CPU seconds, all threads, beyond imports and reading."""
    sensitive = ("sex", "race", "region", "housing")
    frame = pl.read_csv(path) if path else _census(1_000_000)
    label = "income" if "income" in frame.columns else frame.columns[-1]
    audited(frame.head(2_000), sensitive, label=label)  # imports
    start = time.process_time()
    evidence_of(frame, label=label, sensitive=sensitive).profile  # noqa: B018  # asked for its cost
    profile = time.process_time() - start
    start = time.process_time()
    one = audited(frame, sensitive, label=label)
    total = time.process_time() - start
    yield f"bias on {frame.height:,} rows x {frame.width} columns, four sensitive attributes: CPU seconds"
    yield f"  all {total:.2f}, of it the profile of all columns, which every run needs, about {profile:.2f}"
    for name, seconds in one.seconds.items():
        yield f"  {name:<28}{seconds:>6.2f}"


def _census(rows: int) -> pl.DataFrame:
    rng = np.random.default_rng(0)
    few = {"sex": 2, "race": 5, "region": 4, "housing": 3, **{f"c{number}": 8 for number in range(6)}}
    columns: dict[str, Any] = {
        name: pl.Series(rng.integers(0, values, rows)).cast(pl.String) + "v" for name, values in few.items()
    }
    columns |= {f"n{number}": rng.normal(size=rows).round(3) for number in range(9)}
    return pl.DataFrame(columns | {"income": np.where(rng.random(rows) < BASE, ">50K", "<=50K")})


PARTS: dict[str, Callable[[int, Sequence[int]], Iterator[str]]] = {
    "alarms": alarms,
    "power": power,
    "naive": side_by_side,
    "coverage": coverage,
    "deep": deep,
}


def without_frames() -> None:
    """Read rates from the counts, as for pairs: MetricFrame's are the same (a test holds them to it) and cost more."""
    rates.MAX_FRAME_GROUPS = 0


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--replications", type=int, default=200)
    parser.add_argument("--parts", nargs="+", choices=["speed", *PARTS], default=["speed", *PARTS])
    parser.add_argument("--rows", nargs="+", type=int, default=[], help="datasets of these sizes alone")
    parser.add_argument("--csv", type=Path, help="for speed: a table with sex, race, region and housing")
    told = parser.parse_args()
    for part in sorted(told.parts, key="speed".__ne__):  # speed first, while nothing is left out
        if part != "speed":
            without_frames()
        start = time.process_time()
        lines = speed(told.csv) if part == "speed" else PARTS[part](told.replications, told.rows)
        for line in lines:
            print(line, flush=True)
        print(f"({time.process_time() - start:.0f} s CPU)\n", flush=True)


if __name__ == "__main__":
    main()
