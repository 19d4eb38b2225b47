"""How many planted errors are found where a row has several labels."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from auditor.evidence.multilabel import AskLabelPools, LabelPools
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
        counts = np.zeros((2, 2), dtype=np.int64)
        with single_threaded():
            for turn in range(_MOST_ROUNDS):
                for k in labels.tolist():
                    counts += _planted(found, k, rows, seed=_SEED + 1_000 * turn + k)
                if counts[:, 1].sum() >= _ENOUGH:
                    break
        told_of = [(kind, int(hit), int(all_)) for kind, (hit, all_) in zip(_KINDS, counts[::-1], strict=True) if all_]
        return tuple(Planted(kind, proportion(hit, all_, "clopper-pearson")) for kind, hit, all_ in told_of)


def _planted(found: LabelPools, label: int, rows: NDArray[np.int64], seed: int) -> NDArray[np.int64]:
    """Flips flagged and flips planted, of decisions that were no (first row) and yes (second)."""
    bench = found.bench(label).take(rows)
    decided = np.flatnonzero(bench.given >= 0)
    draw = np.random.default_rng(seed)
    flips = np.sort(draw.choice(decided, max(round(_RATE * len(decided)), 1), replace=False))
    given = bench.given.copy()
    given[flips] = 1 - given[flips]
    anew = again(found.pools[label], bench.relabeled(given))
    flagged = wrong_labels(anew.truth[flips], given[flips], anew.blend.noise).chance > 0.5
    before = bench.given[flips]
    return np.array([[flagged[before == side].sum(), (before == side).sum()] for side in (0, 1)], dtype=np.int64)
