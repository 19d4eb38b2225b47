"""`label-mean-disparity`: a numeric label that is higher in one group than in another."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations
from typing import Annotated, ClassVar

from pydantic import Field, PositiveInt

from auditor.check import Check, Evidence, Family, Measure, Needs, Role, Skip, Slice, Task, Unit
from auditor.evidence.means import AskMeans, GroupMean
from auditor.stats.estimates import mean, mean_difference


class LabelMeanDisparity(Check):
    """A numeric label is higher in one group than in another.

    A model learns the gap and acts on it: a salary predicted lower, a risk predicted higher. The gap may have a
    reason, or record an old injustice; the number cannot tell which. Find out where it comes from before
    training: collect, reweigh, relabel or document.

    Method: for each group, and each pair of attributes' groups, the average of the label less that of the
    reference group (the largest), in standard deviations of the label over all rows, with the t interval of
    Welch (1947). The limit of 0.2, a small effect in the words of Cohen (1988), is what ten points are to a label
    of two even classes. The standard deviation is taken as known. Missing is a group of its own; a continuous
    attribute is cut into bins. A group of fewer than `min_rows` can never fail: of few values of a skewed kind,
    the interval of an average is too short.
    """

    id: ClassVar[str] = "label-mean-disparity"
    family: ClassVar[Family] = Family.BIAS
    needs: ClassVar[Needs] = Needs(roles=frozenset({Role.LABEL, Role.SENSITIVE}), tasks=frozenset({Task.REGRESSION}))
    remedy: ClassVar[str] = "Find out where the gap comes from, then collect, reweigh, relabel or document it."

    max_difference: Annotated[float, Field(ge=0, allow_inf_nan=False)] = 0.2
    min_rows: PositiveInt = 30

    def measure(self, evidence: Evidence) -> Iterator[Measure | Skip]:
        """Each group's average, and its difference to the reference group's."""
        (everybody,) = evidence.ask(AskMeans(()))
        if not everybody.sd > 0:
            yield Skip("the label does not vary, so no average can differ")
            return
        sensitive = evidence.dataset.roles.sensitive
        for columns in (*((name,) for name in sensitive), *combinations(sensitive, 2)):
            groups = evidence.ask(AskMeans(columns))
            yield from _averages(evidence.dataset.roles.label[0], groups) if len(columns) == 1 else ()
            yield from self._differences(groups, everybody.sd)

    def _differences(self, groups: list[GroupMean], sd: float) -> Iterator[Measure]:
        reference, *others = groups
        for group in others:
            yield Measure(
                "difference in standard deviations",
                Slice(group.group),
                mean_difference(
                    group.mean / sd, group.sd / sd, group.rows, reference.mean / sd, reference.sd / sd, reference.rows
                ),
                at_most=self.max_difference,
                at_least=-self.max_difference,
                support=group.rows,
                unit=Unit.NUMBER,
                note=f"against {Slice(reference.group)}; one is {sd:.4g}",
                can_fail=group.rows >= self.min_rows,  # the reference has no fewer
            )


def _averages(label: str, groups: list[GroupMean]) -> Iterator[Measure]:
    for group in groups:
        estimate = mean(group.mean, group.sd, group.rows)
        yield Measure(f"average of {label}", Slice(group.group), estimate, support=group.rows, unit=Unit.NUMBER)
