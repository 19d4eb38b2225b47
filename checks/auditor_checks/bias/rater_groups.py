"""`rater-groups`: annotators of one group label the same items otherwise than the others."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, ClassVar

from pydantic import PositiveInt

from auditor.check import SINGLE_CLASS, Check, Evidence, Family, Measure, Needs, Share, Skip, Slice, Unit
from auditor.errors import UsageError, did_you_mean

if TYPE_CHECKING:
    from auditor.evidence.rater_groups import RaterGap
    from auditor.evidence.votes import Votes


class RaterGroups(Check):
    """Annotators of one group label the same items otherwise than the others.

    What counts as hateful, polite or ill is seen differently by those it is about. Where one group gives most of the
    votes, the majority label is its view, and a model learns that view alone. Collect votes of the groups that are
    few, weigh them, or keep the votes apart instead of one label; say in the documentation who the annotators were.

    Options: `rater_columns` name the columns that describe the annotator, in a table with one vote a row; nothing is
    asked without them. What the items speak of is taken from the sensitive columns.

    What it does not show: who is right; nor that the group is the reason, as raters of a group may differ in other
    things too.

    Method: for each group of raters and each of up to `max_classes` classes (of two, the positive one), the rate at
    which they give it less that of all other raters, on items that both voted on: Mantel and Haenszel's risk
    difference with the items as strata, so that it makes no difference who got the harder items. In all, and on the
    items of each target group. The variance is clustered by rater and by item (Cameron, Gelbach and Miller 2011),
    since a few raters stand for their group however many votes they gave; Student's t has as many degrees of freedom
    as the smaller side has raters, less one. With fewer than `min_raters` on a side, or `min_items` shared items, it
    can never fail.
    """

    id: ClassVar[str] = "rater-groups"
    family: ClassVar[Family] = Family.BIAS
    needs: ClassVar[Needs] = Needs(tasks=SINGLE_CLASS)
    remedy: ClassVar[str] = "Collect votes of the groups that are few, or keep the votes apart."

    rater_columns: tuple[str, ...] = ()
    max_difference: Share = 0.1
    min_raters: PositiveInt = 10
    min_items: PositiveInt = 30
    max_classes: PositiveInt = 5

    def measure(self, evidence: Evidence) -> Iterator[Measure | Skip]:
        """Each group's difference to all other raters, in all and by target group."""

        if not self.rater_columns:
            yield Skip("no column is said to describe the annotators: rater_columns", applies=False)
            return
        from auditor.evidence.rater_groups import AskRaterGaps
        from auditor.evidence.votes import AskVotes

        self._check_columns(evidence)
        if len(evidence.dataset.roles.annotator) != 1:
            yield Skip("who voted must stand in one annotator column, with one vote a row; name it with --annotator")
            return
        classes = self._classes(evidence, evidence.ask(AskVotes()))
        targets = tuple(name for name in evidence.dataset.roles.sensitive if name not in self.rater_columns)
        gaps = [gap for column in self.rater_columns for gap in evidence.ask(AskRaterGaps(column, targets, classes))]
        if not gaps:
            yield Skip("no item has votes of two groups of raters; name what was voted on with --id")
        for gap in gaps:
            yield self._difference(gap)

    def _check_columns(self, evidence: Evidence) -> None:
        dataset, setting = evidence.dataset, f"checks.{self.id}"
        names = [column.name for column in dataset.columns]
        for name in self.rater_columns:
            if name not in names:
                raise UsageError(f"rater_columns: there is no column {name!r}. {did_you_mean(name, names)}", setting)
            if name in (*dataset.roles.label, *dataset.roles.annotator):
                raise UsageError(f"rater_columns: {name!r} is the label or the annotator. Take it out.", setting)

    def _classes(self, evidence: Evidence, votes: Votes) -> tuple[str, ...]:
        """Of two, the positive one; of more, those with the most votes."""
        import numpy as np

        if len(votes.classes) == 2:
            return (evidence.dataset.positive or votes.classes[-1],)
        most = np.argsort(-np.bincount(votes.arrays.said, minlength=len(votes.classes)), kind="stable")
        return tuple(votes.classes[place] for place in most[: self.max_classes])

    def _difference(self, gap: RaterGap) -> Measure:
        one = gap.difference
        return Measure(
            f"difference in {gap.name}",
            Slice((gap.group, *((gap.target,) if gap.target else ()))),
            one,
            at_most=self.max_difference,
            at_least=-self.max_difference,
            support=gap.votes,
            unit=Unit.POINTS,
            note=f"against all other raters on the same {one.items} items; {one.raters} raters on the smaller side",
            can_fail=one.raters >= self.min_raters and one.items >= self.min_items,
        )
