"""`reference-columns`: columns that the data and its reference do not have in common."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from pydantic import NonNegativeInt

from auditor.check import Check, Evidence, Family, Finding, Measure, Needs, Skip, Unit, exact
from auditor.dataset.reference import Reference
from auditor.errors import NotPossible

_NAMED = 10


class ReferenceColumns(Check):
    """The data and the data it is held against do not have the same columns.

    What a model was trained on must be there when it is used, of the same kind: a column that is missing then, or
    that holds words where there were numbers, ends in an error or in a silent wrong answer. The label may be
    missing. Find out which side is right. A batch that is to join other data (`--as batch`) must have the columns of
    its base too: where they are merged, what it lacks is missing.

    Method: columns by name; of those on both sides, whether both hold numbers, words, dates and so on.
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
        asked = {*dataset.roles.features, *dataset.roles.sensitive}
        lacking = [name for name in reference.lacking if name in asked]
        unlike = {name: kinds for name, kinds in reference.unlike.items() if name in asked}
        for name, columns in (("columns-lacking", len(lacking)), ("columns-of-another-kind", len(unlike))):
            count = exact(columns, len(asked))
            yield Measure(name, "reference", count, at_most=self.max_columns, support=len(asked), unit=Unit.NUMBER)
        if dataset.is_batch:
            yield self._besides(reference, labeled=bool(dataset.roles.label))
        for name in lacking:
            yield Finding(name, "is not in the reference", 1)
        for name, (ours, theirs) in unlike.items():
            yield Finding(name, f"is {ours} here and {theirs} in the reference: it was not compared", 1)
        for name in reference.besides:
            yield Finding(name, "is in the reference alone", 1)

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
