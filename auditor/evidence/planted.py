"""How many planted errors the detector finds: what it could have found here, had it been there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from auditor.evidence.noise import estimate_noise, wrong_labels
from auditor.evidence.probes.crossfit import Bench, sampled
from auditor.evidence.probes.ladder import Pool, again
from auditor.evidence.probes.threads import single_threaded
from auditor.stats.estimates import proportion
from auditor.stats.rates import Proportion

if TYPE_CHECKING:
    from auditor.evidence import Evidence

_RATE = 0.03
_ROWS = 5_000
_ENOUGH = 100  # planted errors, so that the share found is known to about ± 10 points
_MOST_ROUNDS = 4
_SEED = 0x91A


@dataclass(frozen=True, slots=True)
class Planted:
    """The share found of errors planted in one way: `kind` is uniform, or between classes that look alike."""

    kind: str
    found: Proportion


@dataclass(frozen=True, slots=True)
class AskPlanted:
    """The question: how many of the errors planted at random does the detector find?"""

    def collect(self, evidence: Evidence) -> tuple[Planted, ...]:
        """Flip 3 % of the labels in a copy of a sample, fit the same probes anew, count the flips flagged.

        True to about ± 10 points for random errors of up to 5 %; systematic or hard errors are found less
        often, possibly not at all. With two classes there is one way to flip, so both kinds are one.
        """
        found = evidence.predictions
        rows = sampled(np.arange(len(found.bench)), np.maximum(found.bench.given, 0), _ROWS, _SEED, fewest=10)
        bench = found.bench.take(rows)
        kinds: dict[str, NDArray[np.int64] | None] = {"uniform": None}
        if bench.classes > 2:
            kinds["between look-alike classes"] = _confusable(found.pool.probabilities[rows], bench)
        with single_threaded():
            return tuple(Planted(kind, _share_found(found.pool, bench, target)) for kind, target in kinds.items())


def _confusable(probabilities: NDArray[np.float32], bench: Bench) -> NDArray[np.int64]:
    """For each class, the other class that its rows are most taken for."""
    mean = np.zeros((bench.classes, bench.classes))
    np.add.at(mean, bench.given, probabilities)
    np.fill_diagonal(mean, -1.0)
    return np.asarray(mean.argmax(axis=1), dtype=np.int64)


def _share_found(pool: Pool, bench: Bench, target: NDArray[np.int64] | None) -> Proportion:
    planted = flagged = 0
    for turn in range(_MOST_ROUNDS):
        rows, labels = _flips(bench, target, seed=_SEED + turn)
        given = bench.given.copy()
        given[rows] = labels
        flagged += int(np.isin(rows, _flagged(again(pool, bench.relabeled(given)), given)).sum())
        planted += len(rows)
        if planted >= _ENOUGH:
            break
    return proportion(flagged, planted, "clopper-pearson")


def _flips(bench: Bench, target: NDArray[np.int64] | None, seed: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    draw = np.random.default_rng(seed)
    size = max(round(_RATE * len(bench)), 1)
    rows = np.sort(draw.choice(len(bench), size, replace=False))
    given = bench.given[rows]
    if target is not None:
        return rows, target[given]
    return rows, (given + draw.integers(1, bench.classes, size=size)) % bench.classes


def _flagged(pool: Pool, given: NDArray[np.int64]) -> NDArray[np.int64]:
    wrong, _, _ = wrong_labels(pool.probabilities, given, estimate_noise(pool.probabilities, given))
    return np.flatnonzero(wrong > 0.5)
