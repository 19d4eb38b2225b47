"""`duplicate-rows`: the same row again."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from auditor.check import Check, Evidence, Family, Finding, Measure, Needs, Share, Skip, Unit, exact
from auditor_checks.wording import counted


class DuplicateRows(Check):
    """The same row stands in the data more than once.

    Repeats weigh what they show more than the rest, and when copies fall on both sides of a split the test is
    known by heart. Take them out, or raise the limit and say why they are true. An id that several rows share
    names none of them: it was joined twice, or is no id.

    Method: rows equal in every column but the id and the split, label included, told by a 128-bit hash; all but
    the first of each group are repeats. Blanks around a text, and the order of a row's labels, make no
    difference. With an id column, rows whose id an earlier row has in the same split and at the same time; none
    may.
    """

    id: ClassVar[str] = "duplicate-rows"
    family: ClassVar[Family] = Family.DIVERSITY
    needs: ClassVar[Needs] = Needs(examples=True)
    remedy: ClassVar[str] = "Take the repeats out, or raise the limit and say why they are true."

    max_share: Share = 0.05

    def measure(self, evidence: Evidence) -> Iterator[Measure | Finding | Skip]:
        """The share of rows that repeat an earlier one, and which; the rows that share their id."""
        if evidence.dataset.roles.id is not None:
            yield from self._ids(evidence, evidence.dataset.roles.id)
        if not evidence.duplicates.compared:
            yield Skip("there is no column by which rows could be compared")
            return
        rows = evidence.profile.rows
        repeats = evidence.duplicates.identical.repeats
        yield Measure(
            "repeated-rows",
            "all rows",
            exact(len(repeats) / rows, rows),
            at_most=self.max_share,
            support=rows,
        )
        if len(repeats):
            subject = counted(evidence.duplicates.identical.count, "group")
            yield Finding(subject, "rows that repeat an earlier row", len(repeats), repeats.tolist())

    def _ids(self, evidence: Evidence, name: str) -> Iterator[Measure | Finding]:
        from auditor.evidence.duplicates import AskRepeatedIds

        shared, rows = evidence.ask(AskRepeatedIds(name)), evidence.profile.rows
        repeats = len(shared.repeats)
        yield Measure("repeated-ids", name, exact(repeats, rows), at_most=0, support=rows, unit=Unit.ROWS)
        if repeats:
            message = f"rows that share their id: {counted(shared.count, 'id')} in all"
            yield Finding(name, message, len(shared.rows), shared.rows.tolist(), {"group": (shared.group + 1).tolist()})
