"""`conditional-disparity`: a gap between groups that is there among rows alike in what may make a difference."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, ClassVar

from pydantic import PositiveInt

from auditor.check import (
    SINGLE_CLASS,
    Check,
    Evidence,
    Family,
    Finding,
    Measure,
    Needs,
    Role,
    Share,
    Skip,
    Slice,
    Unit,
)
from auditor.dataset.table import Kind
from auditor.errors import UsageError, did_you_mean
from auditor.stats.demographic_disparity import demographic_disparity
from auditor.stats.estimates import difference, proportion
from auditor_checks.bias.classes import compared_classes
from auditor_checks.bias.decisions import is_decision, with_caution
from auditor_checks.bias.within import Within, compare_within, decision_finding, reversal

if TYPE_CHECKING:
    from auditor.evidence.strata_counts import GroupStrata

_NOT_FACTORS = frozenset({Kind.TEXT, Kind.EMBEDDING, Kind.LABELS, Kind.OTHER})


class ConditionalDisparity(Check):
    """A label is given to one group more often than to another that is alike in what may make a difference.

    A raw gap may come from where people applied, or from their grade; and a fair total may hide a gap in every
    department. A model that is given the factors learns the gap within them. Declare in `factors` the columns by
    which a difference is legitimate, and no others: a factor that itself stems from the disadvantage (a grade
    given by the same institution) explains away what it should show. Where a gap is left within the factors, find
    out where it comes from, then collect, reweigh, relabel or document.

    A Simpson reversal (Simpson 1951; Bickel, Hammel and O'Connell 1975) is called out by name: the groups together
    show one direction, the strata the other. What is explained by the factors is not thereby fair, and what is
    not is no proof of injustice: a factor may be missing.

    Method: within strata of the factors (continuous ones cut into bins, missing a value of its own), each group
    against the largest: the difference of Mantel and Haenszel (1959) with the variance of Sato (1989), held to
    `max_difference`; their common odds ratio with the interval of Robins, Breslow and Greenland (1986), the test
    of Cochran, Mantel and Haenszel, and that of Breslow and Day (1980, with Tarone's correction) of whether one
    ratio fits all strata. The raw gap is split in two by Kitagawa (1955; Oaxaca and Blinder 1973): what goes with
    the strata that the groups lie in, and what with their rates within them. CDDL is Clarify's conditional
    demographic disparity in labels, of the group among all rows: its share of the rejected less that of the
    accepted. Rows in strata that hold none of the other group cannot be compared; they stay open. A group of
    fewer than `min_rows` can never fail. Reversals are named where both directions are sure, corrected for the
    number of groups; and where the direction within is the other one but not sure, that is said.
    """

    id: ClassVar[str] = "conditional-disparity"
    family: ClassVar[Family] = Family.BIAS
    needs: ClassVar[Needs] = Needs(roles=frozenset({Role.LABEL, Role.SENSITIVE}), tasks=SINGLE_CLASS, examples=True)
    remedy: ClassVar[str] = (
        "Find out where the gap within the factors comes from, then collect, reweigh, relabel or document it."
    )

    factors: tuple[str, ...] = ()
    favourable: tuple[str, ...] = ()
    max_difference: Share = 0.1
    min_rows: PositiveInt = 30
    max_groups: PositiveInt = 10

    def measure(self, evidence: Evidence) -> Iterator[Measure | Finding | Skip]:
        """Each group's gap within the factors, then what the factors explain of the raw one."""
        if not self.factors:
            yield Skip(
                "no legitimate factor is declared; name some with `factors` to compare within them", applies=False
            )
            return
        self._check_factors(evidence)
        asked = compared_classes(evidence, self.favourable, one=None, setting=f"checks.{self.id}")
        if not asked.two:
            yield Skip("there are not two classes; declare which count as one good outcome in `favourable`")
            return
        label = asked.names[0]
        if is_decision(evidence):
            yield decision_finding(evidence, asked.called(label))
        for name in self._attributes(evidence):
            yield from self._attribute(evidence, name, asked.called(label), asked.positive)

    def _check_factors(self, evidence: Evidence) -> None:
        dataset, setting = evidence.dataset, f"checks.{self.id}"
        names = [column.name for column in dataset.columns]
        for factor in self.factors:
            if factor not in names:
                raise UsageError(f"factors: there is no column {factor!r}. {did_you_mean(factor, names)}", setting)
            if factor in dataset.roles.label:
                raise UsageError(f"factors: {factor!r} is the label, which cannot explain itself.", setting)
            if (kind := dataset.column(factor).kind) in _NOT_FACTORS:
                told = f"factors: {factor!r} is {kind}; a factor must be numbers, dates or categories"
                raise UsageError(f"{told}. Make such a column of it, or leave it out.", setting)

    def _attributes(self, evidence: Evidence) -> list[str]:
        """A factor is held fixed, and cannot be compared within itself."""
        roles = evidence.dataset.roles
        return [name for name in roles.sensitive if name not in (*roles.label, *self.factors)]

    def _attribute(
        self, evidence: Evidence, name: str, label: str, labels: tuple[str, ...]
    ) -> Iterator[Measure | Finding]:
        from auditor.evidence.strata_counts import group_strata

        strata = group_strata(evidence, name, tuple(dict.fromkeys(self.factors)), labels)
        reference, *others = [*strata.groups] or [""]
        compared = [compare_within(strata, group, reference) for group in others]
        for one in compared:
            yield self._held(one, label, evidence)
        yield from self._left_open(compared, label)
        large = [one for one in compared if one.rows >= self.min_rows]
        for one in large:
            if found := reversal(one, label, len(large)):
                yield found
        for one in large[: self.max_groups]:
            yield from _shown(one, strata, label)

    def _held(self, one: Within, label: str, evidence: Evidence) -> Measure:
        note = f"against {one.reference}, within {one.by}; {one.covered} of {one.rows} rows have a counterpart"
        return Measure(
            f"conditional difference in {label}",
            Slice(((one.attribute, one.group),)),
            one.risk,
            at_most=self.max_difference,
            at_least=-self.max_difference,
            support=one.covered,
            unit=Unit.POINTS,
            note=with_caution(note, evidence),
            can_fail=one.covered >= self.min_rows,
        )

    def _left_open(self, compared: list[Within], label: str) -> Iterator[Measure]:
        """An open measure for rows without a counterpart, so that no pass speaks for them."""
        rows = sum(one.rows - one.covered for one in compared)
        if rows:
            yield Measure(
                f"conditional difference in {label}",
                Slice(((compared[0].attribute, "(no counterpart)"),)),
                proportion(0, 0),
                at_most=self.max_difference,
                support=rows,
                unit=Unit.POINTS,
                note=f"rows in strata of {compared[0].by} that hold nobody of {compared[0].reference}",
                can_fail=False,
                sampled=False,
            )


def _shown(one: Within, strata: GroupStrata, label: str) -> Iterator[Measure]:
    """What helps to understand the gap, and is held to no limit."""
    subject, against = Slice(((one.attribute, one.group),)), f"against {one.reference}"
    counts = (strata.having(one.group), one.rows, strata.having(one.reference), strata.rows(one.reference))
    parts = one.parts
    shared = f"{against}; {parts.shared:.1%} of the rows lie in strata of both groups"
    rest = demographic_disparity([*strata.against_rest(one.group).values()])
    for name, estimate, unit, note in (
        (f"raw difference in {label}", difference(*counts), Unit.POINTS, against),
        (f"explained by {one.by}", parts.explained, Unit.POINTS, shared),
        (f"not explained by {one.by}", parts.unexplained, Unit.POINTS, shared),
        ("common odds ratio", one.odds, Unit.RATIO, f"{against}, within {one.by}{one.tests}"),
        ("CDDL", rest, Unit.POINTS, f"of all rows, within {one.by}: share of the rejected less that of the accepted"),
    ):
        yield Measure(name, subject, estimate, support=one.rows, unit=unit, note=note)
