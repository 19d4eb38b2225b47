"""Consensus of several annotators against gold labels: majority vote, Dawid and Skene, and our variants.

    python benchmarks/consensus.py FOLDER

FOLDER holds the data of Snow et al. 2008 (`snow2008/rte_votes.tsv`, `temp_votes.tsv`), and, where they are there,
`hatecheck/annotations.csv` and `davidson/labeled_data.csv`. Ties of the majority vote count as half right, which is
what tossing a coin gives on average. `tempered` is how sure the calibrated consensus is on average, to be held
against its accuracy. The last table is simulated: spammers among careful annotators, and a model of known accuracy as
one more voter.
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path

import numpy as np
import polars as pl
from numpy.typing import NDArray

from auditor.evidence.votes import AskVotes
from auditor.stats.agreement import krippendorff_alpha, percent_agreement
from auditor.stats.dawid_skene import dawid_skene
from auditor.stats.vote_arrays import VoteArrays, tally
from auditor.testing import evidence_of

Ints = NDArray[np.int64]
HEAD = f"{'votes':<22}{'items':>7}{'majority':>10}{'D–S':>8}{'smooth':>8}{'tempered':>10}{'alpha':>22}{'ms':>7}"


def majority(votes: VoteArrays, gold: Ints) -> float:
    """The share of items that a majority vote gets right."""
    counts = votes.counts().toarray()
    most = counts == counts.max(axis=1, keepdims=True)
    return float((most[np.arange(len(gold)), gold] / most.sum(axis=1)).mean())


def line(name: str, votes: VoteArrays, gold: Ints) -> str:
    """One row of the table."""
    started = time.perf_counter()
    plain = dawid_skene(votes)
    seconds = time.perf_counter() - started
    smooth = dawid_skene(votes, smoothing=1 / votes.classes)
    sure = smooth.calibrated(votes)
    alpha = krippendorff_alpha(tally(votes))
    low, high = alpha.bounds(0.95)
    scores = [float((one.best == gold).mean()) for one in (plain, smooth)]
    told = f"{alpha.value:.3f} ({low:.3f}–{high:.3f})"
    return (
        f"{name:<22}{votes.items:>7}{majority(votes, gold):>10.4f}{scores[0]:>8.4f}{scores[1]:>8.4f}"
        f"{sure.posterior.max(axis=1).mean():>10.4f}{told:>22}{seconds * 1000:>7.0f}"
    )


def snow(folder: Path, name: str) -> str:
    table = pl.read_csv(folder / "snow2008" / f"{name}_votes.tsv", separator="\t")
    found = evidence_of(table, label="response", annotator="!amt_worker_ids", id="orig_id").ask(AskVotes())
    gold = [found.classes.index(str(g)) for g in table["gold"].gather(found.rows).to_list()]
    return line(f"snow2008 {name}", found.arrays, np.array(gold))


def hatecheck(path: Path) -> str:
    table = pl.read_csv(path)
    columns = tuple(f"label_{place}" for place in range(1, 11))
    found = evidence_of(table, label="label_gold", annotator=columns).ask(AskVotes())
    return line("hatecheck", found.arrays, found.in_use.astype(np.int64))


def davidson(path: Path) -> str:
    """Counts of votes without annotators: agreement can be told, a consensus of more than counting cannot."""
    counts = pl.read_csv(path).select("hate_speech", "offensive_language", "neither").to_numpy()
    table = np.full((len(counts), int(counts.sum(axis=1).max())), -1)
    for row, numbers in enumerate(counts):
        table[row, : numbers.sum()] = np.repeat(np.arange(3), numbers)
    votes = VoteArrays.from_table(table, classes=3)
    alpha, pairs = krippendorff_alpha(tally(votes)), percent_agreement(tally(votes))
    unanimous = float((counts.max(axis=1) == counts.sum(axis=1)).mean())
    (low, high), (least, most) = alpha.bounds(0.95), pairs.bounds(0.95)
    return (
        f"davidson: {len(counts)} items, unanimous {unanimous:.3f}, alpha {alpha.value:.3f} ({low:.3f}–{high:.3f}), "
        f"agreeing pairs {pairs.value:.3f} ({least:.3f}–{most:.3f})"
    )


def simulated(accuracy: tuple[float, ...], model: float, seeds: int = 10) -> str:
    """The average accuracy of each consensus, over seeds."""
    scores = []
    for seed in range(seeds):
        rng = np.random.default_rng(seed)
        gold = rng.integers(0, 3, 1000)
        said = np.array([_noisy(rng, gold, share) for share in accuracy]).T
        votes = VoteArrays.from_table(said, classes=3)
        probs = np.full((1000, 3), 0.1)
        probs[np.arange(1000), _noisy(rng, gold, model)] = 0.8
        fits = (dawid_skene(votes), dawid_skene(votes, pred_probs=probs))
        scores.append([majority(votes, gold), *((fit.best == gold).mean() for fit in fits)])
    vote, plain, helped = np.mean(scores, axis=0)
    return f"{'/'.join(map(str, accuracy)):<26}{model:>7}{vote:>10.4f}{plain:>8.4f}{helped:>12.4f}"


def _noisy(rng: np.random.Generator, gold: Ints, share: float) -> Ints:
    return np.where(rng.random(len(gold)) < share, gold, (gold + rng.integers(1, 3, len(gold))) % 3)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    folder = parser.parse_args().folder
    print(HEAD)
    print(snow(folder, "rte"))
    print(snow(folder, "temp"))
    if (path := folder / "hatecheck" / "annotations.csv").is_file():
        print(hatecheck(path))
    if (path := folder / "davidson" / "labeled_data.csv").is_file():
        print(davidson(path))
    print(f"\n{'simulated annotators':<26}{'model':>7}{'majority':>10}{'D–S':>8}{'with model':>12}")
    for accuracy in ((0.8, 0.8, 0.8), (0.9, 0.6, 0.6), (0.9, 0.9, 0.34, 0.34, 0.34), (0.7, 0.7)):
        for model in (0.9, 0.34):
            print(simulated(accuracy, model))


if __name__ == "__main__":
    main()
