"""How many planted errors the detector finds: what it could have found here, had it been there."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from auditor.evidence.noise import LabelNoise, wrong_labels
from auditor.evidence.probes.crossfit import Bench, sampled
from auditor.evidence.probes.ladder import Pool, again
from auditor.evidence.probes.pool import blend
from auditor.evidence.probes.threads import single_threaded
from auditor.stats.estimates import proportion
from auditor.stats.rates import Proportion

if TYPE_CHECKING:
    from auditor.evidence import Evidence
    from auditor.evidence.predictions import Predictions

_RATE = 0.03
#: The errors are planted in so many rows at most; in fewer where a probe is dear, for all are fitted anew.
_ROWS, _ROWS_IF_DEAR = 5_000, 2_000
_ENOUGH = 50  # planted errors, so that the share found is known to about ± 14 points
_MOST_ROUNDS = 2
_SEED = 0x91A


@dataclass(frozen=True, slots=True)
class Planted:
    """The share found of errors planted in one way: `kind` is uniform, or between classes that look alike.

    Rows are flagged from the point on that the data set with the errors it has; `if_more` is the share found where
    the planted ones move it. Without `refitted`, they could not mislead the model, so that the share is too hopeful.
    """

    kind: str
    found: Proportion
    refitted: bool = True
    if_more: Proportion | None = None

    @property
    def at_best(self) -> float:
        """The larger of the shares: what the detector can do, were there more to find."""
        return max(self.found.value, self.if_more.value if self.if_more else 0.0)


@dataclass(frozen=True, slots=True)
class AskPlanted:
    """The question: how many of the errors planted at random does the detector find?"""

    def collect(self, evidence: Evidence) -> tuple[Planted, ...]:
        """Flip 3 % of the labels in a copy of a sample, fit the same probes anew, count the flips flagged.

        A row is flagged if it is more likely wrong than right, which hangs on the rate of errors: with the planted
        ones among them that rate is up to twice as high, and on hard data two to three times as many rows are flagged.
        So the rate is left as it was found in the data without them. Systematic or hard errors are found less
        often, possibly not at all. With two classes there is one way to flip, so both kinds are one.
        """
        found = evidence.predictions
        with single_threaded():
            sample = _fixed(found) if found.bench is None or found.pool is None else _fitted(found.bench, found.pool)
            kinds: dict[str, NDArray[np.int64] | None] = {"uniform": None}
            if sample.classes > 2:
                kinds["between look-alike classes"] = _confusable(sample)
            refitted = found.bench is not None
            shares = {kind: _shares_found(sample, target, found.noise) for kind, target in kinds.items()}
            return tuple(Planted(kind, as_is, refitted, if_more) for kind, (as_is, if_more) in shares.items())


@dataclass(frozen=True, slots=True)
class _Sample:
    """Some rows to plant errors in: their labels, the true classes' probabilities, and what other labels make of
    both: the probabilities and the noise.
    """

    given: NDArray[np.int64]
    truth: NDArray[np.float32]
    relabeled: Callable[[NDArray[np.int64]], tuple[NDArray[np.float32], LabelNoise]]

    @property
    def classes(self) -> int:
        """How many."""
        return int(self.truth.shape[1])


def _fitted(bench: Bench, pool: Pool) -> _Sample:
    dear = any(member.probe.dear for member in pool.members) and bench.classes > 2
    most = _ROWS_IF_DEAR if dear else _ROWS
    rows = sampled(np.arange(len(bench)), np.maximum(bench.given, 0), most, _SEED, fewest=10)
    some = bench.take(rows)

    def relabeled(given: NDArray[np.int64]) -> tuple[NDArray[np.float32], LabelNoise]:
        anew = again(pool, some.relabeled(given))
        return anew.truth, anew.blend.noise

    return _Sample(some.given, pool.truth[rows], relabeled)


def _fixed(found: Predictions) -> _Sample:
    """Where the probabilities are the user's own: only their calibration can be made anew."""
    rows = sampled(np.flatnonzero(found.given >= 0), found.given, _ROWS, _SEED, fewest=10)
    truth = found.probabilities[rows]
    scores = np.log(np.maximum(truth, np.float32(1e-30)))

    def relabeled(given: NDArray[np.int64]) -> tuple[NDArray[np.float32], LabelNoise]:
        mixed = blend([scores], given)
        return mixed.truth([scores]), mixed.noise

    return _Sample(found.given[rows], truth, relabeled)


def _confusable(sample: _Sample) -> NDArray[np.int64]:
    """For each class, the other class that its rows are most taken for."""
    mean = np.zeros((sample.classes, sample.classes))
    np.add.at(mean, sample.given, sample.truth)
    np.fill_diagonal(mean, -1.0)
    return np.asarray(mean.argmax(axis=1), dtype=np.int64)


def _shares_found(
    sample: _Sample, target: NDArray[np.int64] | None, noise: LabelNoise
) -> tuple[Proportion, Proportion]:
    """Of the flips, those flagged at the noise that there was before, and at the noise with them."""
    planted, flagged = 0, [0, 0]
    for turn in range(_MOST_ROUNDS):
        rows, labels = _flips(sample, target, seed=_SEED + turn)
        given = sample.given.copy()
        given[rows] = labels
        truth, anew = sample.relabeled(given)
        for at, assumed in enumerate((noise, anew)):
            flagged[at] += int((wrong_labels(truth[rows], labels, assumed).chance > 0.5).sum())
        planted += len(rows)
        if planted >= _ENOUGH:
            break
    as_is, if_more = (proportion(hits, planted, "clopper-pearson") for hits in flagged)
    return as_is, if_more


def _flips(sample: _Sample, target: NDArray[np.int64] | None, seed: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    draw = np.random.default_rng(seed)
    size = max(round(_RATE * len(sample.given)), 1)
    rows = np.sort(draw.choice(len(sample.given), size, replace=False))
    given = sample.given[rows]
    if target is not None:
        return rows, target[given]
    return rows, (given + draw.integers(1, sample.classes, size=size)) % sample.classes
