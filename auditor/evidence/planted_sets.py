"""How many planted errors are found where a row has several labels."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from auditor.evidence.multilabel import AskLabelPools, LabelPools, shared_noise
from auditor.evidence.noise import wrong_labels
from auditor.evidence.planted import Planted
from auditor.evidence.probes.ladder import again
from auditor.evidence.probes.threads import single_threaded
from auditor.stats.estimates import proportion

if TYPE_CHECKING:
    from auditor.evidence import Evidence

_RATE = 0.03
_ROWS = 3_000
_LABELS = 10
_ENOUGH = 200  # planted errors, of both kinds together
_MOST_ROUNDS = 4
_SEED = 0x91B
_KINDS = ("labels left out", "labels added")  # by what the decision was before


@dataclass(frozen=True, slots=True)
class AskPlantedLabels:
    """The question: how many of the labels added and left out at random does the detector find?"""

    def collect(self, evidence: Evidence) -> tuple[Planted, ...]:
        """Turn 3 % of the decisions around in a copy of a sample, fit the same probes anew, count those flagged.

        At most ten labels, spread evenly over those judged. As true, and as hopeful, as planting single labels is:
        errors that are systematic or hard to see are found less often. A kind that cannot be planted is not told.
        """
        found = evidence.ask(AskLabelPools())
        told = np.flatnonzero(found.told)
        labels = told[np.unique(np.linspace(0, len(told) - 1, min(len(told), _LABELS)).round().astype(int))]
        rows = np.arange(len(found.rows))
        if len(rows) > _ROWS:
            rows = np.sort(np.random.default_rng(_SEED).choice(rows, _ROWS, replace=False))
        counts = np.zeros((2, 3), dtype=np.int64)
        with single_threaded():
            for turn in range(_MOST_ROUNDS):
                counts += _found_and_planted(found, labels.tolist(), rows, seed=_SEED + 1_000 * turn)
                if counts[:, 2].sum() >= _ENOUGH:
                    break
        found_of = []
        for kind, (*hits, planted) in zip(_KINDS, counts[::-1].tolist(), strict=True):
            if planted:
                as_is, if_more = (proportion(hit, planted, "clopper-pearson") for hit in hits)
                found_of.append(Planted(kind, as_is, if_more=if_more))
        return tuple(found_of)


def _found_and_planted(
    found: LabelPools, labels: Sequence[int], rows: NDArray[np.int64], seed: int
) -> NDArray[np.int64]:
    """Flips flagged at the noise before, at the noise with them, and flips, of decisions that were no, and yes."""
    flips, before, given, pools = [], [], [], []
    for k in labels:
        bench = found.bench(k).take(rows)
        decided = np.flatnonzero(bench.given >= 0)
        size = max(round(_RATE * len(decided)), 1)
        flips.append(np.sort(np.random.default_rng(seed + k).choice(decided, size, replace=False)))
        before.append(bench.given[flips[-1]])
        changed = bench.given.copy()
        changed[flips[-1]] = 1 - before[-1]
        given.append(changed)
        pools.append(again(found.pools[k], bench.relabeled(changed)))
    anew = shared_noise(pools, given, [True] * len(pools))
    counts = np.zeros((2, 3), dtype=np.int64)
    for at, pool in enumerate(pools):
        truth, flipped = pool.truth[flips[at]], given[at][flips[at]]
        flagged = [wrong_labels(truth, flipped, noise).chance > 0.5 for noise in (found.noise[labels[at]], anew[at])]
        for side in (0, 1):
            mine = before[at] == side
            counts[side] += [*(one[mine].sum() for one in flagged), mine.sum()]
    return counts
