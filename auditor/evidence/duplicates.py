"""Rows that are identical: the same again, or the same with another label."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from auditor.dataset.batches import batches
from auditor.dataset.keys import seeded_hashes
from auditor.dataset.table import ROW, Dataset, Kind, Role
from auditor.evidence.spellings import AskSpellings

if TYPE_CHECKING:
    import polars as pl

    from auditor.evidence import Evidence

#: Two independent 64-bit hashes: a chance collision among a billion rows is less likely than 1 in 10^20.
_SEEDS = (0x5EED, 0xDA7A)
#: Columns that say which row it is, where it stands or what a model takes it for, not what it is.
_PLACE = (Role.ID, Role.SPLIT, Role.PRED_PROBS)
#: Columns that say how the label came about; the same example may well have two annotators.
_CIRCUMSTANCE = (Role.ANNOTATOR, Role.TIME, Role.WEIGHT, Role.GROUP)
#: Each part of a dataset may number its rows anew, and what is looked at again has a row a time.
_ID_WITHIN = (Role.SPLIT, Role.TIME)

Hashes = NDArray[np.uint64]  # rows × 2
Ordinals = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Groups:
    """Rows in groups of two and more, group by group, each group in row order."""

    rows: Ordinals  # row ordinals
    group: Ordinals  # the group's number, aligned with rows

    @property
    def count(self) -> int:
        """How many groups."""
        return int(self.group[-1]) + 1 if len(self.group) else 0

    @property
    def repeats(self) -> Ordinals:
        """The rows but the first of each group, in row order."""
        later = np.ones(len(self.rows), dtype=bool)
        later[np.unique(self.group, return_index=True)[1]] = False
        return np.sort(self.rows[later])


def _no_groups() -> Groups:
    return Groups(np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64))


@dataclass(frozen=True, slots=True)
class Duplicates:
    """What identical rows tell. `compared` are the columns in which conflicting rows agree.

    Where there are none, all rows are alike, and nothing can be said of them.
    """

    compared: tuple[str, ...]
    alike: Groups  # equal in `compared`, whatever the label
    identical: Groups  # the label included
    conflicting: Groups  # equal in `compared`, with two labels or more; rows without a label left out
    contradicted: int  # rows that must carry a wrong label if equal examples have one right label
    labeled: int  # rows that have a label


@dataclass(frozen=True, slots=True)
class AskDuplicates:
    """The question: which rows are identical?"""

    def collect(self, evidence: Evidence) -> Duplicates:
        """One pass of hashing over Arrow batches; the grouping is done on the hashes.

        Blanks around a text, the spelling of a class, and the order of a row's labels and their repeats make no
        difference.
        """
        dataset = evidence.dataset
        compared, rest = compared_columns(dataset)
        features, others, labels, unlabeled = hash_all(dataset, compared, rest, evidence.ask(AskSpellings()))
        labeled = int(np.count_nonzero(~unlabeled))
        alike = grouped(features)
        identical = grouped(combined(features, others, labels))
        if not dataset.roles.label or not compared:
            return Duplicates(compared, alike, identical, _no_groups(), 0, labeled)
        return Duplicates(compared, alike, identical, *_conflicts(alike, labels[:, 0], unlabeled), labeled)


@dataclass(frozen=True, slots=True)
class AskRepeatedIds:
    """The question: which rows share their id? `column` is the id."""

    column: str

    def collect(self, evidence: Evidence) -> Groups:
        """Rows with one id within a split and at one time; rows without an id left out."""
        dataset, profile = evidence.dataset, evidence.profile
        if profile[self.column].distinct == profile.rows - profile[self.column].missing:
            return _no_groups()
        apart = [name for role in _ID_WITHIN for name in dataset.roles.columns(role)]
        hashes: list[Hashes] = []
        named: list[NDArray[np.bool_]] = []
        for batch in batches(dataset.frame, list(dict.fromkeys((self.column, *apart)))):
            hashes.append(_hash(batch, tuple(batch.schema.names)))
            named.append(~_all_missing(batch, (self.column,)))
        rows = np.flatnonzero(np.concatenate(named))
        groups = grouped(np.concatenate(hashes)[rows])
        return Groups(rows[groups.rows], groups.group)


def compared_columns(dataset: Dataset) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The columns that make two rows the same example, and those that tell how it was labeled."""
    label = set(dataset.roles.label)
    # Of votes the id says which example was voted on: two votes alike on two examples are no repeat.
    places = (Role.SPLIT, Role.PRED_PROBS) if dataset.votes else _PLACE
    place = {name for role in places for name in dataset.roles.columns(role)}
    circumstance = {name for role in _CIRCUMSTANCE for name in dataset.roles.columns(role)}
    names = [column.name for column in dataset.columns if column.name not in label | place]
    return (
        tuple(name for name in names if name not in circumstance),
        tuple(name for name in names if name in circumstance),
    )


def hash_all(
    dataset: Dataset, compared: tuple[str, ...], rest: tuple[str, ...], usual: Mapping[str, str] = MappingProxyType({})
) -> tuple[Hashes, Hashes, Hashes, NDArray[np.bool_]]:
    """Hashes of features, circumstances and label of every row, and which rows have no label.

    Equal cells have equal hashes in any dataset that holds the same columns as the same kinds. Labels that have
    another `usual` spelling are taken for that.
    """
    label = dataset.roles.label
    parts: list[list[Hashes]] = [[], [], []]
    unlabeled: list[NDArray[np.bool_]] = []
    asked = (*compared, *rest, *label) or (ROW,)  # rows must be counted even if nothing tells them apart
    forms = {name: form for name, form in _forms(dataset, usual).items() if name in asked}
    for cells in batches(dataset.frame, asked):
        batch = _formed(cells, forms)
        for part, columns in zip(parts, (compared, rest, label), strict=True):
            part.append(_hash(batch, columns))
        unlabeled.append(_all_missing(batch, label))
    features, others, labels = (np.concatenate(part) for part in parts)
    return features, others, labels, np.concatenate(unlabeled)


def _forms(dataset: Dataset, usual: Mapping[str, str]) -> dict[str, Callable[[pl.Series], pl.Series]]:
    """What makes cells comparable that are no different to a reader; in other columns a blank more is a name more."""
    import polars as pl

    forms: dict[str, Callable[[pl.Series], pl.Series]] = {}
    for column in dataset.columns:
        if column.name in dataset.roles.label:
            if column.kind is Kind.LABELS:
                forms[column.name] = lambda labels: labels.list.unique().list.sort()
            elif usual and column.kind in (Kind.TEXT, Kind.CATEGORICAL):
                forms[column.name] = lambda labels: labels.cast(pl.String).replace(usual)
        elif column.kind is Kind.TEXT or (column.kind is Kind.CATEGORICAL and column.name in dataset.roles.text):
            forms[column.name] = lambda texts: texts.str.strip_chars()
    return forms


def _formed(batch: Any, forms: Mapping[str, Callable[[pl.Series], pl.Series]]) -> Any:
    import polars as pl
    import pyarrow as pa

    table = pa.Table.from_batches([batch])
    for name, form in forms.items():
        place = table.column_names.index(name)
        table = table.set_column(place, name, form(pl.Series(batch.column(place))).to_arrow())
    return table


def _hash(batch: Any, columns: tuple[str, ...]) -> Hashes:
    if not columns:
        return np.zeros((batch.num_rows, 2), dtype=np.uint64)
    chosen = batch.select(list(columns))
    return seeded_hashes(chosen, _SEEDS)


def _all_missing(batch: Any, columns: tuple[str, ...]) -> NDArray[np.bool_]:
    import polars as pl

    if not columns:
        return np.ones(batch.num_rows, dtype=bool)
    # By way of Polars: the Arrow library's own conversion imports pandas.
    missing = pl.DataFrame(batch.select(list(columns))).select(pl.all_horizontal(pl.all().is_null()))
    found: NDArray[np.bool_] = missing.to_series().to_numpy()
    return found


def combined(*parts: Hashes) -> Hashes:
    """Hashes of the parts of rows as hashes of the rows."""
    mixed = parts[0].copy()
    for part in parts[1:]:
        mixed = (mixed ^ (mixed >> np.uint64(29))) * np.uint64(0xBF58476D1CE4E5B9) + part
    return mixed


def grouped(hashes: Hashes) -> Groups:
    """The rows whose hashes are equal, the groups in the order of their first row."""
    order = np.argsort(hashes[:, 0], kind="stable")
    ordered = hashes[order]
    same = np.all(ordered[1:] == ordered[:-1], axis=1)  # as the row before
    member = np.zeros(len(order), dtype=bool)
    member[1:] |= same
    member[:-1] |= same
    starts = member.copy()
    starts[1:] &= ~same
    rows, group = order[member], np.cumsum(starts)[member] - 1
    return _by_first_row(rows, group)


def _by_first_row(rows: Ordinals, group: Ordinals) -> Groups:
    """Number the groups by their first row, so that the order does not hang on hash values."""
    if not len(rows):
        return Groups(rows, group)
    first = rows[np.unique(group, return_index=True)[1]]
    rank = np.empty(len(first), dtype=np.int64)
    rank[np.argsort(first)] = np.arange(len(first))
    order = np.argsort(rank[group], kind="stable")
    return Groups(rows[order], rank[group][order])


def _conflicts(same: Groups, labels: NDArray[np.uint64], unlabeled: NDArray[np.bool_]) -> tuple[Groups, int]:
    """Of the groups of equal examples, those whose labels differ; and the rows outvoted in them."""
    labeled = ~unlabeled[same.rows]
    rows, group = same.rows[labeled], same.group[labeled]
    votes, size = np.unique(np.stack([group.astype(np.uint64), labels[rows]], axis=1), axis=0, return_counts=True)
    voted = votes[:, 0].astype(np.int64)
    distinct = np.bincount(voted, minlength=same.count)
    most = np.zeros(same.count, dtype=np.int64)
    np.maximum.at(most, voted, size)
    total = np.bincount(group, minlength=same.count)
    torn = distinct > 1
    kept = torn[group]
    renumbered = np.cumsum(torn) - 1
    return Groups(rows[kept], renumbered[group[kept]]), int((total - most)[torn].sum())
