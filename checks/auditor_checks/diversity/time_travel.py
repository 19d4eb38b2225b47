"""`time-travel`: rows that are trained on though they are later than those that are tested on."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, ClassVar

from auditor.check import Check, Evidence, Family, Finding, Measure, Needs, Role, Share, Skip, exact
from auditor.errors import NotPossible
from auditor_checks.wording import counted

if TYPE_CHECKING:
    from auditor.evidence.time_travel import TimeTravel as Found


class TimeTravel(Check):
    """Rows of the training split are later than rows of the test split.

    In use a model never sees the future. Trained on rows that are later than those it is tested on, it knows what came
    of them (the price afterwards, the same customer a week on), and the test says it is better than it will be. Split
    by time: train on all before a day, test on all after it. Where time does not matter to the question, leave the time
    column unnamed.

    Method: counted, at the time that parts the two best. Of the training rows later than it, as a share of those with a
    time, and the rows of the other split earlier than it, as a share of its own, the larger share is told for the time
    where it is least: one wrong date puts one row out of place, not all. The same moment is not later. Beside it the
    chance that a training row is later than a row of the other split, both drawn at random: near 0 where a few rows are
    out of place, near a half where the split does not heed time. The training split is the one called so, else the
    largest.
    """

    id: ClassVar[str] = "time-travel"
    family: ClassVar[Family] = Family.DIVERSITY
    needs: ClassVar[Needs] = Needs(roles=frozenset({Role.TIME}))
    remedy: ClassVar[str] = "Split by time: train on what is before a day, test on what is after it."

    max_later: Share = 0.01

    def measure(self, evidence: Evidence) -> Iterator[Measure | Finding | Skip]:
        """The share of rows out of order in time, of each other split and the training split, and the rows."""
        from auditor.evidence.time_travel import AskTimeTravel

        try:
            found = evidence.ask(AskTimeTravel())
        except NotPossible as reason:
            yield Skip(str(reason), applies=evidence.dataset.roles.split is not None)
            return
        for one in found:
            share = exact(one.misplaced, one.trained + one.tested)
            name = f"rows out of order with {one.training}"
            yield Measure(name, one.name, share, at_most=self.max_later, support=one.tested)
            after = exact(one.after, one.trained)
            yield Measure(f"chance that {one.training} is later", one.name, after, support=one.tested)
            yield from _listed(one)


def _listed(one: Found) -> Iterator[Finding]:
    parts = f"{one.cut}, which parts {one.training} from {one.name} best"
    if rows := len(one.later):
        message = f"{counted(rows, 'row')} of {one.training} later than {parts}; the last is of {one.latest}"
        yield Finding(one.name, message, rows, one.later)
    if rows := len(one.earlier):
        message = f"{counted(rows, 'row')} of {one.name} earlier than {parts}; the first is of {one.earliest}"
        yield Finding(one.name, message, rows, one.earlier)
