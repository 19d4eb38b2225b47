"""How well each column alone tells the label: out of sample, whatever shape the connection has."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from auditor.dataset.table import Column, Dataset
from auditor.errors import NotPossible
from auditor.evidence.label_classes import AskLabelClasses, Codes, LabelClasses
from auditor.evidence.picked_cells import SINGLE, Cells, Values, picked_cells
from auditor.stats.skill import Skill

if TYPE_CHECKING:
    from auditor.evidence import Evidence

#: Rows that are looked at, at most: fewer where there are many columns, so that the cells are no more than that.
MAX_ROWS, MIN_ROWS, MAX_CELLS = 20_000, 2_000, 1_000_000
#: In a column of more different values than this, a row that comes again (or was drawn again) would tell itself.
_MAX_VALUES = 1_000
#: A number is guessed by so many of its neighbours on either side, unless as many rows have its very value.
_NEIGHBOURS = 7
_SEED = 21


@dataclass(frozen=True, slots=True)
class Teller:
    """How well a column tells the label alone. `missing` is the same of whether the cell is missing, for a class.

    The class is the one that missing cells tell best against all others, `there` is true where it is the cells that
    are there that tell it; None for a column without both kinds of cells.
    """

    column: str
    skill: Skill
    missing: Skill | None = None
    cls: str = ""
    there: bool = False


@dataclass(frozen=True, slots=True)
class Giveaways:
    """Each column that can be read alone, the best teller first, from so many `rows` with a label."""

    tellers: tuple[Teller, ...]
    rows: int


@dataclass(frozen=True, slots=True)
class AskGiveaways:
    """The question: how well does each feature tell the label alone?

    Prose, vectors and lists are not read.
    """

    def collect(self, evidence: Evidence) -> Giveaways:
        """From a sample in which rare classes have more than their share: one pass.

        NotPossible without two classes, or without a feature that can be read alone.
        """
        columns = read_alone(evidence.dataset)
        if not columns:
            raise NotPossible("no feature is a number or a word")
        label = evidence.ask(AskLabelClasses())
        most = min(max(MAX_CELLS // len(columns), MIN_ROWS), MAX_ROWS)
        rows = _sampled(label, most)
        truth = label.codes[rows]
        every, once = np.ones(len(rows), dtype=bool), ~np.isin(rows, evidence.duplicates.alike.repeats)
        found = []
        for cells in picked_cells(evidence.dataset, columns, rows, len(label.codes)):
            several = (evidence.profile[cells.column.name].distinct or 0) > _MAX_VALUES
            teller = _teller(cells, once if several else every, truth, label.names)
            found += [teller] if teller.skill.usual else []
        return Giveaways(tuple(sorted(found, key=_best_first)), len(rows))


def _sampled(label: LabelClasses, most: int) -> Codes:
    """About `most` rows with a label: each class in proportion, but a fair part of half of them if it has as many."""
    counts = label.count()
    if counts.sum() <= most:
        return np.flatnonzero(label.codes >= 0)
    draw, fewest = np.random.default_rng(_SEED), most // (2 * len(counts))
    chosen = []
    for at, rows in enumerate(counts.tolist()):
        size = min(rows, max(round(rows * most / int(counts.sum())), fewest))
        chosen.append(draw.choice(np.flatnonzero(label.codes == at), size, replace=False, shuffle=False))
    return np.sort(np.concatenate(chosen))


def read_alone(dataset: Dataset) -> tuple[Column, ...]:
    """The features that are a number, a time, a truth value or a word."""
    apart = {*dataset.roles.label, *dataset.roles.text}
    features = (dataset.column(name) for name in dataset.roles.features if name not in apart)
    return tuple(column for column in features if column.kind in SINGLE)


def _best_first(teller: Teller) -> tuple[float, str]:
    skills = (teller.skill, teller.missing) if teller.missing else (teller.skill,)
    return -max(skill.value for skill in skills), teller.column


def _teller(cells: Cells, used: NDArray[np.bool_], truth: Codes, names: tuple[str, ...]) -> Teller:
    values, given = cells.values[used], truth[used]
    known = ~np.isnan(values)
    counts = np.bincount(given, minlength=len(names))
    wrong = wrong_by_value(np.zeros(int((~known).sum()), dtype=np.int64), given[~known], counts)
    if cells.words is None:
        wrong += wrong_by_neighbours(values[known], given[known], counts)
    else:
        wrong += wrong_by_value(values[known].astype(np.int64), given[known], counts)
    skill = Skill(wrong, len(given) - int(counts.max()), len(given))
    return Teller(cells.column.name, skill, *_of_missing(cells.known, truth, names))


def wrong_by_value(codes: Codes, truth: Codes, usual: Codes) -> int:
    """Rows whose class is not the commonest among the other rows with their value: left out one by one.

    `usual` are the rows of each class. A value that stands once, or whose commonest classes are as frequent as each
    other, tells nothing: its rows get the commonest class of all.
    """
    if not len(codes):
        return 0
    classes = len(usual)
    counts = np.bincount(codes * classes + truth, minlength=(int(codes.max()) + 1) * classes).reshape(-1, classes)
    others = counts[:, None, :] - np.eye(classes, dtype=np.int64)  # by value and own class, the rest of the value
    guess = others.argmax(axis=2)
    guess[_even(counts)] = usual.argmax()
    guess[others.max(axis=2) <= 0] = usual.argmax()
    return int(counts[guess != np.arange(classes)].sum())


def wrong_by_neighbours(values: Values, truth: Codes, usual: Codes) -> int:
    """The same for numbers, each guessed by its nearest in order too, where few others have its value."""
    if not len(values):
        return 0
    order = np.argsort(values, kind="stable")
    ordered, truth = values[order], truth[order]
    place = np.arange(len(order))
    low, high = np.searchsorted(ordered, ordered, "left"), np.searchsorted(ordered, ordered, "right")
    alone = high - low > 2 * _NEIGHBOURS
    low = np.where(alone, low, np.minimum(low, np.maximum(place - _NEIGHBOURS, 0)))
    high = np.where(alone, high, np.maximum(high, np.minimum(place + _NEIGHBOURS + 1, len(place))))
    own = np.zeros((len(place) + 1, len(usual)), dtype=np.int32)
    own[place + 1, truth] = 1
    up_to = own.cumsum(axis=0, dtype=np.int32)
    around = up_to[high] - up_to[low]
    guess = (around - own[1:]).argmax(axis=1)
    guess[_even(around)] = usual.argmax()
    return int(np.count_nonzero(guess != truth))


def _even(counts: NDArray[np.integer]) -> NDArray[np.bool_]:
    """Where the commonest classes are as frequent as each other: the row left out would tip the balance against it."""
    return np.asarray((counts == counts.max(axis=1, keepdims=True)).sum(axis=1) > 1)


def _of_missing(known: NDArray[np.bool_], truth: Codes, names: tuple[str, ...]) -> tuple[Skill | None, str, bool]:
    """What a missing cell says of one class against all others; of two classes both are told alike."""
    if known.all() or not known.any():
        return None, "", False
    rows, of_class = len(truth), np.bincount(truth, minlength=len(names))
    missing = np.bincount(truth[~known], minlength=len(names))
    by_missing = int((~known).sum()) - missing + of_class - missing  # missing in others, there in the class
    usual = np.minimum(of_class, rows - of_class)
    wrong = np.minimum(by_missing, rows - by_missing)
    share = np.where(usual > 0, wrong / np.maximum(usual, 1), np.inf)
    at = int(share.argmin())
    return Skill(int(wrong[at]), int(usual[at]), rows), names[at], bool(by_missing[at] > rows - by_missing[at])
