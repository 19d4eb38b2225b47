"""`batch-values`: values of a batch that the base it is to join never has."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar, Literal

from auditor.check import Check, Evidence, Family, Finding, Measure, Needs, Share, Skip, Unit
from auditor.evidence.batch_values import AskNewValues, NewValues
from auditor.stats.estimates import difference
from auditor_checks.wording import counted


class BatchValues(Check):
    """The batch holds values that the base never has.

    A new value may be what the batch was collected for; or the same value written in another way ("Male", "male"), a
    code of another system, a number out of range. Look at the values named: what is only written otherwise has to be
    mended before merging, what is truly new is gain. For this reason the check only warns by default.

    Method: rows of each column whose value no row of the base has, or whose number lies outside of the base's range.
    Of words chance gives new ones too, about as many as the share of the base's rows whose value no other row of it
    has (Good 1953): that share is taken off, with Newcombe's interval. Prose, dates, lists and columns of more than
    1,000 different words are not looked at; what changed its unit is told by `batch-units`.
    """

    id: ClassVar[str] = "batch-values"
    family: ClassVar[Family] = Family.CONTRACT
    needs: ClassVar[Needs] = Needs(reference=True, batch=True)
    remedy: ClassVar[str] = "Mend the values that are only written otherwise than in the base."
    default_level: ClassVar[Literal["error", "warn"]] = "warn"

    max_new: Share = 0.02

    def measure(self, evidence: Evidence) -> Iterator[Measure | Finding | Skip]:
        """The share of rows with a new value, column by column, and these rows; the most first."""
        columns = [one for one in evidence.ask(AskNewValues()) if one.known]
        if not columns:
            yield Skip("the two have no column of numbers or categories in common", applies=False)
        for one in sorted(columns, key=lambda one: (-len(one.rows) / one.known, one.column)):
            beyond = difference(len(one.rows), one.known, one.once, one.base_known)
            yield Measure("new-values", one.column, beyond, self.max_new, support=one.known, unit=Unit.POINTS)
            if one.rows:
                yield _told(one)


def _told(one: NewValues) -> Finding:
    message = f"{counted(len(one.rows), 'row')} with values the base never has: {', '.join(one.examples)}"
    return Finding(one.column, message, len(one.rows), one.rows)
