"""`worst-subgroups`: a subgroup of several attributes whose label rate lies far from everybody else's."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Annotated, ClassVar

from pydantic import Field, PositiveInt, model_validator

from auditor.check import SINGLE_CLASS, Check, Evidence, Family, Finding, Measure, Needs, Role, Share, Skip, Slice, Unit
from auditor.stats.estimates import proportion
from auditor_checks.bias.classes import Asked, compared_classes
from auditor_checks.bias.subgroup_search import Search, Small, Worst
from auditor_checks.wording import counted

if TYPE_CHECKING:
    from auditor.evidence.subgroups import Joint

_NAMED = 5


class WorstSubgroups(Check):
    """A subgroup of people, by three attributes or more, is labeled unlike everybody else.

    A gap may be in no attribute and in no pair of them, and yet be learned: young black women, of all. What to do
    is the same as for a large group; collect more rows of a subgroup that is named and cannot be told yet.
    Single attributes and pairs are listed whole by `label-rate-disparity`; deeper combinations are too many for that,
    and are searched for the worst.

    Method: for each combination of `min_depth` to `max_depth` attributes, the largest difference, up or down, between
    a subgroup's rate of the label (of each class, where there are many) and that of all other rows. That it is past
    `max_difference` is claimed from the subgroup's own rows, corrected for all subgroups searched (Newcombe 1998,
    Bonferroni). That none is past it leans on pooling: a subgroup's rate is drawn to the additive logistic model of
    its attributes, as far as the subgroups of the table stray from that (beta-binomial, empirical Bayes). The
    subgroups that make up 95 % of the rows are decided together, then the smaller ones; those of fewer than
    `min_rows` are counted and named, and decide nothing. All is read from one table of counts; attributes that
    would bring it above 10,000 cells are named and not searched. Ratios of rare labels are not searched either.
    """

    id: ClassVar[str] = "worst-subgroups"
    family: ClassVar[Family] = Family.BIAS
    needs: ClassVar[Needs] = Needs(roles=frozenset({Role.LABEL, Role.SENSITIVE}), tasks=SINGLE_CLASS, examples=True)
    remedy: ClassVar[str] = "Find out where the gap comes from, then collect, reweigh, relabel or document it."

    max_difference: Share = 0.1
    min_rows: PositiveInt = 30
    min_depth: Annotated[int, Field(ge=1)] = 3
    max_depth: Annotated[int, Field(ge=1, le=4)] = 3
    listed: PositiveInt = 10
    favourable: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _rising(self) -> WorstSubgroups:
        if self.min_depth > self.max_depth:
            raise ValueError(f"min_depth ({self.min_depth}) must not be above max_depth ({self.max_depth})")
        return self

    def measure(self, evidence: Evidence) -> Iterator[Measure | Finding | Skip]:
        """The largest gap of each combination of attributes, then the worst subgroups of all."""
        from auditor.evidence.subgroups import AskJoint

        if len(evidence.dataset.roles.sensitive) < self.min_depth:
            yield Skip(f"there are no {self.min_depth} attributes to combine", applies=False)
            return
        asked = compared_classes(evidence, self.favourable, one=None, setting=f"checks.{self.id}")
        if not asked.names:
            yield Skip("there are no two classes, so no rate can differ")
            return
        joint = evidence.ask(AskJoint())
        if len(joint.attributes) < self.min_depth:
            yield Skip(f"too many values to combine {self.min_depth} attributes: {', '.join(joint.left_out)}")
            return
        searched = [
            search
            for columns in joint.combinations(self.min_depth, self.max_depth)
            if (search := Search.of(joint, columns, asked)) is not None
        ]
        worst: list[Worst] = []
        for search in searched:
            yield from self._gaps(search, worst)
        yield from (
            Finding(one.group, one.told, one.rows)
            for one in sorted(worst, key=lambda one: -abs(one.gap))[: self.listed]
        )
        yield from _too_small([small for search in searched if (small := search.small(self.min_rows))], self.min_rows)
        yield from _not_searched(joint, searched, asked)

    def _gaps(self, search: Search, worst: list[Worst]) -> Iterator[Measure]:
        """The largest gap of each part; subgroups past the limit are added to the `worst`."""
        for places in search.parts(self.min_rows):
            gap = search.gap(places)
            subgroup = search.described(places, gap, gap.worst)
            yield Measure(
                "largest gap",
                subgroup.group,
                gap,
                at_most=self.max_difference,
                support=int(search.table.rows[places].sum()),
                unit=Unit.POINTS,
                note=f"the worst of {counted(len(places), 'subgroup')}; {subgroup.told}",
            )
            worst += search.past(places, gap, self.max_difference, self.listed)
        if small := search.small(self.min_rows):
            yield Measure(  # open, so that no pass speaks for their rows
                "largest gap",
                Slice(tuple((column, "(few rows)") for column in small.named[0][0].columns)),
                proportion(0, 0),
                at_most=self.max_difference,
                support=small.rows,
                unit=Unit.POINTS,
                note=f"the largest of {counted(small.groups, 'subgroup')} of fewer than {self.min_rows} rows",
                can_fail=False,
                sampled=False,
            )


def _too_small(smalls: Sequence[Small], min_rows: int) -> Iterator[Finding]:
    """The subgroups too small to be told, those of the combination with the most such rows named first."""
    if not smalls:
        return
    ranked = sorted(smalls, key=lambda small: -small.rows)
    groups = sum(small.groups for small in ranked)
    named = [one for small in ranked for one in small.named][:_NAMED]
    told = "; ".join(f"{group} ({counted(rows, 'row')})" for group, rows in named)
    more = f"; and {groups - len(named)} more" if groups > len(named) else ""
    of = f"{counted(groups, 'subgroup')} of fewer than {min_rows} rows in {counted(len(ranked), 'combination')}"
    yield Finding("small subgroups", f"{of} cannot be told apart from chance: {told}{more}", ranked[0].rows)


def _not_searched(joint: Joint, searched: Sequence[Search], asked: Asked) -> Iterator[Finding]:
    if joint.left_out:
        told = "searched in no such combination: the table of counts would have too many cells"
        yield Finding(", ".join(joint.left_out), told, 0)
    fewest = min((len(search.classes) for search in searched), default=len(asked.names))
    if left_out := asked.names[fewest:]:
        some = ", ".join(left_out[:_NAMED]) + (", …" if len(left_out) > _NAMED else "")
        told = f"{counted(len(left_out), 'smaller class', 'smaller classes')} not searched in all combinations: {some}"
        yield Finding(asked.label, told, sum(asked.sizes[name] for name in left_out))
