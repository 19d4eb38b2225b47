"""Values of a batch that its base never has: new words and classes, and numbers outside of the base's range."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from auditor.dataset.batches import batches
from auditor.dataset.table import Column, Kind
from auditor.dataset.values import MISSING, text_of
from auditor.errors import NotPossible
from auditor.evidence.shift import MAX_WORDS
from auditor.stats.written import amount

if TYPE_CHECKING:
    import pyarrow as pa

    from auditor.evidence import Evidence

_WORDS = (Kind.CATEGORICAL, Kind.BOOLEAN)
_EXAMPLES = 5


@dataclass(frozen=True, slots=True)
class NewValues:
    """A column's `rows` of the batch, of the `known` that have a value, whose value the base never has.

    `examples` are such values, the most frequent first; of numbers, how far they reach. `once` are the base's rows,
    of `base_known`, whose value no other row of it has: the share of new values that chance gives (Good 1953).
    `outside` says that the values are numbers outside of the base's range, and `counts_on` that the batch's numbers
    never fall, or never rise, from row to row, as running numbers, years and versions do.
    """

    column: str
    rows: tuple[int, ...]
    known: int
    examples: tuple[str, ...]
    once: int
    base_known: int
    outside: bool = False
    counts_on: bool = False


@dataclass(frozen=True, slots=True)
class AskNewClasses:
    """The question: which classes of the batch's label does the base not have?"""

    def collect(self, evidence: Evidence) -> dict[str, int]:
        """Their rows, the largest class first. NotPossible where the base has no label."""
        if not evidence.reference.dataset.roles.label:
            raise NotPossible("the base has no label of the same name and kind to hold the batch's against")
        known = evidence.reference.label_counts().classes()
        return {name: rows for name, rows in evidence.label_counts().classes().items() if name not in known}


@dataclass(frozen=True, slots=True)
class AskNewValues:
    """The question: which values of the batch's features does the base never have?"""

    def collect(self, evidence: Evidence) -> tuple[NewValues, ...]:
        """One pass over the batch; what the base has is known from its counts and its profile.

        Columns of more than MAX_WORDS words are names, whose values hardly ever come again, and are not looked at.
        """
        seekers = tuple(_seekers(evidence))
        names = [one.column for one in seekers]
        start = 0
        for batch in batches(evidence.dataset.frame, names) if names else ():
            for at, seeker in enumerate(seekers):
                seeker.look(batch.column(at), start)
            start += batch.num_rows
        return tuple(seeker.told() for seeker in seekers)


def _seekers(evidence: Evidence) -> Iterator[_Words | _Numbers]:
    dataset, base = evidence.dataset, evidence.reference
    asked = {*dataset.roles.features, *dataset.roles.sensitive} & {column.name for column in base.dataset.columns}
    for column in dataset.columns:
        if column.name not in asked or (base.profile[column.name].distinct or 0) == 0:
            continue
        if column.kind is Kind.NUMERIC:
            yield _numbers(base, column)
        elif column.kind in _WORDS and (words := _words(base, column)):
            yield words


@dataclass(slots=True)
class _Numbers:
    """Looks for numbers outside of a range."""

    column: str
    low: float
    high: float
    base_known: int
    known: int = 0
    rows: list[int] = field(default_factory=list)
    least: float = np.inf
    most: float = -np.inf
    last: float = np.nan
    rises: bool = False
    falls: bool = False

    def look(self, cells: Any, start: int) -> None:
        numbers = cells.to_numpy(zero_copy_only=False).astype(np.float64)
        there = ~np.isnan(numbers)
        self.known += int(there.sum())
        self._follow(numbers[there])
        outside = (numbers < self.low) | (numbers > self.high)
        self.rows += (np.flatnonzero(outside) + start).tolist()
        if outside.any():
            self.least = min(self.least, float(numbers[outside].min()))
            self.most = max(self.most, float(numbers[outside].max()))

    def _follow(self, numbers: NDArray[np.float64]) -> None:
        if not len(numbers) or (self.rises and self.falls):
            return
        before = np.concatenate([[self.last], numbers[:-1]])
        self.rises |= bool((numbers > before).any())
        self.falls |= bool((numbers < before).any())
        self.last = float(numbers[-1])

    def told(self) -> NewValues:
        down = (f"down to {amount(self.least)} (the base: {amount(self.low)})",) if self.least < self.low else ()
        up = (f"up to {amount(self.most)} (the base: {amount(self.high)})",) if self.most > self.high else ()
        counts_on = not (self.rises and self.falls)
        rows = tuple(self.rows)
        return NewValues(self.column, rows, self.known, (*down, *up), 0, self.base_known, True, counts_on)


@dataclass(slots=True)
class _Words:
    """Looks for words that are not among those known."""

    column: str
    words: frozenset[str]
    once: int
    base_known: int
    known: int = 0
    rows: list[int] = field(default_factory=list)
    new: Counter[str] = field(default_factory=Counter)

    def look(self, cells: pa.Array, start: int) -> None:
        encoded = cells.dictionary_encode(null_encoding="encode")
        names = [text_of(value) for value in encoded.dictionary.to_pylist()]
        places = encoded.indices.to_numpy(zero_copy_only=False)
        counts = np.bincount(places, minlength=len(names)).tolist()
        self.known += sum(n for name, n in zip(names, counts, strict=True) if name != MISSING)
        unknown = np.array([name != MISSING and name not in self.words for name in names], dtype=bool)
        self.rows += (np.flatnonzero(unknown[places]) + start).tolist()
        self.new.update({name: n for name, n, new in zip(names, counts, unknown.tolist(), strict=True) if new})

    def told(self) -> NewValues:
        first = sorted(self.new, key=lambda name: (-self.new[name], name))[:_EXAMPLES]
        examples = tuple(f"{name} ({self.new[name]})" for name in first)
        return NewValues(self.column, tuple(self.rows), self.known, examples, self.once, self.base_known)


def _numbers(base: Evidence, column: Column) -> _Numbers:
    profile = base.profile[column.name]
    low, high = (float(end) if isinstance(end, float) else np.nan for end in (profile.minimum, profile.maximum))
    return _Numbers(column.name, low, high, base.profile.rows - profile.missing)


def _words(base: Evidence, column: Column) -> _Words | None:
    """None where the words are too many to come again."""
    if (base.profile[column.name].distinct or 0) > MAX_WORDS:
        return None
    try:
        counts = {value: rows for (value,), rows in base.counts(column.name).items() if value != MISSING}
    except NotPossible:
        return None
    once = sum(rows == 1 for rows in counts.values())
    return _Words(column.name, frozenset(counts), once, sum(counts.values()))
