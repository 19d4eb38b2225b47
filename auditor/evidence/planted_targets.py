"""How many errors planted in a numeric label are flagged: what could have been found here, had it been there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from auditor.evidence.planted import Planted
from auditor.evidence.probes.targets import TargetBench, again
from auditor.evidence.probes.threads import single_threaded
from auditor.evidence.residuals import AskResiduals, Floats, Residuals, score
from auditor.stats.estimates import proportion

if TYPE_CHECKING:
    from auditor.evidence import Evidence

_RATE = 0.03
_ROWS = 4_000
_ENOUGH = 30  # planted errors of all kinds: a fit a round is dear
_MOST_ROUNDS = 2
_SEED = 0x91A
_KINDS = ("another row's value", "ten times the value", "wrong sign")


@dataclass(frozen=True, slots=True)
class AskPlantedTargets:
    """The question: how many wrong numbers, planted at random, does the detector flag?"""

    def collect(self, evidence: Evidence) -> tuple[Planted, ...]:
        """Spoil 3 % of the labels in a copy of a sample, a third in each way; fit anew; count the flagged.

        The kinds are planted together, so that one fit tells of all. Nothing is planted where it would change
        nothing: another row's equal value, the sign of a zero.
        """
        found = evidence.ask(AskResiduals())
        planted, flagged = np.zeros(len(_KINDS), dtype=int), np.zeros(len(_KINDS), dtype=int)
        with single_threaded():
            for turn in range(_MOST_ROUNDS):
                of_kind, hits = _round(found, np.random.default_rng([_SEED, turn]))
                planted += of_kind
                flagged += hits
                if planted.sum() >= _ENOUGH:
                    break
        each = zip(_KINDS, flagged.tolist(), planted.tolist(), strict=True)
        return tuple(Planted(kind, proportion(hits, n, "clopper-pearson")) for kind, hits, n in each if n)


def _round(found: Residuals, draw: np.random.Generator) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """One copy spoiled: how many of each kind were planted, and how many of these were flagged."""
    size = len(found.bench)
    bench = found.bench
    if size > _ROWS:
        bench = bench.take(np.sort(draw.choice(size, _ROWS, replace=False)))
    rows = draw.permutation(len(bench))[: max(round(_RATE * len(bench)), len(_KINDS))]
    kinds = np.arange(len(rows)) % len(_KINDS)
    spoiled = bench.target.copy()
    spoiled[rows] = _spoiled(bench.target, rows, kinds, draw)
    changed = spoiled[rows] != bench.target[rows]
    rows, kinds = rows[changed], kinds[changed]
    model = again(found.recipe, TargetBench(bench.features, bench.folds, spoiled))
    flagged = score(found.recipe, spoiled, model.predicted, model.spread).flagged
    hits = np.isin(rows, flagged)
    return np.bincount(kinds, minlength=len(_KINDS)), np.bincount(kinds[hits], minlength=len(_KINDS))


def _spoiled(target: Floats, rows: NDArray[np.int64], kinds: NDArray[np.int64], draw: np.random.Generator) -> Floats:
    others = target[draw.integers(0, len(target), len(rows))]
    with np.errstate(over="ignore"):
        tenfold = np.clip(target[rows] * 10, -1e300, 1e300)
    return np.choose(kinds, [others, tenfold, -target[rows]])
