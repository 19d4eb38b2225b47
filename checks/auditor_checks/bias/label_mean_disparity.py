"""`label-mean-disparity`: a numeric or ordered label that is higher in one group than in another."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING, Annotated, ClassVar

from pydantic import Field, PositiveInt

from auditor.check import Check, Evidence, Family, Measure, Needs, Role, Skip, Slice, Task, Unit
from auditor.stats.estimates import mean, mean_difference

if TYPE_CHECKING:
    from auditor.evidence.means import GroupMean

#: Rows from which on an average is nearly normal, for a skewness of 1; they grow with its square.
_COCHRAN = 25


class LabelMeanDisparity(Check):
    """A numeric or ordered label is higher in one group than in another.

    A model learns the gap and acts on it: a salary predicted lower, a risk predicted higher. The gap may have a
    reason, or record an old injustice; the number cannot tell which. Find out where it comes from before
    training: collect, reweigh, relabel or document.

    Method: for each group, and each pair of attributes' groups, the average of the label less that of the
    reference group (the largest), in standard deviations of the label over all rows, with the t interval of
    Welch (1947). The limit of 0.2, a small effect in the words of Cohen (1988), is what ten points are to a label
    of two even classes. The standard deviation is taken as known. Missing is a group of its own; a continuous
    attribute is cut into bins. A group of fewer than `min_rows` can never fail: of few values of a skewed kind,
    the interval of an average is too short. Of an ordered label, the averages are those of the classes' places,
    from 1 for the lowest: a step counts the same wherever it is taken; and where these are skewed, a group can fail
    from 25 times the squared skewness on (Cochran 1977).
    """

    id: ClassVar[str] = "label-mean-disparity"
    family: ClassVar[Family] = Family.BIAS
    needs: ClassVar[Needs] = Needs(
        roles=frozenset({Role.LABEL, Role.SENSITIVE}),
        tasks=frozenset({Task.REGRESSION, Task.ORDINAL}),
        examples=True,
    )
    remedy: ClassVar[str] = "Find out where the gap comes from, then collect, reweigh, relabel or document it."

    max_difference: Annotated[float, Field(ge=0, allow_inf_nan=False)] = 0.2
    min_rows: PositiveInt = 30

    def measure(self, evidence: Evidence) -> Iterator[Measure | Skip]:
        """Each group's average, and its difference to the reference group's."""
        from auditor.evidence.means import AskMeans

        scale = _scale(evidence)
        if scale is None:  # each class's rate is still compared
            yield Skip(
                "the order of the classes is not known; name them, the lowest first: --label-order", applies=False
            )
            return
        (everybody,) = evidence.ask(AskMeans(()))
        if not everybody.sd > 0:
            yield Skip("the label does not vary, so no average can differ")
            return
        sensitive = evidence.dataset.roles.sensitive
        for columns in (*((name,) for name in sensitive), *combinations(sensitive, 2)):
            groups = evidence.ask(AskMeans(columns))
            yield from _averages(scale, groups) if len(columns) == 1 else ()
            yield from self._differences(groups, everybody, scale)

    def _differences(self, groups: list[GroupMean], everybody: GroupMean, scale: _Scale) -> Iterator[Measure]:
        reference, *others = groups
        sd, enough = everybody.sd, max(self.min_rows, _COCHRAN * everybody.skewness**2)
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
                note=f"against {Slice(reference.group)}; one is {sd:.4g}{scale.unit}",
                can_fail=group.rows >= enough,  # the reference has no fewer
            )


@dataclass(frozen=True, slots=True)
class _Scale:
    """What the averages are of, in which unit, and from where to where, if that is known."""

    name: str
    unit: str = ""
    lower: float | None = None
    upper: float | None = None
    note: str = ""


def _scale(evidence: Evidence) -> _Scale | None:
    from auditor.evidence.ordinal import places

    (label,) = evidence.dataset.roles.label
    if evidence.dataset.task is not Task.ORDINAL:
        return _Scale(f"average of {label}")
    place = places(evidence.label_counts().having, evidence.dataset)
    if not place:
        return None if place is None else _Scale(f"average place of {label}")
    lowest, highest = min(place, key=place.__getitem__), max(place, key=place.__getitem__)
    top = 1 + place[highest]
    return _Scale(f"average place of {label}", " steps", 1, top, f"from 1, {lowest!r}, to {top}, {highest!r}")


def _averages(scale: _Scale, groups: list[GroupMean]) -> Iterator[Measure]:
    for group in groups:
        estimate = mean(group.mean, group.sd, group.rows, scale.lower, scale.upper)
        yield Measure(scale.name, Slice(group.group), estimate, support=group.rows, unit=Unit.NUMBER, note=scale.note)
