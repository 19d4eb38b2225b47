"""How often the 95 % intervals hold the truth, over a stated grid: every outcome enumerated, none drawn.

    python benchmarks/coverage.py

For each cell (sizes and true rates, or a true distribution of scores) every possible outcome is given its
probability, and the probabilities of those whose interval holds the truth are added: the coverage is exact,
the same in every run. The grid, which the tests hold to its promises, is:

- a rate: n of SIZES, true rates of RATES, zero and one among them;
- two rates, by difference and by ratio: sizes of PAIRS, true rates of RATES_OF_TWO in each group;
- a mean: n of SIZES_OF_SCORES, scores 0, 0.5 and 1 with the probabilities of SHAPES, range given;
- two means: sizes of PAIRS_OF_SCORES, any two of SHAPES.

A cell is *sure* when the data can come out one way only (all rates 0 or 1): it is covered always, and left
out of the second mean, which it would flatter. It is *solid* when every outcome that can happen is
expected at least five times in each group.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import product
from pathlib import Path

import numpy as np
import numpy.typing as npt

if __name__ == "__main__":  # run from a checkout that is not installed
    import sys

    # The script's own folder goes: this file is named like a package that others import.
    sys.path[0] = str(Path(__file__).parents[1])

from auditor.stats.estimates import (
    Estimate,
    RateInterval,
    difference,
    mean,
    mean_difference,
    proportion,
    ratio,
)

CONFIDENCE = 0.95
SIZES = (1, 2, 3, 5, 8, 10, 15, 20, 30, 50, 100, 200, 500)
RATES = (
    0.0,
    0.001,
    0.01,
    0.02,
    0.05,
    0.1,
    0.2,
    0.3,
    0.4,
    0.5,
    0.6,
    0.7,
    0.8,
    0.9,
    0.95,
    0.98,
    0.99,
    0.999,
    1.0,
)
PAIRS = ((1, 1), (2, 2), (3, 5), (5, 5), (5, 50), (10, 10), (10, 100), (20, 20), (30, 10), (50, 50), (80, 40))
RATES_OF_TWO = (0.0, 0.01, 0.05, 0.1, 0.2, 0.3, 0.5, 0.7, 0.9, 0.99, 1.0)
SIZES_OF_SCORES = (2, 3, 5, 10, 20, 50, 100)
PAIRS_OF_SCORES = ((3, 3), (5, 5), (5, 20), (10, 10), (20, 20))
SCORES = (0.0, 0.5, 1.0)
SHAPES = (
    (1.0, 0.0, 0.0),  # constant
    (0.5, 0.0, 0.5),  # a fair coin
    (0.9, 0.0, 0.1),  # a rare event
    (0.98, 0.0, 0.02),  # a very rare one
    (0.33, 0.34, 0.33),  # flat
    (0.1, 0.8, 0.1),  # peaked
    (0.1, 0.2, 0.7),  # leaning to one end
    (0.02, 0.08, 0.9),  # crowded at one end
)
ENOUGH = 5.0  # expected outcomes of each kind, for a cell to be solid

Shape = tuple[float, float, float]
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Cell:
    """One true state of the world, and how often the interval holds it."""

    name: str
    coverage: float
    sure: bool
    solid: bool


def rate_cells(method: RateInterval) -> Iterator[Cell]:
    for n in SIZES:
        low, high = _bounds([proportion(k, n, method) for k in range(n + 1)])
        for rate in RATES:
            held = _held(low, high, rate)
            yield _cell(f"n {n}, rate {rate}", _binomial(n, rate), held, [(n, (rate, 1 - rate))])


def two_rate_cells(
    estimate: Callable[[int, int, int, int], Estimate], truth: Callable[[float, float], float]
) -> Iterator[Cell]:
    for n_a, n_b in PAIRS:
        outcomes = product(range(n_a + 1), range(n_b + 1))
        low, high = _bounds([estimate(a, n_a, b, n_b) for a, b in outcomes])
        for rate_a, rate_b in product(RATES_OF_TWO, repeat=2):
            true = truth(rate_a, rate_b)
            if math.isnan(true):
                continue
            weights = np.outer(_binomial(n_a, rate_a), _binomial(n_b, rate_b)).ravel()
            name = f"n {n_a} and {n_b}, rates {rate_a} and {rate_b}"
            groups = [(n_a, (rate_a, 1 - rate_a)), (n_b, (rate_b, 1 - rate_b))]
            yield _cell(name, weights, _held(low, high, true), groups)


def mean_cells() -> Iterator[Cell]:
    for n in SIZES_OF_SCORES:
        low, high = _bounds([mean(*_summary(counts), n, 0, 1) for counts in _outcomes(n)])
        for shape in SHAPES:
            held = _held(low, high, _mean(shape))
            yield _cell(f"n {n}, shape {shape}", _multinomial(n, shape), held, [(n, shape)])


def two_mean_cells() -> Iterator[Cell]:
    for n_a, n_b in PAIRS_OF_SCORES:
        pairs = product(_outcomes(n_a), _outcomes(n_b))
        low, high = _bounds([mean_difference(*_summary(a), n_a, *_summary(b), n_b) for a, b in pairs])
        for shape_a, shape_b in product(SHAPES, repeat=2):
            held = _held(low, high, _mean(shape_a) - _mean(shape_b))
            weights = np.outer(_multinomial(n_a, shape_a), _multinomial(n_b, shape_b)).ravel()
            name = f"n {n_a} and {n_b}, shapes {shape_a} and {shape_b}"
            yield _cell(name, weights, held, [(n_a, shape_a), (n_b, shape_b)])


def _ratio_of(rate_a: float, rate_b: float) -> float:
    if rate_b == 0:
        return math.inf if rate_a > 0 else math.nan
    return rate_a / rate_b


#: The cells of each method, by its name.
METHODS: dict[str, Callable[[], Iterator[Cell]]] = {
    "Wilson": lambda: rate_cells("wilson"),
    "Clopper-Pearson": lambda: rate_cells("clopper-pearson"),
    "Newcombe difference": lambda: two_rate_cells(difference, lambda a, b: a - b),
    "score ratio": lambda: two_rate_cells(ratio, _ratio_of),
    "Student t": mean_cells,
    "Welch t": two_mean_cells,
}


def _bounds(estimates: Sequence[Estimate]) -> tuple[Floats, Floats]:
    both = np.array([estimate.bounds(CONFIDENCE) for estimate in estimates])
    return both[:, 0], both[:, 1]


def _held(low: Floats, high: Floats, truth: float) -> Floats:
    slack = 1e-12  # a truth of 0.3 and a bound of 0.3 may differ in the last digit
    return ((low - slack <= truth) & (truth <= high + slack)).astype(np.float64)


def _cell(name: str, weights: Floats, held: Floats, groups: Sequence[tuple[int, Sequence[float]]]) -> Cell:
    possible = [n * share for n, shares in groups for share in shares if share > 0]
    sure = len(possible) == len(groups)
    return Cell(name, float(np.dot(weights, held)), sure, solid=min(possible) >= ENOUGH)


@cache
def _binomial(n: int, rate: float) -> Floats:
    return np.array([math.comb(n, k) * rate**k * (1 - rate) ** (n - k) for k in range(n + 1)])


@cache
def _outcomes(n: int) -> tuple[tuple[int, int, int], ...]:
    """How many of `n` may get each of the three scores."""
    return tuple((a, b, n - a - b) for a in range(n + 1) for b in range(n + 1 - a))


@cache
def _multinomial(n: int, shape: Shape) -> Floats:
    p, q, r = shape
    return np.array([math.comb(n, a) * math.comb(n - a, b) * p**a * q**b * r**c for a, b, c in _outcomes(n)])


@cache
def _summary(counts: tuple[int, int, int]) -> tuple[float, float]:
    """The mean and the sample standard deviation of so many of each score."""
    n = sum(counts)
    average = sum(count * score for count, score in zip(counts, SCORES, strict=True)) / n
    squares = sum(count * (score - average) ** 2 for count, score in zip(counts, SCORES, strict=True))
    return average, math.sqrt(squares / (n - 1))


def _mean(shape: Shape) -> float:
    return sum(share * score for share, score in zip(shape, SCORES, strict=True))


def report() -> Iterator[str]:
    """The table, line by line."""
    yield "method               cells   mean  unsure    min  solid min  worst cell; worst solid cell"
    for method, cells in METHODS.items():
        all_cells = list(cells())
        unsure = [cell.coverage for cell in all_cells if not cell.sure]
        worst = min(all_cells, key=lambda cell: cell.coverage)
        solid = min((cell for cell in all_cells if cell.solid), key=lambda cell: cell.coverage)
        average = sum(cell.coverage for cell in all_cells) / len(all_cells)
        yield (
            f"{method:<20} {len(all_cells):>5} {average:>6.1%} {sum(unsure) / len(unsure):>7.1%} "
            f"{worst.coverage:>6.1%} {solid.coverage:>10.1%}  {worst.name}; {solid.name}"
        )


if __name__ == "__main__":
    for line in report():
        print(line)
