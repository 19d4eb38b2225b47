"""What it costs to find what a table lacks: maximal uncovered patterns, beside trying every pattern on every row.

    python benchmarks/patterns.py [--rows 1000000] [--attributes 12 20] [--depth 3] [--work 5000000000]

First small tables, where the plain way (every pattern counted by itself, on columns in NumPy) can be waited for,
and gives the same patterns; then large ones. The attributes have 2 to 9 values, each 0.4 times as frequent as the one
before; they are unrelated, so that most rows are different: the dear case, since rows that are alike are counted once.
`read` is the pass over the data (from memory; the profile, which every run has, not counted), `search` the patterns,
`collect` what to collect for the first 5,000.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Iterator, Sequence
from itertools import combinations, product

import numpy as np
import numpy.typing as npt
import polars as pl

from auditor.evidence.combinations import AskCombinations
from auditor.stats.collection import what_to_collect
from auditor.stats.patterns import Uncovered, maximal_uncovered
from auditor.testing import evidence_of

LEAST = 30
PLANNED = 5_000
HEAD = f"{'rows':>9}{'attributes':>12}{'depth':>7}{'different':>11}{'patterns':>10}{'complete to':>13}"

Codes = npt.NDArray[np.int64]


def table(rows: int, attributes: int, seed: int = 1) -> pl.DataFrame:
    """Unrelated attributes of 2 to 9 values, as text."""
    rng = np.random.default_rng(seed)
    columns = {}
    for at in range(attributes):
        shares = 0.4 ** np.arange(2 + at % 8)
        drawn = rng.choice(len(shares), rows, p=shares / shares.sum())
        columns[f"a{at}"] = np.array([f"v{value}" for value in range(len(shares))])[drawn]
    return pl.DataFrame(columns)


def plain(codes: Codes, sizes: Sequence[int], depth: int) -> set[tuple[tuple[int, int], ...]]:
    """Every pattern on every row; kept if all its parts are covered."""
    uncovered: set[tuple[tuple[int, int], ...]] = set()
    for level in range(1, depth + 1):
        for pattern in _patterns(sizes, level):
            rows = np.ones(codes.shape[1], dtype=bool)
            for at, value in pattern:
                rows &= codes[at] == value
            if rows.sum() < LEAST:
                uncovered.add(pattern)
    return {one for one in uncovered if not any(part in uncovered for part in _parts(one))}


def _patterns(sizes: Sequence[int], level: int) -> Iterator[tuple[tuple[int, int], ...]]:
    for attributes in combinations(range(len(sizes)), level):
        for values in product(*(range(sizes[at]) for at in attributes)):
            yield tuple(zip(attributes, values, strict=True))


def _parts(pattern: tuple[tuple[int, int], ...]) -> Iterator[tuple[tuple[int, int], ...]]:
    for size in range(1, len(pattern)):
        yield from combinations(pattern, size)


def beside_plain(rows: int, attributes: int, depth: int) -> str:
    """One row of the first table: CPU seconds of both, and whether they agree."""
    frame = table(rows, attributes)
    found, seconds = _ours(frame, depth)
    table_of = evidence_of(frame).ask(AskCombinations(tuple(frame.columns)))
    codes = np.stack([np.unique(frame[name].to_numpy(), return_inverse=True)[1] for name in frame.columns])
    started = time.process_time()
    told = plain(codes, table_of.cells.sizes, depth)
    theirs = time.process_time() - started
    same = {tuple(found.fixed(at).items()) for at in range(len(found))} == told
    return f"{rows:>9}{attributes:>12}{depth:>7}{len(told):>10}{sum(seconds):>10.3f}{theirs:>10.2f}{same!s:>7}"


def large(rows: int, attributes: int, depth: int, work: int) -> str:
    """One row of the second table: CPU seconds of each step."""
    frame = table(rows, attributes)
    evidence = evidence_of(frame)
    _ = evidence.profile  # every run has it already
    started = time.process_time()
    cells = evidence.ask(AskCombinations(tuple(frame.columns))).cells
    read = time.process_time()
    found = maximal_uncovered(cells, LEAST, depth, most_work=work)
    searched = time.process_time()
    what_to_collect(found.first(PLANNED), cells.sizes, LEAST)
    done = time.process_time()
    seconds = "".join(f"{one:>9.2f}" for one in (read - started, searched - read, done - searched, done - started))
    told = f"{rows:>9}{attributes:>12}{depth:>7}{len(cells.rows):>11}{len(found):>10}{found.depth:>13}"
    return told + seconds


def _ours(frame: pl.DataFrame, depth: int) -> tuple[Uncovered, tuple[float, float]]:
    evidence = evidence_of(frame)
    _ = evidence.profile  # every run has it already
    started = time.process_time()
    cells = evidence.ask(AskCombinations(tuple(frame.columns))).cells
    read = time.process_time()
    found = maximal_uncovered(cells, LEAST, depth)
    return found, (read - started, time.process_time() - read)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--attributes", type=int, nargs="+", default=[12, 20])
    parser.add_argument("--depth", type=int, default=3)
    parser.add_argument("--work", type=int, default=5_000_000_000)
    asked = parser.parse_args()
    print(f"{'rows':>9}{'attributes':>12}{'depth':>7}{'patterns':>10}{'CPU s':>10}{'plain s':>10}{'same':>7}")
    beside_plain(100, 2, 1)  # imports
    for rows, attributes, depth in ((1_000, 5, 5), (10_000, 6, 4), (10_000, 8, 3), (100_000, 8, 2)):
        print(beside_plain(rows, attributes, depth), flush=True)
    print(f"\n{HEAD}{'read':>9}{'search':>9}{'collect':>9}{'CPU s':>9}")
    for attributes in asked.attributes:
        for depth in range(2, asked.depth + 1):
            print(large(asked.rows, attributes, depth, asked.work), flush=True)


if __name__ == "__main__":
    main()
