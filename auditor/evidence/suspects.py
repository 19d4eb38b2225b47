"""How suspicious each row's label is, whatever kind of label it is, and what it is said to be instead."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from auditor.dataset.batches import batches
from auditor.dataset.label_sets import change_text, is_set, labels_in, set_text
from auditor.dataset.table import Dataset, Task
from auditor.dataset.values import MISSING, text_of
from auditor.errors import NotPossible
from auditor.evidence.decimals import decimals_of, number_text
from auditor.evidence.multilabel import AskLabelSuspicion
from auditor.evidence.residuals import AskResiduals
from auditor.evidence.spellings import AskSpellings
from auditor.evidence.suspicion import AskSuspicion
from auditor.evidence.unit_errors import AskUnitErrors
from auditor.evidence.verdicts import AskVerdicts

if TYPE_CHECKING:
    from auditor.evidence import Evidence

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

#: With fewer labels than this, and no model, nobody needs a sample.
MIN_ROWS = 50
_FLAGGED = {
    Task.REGRESSION: "the features speak for another value",
    Task.MULTILABEL: "the features speak for other labels",
}
_OTHER_CLASS = "the features speak for another class"
_OTHER_UNIT = "looks like the right value, so converted: "
_CONFLICTING = "an identical row has another label"


@dataclass(frozen=True, slots=True)
class Told:
    """What is said of some rows, aligned with them: the label as it is, the suggestion ("" where there is none),
    the chance of the suggestion, and why a flagged row is flagged.
    """

    given: tuple[str, ...]
    suggested: tuple[str, ...]
    probability: Floats
    reason: tuple[str, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Suspects:
    """`scores[i]` from 0 to 1 says how suspicious row i's label is, nan where it was not judged; `expected` is how
    much of it is likely to be wrong; `flagged` are the flagged rows, worst first; `told` says what rows hold.
    """

    scores: Floats
    expected: Floats
    flagged: Ints
    told: Callable[[Ints], Told]


@dataclass(frozen=True, slots=True)
class AskSuspects:
    """The question: which labels look wrong, and what should they be?"""

    def collect(self, evidence: Evidence) -> Suspects:
        """By the kind of label. Rows whose label a person has confirmed are not flagged.

        Where no model tells anything of the label no row is flagged, and all labels are equally suspicious.
        NotPossible for too few labels.
        """
        confirmed = np.array(sorted(evidence.ask(AskVerdicts()).kept_rows), dtype=np.int64)
        task = evidence.dataset.task
        try:
            if task is Task.REGRESSION:
                return _numbers(evidence, confirmed)
            return _sets(evidence, confirmed) if task is Task.MULTILABEL else _classes(evidence, confirmed)
        except NotPossible:
            return _unknown(evidence)


def _classes(evidence: Evidence, confirmed: Ints) -> Suspects:
    found, predictions = evidence.ask(AskSuspicion()), evidence.predictions
    known = dict(zip(found.rows, zip(found.suggested, found.probability, strict=True), strict=True))

    def told(rows: Ints) -> Told:
        """The likeliest other class; of flagged rows, the one that the flags suggest."""
        given = predictions.given[rows]
        chances = predictions.probabilities[rows].astype(np.float64)
        chances[np.arange(len(rows)), given] = -1.0
        other = chances.argmax(axis=1) if len(rows) else np.empty(0, dtype=np.int64)
        names, chance = [predictions.classes[k] for k in other], chances[np.arange(len(rows)), other].round(4)
        for at, row in enumerate(rows.tolist()):
            if row in known:
                names[at], chance[at] = known[row]
        # Spelled as they are, which takes a look at the cells, only where that is not how the class is called.
        spelled = evidence.ask(AskSpellings())
        labels = _label_texts(evidence.dataset, rows) if spelled else tuple(predictions.classes[k] for k in given)
        return Told(labels, tuple(names), chance, _reasons(evidence, rows, _OTHER_CLASS))

    return Suspects(found.scores, found.chances, _without(found.rows, confirmed), told)


def _numbers(evidence: Evidence, confirmed: Ints) -> Suspects:
    """Numeric labels. A value in another unit is suspicious for sure, and what it is converted is suggested."""
    found = evidence.ask(AskResiduals())
    converted: dict[int, tuple[float, str]] = {}
    for one in evidence.ask(AskUnitErrors()):
        converted |= {row: (value, one.conversion.name) for row, value in zip(one.rows, one.suggested, strict=True)}
    scores = np.full(int(found.rows[-1]) + 1, np.nan)
    scores[found.rows] = found.scored.chance
    flagged = dict.fromkeys((*found.flagged, *converted))
    scores[list(converted)] = np.maximum(scores[list(converted)], 0.5)
    places = decimals_of(found.scored.given)  # none for counts and years

    def told(rows: Ints) -> Told:
        at = np.searchsorted(found.rows, rows)
        values = zip(rows.tolist(), found.scored.predicted[at].tolist(), strict=True)
        suggested = [converted[row][0] if row in converted else value for row, value in values]
        reasons = _reasons(evidence, rows, _FLAGGED[Task.REGRESSION])
        return Told(
            given=_label_texts(evidence.dataset, rows),
            suggested=tuple(number_text(value, places) for value in suggested),
            probability=found.scored.chance[at].round(4),
            reason=tuple(
                _OTHER_UNIT + converted[row][1] if row in converted else reason
                for row, reason in zip(rows.tolist(), reasons, strict=True)
            ),
        )

    return Suspects(scores, scores, _without(list(flagged), confirmed), told)


def _sets(evidence: Evidence, confirmed: Ints) -> Suspects:
    """Several labels a row: of flagged rows all changes more likely right than wrong, of others the likeliest."""
    found = evidence.ask(AskLabelSuspicion())

    def told(rows: Ints) -> Told:
        chances = np.nan_to_num(found.cells[rows].astype(np.float64))
        best = chances.max(axis=1, initial=0.0)
        given = _sets_of(evidence.dataset, rows)
        suggested = _changes(found.labels, chances, given)
        reasons = _reasons(evidence, rows, _FLAGGED[Task.MULTILABEL])
        return Told(tuple(map(set_text, given)), suggested, best.round(4), reasons)

    known = (~np.isnan(found.cells)).sum(axis=1)
    expected = np.where(known, np.nan_to_num(found.cells).sum(axis=1) / np.maximum(known, 1), np.nan)
    return Suspects(found.scores, expected, _without(found.rows, confirmed), told)


def _changes(names: Sequence[str], chances: Floats, given: Sequence[tuple[str, ...] | None]) -> tuple[str, ...]:
    """All changes of a row that are more likely right than wrong; or else the likeliest, if it has a chance."""
    best = chances.max(axis=1, initial=0.0, keepdims=True)
    at, label = np.nonzero(np.where(best > 0.5, chances > 0.5, (chances == best) & (chances > 0)))
    likeliest_first = np.lexsort((label, -chances[at, label], at))
    of_row: list[list[str]] = [[] for _ in given]
    for row, place in zip(at.tolist(), label[likeliest_first].tolist(), strict=True):  # `at` is in order as it is
        of_row[row].append(names[place])
    return tuple(
        change_text([n for n in mine if n not in (has or ())], [n for n in mine if n in (has or ())])
        for mine, has in zip(of_row, given, strict=True)
    )


def _unknown(evidence: Evidence) -> Suspects:
    """Of each label the same, which is nothing."""
    dataset = evidence.dataset
    has = [text != MISSING for text in _label_texts(dataset)]
    if sum(has) < MIN_ROWS:
        raise NotPossible(f"{sum(has)} rows have a label: a sample is drawn of {MIN_ROWS} or more")
    scores = np.where(has, 0.0, np.nan)

    def told(rows: Ints) -> Told:
        nothing = ("",) * len(rows)
        return Told(_label_texts(dataset, rows), nothing, np.full(len(rows), np.nan), nothing)

    return Suspects(scores, scores, np.empty(0, dtype=np.int64), told)


def _without(flagged: Sequence[int], confirmed: Ints) -> Ints:
    rows = np.array(flagged, dtype=np.int64)
    return rows[~np.isin(rows, confirmed)]


def _reasons(evidence: Evidence, rows: Ints, usual: str) -> tuple[str, ...]:
    conflicting = set(evidence.duplicates.conflicting.rows.tolist())
    return tuple(_CONFLICTING if row in conflicting else usual for row in rows.tolist())


def _label_texts(dataset: Dataset, rows: Ints | None = None) -> tuple[str, ...]:
    """The labels of these rows, or of all, as a person reads them."""
    if is_set(dataset):
        return tuple(map(set_text, _sets_of(dataset, rows)))
    return tuple(text_of(cells[0]) for cells in _cells(dataset, rows))


def _sets_of(dataset: Dataset, rows: Ints | None) -> list[tuple[str, ...] | None]:
    return [labels_in(dataset, cells) for cells in _cells(dataset, rows)]


def _cells(dataset: Dataset, rows: Ints | None) -> list[list[Any]]:
    """The label cells of these rows, in their order, or of all."""
    import pyarrow as pa

    columns = dataset.roles.label
    wanted = None if rows is None else np.unique(rows)
    found: dict[int, list[Any]] = {}
    start = 0
    for batch in batches(dataset.frame, columns):
        mine = np.arange(batch.num_rows)
        if wanted is not None:
            mine = wanted[np.searchsorted(wanted, start) : np.searchsorted(wanted, start + batch.num_rows)] - start
        taken = batch.take(pa.array(mine)).to_pydict()
        cells = zip(*(taken[name] for name in columns), strict=True)
        found |= {start + int(at): list(values) for at, values in zip(mine, cells, strict=True)}
        start += batch.num_rows
    return list(found.values()) if rows is None else [found[row] for row in rows.tolist()]
