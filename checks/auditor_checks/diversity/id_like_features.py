"""`id-like-features`: features that name a row, from which nothing can be learned that holds for another."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar, Literal

from auditor.check import Check, Evidence, Family, Finding, Measure, Needs, Share, Skip, Unit, exact
from auditor_checks.wording import counted


class IdLikeFeatures(Check):
    """A feature names the row instead of describing it.

    A value that nearly each row has for itself says nothing of another row. A model learns it by heart, or learns from
    its order what the order of the file gives away. Name the column as the id (`--id`), as what rows belong to
    (`--group`), or leave it out of the features.

    Method: the features whose different values are at least `min_share` of the cells that are there, of 50 cells or
    more, and that are words, or whole numbers that climb with the rows, fill half of their range, or are called an id.
    Other numbers that nearly all differ are measurements.
    """

    id: ClassVar[str] = "id-like-features"
    family: ClassVar[Family] = Family.DIVERSITY
    default_level: ClassVar[Literal["error", "warn"]] = "warn"
    needs: ClassVar[Needs] = Needs(examples=True)
    remedy: ClassVar[str] = "Name the column as the id, or leave it out of the features."

    min_share: Share = 0.95

    def measure(self, evidence: Evidence) -> Iterator[Measure | Finding | Skip]:
        """How many features name rows, and which."""
        from auditor.evidence.giveaway import read_alone
        from auditor.evidence.id_like import AskIdLike

        columns = read_alone(evidence.dataset)
        if not columns:
            yield Skip("no feature is a number or a word", applies=False)
            return
        found = evidence.ask(AskIdLike(self.min_share))
        rows = evidence.profile.rows
        number = exact(len(found), len(columns))
        yield Measure("features-that-name-rows", "features", number, at_most=0, support=rows, unit=Unit.NUMBER)
        for one in found:
            message = f"{counted(one.distinct, 'different value')} in {one.known} cells: {one.why}"
            yield Finding(one.column, message, one.distinct)
