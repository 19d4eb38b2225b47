"""`reference-columns`: columns that the data and its reference do not have in common."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from pydantic import NonNegativeInt

from auditor.check import Check, Evidence, Family, Finding, Measure, Needs, Skip, Unit, exact
from auditor.dataset.reference import kind_word
from auditor.dataset.table import Dataset, Reference, Role
from auditor.errors import NotPossible

_NAMED = 10


class ReferenceColumns(Check):
    """The data and the data it is held against do not have the same columns.

    What a model was trained on must be there when it is used, of the same kind: a column that is missing then, or
    that holds words where there were numbers, ends in an error or in a silent wrong answer. The label, the time and
    whatever else the audit uses must be of the same kind where both have them: what is not is not compared. The label
    may be missing. Find out which side is right. A batch that is to join other data (`--as batch`) must have the
    columns of its base and no other, the label among them: where they are merged, what one side lacks is missing.

    Method: columns by name; of those on both sides, whether both hold numbers, words, dates and so on. A column
    without any value is of no kind, and unlike one that has some.
    """

    id: ClassVar[str] = "reference-columns"
    family: ClassVar[Family] = Family.CONTRACT
    needs: ClassVar[Needs] = Needs(reference=True)
    remedy: ClassVar[str] = "Give both sides the same columns, or name the features that a model may see."

    max_columns: NonNegativeInt = 0

    def measure(self, evidence: Evidence) -> Iterator[Measure | Finding | Skip]:
        """How many features are missing or of another kind; further columns are only told."""
        dataset, reference = evidence.dataset, evidence.dataset.reference
        if reference is None:
            raise NotPossible("there is no reference")
        needed, used = _needed(dataset), _used(dataset)
        lacking = [name for name in reference.lacking if name in needed]
        unlike = {name: kinds for name, kinds in reference.unlike.items() if name in used}
        yield self._count("columns-lacking", len(lacking), len(needed))
        yield self._count("columns-of-another-kind", len(unlike), len(used))
        if dataset.is_batch:
            yield self._besides(reference, labeled=bool(dataset.roles.label))
        for name in lacking:
            yield Finding(name, "is not in the reference", 1)
        for name, (ours, theirs) in unlike.items():
            told = f"is {kind_word(ours)} here and {kind_word(theirs)} in the reference"
            yield Finding(name, f"{told}: it was not compared", 1)
        for name in reference.besides:
            yield Finding(name, "is in the reference alone", 1)

    def _count(self, name: str, columns: int, of: int) -> Measure:
        count = exact(columns, of)
        return Measure(name, "reference", count, at_most=self.max_columns, support=of, unit=Unit.NUMBER)

    def _besides(self, reference: Reference, *, labeled: bool) -> Measure:
        """The base's columns that a batch lacks: the label too, which a batch to be labeled later may lack."""
        count = exact(len(reference.besides), len(reference.dataset.columns) + len(reference.besides))
        return Measure(
            "columns-of-the-base-lacking",
            "the batch",
            count,
            at_most=self.max_columns if labeled else None,
            unit=Unit.NUMBER,
            note=", ".join(reference.besides[:_NAMED]),
        )


def _every(dataset: Dataset) -> frozenset[str]:
    return frozenset(column.name for column in dataset.columns)


def _needed(dataset: Dataset) -> frozenset[str]:
    """What the other side must have: what a model may see, and all of a batch, whose base it is to become part of."""
    return _every(dataset) if dataset.is_batch else frozenset({*dataset.roles.features, *dataset.roles.sensitive})


def _used(dataset: Dataset) -> frozenset[str]:
    """What must be of the same kind: what has a role, and all of a batch."""
    with_role = frozenset(name for role in Role for name in dataset.roles.columns(role))
    return _every(dataset) if dataset.is_batch else with_role
