"""`batch-units`: numbers of a batch that stand in another unit than in the base it is to join."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, ClassVar

from pydantic import NonNegativeInt

from auditor.check import Check, Evidence, Family, Finding, Measure, Needs, Skip, Unit, exact
from auditor.stats.written import amount

if TYPE_CHECKING:
    from auditor.evidence.batch_units import UnitChange


class BatchUnits(Check):
    """A column of the batch looks as if it were in another unit than in the base.

    Ages in months among ages in years, pounds among kilograms, per cent among shares: a model reads both as the same
    and learns nonsense from it. Ask whoever sent the batch for the unit, and convert the column before merging.

    Method: each numeric column that is spread unlike the base's (distance of Kolmogorov and Smirnov past .1 and past
    what chance gives once in 10,000 columns) is held against it again with each of the usual unit mistakes undone
    (factors such as 2.2, 12, 60, 100 and 1,000 either way, the other sign, Fahrenheit and Celsius): where that leaves
    a quarter of the distance or less, and no more than .05 or what chance gives, it may be one. Where the base's
    values come again and again (whole years) and the batch's are among them, it is none. It stops the batch where
    little else explains it: a factor of 5 or more, values that the base never has, or some 500 values that fit. Else,
    and where no usual unit has the factor, it only warns: incomes or prices may truly have grown. Columns of fewer
    than 30 values or 5 different ones are not looked at. What was written in another unit in a part of the rows only
    is not seen.
    """

    id: ClassVar[str] = "batch-units"
    family: ClassVar[Family] = Family.CONTRACT
    needs: ClassVar[Needs] = Needs(reference=True, batch=True)
    remedy: ClassVar[str] = "Convert the column to the base's unit before the two are merged."

    max_columns: NonNegativeInt = 0

    def measure(self, evidence: Evidence) -> Iterator[Measure | Finding | Skip]:
        """How many columns are in another unit, and which."""
        from auditor.evidence.batch_units import AskUnitChanges

        asked = evidence.ask(AskUnitChanges())
        if not asked.columns:
            yield Skip("the two have no column of numbers with enough values in common", applies=False)
            return
        sure = [change for change in asked.found if change.sure]
        others = [change for change in asked.found if not change.sure]
        yield self._columns("columns-in-another-unit", sure, asked.columns, warns=False)
        if others:
            yield self._columns("columns-that-may-be-in-another-unit", others, asked.columns, warns=True)
        for change in (*sure, *others):
            yield Finding(change.column, _told(change), evidence.profile.rows)

    def _columns(self, name: str, found: list[UnitChange], columns: tuple[str, ...], warns: bool) -> Measure:
        return Measure(
            name,
            "columns of numbers",
            exact(len(found), len(columns)),
            at_most=self.max_columns,
            support=len(columns),
            unit=Unit.NUMBER,
            note=", ".join(change.column for change in found),
            warns=warns,
        )


def _told(change: UnitChange) -> str:
    here, there = change.middle
    looks = "its values look like the base's" if change.sure else "its values are spread like the base's"
    return f"{looks} {change.conversion.name}: the middle one is {amount(here, 4)} here, {amount(there, 4)} in the base"
