"""`batch-values`: values of a batch that the base it is to join never has."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, ClassVar

from auditor.check import Check, Evidence, Family, Finding, Measure, Needs, Share, Skip, Unit, exact
from auditor.stats.estimates import difference
from auditor_checks.wording import counted

if TYPE_CHECKING:
    from auditor.evidence.batch_values import NewValues

#: The share of cells with a value of their own from which a whole number may name the row.
_MOSTLY = 0.95
#: Numbers of a batch below which a share of them carries no claim.
_ENOUGH = 30


class BatchValues(Check):
    """The batch holds values that the base never has.

    A new value may be what the batch was collected for; or the same value written in another way ("Male", "male"), a
    code of another system, a number out of range. Look at the values named: what is only written otherwise has to be
    mended before merging, what is truly new is gain. For this reason new values are only warned of. A column whose
    numbers mostly lie where the base has none is another matter: columns changed places, or a part of the rows is in
    another unit.

    Method: rows of each column whose value no row of the base has, or whose number lies outside of the base's range.
    Of words chance gives new ones too, about as many as the share of the base's rows whose value no other row of it
    has (Good 1953): that share is taken off, with Newcombe's interval. Past `max_new` is warned of; past `max_outside`
    numbers out of range fail, less the two rows in which the base itself reaches furthest, of 30 numbers and more.
    Whole numbers that name a row (as in `id-like-features`) and numbers that only climb or only fall with the batch's
    rows, as years and running numbers do, leave the base's range by nature, and fail nothing. Prose, dates, lists and
    columns of more than 1,000 different words are not looked at; what changed its unit is told by `batch-units`.
    """

    id: ClassVar[str] = "batch-values"
    family: ClassVar[Family] = Family.CONTRACT
    needs: ClassVar[Needs] = Needs(reference=True, batch=True)
    remedy: ClassVar[str] = (
        "Mend the values that are only written otherwise than in the base, and the units or places of numbers that it"
        " has none like."
    )

    max_new: Share = 0.02
    max_outside: Share = 0.2

    def measure(self, evidence: Evidence) -> Iterator[Measure | Finding | Skip]:
        """The share of rows with a new value, column by column, and these rows; the most first."""
        from auditor.evidence.batch_values import AskNewValues
        from auditor.evidence.id_like import AskIdLike

        columns = [one for one in evidence.ask(AskNewValues()) if one.known]
        if not columns:
            yield Skip("the two have no column of numbers or categories in common", applies=False)
        names = {one.column for side in (evidence, evidence.reference) for one in side.ask(AskIdLike(_MOSTLY))}
        held = {one.column for one in columns if one.outside and not one.counts_on} - names
        for one in sorted(columns, key=lambda one: (-len(one.rows) / one.known, one.column)):
            beyond = difference(len(one.rows), one.known, one.once, one.base_known)
            yield Measure(
                "new-values", one.column, beyond, self.max_new, support=one.known, unit=Unit.POINTS, warns=True
            )
            if one.column in held:
                yield self._outside(one)
            if one.rows:
                yield _told(one)
        if columns and not held:
            none, note = exact(0, len(columns)), "no column of numbers is held to the base's range"
            rows = evidence.profile.rows
            yield Measure("numbers-out-of-range", "columns", none, self.max_outside, support=rows, note=note)

    def _outside(self, one: NewValues) -> Measure:
        # The base's least and greatest number are each out of the range of the rest: what chance gives (Wilks 1941).
        furthest = min(2, one.base_known)
        beyond = difference(len(one.rows), one.known, furthest, one.base_known)
        return Measure(
            "numbers-out-of-range",
            one.column,
            beyond,
            self.max_outside,
            support=one.known,
            unit=Unit.POINTS,
            can_fail=one.known >= _ENOUGH,
        )


def _told(one: NewValues) -> Finding:
    message = f"{counted(len(one.rows), 'row')} with values the base never has: {', '.join(one.examples)}"
    return Finding(one.column, message, len(one.rows), one.rows)
