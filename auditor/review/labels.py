"""The labels of a dataset as people read and write them, whatever kind they are: a class, a number, or several."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Protocol

from auditor.check import Evidence
from auditor.dataset.batches import batches
from auditor.dataset.label_sets import NO_LABELS, changed, is_set, labels_in, set_of, set_text
from auditor.dataset.table import Dataset, Task
from auditor.dataset.values import MISSING, text_of
from auditor.dataset.verdicts import Verdict
from auditor.errors import UsageError, did_you_mean
from auditor.evidence.identity import KnownRow, label_texts
from auditor.review.sheet import Judged

#: A label cell that is to be written: its canonical text, or the names of a list.
Cell = str | list[str]


class Labels(Protocol):
    """The label of each row as a person reads it, and the classes that there are."""

    @property
    def of_row(self) -> Sequence[str]:
        """The labels, in the order of the rows."""

    @property
    def classes(self) -> frozenset[str]:
        """All that any row has."""

    def asked(self, said: Judged, old: str, new_classes: bool) -> str:
        """The label that a verdict asks for. Raises UsageError, with the sheet's line, for one that cannot be."""

    def meant(self, text: str, old: str, new_classes: bool, where: str) -> str:
        """The label that a person means by a text, for a row that has another. Raises UsageError, with `where`."""

    def cells(self, row: KnownRow, new: str) -> tuple[Cell, ...]:
        """The label cells of a row that is to have this label."""


def labels_of(evidence: Evidence) -> Labels:
    """All labels. Raises UsageError unless there is one label column, or one for each of several labels."""
    dataset = evidence.dataset
    if is_set(dataset):
        return LabelSets.read(dataset)
    if len(dataset.roles.label) != 1:
        raise UsageError("apply changes the cells of one label column: name it with --label.")
    texts = column_texts(dataset, dataset.roles.label[0])
    kind = Numbers if dataset.task is Task.REGRESSION else Classes
    return kind(texts, frozenset(texts) - {MISSING})


def column_texts(dataset: Dataset, column: str) -> list[str]:
    """The canonical texts of a column, row by row; equal ones are one object."""
    interned: dict[str, str] = {}
    found: list[str] = []
    for batch in batches(dataset.frame, (column,)):
        found += [interned.setdefault(text, text) for text in label_texts(batch.columns[0])]
    return found


@dataclass(frozen=True, slots=True)
class Classes:
    """One class a row."""

    of_row: list[str]
    classes: frozenset[str]

    def asked(self, said: Judged, old: str, new_classes: bool) -> str:
        """The class."""
        return self.meant(said.label, old, new_classes, said.where)

    def meant(self, text: str, old: str, new_classes: bool, where: str) -> str:
        """The known class that is meant, or, where it may be new, the word as it is."""
        return known_or_new(text, self.classes, new_classes, where)

    def cells(self, row: KnownRow, new: str) -> tuple[Cell, ...]:
        """The class."""
        return (new,)


@dataclass(frozen=True, slots=True)
class Numbers:
    """A number a row: any other may be right."""

    of_row: list[str]
    classes: frozenset[str]

    def asked(self, said: Judged, old: str, new_classes: bool) -> str:
        """The number."""
        return self.meant(said.label, old, new_classes, said.where)

    def meant(self, text: str, old: str, new_classes: bool, where: str) -> str:
        """The number, by its canonical text."""
        number = number_of(text)
        if number is None or not math.isfinite(number):
            raise UsageError(f"{where}: the label is a number, and {text!r} is none. Write it as in 1234.5.")
        return text_of(number)

    def cells(self, row: KnownRow, new: str) -> tuple[Cell, ...]:
        """The number."""
        return (new,)


@dataclass(frozen=True, slots=True)
class LabelSets:
    """Several labels a row, in a column of lists or a column each. `words` are, by column, the texts that say that a
    row has the label and that it has not.
    """

    of_row: list[str]
    classes: frozenset[str]
    columns: tuple[str, ...]
    words: tuple[tuple[str, str], ...]

    @classmethod
    def read(cls, dataset: Dataset) -> LabelSets:
        """One pass over the label columns."""
        columns = dataset.roles.label
        interned: dict[str, str] = {}
        found: list[str] = []
        names = dict.fromkeys(columns if len(columns) > 1 else ())
        seen: list[Counter[Any]] = [Counter() for _ in columns]
        for batch in batches(dataset.frame, columns):
            cells = [batch.column(name).to_pylist() for name in columns]
            for values in zip(*cells, strict=True):
                said = labels_in(dataset, values)
                found.append(interned.setdefault(text := set_text(said), text))
                names.update(dict.fromkeys(said or ()))
            if len(columns) > 1:
                for counts, column in zip(seen, cells, strict=True):
                    counts.update(column)
        return cls(found, frozenset(names), columns, tuple(map(_words, seen)))

    def asked(self, said: Judged, old: str, new_classes: bool) -> str:
        """The set, in the order in which the row will hold it."""
        if said.verdict is not Verdict.ACCEPT:
            return self.meant(said.label, old, new_classes, said.where)
        had = () if old == MISSING else set_of(old)
        with _no_list(said.where):
            wanted = changed(said.label, had)
        return self._ordered(wanted, had, new_classes, said.where)

    def meant(self, text: str, old: str, new_classes: bool, where: str) -> str:
        """The same of a set that is written out."""
        with _no_list(where):
            wanted = set_of(text)
        return self._ordered(wanted, () if old == MISSING else set_of(old), new_classes, where)

    def _ordered(self, wanted: Iterable[str], had: Sequence[str], new_classes: bool, where: str) -> str:
        may_be_new = new_classes and len(self.columns) == 1
        named = dict.fromkeys(known_or_new(name, self.classes, may_be_new, where) for name in wanted)
        order = self.columns if len(self.columns) > 1 else (*(name for name in had if name in named), *named)
        return set_text([name for name in dict.fromkeys(order) if name in named])

    def cells(self, row: KnownRow, new: str) -> tuple[Cell, ...]:
        """The list; or each column's text, which stays as it is where it says the same."""
        names = set_of(new)
        if len(self.columns) == 1:
            return (list(names),)
        old = [row.cells[column] for column in self.columns]
        silent = all(text_of(cell) == MISSING for cell in old)
        parts = zip(self.columns, old, self.words, strict=True)
        return tuple(_cell(cell, column in names, silent, words) for column, cell, words in parts)


@contextmanager
def _no_list(where: str) -> Iterator[None]:
    """Turns the ValueError of what is no list of labels into a UsageError."""
    try:
        yield
    except ValueError as error:
        remedy = f"Write all labels that are right, as in cat; dog, or {NO_LABELS}"
        raise UsageError(f"{where}: {error}. {remedy}.") from error


def _cell(cell: Any, has: bool, silent: bool, words: tuple[str, str]) -> str:
    """The text of a column per label; a missing one stays so where the row is not to have it, and says something."""
    said = says(cell)
    stays = said is has or (said is None and not has and not silent)
    return text_of(cell) if stays else words[not has]


def says(cell: Any) -> bool | None:
    """What a cell of a column per label says; None where it is missing."""
    return None if text_of(cell) == MISSING else bool(cell > 0)


def _words(seen: Counter[Any]) -> tuple[str, str]:
    """The commonest texts for yes and no; where a column never says one of them, `1` or `0`, or true or false."""
    boolean = any(isinstance(cell, bool) for cell in seen)
    usual = (text_of(True), text_of(False)) if boolean else ("1", "0")
    found = [
        next((text_of(cell) for cell, _ in seen.most_common() if says(cell) is side), default)
        for side, default in zip((True, False), usual, strict=True)
    ]
    return found[0], found[1]


def known_or_new(name: str, classes: frozenset[str], new_classes: bool, where: str) -> str:
    """The known class that is meant, or the name itself where it may be new. Raises UsageError where it may not."""
    known = class_named(name, classes)
    if known is None and not new_classes:
        hint = did_you_mean(name, sorted(classes))
        raise UsageError(f"{where}: no row has the class {name!r}. {hint} If it is new, pass --new-classes.")
    return known or name


def class_named(text: str, classes: Iterable[str]) -> str | None:
    """The known class that is meant: the same, or the only one that differs in case or in how a number is written."""
    known = list(classes)
    if text in known:
        return text
    for form in (str.casefold, number_of):
        alike = [name for name in known if form(name) == form(text) is not None]
        if len(alike) == 1:
            return alike[0]
    return None


def number_of(text: str) -> float | None:
    """The number that a text is; None for any other. Python's own `1_000` is none."""
    try:
        return None if "_" in text else float(text)
    except ValueError:
        return None
