"""`reference-shift`: columns that are spread unlike those of the data a model will meet."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, ClassVar, Literal

from auditor.check import Check, Evidence, Family, Finding, Measure, Needs, Share, Skip, Unit
from auditor.stats.estimates import difference, proportion
from auditor.stats.total_variation import total_variation
from auditor.stats.written import percent
from auditor_checks.wording import counted

if TYPE_CHECKING:
    from auditor.evidence.date_shift import DateShift
    from auditor.evidence.shift import ColumnShift

_NAMED = 3


class ReferenceShift(Check):
    """A column is spread unlike the same column of the reference.

    A model is right about what it has seen. Where the data it will meet (or the data there was before) has other
    values, or the same in other shares, it guesses. Collect rows of the values that are too few, or find out whether
    one side was gathered or written down in another way.

    Method: the total variation distance of each column, numbers in tenths of the data's rows and missing as a value
    of its own, with an interval that allows for what chance adds (see `auditor.stats.total_variation`): with a million
    rows everything differs, and the limit asks whether it differs by much. Beside it the share of the reference's
    rows whose value no row of the data has, or that lies outside of its range, less the share that more rows of the
    data's own kind would bring (the share of values seen once, Good 1953), with Newcombe's interval. Of dates, the
    share of rows that are later than the newest row of the data: what a model meets is mostly later than what it
    learned from, so dates only warn. Prose, lists and columns of more than 1,000 different words are not compared.
    Where the reference has the label, it is one of the columns.
    """

    id: ClassVar[str] = "reference-shift"
    family: ClassVar[Family] = Family.DIVERSITY
    needs: ClassVar[Needs] = Needs(reference=True)
    remedy: ClassVar[str] = "Collect rows of the values that the reference has more of."
    batch_level: ClassVar[Literal["error", "warn"] | None] = "warn"  # what is unlike the base is what a batch adds

    max_distance: Share = 0.1
    max_unseen: Share = 0.02

    def measure(self, evidence: Evidence) -> Iterator[Measure | Finding | Skip]:
        """The distance of each column and the share of values never seen, the widest apart first; then dates."""
        from auditor.evidence.date_shift import AskDateShifts
        from auditor.evidence.shift import AskShifts

        shifts, dates = evidence.ask(AskShifts()), evidence.ask(AskDateShifts())
        if not (shifts or dates):
            yield Skip("the two have no column of numbers, categories or dates in common")
        rows = evidence.profile.rows
        for shift in sorted(shifts, key=lambda one: (-total_variation(one.ours, one.theirs).value, one.column)):
            yield from self._distance(shift, rows, warns=False)
            yield self._unseen(shift, rows)
            if shift.unseen:
                told = ", ".join(shift.examples[:_NAMED])
                message = f"{counted(shift.unseen, 'row')} of the reference with values never seen: {told}"
                yield Finding(shift.column, message, shift.unseen)
        for date in dates:
            yield from self._distance(date, rows, warns=True)
            yield from self._after(date, rows)

    def _distance(self, shift: ColumnShift | DateShift, rows: int, *, warns: bool) -> Iterator[Measure | Finding]:
        distance = total_variation(shift.ours, shift.theirs)
        limit = self.max_distance
        yield Measure("distance", shift.column, distance, at_most=limit, support=rows, warns=warns)
        if distance.bounds(0.95)[0] > limit:
            yield Finding(shift.column, _apart(shift), 1)

    def _unseen(self, shift: ColumnShift, rows: int) -> Measure:
        """Beyond what is to be expected: of a column of many values, more rows of any kind have some never seen."""
        return Measure(
            "values never seen",
            shift.column,
            difference(shift.unseen, shift.known, shift.once, shift.ours_known),
            at_most=self.max_unseen,
            support=rows,
            unit=Unit.POINTS,
            note=f"beyond the {percent(shift.expected)} that more rows like the data's would bring",
        )

    def _after(self, date: DateShift, rows: int) -> Iterator[Measure | Finding]:
        later = proportion(date.after, date.known)
        name = "rows after the newest"
        yield Measure(name, date.column, later, at_most=self.max_unseen, support=rows, warns=True)
        if date.after:
            message = f"{counted(date.after, 'row')} of the reference later than the newest of the data, {date.newest}"
            yield Finding(date.column, message, date.after)
        if date.before:
            message = f"{counted(date.before, 'row')} of the reference earlier than the oldest, {date.oldest}"
            yield Finding(date.column, message, date.before)


def _apart(shift: ColumnShift | DateShift) -> str:
    """The values whose shares differ most."""
    ours, theirs = (max(sum(side), 1) for side in (shift.ours, shift.theirs))
    shares = [(x / ours, y / theirs, value) for value, x, y in zip(shift.values, shift.ours, shift.theirs, strict=True)]
    widest = sorted(shares, key=lambda one: (-abs(one[0] - one[1]), one[2]))[:_NAMED]
    return "; ".join(f"{value}: {percent(a)} here, {percent(b)} in the reference" for a, b, value in widest)
