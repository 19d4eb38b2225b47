"""How well the other columns tell a sensitive attribute: together, by cross-fitted probes, and each alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from auditor.dataset.batches import batches
from auditor.dataset.table import SINGLE_CLASS
from auditor.errors import NotPossible
from auditor.evidence.group_rows import AskGroupRows, GroupRows
from auditor.evidence.probes.crossfit import FOLDS, Bench, sampled
from auditor.evidence.probes.features import Encoder, Features, readable
from auditor.evidence.probes.ladder import climb
from auditor.evidence.probes.sample import encoder_for, features_of, folds_of, kept_together
from auditor.evidence.probes.threads import single_threaded
from auditor.evidence.quantile_codes import quantile_codes
from auditor.stats.auc import Auc, auc

if TYPE_CHECKING:
    from auditor.evidence import Evidence

#: Rows that are looked at, at most: an AUC of 20,000 rows is known to a hundredth.
MAX_ROWS = 20_000
#: Groups with fewer rows are not told apart, and of more groups than this only the largest.
MIN_GROUP_ROWS, MAX_GROUPS = 50, 8
_BINS = 10
_SEED = 20

Codes = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Carrier:
    """A single column that tells the group `group` of an attribute, and how well it tells the label, where it may."""

    column: str
    group: str
    skill: Auc
    label: Auc | None  # of the class that it tells best


@dataclass(frozen=True, slots=True)
class Proxies:
    """How well the columns that are not sensitive tell each group of an attribute, together and alone.

    `alone` holds every column that could be read alone, for the group that it tells best, the best teller first.
    """

    attribute: str
    together: dict[str, Auc]
    alone: tuple[Carrier, ...]
    rows: int


@dataclass(frozen=True, slots=True)
class AskProxies:
    """The question: can this attribute be told from the columns that are not sensitive?"""

    attribute: str

    def collect(self, evidence: Evidence) -> Proxies:
        """Out-of-sample scores of probes on a sample of the rows, each group against the rest.

        NotPossible where there are no two groups of MIN_GROUP_ROWS rows, or no feature besides the sensitive.
        """
        dataset = evidence.dataset
        columns = tuple(c for c in readable(dataset) if c.name not in dataset.roles.sensitive)
        if not columns:
            raise NotPossible("there is no feature besides the sensitive columns")
        groups = evidence.ask(AskGroupRows((self.attribute,)))
        names, target = _large(groups)
        rows = sampled(np.flatnonzero(target >= 0), target, MAX_ROWS, _SEED)
        together = kept_together(dataset, tuple(c.name for c in columns))
        folds = np.concatenate([folds_of(batch, together) for batch in batches(dataset.frame, together)])[rows]
        encoder = encoder_for(dataset, columns, rows)
        features = features_of(dataset, encoder, rows)
        with single_threaded():
            pool = climb(Bench(features, folds, target[rows], len(names)), dear=False, kernel=False)
        said = {name: auc(pool.truth[:, k], target[rows] == k) for k, name in enumerate(names)}
        single = _SingleColumns(encoder, features, folds)
        return Proxies(self.attribute, said, single.carriers(names, target[rows], _label(evidence, rows)), len(rows))


def _large(groups: GroupRows) -> tuple[list[str], Codes]:
    """The groups that are large enough, and the place of each row's group among them; -1 for the others."""
    sizes = list(groups.count().values())
    large = [at for at, rows in enumerate(sizes) if rows >= MIN_GROUP_ROWS][:MAX_GROUPS]
    if len(large) < 2:
        raise NotPossible(f"there are no two groups of {MIN_GROUP_ROWS} rows to be told apart")
    place = np.full(len(sizes), -1, dtype=np.int64)
    place[large] = np.arange(len(large))
    return [groups.names[at][0] for at in large], place[groups.codes]


def _label(evidence: Evidence, rows: Codes) -> Codes | None:
    """The class of each row as a number, -1 for rare ones; None where a row has no single class."""
    dataset = evidence.dataset
    if dataset.task not in SINGLE_CLASS:
        return None
    try:
        return _large(evidence.ask(AskGroupRows(dataset.roles.label)))[1][rows]
    except NotPossible:
        return None


@dataclass(frozen=True, slots=True)
class _SingleColumns:
    """What each column says alone: the rate of a class among the rows of other folds with the same value."""

    encoder: Encoder
    features: Features
    folds: Codes

    def carriers(self, names: list[str], target: Codes, label: Codes | None) -> tuple[Carrier, ...]:
        found = []
        for column, codes in self._coded():
            best, skill = self._best(codes, target)
            said = None if label is None or (label < 0).all() else self._best(codes, label)[1]
            found.append(Carrier(column, names[best], skill, said))
        return tuple(sorted(found, key=lambda one: (-one.skill.value, one.column)))

    def _coded(self) -> list[tuple[str, Codes]]:
        """Each column that is read as a number or a category, in as many values as can be counted."""
        numbers, levels = self.features.numbers, self.features.codes.astype(np.int64)
        coded = [(one.name, quantile_codes(numbers[:, at], _BINS)[0]) for at, one in enumerate(self.encoder.numbers)]
        return coded + [(one.column, levels[:, at]) for at, one in enumerate(self.encoder.categories)]

    def _best(self, codes: Codes, target: Codes) -> tuple[int, Auc]:
        """The class that a column tells best, and how well."""
        known = target >= 0
        classes = int(target.max()) + 1
        rates = self._rates(codes[known], target[known], self.folds[known], classes)
        each = [auc(rates[:, k], target[known] == k) for k in range(classes)]
        best = max(range(classes), key=lambda k: each[k].value)
        return best, each[best]

    @staticmethod
    def _rates(codes: Codes, target: Codes, folds: Codes, classes: int) -> NDArray[np.float64]:
        """For each row, the smoothed share of each class among the rows of other folds that have its value."""
        cells = int(codes.max()) + 1
        place = (folds * cells + codes) * classes + target
        counts = np.bincount(place, minlength=FOLDS * cells * classes).reshape(FOLDS, cells, classes)
        others = counts.sum(axis=0) - counts
        usual = others.sum(axis=1, keepdims=True) / np.maximum(others.sum(axis=(1, 2), keepdims=True), 1)
        rates = (others + usual) / (others.sum(axis=2, keepdims=True) + 1)
        return np.asarray(rates[folds, codes])
