"""The labels that several annotators gave the same items, and the consensus they come to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from auditor.dataset.batches import batches
from auditor.dataset.keys import row_hashes
from auditor.dataset.table import ROW, Dataset, Kind, Role, Task
from auditor.dataset.values import MISSING, text_of
from auditor.errors import NotPossible
from auditor.evidence.bins import bins_of
from auditor.stats.dawid_skene import Consensus, dawid_skene
from auditor.stats.vote_arrays import Index, VoteArrays

if TYPE_CHECKING:
    from auditor.evidence import Evidence

#: Items × classes whose probabilities are held at once.
MAX_CELLS = 100_000_000
#: Votes for each true class, spread evenly over what may be said: who has few votes is neither perfect nor hopeless.
SMOOTHING = 1.0
_SEED = 0x7075
_COMPARABLE = frozenset({Kind.NUMERIC, Kind.CATEGORICAL, Kind.BOOLEAN, Kind.TEXT})


@dataclass(frozen=True, slots=True, eq=False)
class Votes:
    """Who gave which item which class.

    `rows` and `vote_rows` are the row ordinals of items (their first row) and votes; `in_use` is the class of the
    label that stands beside the votes, -1 where there is none.
    """

    arrays: VoteArrays
    annotators: tuple[str, ...]
    classes: tuple[str, ...]
    rows: NDArray[np.int64]
    vote_rows: NDArray[np.int64]
    in_use: Index
    incomplete: int  # rows or cells without item, annotator or label
    repeated: tuple[int, ...]  # rows of votes on an item that the annotator had voted on already; left out

    @property
    def shared(self) -> int:
        """Items that two annotators and more voted on."""
        return int((self.arrays.per_item >= 2).sum())

    def numbers(self) -> NDArray[np.float64] | None:
        """The classes as finite numbers; None where one is no number."""
        try:
            found = np.array([float(name) for name in self.classes])
        except ValueError:
            return None
        return found if np.isfinite(found).all() else None


@dataclass(frozen=True, slots=True)
class AskVotes:
    """The question: who gave which item which class?

    One annotator column: each row is a vote, on the item that the id names where it repeats, else on the rows that
    are equal in their features. Several: each row is an item, each of these columns an annotator, and the label
    column, if there is one, the consensus in use.
    """

    def collect(self, evidence: Evidence) -> Votes:
        """One pass over Arrow batches. NotPossible where no item has votes of two annotators."""
        dataset = evidence.dataset
        columns = (*dataset.roles.annotator, *dataset.roles.label)
        if len(dataset.roles.label) > 1 or dataset.task is Task.MULTILABEL:
            raise NotPossible("votes on several labels at once are not yet supported; audit one label at a time")
        if any(dataset.column(name).kind not in _COMPARABLE for name in columns):
            raise NotPossible("annotators and labels must be text, numbers or truth values")
        long = len(dataset.roles.annotator) == 1
        if long and not dataset.roles.label:
            raise NotPossible("one annotator column says who voted, but no label column what; name one with --label")
        found = _rows_as_votes(evidence) if long else _columns_as_votes(dataset)
        if not found.shared:
            hint = "; name the column that names the item with --id" if long and not dataset.votes else ""
            raise NotPossible(f"no item has labels of two annotators, so that nothing can be compared{hint}")
        return found


@dataclass(frozen=True, slots=True)
class AskConsensus:
    """The question: which class has each item, going by all its votes (Dawid and Skene 1979)?"""

    def collect(self, evidence: Evidence) -> Consensus:
        """NotPossible for a scale, or where the probabilities would not fit into memory."""
        votes = evidence.ask(AskVotes())
        if evidence.dataset.task is Task.REGRESSION:
            raise NotPossible("a consensus of votes on a scale is not yet supported")
        if votes.arrays.items * votes.arrays.classes > MAX_CELLS:
            raise NotPossible(f"{len(votes.classes)} classes × {len(votes.rows)} items are more than can be held")
        return dawid_skene(votes.arrays, smoothing=SMOOTHING / votes.arrays.classes)


@dataclass(frozen=True, slots=True)
class AskItemGroups:
    """The question: in which group of these columns is each item? A continuous sensitive column is binned."""

    columns: tuple[str, ...]

    def collect(self, evidence: Evidence) -> tuple[tuple[tuple[str, ...], ...], NDArray[np.int64]]:
        """The groups, by their values, the largest first; and the group's place for each item."""
        frame = evidence.dataset.frame
        for name in self.columns:
            if name in evidence.dataset.roles.sensitive and (bins := bins_of(evidence.profile[name])):
                frame = frame.with_columns(bins.expression())
        code: Mapping[str, _Codes] = {name: _Codes() for name in self.columns}
        parts = [
            np.stack([code[name].of(batch.column(name), missing=True) for name in self.columns])
            for batch in batches(frame, self.columns)
        ]
        cells = np.concatenate(parts, axis=1)[:, evidence.ask(AskVotes()).rows]
        values, place, size = np.unique(cells, axis=1, return_inverse=True, return_counts=True)
        names = [tuple(code[c].names[k] for c, k in zip(self.columns, v, strict=True)) for v in values.T.tolist()]
        order = sorted(range(len(names)), key=lambda g: (-size[g], names[g]))
        rank = np.empty(len(order), dtype=np.int64)
        rank[order] = np.arange(len(order))
        return tuple(names[g] for g in order), rank[place.ravel()]


class _Codes:
    """Values as numbers from 0 on, in the order in which they come; equal texts are one value."""

    def __init__(self, known: tuple[str, ...] = ()) -> None:
        self._place = {name: place for place, name in enumerate(known)}

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(self._place)

    def of(self, column: Any, missing: bool = False) -> Index:
        """The numbers of an Arrow column; -1 for what is missing, unless that is a value of its own."""
        import polars as pl

        encoded = column.dictionary_encode()
        names = [text_of(value) for value in encoded.dictionary.to_pylist()]
        if missing:
            names.append(MISSING)
        found = [-1 if n == MISSING and not missing else self._place.setdefault(n, len(self._place)) for n in names]
        lookup = np.array(found if missing else [*found, -1], dtype=np.int32)
        places: NDArray[Any] = pl.Series(encoded.indices).cast(pl.Int64).fill_null(len(lookup) - 1).to_numpy()
        coded: Index = lookup[places]
        return coded


def _rows_as_votes(evidence: Evidence) -> Votes:
    dataset = evidence.dataset
    (who,), (label,) = dataset.roles.annotator, dataset.roles.label
    annotators, classes = _Codes(), _Codes(dataset.label_order)
    parts = [
        (annotators.of(batch.column(who)), classes.of(batch.column(label)), _ordinals(batch))
        for batch in batches(dataset.frame, (ROW, who, label))
    ]
    annotator, said, rows = (np.concatenate(part) for part in zip(*parts, strict=True))
    item, named = _named_items(dataset) if dataset.votes else (_equal_examples(evidence, len(rows)), True)
    whole = (annotator >= 0) & (said >= 0) & named
    item, annotator, said, rows = item[whole], annotator[whole], said[whole], rows[whole]
    _, first, item = np.unique(item, return_index=True, return_inverse=True)
    in_use = np.full(len(first), -1, dtype=np.int32)
    return _votes((item, annotator, said, rows), rows[first], in_use, annotators, classes, dataset, int((~whole).sum()))


def _columns_as_votes(dataset: Dataset) -> Votes:
    columns, label = dataset.roles.annotator, dataset.roles.label
    classes = _Codes(dataset.label_order)
    cells: list[Index] = []
    used: list[Index] = []
    ordinals: list[NDArray[np.int64]] = []
    for batch in batches(dataset.frame, (ROW, *columns, *label)):
        used.append(classes.of(batch.column(label[0])) if label else np.full(batch.num_rows, -1, dtype=np.int32))
        cells.append(np.stack([classes.of(batch.column(name)) for name in columns], axis=1))
        ordinals.append(_ordinals(batch))
    table, rows = np.concatenate(cells), np.concatenate(ordinals)
    item, annotator = np.nonzero(table >= 0)
    votes = (item, annotator, table[item, annotator], rows[item])
    annotators = _Codes(columns)
    return _votes(votes, rows, np.concatenate(used), annotators, classes, dataset, 0)


def _votes(
    columns: tuple[NDArray[Any], NDArray[Any], NDArray[Any], NDArray[np.int64]],
    rows: NDArray[np.int64],
    in_use: Index,
    annotators: _Codes,
    classes: _Codes,
    dataset: Dataset,
    incomplete: int,
) -> Votes:
    """The first vote of each annotator on each item, classes in their order."""
    item, annotator, said, vote_rows = columns
    _, first = np.unique(item.astype(np.int64) * len(annotators.names) + annotator, return_index=True)
    first = np.sort(first)
    again = np.ones(len(item), dtype=bool)
    again[first] = False
    order = _ordered(classes.names, dataset)
    rank = np.full(len(order) + 1, -1, dtype=np.int32)  # the last is for what has no class
    rank[order] = np.arange(len(order))
    arrays = VoteArrays(
        item[first].astype(np.int32),
        annotator[first].astype(np.int32),
        rank[said[first]],
        len(rows),
        len(annotators.names),
        len(order),
    )
    names = tuple(classes.names[place] for place in order)
    repeated = tuple(vote_rows[again].tolist())
    return Votes(arrays, annotators.names, names, rows, vote_rows[first], rank[in_use], incomplete, repeated)


def _ordered(names: tuple[str, ...], dataset: Dataset) -> list[int]:
    """The places of the names in order: the declared one, that of numbers, or that of the alphabet."""
    known = {name: place for place, name in enumerate(dataset.label_order)}
    try:
        numbers = [float(name) for name in names]
    except ValueError:
        numbers = [0.0] * len(names)
    return sorted(range(len(names)), key=lambda p: (known.get(names[p], len(known)), numbers[p], names[p]))


def _ordinals(batch: Any) -> NDArray[np.int64]:
    import polars as pl

    found: NDArray[np.int64] = pl.Series(batch.column(ROW)).to_numpy()
    return found


def _named_items(dataset: Dataset) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """The items by their id, numbered as they come; and which rows have an id."""
    import polars as pl

    (name,) = dataset.roles.columns(Role.ID)
    hashes: list[NDArray[np.uint64]] = []
    named: list[NDArray[np.bool_]] = []
    for batch in batches(dataset.frame, (name,)):
        hashes.append(row_hashes(batch, _SEED))
        named.append(pl.Series(batch.column(name)).is_not_null().to_numpy())
    return _as_they_come(np.concatenate(hashes)), np.concatenate(named)


def _as_they_come(keys: NDArray[np.uint64]) -> NDArray[np.int64]:
    _, first, place = np.unique(keys, return_index=True, return_inverse=True)
    rank = np.empty(len(first), dtype=np.int64)
    rank[np.argsort(first)] = np.arange(len(first))
    return rank[place]


def _equal_examples(evidence: Evidence, rows: int) -> NDArray[np.int64]:
    """Rows equal in their features are one item, which the first of them names."""
    alike = evidence.duplicates.alike
    item = np.arange(rows)
    if evidence.duplicates.compared and len(alike.rows):
        first = alike.rows[np.unique(alike.group, return_index=True)[1]]
        item[alike.rows] = first[alike.group]
    return item
