"""From cheap probes to dear ones, climbing only where climbing pays."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from auditor.errors import NotPossible
from auditor.evidence.probes.boosted import BoostedProbe
from auditor.evidence.probes.crosses import find_crosses
from auditor.evidence.probes.crossfit import Bench, CrossFitted, cross_fit, fit_fold
from auditor.evidence.probes.kernel import KernelProbe
from auditor.evidence.probes.linear import LinearProbe
from auditor.evidence.probes.members import Probe, Scorer, Scores
from auditor.evidence.probes.pool import Blend, blend
from auditor.evidence.probes.words import CentroidProbe, NaiveBayesProbe

#: Up to so many rows a probe costs so little that more of them are asked.
_FEW_ROWS = 5_000
#: The sum of what the columns say one by one, held to it by a strong penalty and few rows: little of a slice that is
#: mislabeled gets into its weights.
PLAIN = LinearProbe("linear, stiff", 0.03, most_rows=_FEW_ROWS)
_FEW_FOR_KERNEL, _MOST_FOR_KERNEL = 2_500, 12_000
#: From so many rows on a split may choose from all columns: with fewer, half of them at a time learn less noise.
_MANY_ROWS = 50_000
_MOST_CROSSED_CLASSES = 5
#: Rows × classes × columns above which trees cost too much.
_MOST_BOOSTED_CELLS = 60_000_000
_MOST_TERM_CELLS = 150_000  # rows × classes a logistic regression on terms may cost
#: A dearer probe must lower the log loss by this share, and by more than its standard error; of more than two
#: classes each costs as much as two, and more is asked.
_PAYS, _PAYS_OF_MANY = 0.005, 0.02
_LEAST_SHARE = 0.03  # of the pool's weight: below, a probe only costs


@dataclass(frozen=True, slots=True)
class Pool:
    """The probes that were taken, cross-fitted, how they are blended, and `truth`: the out-of-sample probability of
    each true class, rows of the bench × classes.
    """

    members: tuple[CrossFitted, ...]
    blend: Blend
    truth: NDArray[np.float32]


def climb(bench: Bench, dear: bool = True, kernel: bool = True) -> Pool:
    """Cross-fit cheap probes, try dearer ones on one fold, take those that pay, and pool what was taken.

    Without `dear`, the cheap ones are all; without `kernel`, that one is left out of both. Which probes are taken
    is decided on out-of-sample scores of all rows; a row's own label has next to no weight in that. Raises
    NotPossible where the rows cannot be cut into folds.
    """
    members = [cross_fit(probe, bench) for probe in _cheap(bench) if kernel or not isinstance(probe, KernelProbe)]
    pool = pool_of(members, bench)
    if not dear:
        return pool
    crosses = _crossed(bench, pool)
    if crosses:
        members.append(cross_fit(crosses, bench))
        pool = pool_of(members, bench)
    for probe in _dear(bench):
        if isinstance(probe, KernelProbe) and not kernel:
            continue
        trial = fit_fold(probe, bench, 0)
        if _pays(trial, pool, bench):
            members.append(cross_fit(probe, bench, trial))
            pool = pool_of(members, bench)
    return pool


def again(pool: Pool, bench: Bench) -> Pool:
    """The probes of a pool fitted anew, to other rows or other labels, with weights of their own."""
    return pool_of([cross_fit(member.probe, bench) for member in pool.members], bench)


def pool_of(members: list[CrossFitted], bench: Bench) -> Pool:
    """The pool of the members that carry weight in it."""
    scores = [member.scores for member in members]
    mixed = blend(scores, bench.given)
    kept = np.flatnonzero(mixed.weights >= _LEAST_SHARE * mixed.weights.sum())
    if len(kept) < len(members):
        scores = [scores[at] for at in kept]
        mixed = blend(scores, bench.given)
    return Pool(tuple(members[at] for at in kept), mixed, mixed.truth(scores))


def _cheap(bench: Bench) -> list[Probe]:
    probes: list[Probe] = []
    features = bench.features
    few = len(bench) <= _FEW_ROWS
    if features.numbers.shape[1] + features.codes.shape[1] + features.vectors.shape[1]:
        probes.append(LinearProbe())
        if few:
            probes.append(PLAIN)
        if len(bench) <= _FEW_FOR_KERNEL:
            probes.append(KernelProbe())
    if features.terms is not None:
        probes += [NaiveBayesProbe(), CentroidProbe()]
        if len(bench) * bench.classes <= _MOST_TERM_CELLS:
            probes.append(LinearProbe("linear on terms", 10.0, terms=True))
    if not probes:
        raise NotPossible("no feature tells rows apart: texts without a word that occurs twice")
    return probes


def _crossed(bench: Bench, pool: Pool) -> LinearProbe | None:
    if bench.classes > _MOST_CROSSED_CLASSES:
        return None
    rows = np.flatnonzero(bench.given >= 0)
    probabilities = pool.truth[rows].astype(np.float64) @ pool.blend.noise.transition.T
    truth = np.eye(bench.classes)[bench.given[rows]]
    last = 1 if bench.classes == 2 else 0  # two classes say the same, mirrored
    residual, variance = (truth - probabilities)[:, last:], (probabilities * (1 - probabilities))[:, last:]
    found = find_crosses(bench.features.take(rows), residual, variance)
    return LinearProbe("linear on combinations", 0.3, found) if found else None


def _dear(bench: Bench) -> list[Probe]:
    """The dearer probes that can be afforded."""
    features = bench.features
    tabular = features.numbers.shape[1] + features.codes.shape[1]
    dear: list[Probe] = []
    if tabular + features.vectors.shape[1] and _FEW_FOR_KERNEL < len(bench) <= _MOST_FOR_KERNEL:
        dear.append(KernelProbe())
    if tabular and len(bench) * bench.classes * tabular <= _MOST_BOOSTED_CELLS:
        small = len(bench) <= 2 * _FEW_ROWS
        few_trees = (
            BoostedProbe(trees=80, leaves=8) if bench.classes == 2 else BoostedProbe(trees=40, leaves=8, rate=0.15)
        )
        many = BoostedProbe(columns=1.0 if len(bench) > _MANY_ROWS else 0.5)
        dear.append(few_trees if small else many)
    return dear


def _pays(trial: Scorer, pool: Pool, bench: Bench) -> bool:
    """Whether a probe, tried on the first fold, lowers the pool's log loss there."""
    mine = np.flatnonzero((bench.folds == 0) & (bench.given >= 0))
    if not len(mine):
        return False
    given = bench.given[mine]
    scores = [member.scores[mine] for member in pool.members]
    before = _losses(scores, given)
    drop = before - _losses([*scores, trial.score(bench.features.take(mine))], given)
    error = drop.std() / np.sqrt(len(drop))
    pays = _PAYS if bench.classes == 2 else _PAYS_OF_MANY
    return bool(drop.mean() > max(pays * before.mean(), error))


def _losses(scores: list[Scores], given: NDArray[np.int64]) -> NDArray[np.float64]:
    mixed = blend(scores, given)
    return mixed.losses(mixed.truth(scores), given)
