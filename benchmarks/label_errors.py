"""How well label errors are found, beside cleanlab 2.9 on the same rows in the same run, and at what cost.

    python benchmarks/label_errors.py --data FOLDER --peers [--sets adult,digits] [--noise 0,5] [--seeds 10]
    python benchmarks/label_errors.py --data FOLDER --bounds --rows 5000 [--jobs 2]

For each set, share and kind of noise, over all seeds: the average precision of the ranking, precision and recall
of the flags, and the CPU seconds of the whole process, for ours and for each way to feed cleanlab: five-fold
gradient boosting, logistic regression, on texts TF-IDF with logistic regression, or the probabilities that come
with the set. The peer is judged by its best score. In worlds whose truth is known, the oracle ranks by it.

With --bounds the check's own words are held against the truth instead, all labels declared to be annotations: does
the true share of wrong labels lie in the stated range, how wide is it, what does the gate make of it, and does the
share of planted errors found foretell the share of true ones found? No ranking then, no peers, no cost.

A set's size can be its own: census-interacting@100000. Sets with errors that people found (or with an injected
noise of their own) run as they are; precision and average precision are then those among the reviewed rows.
The peer lives in an environment of its own, made on first use, and its answers are kept (--peer-cache).
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
from collections.abc import Collection, Iterator
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import Any

if __name__ == "__main__":  # run from a checkout that is not installed
    sys.path[0] = str(Path(__file__).resolve().parents[1])

from benchmarks.label_noise.bounds import Stated, state
from benchmarks.label_noise.bounds import from_record as stated_from
from benchmarks.label_noise.cases import Cell, cells, hand_over, make
from benchmarks.label_noise.noise import KINDS
from benchmarks.label_noise.peer import ROUTES
from benchmarks.label_noise.scores import OURS, Score, Standing, from_record, oracle, score, standings
from benchmarks.label_noise.sets import LOADERS, Wanted
from benchmarks.label_noise.show import cell_table, mixed, summary
from benchmarks.label_noise.show_bounds import cell_line
from benchmarks.label_noise.show_bounds import head as bounds_head
from benchmarks.label_noise.show_bounds import summary as bounds_summary
from benchmarks.label_noise.sides import PEER_PACKAGES, cleanlab, gate, ours, routes
from benchmarks.peer_environment import peer_python

CACHE = Path.home() / ".cache" / "dataaudit-bench"
#: Sets that come with their errors: no noise is injected.
WITH_ERRORS = frozenset({"nessie", "mnist_verified", "mnist_given", "newsgroups_given"})


def run(cell: Cell, seed: int, given: argparse.Namespace) -> list[Score]:
    """All detectors on one cell at one seed."""
    case = make(cell, Wanted(given.rows, seed, given.data))
    with tempfile.TemporaryDirectory(prefix="label-errors-") as name:
        folder = Path(name)
        hand_over(case, folder)
        answer = ours(case, folder)
        if given.gate and not answer.note:
            answer.said["gate"] = gate(folder)
        made = [score(case, OURS, answer)]
        if given.peers:
            for route in routes(case):
                if route in given.routes:
                    found = cleanlab(case, folder, route, given.peer_python, given.peer_cache)
                    made.append(score(case, route, found))
    best = oracle(case)
    return made + ([best] if best else [])


def run_all(given: argparse.Namespace) -> Iterator[tuple[Standing, list[Score]]]:
    """Cell by cell, in order; the seeds of a cell side by side where there are jobs for them."""
    wanted = cells(given.sets, given.noise, given.kinds, WITH_ERRORS)
    with ThreadPoolExecutor(given.jobs) as pool:
        pending = {
            cell: [pool.submit(run, cell, seed, given) for seed in range(1 if cell.set in WITH_ERRORS else given.seeds)]
            for cell in wanted
        }
        for cell, futures in pending.items():
            try:
                scores = [one for future in futures for one in future.result()]
            except (RuntimeError, FileNotFoundError, ValueError) as error:
                print(f"\n== {cell}: FAILED: {error}", flush=True)
                continue
            yield standings(scores)[0], scores


def state_one(cell: Cell, seed: int, given: argparse.Namespace) -> Stated:
    """What the check states of one cell at one seed."""
    return state(make(cell, Wanted(given.rows, seed, given.data)))


def state_all(given: argparse.Namespace) -> Iterator[list[Stated]]:
    """Cell by cell, in order, all seeds of each."""
    with ProcessPoolExecutor(given.jobs, mp_context=get_context("spawn")) as pool:
        pending = [
            [pool.submit(state_one, cell, seed, given) for seed in range(1 if cell.set in WITH_ERRORS else given.seeds)]
            for cell in cells(given.sets, given.noise, given.kinds, WITH_ERRORS)
        ]
        for futures in pending:
            yield [future.result() for future in futures]


def hold_to_the_truth(given: argparse.Namespace) -> None:
    """The tables of --bounds."""
    every: list[Stated] = []
    print(bounds_head(), flush=True)
    for stated in stored_bounds(given.show) if given.show else state_all(given):
        every += stated
        print(cell_line(stated), flush=True)
        if given.json:
            given.json.write_text(json.dumps([one.as_record() for one in every]))
    print("\n".join(bounds_summary(every)))


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    words = _several(str)
    parser.add_argument("--sets", type=words, default=list(LOADERS), help=f"of {', '.join(LOADERS)}, or NAME@ROWS")
    parser.add_argument("--noise", type=_several(_percent), default=[0, 0.01, 0.05, 0.15, 0.3], help="in per cent")
    parser.add_argument("--kinds", type=words, default=list(KINDS), help=f"of {', '.join(KINDS)}")
    parser.add_argument("--seeds", type=int, default=10)
    parser.add_argument("--rows", type=int, default=20_000, help="of each set at most; 0 for all")
    parser.add_argument("--data", type=Path, default=os.environ.get("DATAAUDIT_REALDATA", "."), help="the real sets")
    parser.add_argument("--peers", action="store_true", help="run cleanlab too")
    parser.add_argument(
        "--routes", type=words, default=list(ROUTES), help=f"to feed cleanlab by, of {', '.join(ROUTES)}"
    )
    parser.add_argument("--peer-python", type=Path, help="an interpreter that has cleanlab 2.9 and pyarrow")
    parser.add_argument("--peer-cache", type=Path, default=CACHE / "answers")
    parser.add_argument("--bounds", action="store_true", help="hold what the check states against the truth")
    parser.add_argument("--gate", action="store_true", help="run the whole audit too and tell its verdict")
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--json", type=Path, help="write every score here")
    parser.add_argument("--show", type=Path, nargs="+", help="run nothing: show what earlier runs wrote with --json")
    given = parser.parse_args()
    refuse_unknown(parser, "sets", [name.partition("@")[0] for name in given.sets], LOADERS)
    refuse_unknown(parser, "kinds", given.kinds, KINDS)
    refuse_unknown(parser, "routes", given.routes, ROUTES)
    given.data = Path(given.data)
    if given.peers and given.peer_python is None and not given.show:
        given.peer_python = peer_python(CACHE / "peer", PEER_PACKAGES)
    return given


def refuse_unknown(parser: argparse.ArgumentParser, flag: str, names: list[str], known: Collection[str]) -> None:
    for name in names:
        if name not in known:
            parser.error(f"--{flag}: there is no {name!r}. Known: {', '.join(known)}")


def _several(kind: Any) -> Any:
    return lambda words: [kind(word.strip()) for word in words.split(",") if word.strip()]


def _percent(word: str) -> float:
    return float(word) / 100


def stored(paths: list[Path]) -> Iterator[tuple[Standing, list[Score]]]:
    """What earlier runs wrote, cell by cell."""
    every = [from_record(record) for path in paths for record in json.loads(path.read_text())]
    for standing in standings(every):
        yield standing, [one for one in every if one.cell == standing.ours.cell]


def stored_bounds(paths: list[Path]) -> Iterator[list[Stated]]:
    """The same of earlier runs with --bounds."""
    every = [stated_from(record) for path in paths for record in json.loads(path.read_text())]
    for cell in dict.fromkeys(one.cell for one in every):
        yield [one for one in every if one.cell == cell]


def main() -> None:
    given = arguments()
    if given.bounds:
        hold_to_the_truth(given)
        return
    every: list[Score] = []
    found: list[Standing] = []
    for standing, scores in stored(given.show) if given.show else run_all(given):
        found.append(standing)
        every += scores
        print("\n".join(cell_table(standing, scores)), flush=True)
        if given.json:
            given.json.write_text(json.dumps([one.as_record() for one in every]))
    print("\n".join((*mixed(every), *summary(found))))


if __name__ == "__main__":
    main()
