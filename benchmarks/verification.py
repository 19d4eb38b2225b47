"""How well a verified sample tells the error rate: simulated populations in which the truth is known.

    python benchmarks/verification.py [--replications 1000] [--widths 300] [--processes 2]

A population has ROWS rows, a share of them wrong, and a detector's suspicion and flags for each. The strata are cut
and the sample allotted by the functions that the product uses; what a person would find is then drawn from each
stratum without replacement. A cell (a rate, a detector, a sample size) prints

- coverage: how often the 95 % interval holds the population's true rate, over all replications; where that is below
  DOUBTFUL, luck and fault are told apart by 20 times as many new ones, which alone are printed;
- width: the mean width over that of a simple random sample of the same size with Clopper and Pearson's interval
  (whose mean is computed, not simulated), over the first `--widths` replications.

The detectors: binormal scores of a stated AUC, either *calibrated* (suspicion is the probability of being wrong,
flagged above one half) or *eager* (suspicion is the rank, twice as many flagged as are wrong); *blind spot* (70 % of
the errors found with AUC .99, the others look like any row); *useless* (suspicion has nothing to do with the errors:
constant, or skewed with confident flags); *inverted* (AUC .3: worse than none).
Last, the interval for looking as one goes: how often it held after every single verdict.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from functools import cache, partial
from pathlib import Path

import numpy as np
import numpy.typing as npt

if __name__ == "__main__":  # run from a checkout that is not installed
    import sys

    # The script's own folder goes: this file is named like a module that others import.
    sys.path[0] = str(Path(__file__).parents[1])

from auditor.stats.betting import betting_bounds
from auditor.stats.intervals import clopper_pearson
from auditor.stats.strata import allotment, draw_in_order, strata
from auditor.stats.verification import Stratum, error_rate

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
Detector = Callable[[Flags, np.random.Generator], tuple[Floats, Flags]]

CONFIDENCE = 0.95
ROWS = 20_000
RATES = (0.0, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.3)
SIZES = (50, 100, 200, 500)
DOUBTFUL = 0.945


def binormal(auc: float, eager: bool, wrong: Flags, random: np.random.Generator) -> tuple[Floats, Flags]:
    """Normal scores, those of the wrong rows moved up until the AUC is as stated."""
    from scipy.special import expit, logit, ndtri

    apart = np.sqrt(2) * ndtri(auc)
    scores = random.normal(size=len(wrong)) + apart * wrong
    if eager:
        rank = scores.argsort().argsort()
        return (rank + 0.5) / len(wrong), rank >= len(wrong) - 2 * wrong.sum()
    suspicion = expit(apart * scores - apart**2 / 2 + logit(wrong.mean()))
    return suspicion, suspicion > 0.5


def blind_spot(wrong: Flags, random: np.random.Generator) -> tuple[Floats, Flags]:
    seen = wrong & (random.random(len(wrong)) < 0.7)
    return binormal(0.99, False, seen, random)


def constant(wrong: Flags, random: np.random.Generator) -> tuple[Floats, Flags]:
    return np.full(len(wrong), 0.1), random.random(len(wrong)) < 0.05


def skewed(wrong: Flags, random: np.random.Generator) -> tuple[Floats, Flags]:
    suspicion = random.beta(0.3, 3.0, size=len(wrong))
    return suspicion, suspicion > 0.5


DETECTORS: dict[str, Detector] = {
    "AUC .99 calibrated": partial(binormal, 0.99, False),
    "AUC .99 eager": partial(binormal, 0.99, True),
    "AUC .95 calibrated": partial(binormal, 0.95, False),
    "AUC .95 eager": partial(binormal, 0.95, True),
    "AUC .90 calibrated": partial(binormal, 0.9, False),
    "AUC .90 eager": partial(binormal, 0.9, True),
    "AUC .70 calibrated": partial(binormal, 0.7, False),
    "blind spot": blind_spot,
    "useless, constant": constant,
    "useless, skewed": skewed,
    "inverted": partial(binormal, 0.3, True),
}
STRONG = [name for name in DETECTORS if name.startswith("AUC .9")]
USELESS = [name for name in DETECTORS if name.startswith("useless")]


@dataclass(frozen=True, slots=True)
class Cell:
    """A simulated world, and how the interval did in it."""

    rate: float
    detector: str
    size: int
    on_flagged: float | None = None
    coverage: float = np.nan
    width: float = np.nan


def simulated(cell: Cell, replications: int, widths: int) -> Cell:
    seed = [round(cell.rate * 1e6), list(DETECTORS).index(cell.detector), cell.size]
    random = np.random.default_rng(seed)
    wrong = random.permutation(np.arange(ROWS) < round(cell.rate * ROWS))
    with np.errstate(divide="ignore"):
        of_row = strata(*DETECTORS[cell.detector](wrong, random))
    sizes, bad = np.bincount(of_row, minlength=3), np.bincount(of_row[wrong], minlength=3)
    drawn = allotment(sizes.tolist(), cell.size, cell.on_flagged)
    found = random.hypergeometric(bad, sizes - bad, drawn, size=(replications, len(sizes)))

    @cache
    def rate_of(outcome: tuple[int, ...]) -> tuple[float, float]:
        return error_rate([Stratum(*s) for s in zip(sizes.tolist(), drawn, outcome, strict=True)]).bounds(CONFIDENCE)

    @cache
    def holds(outcome: tuple[int, ...]) -> bool:  # by the p-values: the same answer, sooner
        rate = error_rate([Stratum(*s) for s in zip(sizes.tolist(), drawn, outcome, strict=True)])
        return min(rate.p_above(wrong.mean()), rate.p_below(wrong.mean())) >= (1 - CONFIDENCE) / 2

    outcomes = [tuple(row) for row in found.tolist()]
    spans = [np.subtract(*rate_of(outcome)[::-1]) for outcome in outcomes[:widths]]
    held = np.mean([holds(outcome) for outcome in outcomes])
    if held < DOUBTFUL:
        again = random.hypergeometric(bad, sizes - bad, drawn, size=(20 * replications, len(sizes)))
        held = np.mean([holds(tuple(row)) for row in again.tolist()])
    return replace(cell, coverage=float(held), width=float(np.mean(spans)) / simple_width(cell.rate, cell.size))


def simple_width(rate: float, n: int) -> float:
    """The expected width of Clopper and Pearson's interval for a simple random sample."""
    from scipy.special import gammaln, xlog1py, xlogy

    k = np.arange(n + 1)
    chances = np.exp(gammaln(n + 1) - gammaln(k + 1) - gammaln(n - k + 1) + xlogy(k, rate) + xlog1py(n - k, -rate))
    tail = (1 - CONFIDENCE) / 2
    return float(chances @ [high - low for low, high in (clopper_pearson(int(x), n, tail) for x in k)])


def anytime(rate: float, size: int, rows: int, replications: int) -> tuple[float, float, float]:
    """How often the betting interval held after every verdict; its mean width at the end over the fixed-size one."""
    wrong = np.arange(rows) < round(rate * rows)
    truth, held, widths = wrong.mean(), 0, []
    for seed in range(replications):
        low, high = betting_bounds(wrong[draw_in_order(rows, size, seed)], rows=rows)
        held += bool(((low <= truth) & (truth <= high)).all())
        widths.append(high[-1] - low[-1])
    return held / replications, float(np.mean(widths)), float(np.mean(widths)) / simple_width(rate, size)


def table(cells: Sequence[Cell], value: Callable[[Cell], float]) -> Iterator[str]:
    yield f"{f'n = {cells[0].size}':<22}" + "".join(f"{rate:>8.1%}" for rate in RATES)
    for name in DETECTORS:
        yield f"{name:<22}" + "".join(f"{value(cell):>8.3f}" for cell in cells if cell.detector == name)
    yield ""


def summary(cells: Sequence[Cell], replications: int) -> Iterator[str]:
    worst = min(cells, key=lambda cell: cell.coverage)
    average = np.mean([cell.coverage for cell in cells])
    low = sum(cell.coverage < 0.94 for cell in cells)
    yield (
        f"coverage: mean {average:.3f}, least {worst.coverage:.3f} ({worst.detector}, rate {worst.rate:.1%}, "
        f"n {worst.size}), under .94 in {low} of {len(cells)} cells of {replications} replications"
    )
    strong = [cell for cell in cells if cell.detector in STRONG and cell.size == 200]
    for rate in RATES if strong else ():
        at = [cell.width for cell in strong if cell.rate == rate]
        yield f"width at n = 200, AUC >= .9, rate {rate:.1%}: {np.mean(at):.3f}, from {min(at):.3f} to {max(at):.3f}"
    if common := [cell.width for cell in strong if cell.rate >= 0.02]:
        yield f"width at n = 200, AUC >= .9, all rates from 2 %: {np.mean(common):.3f}"
    harm = max((cell for cell in cells if cell.detector in USELESS), key=lambda cell: cell.width)
    yield f"width, useless detector: at most {harm.width:.3f} ({harm.detector}, rate {harm.rate:.1%}, n {harm.size})"
    yield ""


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--replications", type=int, default=1000)
    parser.add_argument("--widths", type=int, default=300)
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES)
    parser.add_argument("--processes", type=int, default=2)
    options = parser.parse_args()
    simulate = partial(simulated, replications=options.replications, widths=options.widths)
    with ProcessPoolExecutor(options.processes) as pool:
        for title, on_flagged in (("ALL BUT IN PROPORTION", None), ("A THIRD ON FLAGGED ROWS", 1 / 3)):
            cells: list[Cell] = []
            for size in options.sizes if on_flagged is None else [200]:
                done = list(pool.map(simulate, [Cell(r, d, size, on_flagged) for d in DETECTORS for r in RATES]))
                print(f"{title}: coverage", *table(done, lambda cell: cell.coverage), sep="\n")
                print(f"{title}: width", *table(done, lambda cell: cell.width), sep="\n", flush=True)
                cells += done
            print(*summary(cells, options.replications), sep="\n", flush=True)
    print("LOOKING AS ONE GOES: 500 verdicts of 20000 rows, interval at the end, all looks held")
    for rate in (0.0, 0.005, 0.02, 0.1, 0.3):
        held, width, ratio = anytime(rate, 500, ROWS, 500)
        print(f"rate {rate:>5.1%}: held {held:.3f}, width {width:.4f}, {ratio:.2f} of the fixed-size interval")


if __name__ == "__main__":
    main()
