"""Wrong labels where a row may have several: one yes-or-no question a label, all put to the same features."""

from __future__ import annotations

from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from auditor.dataset.batches import batches
from auditor.dataset.table import Dataset, Task
from auditor.errors import NotPossible
from auditor.evidence.label_sets import AskLabelSets, LabelSets
from auditor.evidence.noise import LabelNoise, wrong_labels
from auditor.evidence.probes.crossfit import FOLDS, Bench
from auditor.evidence.probes.features import Encoder, Features, readable
from auditor.evidence.probes.ladder import Pool, climb
from auditor.evidence.probes.sample import encoder_for, features_of, folds_of, kept_together, unseen
from auditor.evidence.probes.threads import single_threaded
from auditor.evidence.suspicion import in_clearest_rows
from auditor.stats.estimates import proportion
from auditor.stats.normal import quantile_of_tail, tail_outside
from auditor.stats.rates import Proportion

if TYPE_CHECKING:
    from auditor.evidence import Evidence

MAX_LABELS = 200
#: Up to so many labels all probes are tried for each; of more, the cheap ones.
_DEAR_LABELS = 20
_KERNEL_CELLS = 10_000  # rows × labels up to which a kernel may be solved for each
#: Rows × labels that are fitted on at most, but no fewer rows than `_LEAST_ROWS` if there are as many.
_FIT_CELLS = 200_000
_LEAST_ROWS = 4_000
_RARE_ROWS = 50  # rows that have a rare label, so many are always fitted on
_SEED = 20
#: How surely a probe must lower the log loss below that of the label's rate: by chance it does once in 200 times.
_SURELY = 0.99
#: Nats by which two rates of a label's own must be likelier. A chi-squared variable with two degrees of freedom is
#: larger than 13.8 once in 1,000 times; as much again, for the pool was fitted together with the label's own rates.
_BETTER = 13.8
#: The share of a row's suspicion that the worst of its labels has, and the worst of the others of the rest, …
_WORST = 0.8


@dataclass(frozen=True, slots=True)
class LabelPools:
    """What probes say of each label: `truth[i, k]`, out of sample, that row i truly has label k.

    `pools`, `noise` and the `told` labels are aligned with `sets.names`: of a label that is not told, probes know
    no more than how many rows have it. `features`, `folds` and `rows` (ordinals) are those that the probes learned
    from.
    """

    sets: LabelSets
    truth: NDArray[np.float32]
    pools: tuple[Pool, ...]
    noise: tuple[LabelNoise, ...]
    told: NDArray[np.bool_]
    features: Features
    folds: NDArray[np.int64]
    rows: NDArray[np.int64]

    def bench(self, label: int) -> Bench:
        """The rows that the probes learned a label from."""
        return Bench(self.features, self.folds, self.sets.has[self.rows, label].astype(np.int64), 2)


@dataclass(frozen=True, slots=True)
class AskLabelPools:
    """The question: which labels would a model give each row that it has not seen?"""

    def collect(self, evidence: Evidence) -> LabelPools:
        """Fit the probes of each label on one capped sample, score all rows in batches.

        One binary question a label (binary relevance). NotPossible where there is no feature, no label that can
        be learned, or none that the features tell anything of.
        """
        dataset = evidence.dataset
        if dataset.task is not Task.MULTILABEL:
            raise NotPossible(f"a {dataset.task} label is one a row")
        sets = evidence.ask(AskLabelSets(MAX_LABELS, FOLDS))
        columns = readable(dataset)
        folds = _folds(dataset, tuple(column.name for column in columns))
        rows = _fit_rows(sets.has)
        encoder = encoder_for(dataset, columns, rows)
        features = features_of(dataset, encoder, rows)
        pools, told, given = [], [], []
        dear = len(sets.names) <= _DEAR_LABELS
        with single_threaded():
            for k in range(len(sets.names)):
                bench = Bench(features, folds[rows], sets.has[rows, k].astype(np.int64), 2)
                pools.append(climb(bench, dear, kernel=dear and bench.given.size * len(sets.names) <= _KERNEL_CELLS))
                told.append(_tells(pools[-1], bench.given))
                given.append(bench.given)
            truth = _scored(dataset, encoder, pools, folds, rows)
        if not any(told):
            raise NotPossible("a probe that has not seen a row guesses its labels no better than their rates do")
        noise = shared_noise(pools, given, told)
        return LabelPools(sets, truth, tuple(pools), noise, np.array(told), features, folds[rows], rows)


def _folds(dataset: Dataset, features: tuple[str, ...]) -> NDArray[np.int64]:
    together = kept_together(dataset, features)
    return np.concatenate([folds_of(batch, together) for batch in batches(dataset.frame, together)])


def _fit_rows(has: NDArray[np.int8]) -> NDArray[np.int64]:
    """A sample of the rows of which anything is said, with some rows that have each label, and some that lack it."""
    labels = has.shape[1]
    some = np.flatnonzero((has >= 0).any(axis=1))
    most = max(_FIT_CELLS // labels, _LEAST_ROWS)
    if len(some) <= most:
        return some
    draw = np.random.default_rng(_SEED)
    chosen = [draw.choice(some, most, replace=False)]
    for k in range(labels):
        for side in (0, 1):
            mine = np.flatnonzero(has[:, k] == side)
            chosen.append(draw.choice(mine, min(len(mine), _RARE_ROWS), replace=False))
    return np.unique(np.concatenate(chosen))


def _tells(pool: Pool, given: NDArray[np.int64]) -> bool:
    """Whether the probes surely lower the log loss of always saying how many rows have the label."""
    rows = np.flatnonzero(given >= 0)
    rate = given[rows].mean()
    if not 0 < rate < 1:
        return False
    before = -np.log(np.where(given[rows] == 1, rate, 1 - rate))
    drop = before - pool.blend.losses(pool.truth[rows], given[rows])
    return bool(drop.mean() > quantile_of_tail(tail_outside(_SURELY)) * drop.std() / np.sqrt(len(drop)))


def shared_noise(
    pools: Sequence[Pool], given: Sequence[NDArray[np.int64]], told: Sequence[bool]
) -> tuple[LabelNoise, ...]:
    """The noise of each label: that of all told labels on average, unless its own surely explains it better.

    One label tells little of its two rates of error, and rates that differ by chance would spoil the order of
    decisions on different labels. Surely: by a likelihood-ratio test of the two rates.
    """
    own = [pool.blend.noise for pool in pools]
    some = [noise.transition for noise, is_told in zip(own, told, strict=True) if is_told]
    common = LabelNoise(np.mean(some if some else [noise.transition for noise in own], axis=0))
    chosen = []
    for pool, labels in zip(pools, given, strict=True):
        rows = np.flatnonzero(labels >= 0)
        as_all = replace(pool.blend, noise=common).losses(pool.truth[rows], labels[rows])
        gain = (as_all - pool.blend.losses(pool.truth[rows], labels[rows])).sum()
        chosen.append(pool.blend.noise if gain > _BETTER else common)
    return tuple(chosen)


def _scored(
    dataset: Dataset, encoder: Encoder, pools: list[Pool], folds: NDArray[np.int64], rows: NDArray[np.int64]
) -> NDArray[np.float32]:
    """Of all rows: those that were learned from are there, the others are scored by the models of their fold."""
    truth = np.zeros((len(folds), len(pools)), dtype=np.float32)
    truth[rows] = np.stack([pool.truth[:, 1] for pool in pools], axis=1)
    for fold, others, features in unseen(dataset, encoder, folds, rows):
        for k, pool in enumerate(pools):
            scores = [member.models[fold].score(features) for member in pool.members]
            truth[others, k] = pool.blend.truth(scores)[:, 1]
    return truth


@dataclass(frozen=True, slots=True)
class LabelSuspicion:
    """How suspicious each row's labels are, and the rows with a flagged one: the most suspicious first.

    `cells[i, k]` is the chance that row i has `labels[k]` wrongly, or lacks it wrongly; nan where it was not
    judged. `scores` draws a row's cells together. `add` and `remove` (the labels, in the order of their chance)
    and `probability` (of the surest of them) are aligned with the flagged `rows`. A decision is one row's yes or
    no to one label: these are counted.
    """

    labels: tuple[str, ...]
    cells: NDArray[np.float32]
    scores: NDArray[np.float64]
    rows: tuple[int, ...]
    add: tuple[tuple[str, ...], ...]
    remove: tuple[tuple[str, ...], ...]
    probability: tuple[float, ...]
    flagged: int
    disagreeing: int
    judged: int
    judged_rows: int
    minority: int  # judged decisions against what is usual for their label
    clearest: Proportion
    unlearned: dict[str, int]  # labels that were not judged, with the decisions on them

    def without(self, kept: Set[int]) -> LabelSuspicion:
        """The same without the rows whose labels a person has confirmed: they are flagged no more."""
        left = [at for at, row in enumerate(self.rows) if row not in kept]
        if len(left) == len(self.rows):
            return self
        gone = [row for row in self.rows if row in kept]
        return replace(
            self,
            rows=tuple(self.rows[at] for at in left),
            add=tuple(self.add[at] for at in left),
            remove=tuple(self.remove[at] for at in left),
            probability=tuple(self.probability[at] for at in left),
            flagged=self.flagged - int((self.cells[gone] > 0.5).sum()),
        )

    @property
    def skill(self) -> float:
        """The share of the errors of always saying what is usual for a label that the probes avoid.

        Goodman and Kruskal's lambda (1954), out of sample, over all labels together.
        """
        return 1 - self.disagreeing / max(self.minority, 1)

    @property
    def together(self) -> float:
        """Decisions a row."""
        return self.judged / max(self.judged_rows, 1)


@dataclass(frozen=True, slots=True)
class AskLabelSuspicion:
    """The question: which rows lack a label they should have, or have one they should not?"""

    def collect(self, evidence: Evidence) -> LabelSuspicion:
        """Score each decision by the chance that it is wrong; flag those more likely wrong than right."""
        found = evidence.ask(AskLabelPools())
        judged = np.flatnonzero(found.told)
        labels = tuple(found.sets.names[k] for k in judged)
        has, truth = found.sets.has[:, judged], found.truth[:, judged]
        cells = np.full(has.shape, np.nan, dtype=np.float32)
        clear = wrong = minority = 0
        for at, k in enumerate(judged):
            rows = np.flatnonzero(has[:, at] >= 0)
            given, two = has[rows, at].astype(np.int64), np.stack([1 - truth[rows, at], truth[rows, at]], axis=1)
            cells[rows, at] = wrong_labels(two, given, found.noise[k]).chance
            clearest = in_clearest_rows(two, given)
            clear, wrong = clear + clearest.n, wrong + clearest.successes
            minority += int(min(given.sum(), len(given) - given.sum()))
        scores = row_scores(cells)
        rows = np.flatnonzero((cells > 0.5).any(axis=1))
        rows = rows[np.lexsort((rows, -scores[rows]))]
        changes = list(_changes(labels, cells[rows], has[rows]))
        unlearned = {name: int((found.sets.has[:, k] >= 0).sum()) for k, name in enumerate(found.sets.names)}
        return LabelSuspicion(
            labels=labels,
            cells=cells,
            scores=scores,
            rows=tuple(rows.tolist()),
            add=tuple(add for add, _ in changes),
            remove=tuple(remove for _, remove in changes),
            probability=tuple(round(float(chance), 4) for chance in _largest(cells[rows])),
            flagged=int((cells > 0.5).sum()),
            disagreeing=int(((has >= 0) & ((truth > 0.5) != (has == 1))).sum()),
            judged=int((has >= 0).sum()),
            judged_rows=int((has >= 0).any(axis=1).sum()),
            minority=minority,
            clearest=proportion(wrong, clear, "clopper-pearson"),
            unlearned={name: unlearned[name] for name in unlearned if name not in labels} | found.sets.left_out,
        )


def row_scores(cells: NDArray[np.float32]) -> NDArray[np.float64]:
    """A row's suspicion from that of its decisions: nearly the largest, with a share for each that follows.

    The exponential moving average over a row's scores, sorted (Thyagarajan et al. 2022): 0.8 of the largest, 0.8
    of what is left of the next, and so on; of two rows with one surely wrong label, the one with a second comes
    first. nan where nothing was judged.
    """
    ordered = -np.sort(-cells.astype(np.float64), axis=1)  # nan come last
    there = ~np.isnan(ordered)
    weights = _WORST * (1 - _WORST) ** np.arange(cells.shape[1])
    total = np.where(there, ordered, 0.0) @ weights
    last = np.where(there.any(axis=1), total, np.nan)
    return np.asarray(last)


def _largest(cells: NDArray[np.float32]) -> NDArray[np.float32]:
    return np.asarray(np.nan_to_num(cells, nan=0.0).max(axis=1, initial=0.0))


def _changes(
    labels: tuple[str, ...], cells: NDArray[np.float32], has: NDArray[np.int8]
) -> Iterator[tuple[tuple[str, ...], tuple[str, ...]]]:
    """For each row, the labels to add and those to remove, the surest first."""
    for chances, own in zip(cells, has, strict=True):
        places = np.flatnonzero(chances > 0.5)
        places = places[np.argsort(-chances[places], kind="stable")]
        yield tuple(labels[k] for k in places if own[k] == 0), tuple(labels[k] for k in places if own[k] == 1)
