"""`label-giveaway`: a column that alone gives the label away."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, ClassVar

from auditor.check import SINGLE_CLASS, Check, Evidence, Family, Finding, Measure, Needs, Role, Share, Skip, Task
from auditor.errors import NotPossible
from auditor.stats.skill import Skill
from auditor.stats.written import percent

if TYPE_CHECKING:
    from auditor.evidence.giveaway import Giveaways, Teller

#: The best tellers that are shown; those after them tell less.
_SHOWN = 10


class LabelGiveaway(Check):
    """A single column gives the label away (target leakage).

    What tells the label nearly always, alone, is mostly the label in another form: a code of it, its cause written
    down afterwards (the date of a payment that was made), a cell that is filled in only where the outcome was seen, or
    the number of a row in a file that is sorted. A model learns nothing else, looks perfect, and fails where the column
    is not there yet. Ask when and by whom it is filled in; take it out unless it is known before the label.

    Method: each row's label is guessed from the other rows with the same value of one column (of a number also from
    its seven neighbours on either side, by value), the row itself left out, so that a value that stands once tells
    nothing; missing is a value. The skill is the share of a guess of the commonest class's errors that this avoids
    (Goodman and Kruskal 1954, lambda), with the interval of Clopper and Pearson, in at most 20,000 rows of which rare
    classes have more than their share. Numeric labels are told by quarters, the rarest of over 20 classes together.
    Whether a cell is missing is also held against each class; with more than two classes, that is only warned of. In
    columns of over 1,000 different values, repeated rows count once.
    """

    id: ClassVar[str] = "label-giveaway"
    family: ClassVar[Family] = Family.DIVERSITY
    needs: ClassVar[Needs] = Needs(
        roles=frozenset({Role.LABEL}),
        tasks=SINGLE_CLASS | {Task.REGRESSION, Task.MULTILABEL},
        not_yet=frozenset({Task.MULTILABEL}),
        examples=True,
    )
    remedy: ClassVar[str] = "Take out the columns that are written down after the label is known."
    when_undecided: ClassVar[str] = "Ask of each column named whether it is known before the label."

    max_skill: Share = 0.97

    def measure(self, evidence: Evidence) -> Iterator[Measure | Finding | Skip]:
        """The skill of the best columns, the best first, and what is to be said of those near the limit."""
        from auditor.evidence.giveaway import AskGiveaways

        try:
            found = evidence.ask(AskGiveaways())
        except NotPossible as reason:
            yield Skip(str(reason), applies=False)
            return
        several = evidence.dataset.task not in (Task.BINARY, Task.REGRESSION)
        for teller in found.tellers[:_SHOWN]:
            yield Measure("skill", teller.column, teller.skill, at_most=self.max_skill, support=teller.skill.n)
            if teller.missing is not None and several:
                yield self._by_missing(teller, teller.missing)
            yield from self._told(evidence, found, teller)

    def _by_missing(self, teller: Teller, skill: Skill) -> Measure:
        note = f"whether the cell is missing, for the class {teller.cls}"
        limit, rows = self.max_skill, skill.n
        return Measure("skill-of-missing", teller.column, skill, at_most=limit, support=rows, note=note, warns=True)

    def _told(self, evidence: Evidence, found: Giveaways, teller: Teller) -> Iterator[Finding]:
        missing, skill = teller.missing, teller.skill
        if missing is not None and missing.value > self.max_skill:
            what = "is there" if teller.there else "is missing"
            known = f"that its cell {what} tells {teller.cls!r} from all else with a skill of {missing.value:.3f}"
            yield Finding(teller.column, f"{known}, in {found.rows} rows looked at", missing.n - missing.errors)
        elif skill.usual and skill.value > self.max_skill:
            usual, told = (1 - wrong / skill.n for wrong in (skill.usual, skill.errors))
            what = "label" if evidence.dataset.task is not Task.REGRESSION else "label's quarter"
            looked = f"{skill.n:,} rows looked at"
            message = f"it alone tells the {what} of {percent(told)} of the {looked}"
            commonest = f"the commonest holds for {percent(usual)}"
            yield Finding(teller.column, f"{message}; {commonest}", skill.n - skill.errors)
