"""Corrections by the users of a product, many of them, conflicting, some malicious: which of them to take."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any

from auditor.check import Evidence
from auditor.dataset.batches import batches
from auditor.dataset.label_sets import set_of, set_text
from auditor.dataset.lines import all_lines
from auditor.dataset.options import ReadOptions
from auditor.dataset.readers import read
from auditor.dataset.table import ROW, Dataset
from auditor.dataset.values import MISSING, text_of
from auditor.errors import UsageError, did_you_mean
from auditor.evidence.identity import known_rows
from auditor.review.labels import Labels, LabelSets
from auditor.review.plan import Change

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


class Rule(StrEnum):
    """When users' corrections change a label."""

    MAJORITY = "majority"  # more than half of the votes on the row, the label it has counted as one
    TRUSTED = "trusted"  # more than half of the trusted users who spoke of the row
    THRESHOLD = "threshold"  # so many users, and more than for any other label


@dataclass(frozen=True, slots=True)
class Correction:
    """One user's word on one row: its ordinal, and the class the user asks for."""

    row: int
    label: str
    user: str
    time: str = ""


@dataclass(frozen=True, slots=True)
class Taken:
    """A correction that the rule takes, and the users who asked for it."""

    row: int
    label: str
    users: tuple[str, ...]
    time: str  # of the last of them


def read_corrections(
    path: Path, evidence: Evidence, labels: Labels, scratch: Path, *, new_classes: bool
) -> tuple[Correction, ...]:
    """The corrections of a file (CSV, JSON Lines, Parquet, …) with the columns new_label, user, and row, key or id.

    `row` counts from 0, `key` is a report's row key; the column of the id may also be called as in the data. Of
    one user's corrections of a row the last holds, by `time` where there is one. Raises UsageError, with the line,
    for a row that is not there, a missing value, or a class that is not known.
    """
    loaded = read(path, ReadOptions(header=True, missing=("",)), scratch)
    names = [column.name for column in loaded.columns]
    by = _named_by(path, names, evidence.dataset)
    for name in ("new_label", "user"):
        if name not in names:
            raise UsageError(f"{path}: there is no column {name!r}. {did_you_mean(name, names)}")
    wanted = [name for name in (by, "new_label", "user", "time") if name in names]
    entries: list[dict[str, Any]] = []
    for batch in batches(loaded.frame, [ROW, *wanted]):
        entries += batch.to_pylist()
    where = _Where(path, all_lines(loaded.source))
    rows = _rows(entries, by, evidence, where)
    known: dict[tuple[str, str], str] = {}
    found: list[Correction] = []
    for entry, row in zip(entries, rows, strict=True):
        label, user, old = text_of(entry["new_label"]), text_of(entry["user"]), labels.of_row[row]
        if MISSING in (label, user):
            raise UsageError(f"{where(entry)}: new_label and user must be there.")
        if (label, old) not in known:
            known[label, old] = _ordered(labels.meant(label, old, new_classes, where(entry)), old, labels)
        when = entry.get("time")
        found.append(Correction(row, known[label, old], user, "" if when is None else text_of(when)))
    return last_words(found)


@dataclass(frozen=True, slots=True)
class _Where:
    """File and line of an entry, for people."""

    path: Path
    lines: NDArray[np.int64]

    def __call__(self, entry: Mapping[str, Any]) -> str:
        row = int(entry[ROW])
        return f"{self.path}:{self.lines[row]}" if self.lines[row] else f"{self.path}: entry {row + 1}"


def _ordered(label: str, old: str, labels: Labels) -> str:
    """Of several labels a row, those that are new in it by their names: equal sets are equal votes."""
    if not isinstance(labels, LabelSets) or len(labels.columns) > 1:
        return label
    had = set_of(old) if old != MISSING else ()
    return set_text(sorted(set_of(label), key=lambda name: (had.index(name) if name in had else len(had), name)))


def _named_by(path: Path, names: Sequence[str], dataset: Dataset) -> str:
    """The column that says which row is meant."""
    known = [name for name in (dataset.roles.id, "id", "key", "row") if name is not None and name in names]
    if not known:
        raise UsageError(f"{path}: nothing says which row is meant: give a column row, key or id.")
    if known[0] == "id" and dataset.roles.id is None:
        raise UsageError(f"{path}: rows are named by an id, but the data has none. Name its column with --id.")
    return known[0]


def _rows(entries: Sequence[Mapping[str, Any]], by: str, evidence: Evidence, where: _Where) -> list[int]:
    places = None if by == "row" else _places(by, {text_of(entry[by]) for entry in entries}, evidence)
    count = evidence.dataset.source.rows_read
    found: list[int] = []
    for entry in entries:
        named = text_of(entry[by])
        row = int(named) if places is None and named.isdecimal() and int(named) < count else None
        if places is not None:
            row = places.get(named)
        if row is None or row < 0:
            told = "more than one row has" if row is not None else "no row has"
            raise UsageError(f"{where(entry)}: {told} the {by} {named!r}.")
        found.append(row)
    return found


def _places(by: str, wanted: Collection[str], evidence: Evidence) -> Mapping[str, int]:
    """The row of each name; -1 where several have it."""
    found: dict[str, int] = {}
    if by == "key":
        return {row.key: row.row for row in known_rows(evidence) if row.key in wanted}
    column = evidence.dataset.roles.id
    assert column is not None  # `_named_by` saw to it
    for batch in batches(evidence.dataset.frame, [ROW, column]):
        for row, name in zip(*(part.to_pylist() for part in batch.columns), strict=True):
            if (text := text_of(name)) in wanted:
                found[text] = -1 if text in found else int(row)
    return found


def last_words(corrections: Sequence[Correction]) -> tuple[Correction, ...]:
    """The last correction of each user on each row, by time and then by order."""
    held: dict[tuple[int, str], Correction] = {}
    for one in sorted(corrections, key=_moment):  # a stable sort
        held[one.row, one.user] = one
    return tuple(held.values())


def _moment(one: Correction) -> tuple[float, str]:
    """Times in the order of their numbers, such as seconds, or else of their text, as in ISO 8601."""
    try:
        return float(one.time), ""
    except ValueError:
        return -math.inf, one.time


def taken(
    corrections: Sequence[Correction],
    labels: Labels,
    rule: Rule,
    *,
    trusted: Collection[str] = (),
    threshold: int = 3,
    suspects: Collection[str] = (),
) -> tuple[Taken, ...]:
    """What the rule takes of the corrections, in row order; those of `suspects` do not count."""
    found: list[Taken] = []
    for row, votes in sorted(by_row([one for one in corrections if one.user not in suspects]).items()):
        given = labels.of_row[row]
        counted = [one for one in votes if one.user in trusted] if rule is Rule.TRUSTED else votes
        label = _winner(Counter(one.label for one in counted), given, rule, threshold)
        if label is not None and label != given:
            mine = [one for one in counted if one.label == label]
            found.append(Taken(row, label, tuple(one.user for one in mine), max(mine, key=_moment).time))
    return tuple(found)


def by_row(corrections: Sequence[Correction]) -> dict[int, list[Correction]]:
    """The corrections of each row."""
    found: dict[int, list[Correction]] = {}
    for one in corrections:
        found.setdefault(one.row, []).append(one)
    return found


def _winner(votes: Counter[str], given: str, rule: Rule, threshold: int) -> str | None:
    if not votes:
        return None
    if rule is Rule.MAJORITY and given != MISSING:
        votes = votes + Counter([given])
    (label, most), *others = votes.most_common()
    if rule is Rule.THRESHOLD:
        return label if most >= threshold and all(count < most for _, count in others) else None
    return label if 2 * most > votes.total() else None


def changes_of(found: Sequence[Taken], evidence: Evidence, labels: Labels, rule: Rule) -> tuple[Change, ...]:
    """What was taken as changes of labels, on the word of the rule and the users."""
    rows = {row.row: row for row in known_rows(evidence, [one.row for one in found])}
    return tuple(
        Change(
            one.row, rows[one.row].key, labels.of_row[one.row], one.label, rule.value, ", ".join(one.users), one.time,
            labels.cells(rows[one.row], one.label),
        )
        for one in found
    )  # fmt: skip
