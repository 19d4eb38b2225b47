"""`pre-training-bias`: the measures of bias in labels that SageMaker Clarify and AIF360 have names for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Annotated, ClassVar

from pydantic import Field, PositiveInt

from auditor.check import (
    LABELED,
    Check,
    Evidence,
    Family,
    Finding,
    Measure,
    Needs,
    Role,
    Skip,
    Task,
    Unit,
    exact,
)
from auditor.dataset.values import MISSING
from auditor.errors import UsageError
from auditor.stats.differential_fairness import differential_fairness
from auditor.stats.distances import compare_distributions
from auditor.stats.estimates import Estimate, difference, proportion
from auditor.stats.imbalance import class_imbalance
from auditor.stats.worst_case import worst_case
from auditor_checks.bias.classes import Asked, compared_classes
from auditor_checks.bias.decisions import NOT_THE_FACT, is_decision
from auditor_checks.bias.label_views import View, views
from auditor_checks.bias.mean_gaps import mean_gaps
from auditor_checks.bias.represented import decided_about, represented
from auditor_checks.bias.sides import Reference, Sides, sides_of

if TYPE_CHECKING:
    from auditor.evidence.rates import Group, Rates

#: A limit of a measure: a number of 0 or more, or none.
Limit = Annotated[float, Field(strict=True, ge=0, allow_inf_nan=False)] | None
_NO_LIMIT = "no limit is set for these measures, which are shown for information"
_LESS_OFTEN = "it has the label less often"
_NAMED = 5


class PreTrainingBias(Check):
    """The labels of a group are distributed otherwise than those of all others.

    These are the measures that Amazon SageMaker Clarify and AIF360 report of data before training, for who is
    used to them or asked for them. They say the same thing in several ways: of two classes, DPL, Lp, TVD and KS
    are one number. `label-rate-disparity` holds the limits; a limit set here (`max_tvd = 0.1`) is held too. What
    to do is the same: find out where the difference comes from, then collect, reweigh, relabel or document it.

    Where the label is an institution's decision (an arrest, a hire, a loan), over-representation leads: a group's
    share of the positive labels over its share of the rows. The label then records the decision and not the fact,
    so the number speaks of who was decided about, and not of who did or could do what.

    Method: of each attribute, each group (facet d) against all other rows (facet a), as in Clarify, or against the
    largest group (`reference = "largest"`): class imbalance CI = (n_a - n_d) / (n_a + n_d), above 0 where the group
    has fewer rows; DPL = q_a - q_d of the positive class (or of the `favourable` ones), above 0 where the group has
    it less often (`label-rate-disparity` shows the group's rate less the other, the opposite sign); KL(P_a ‖ P_d)
    and JS in nats, Lp of order 2, TVD, and KS, the largest gap of any class (of ordered classes also that of the
    cumulative shares, the distance by that name). A class that one side lacks counts with the share 0, where
    Clarify's code leaves it out. Smoothed empirical differential fairness is that of Foulds et al. (2020), with a
    Dirichlet concentration of 1, of each attribute and of all together. CI has the interval of Wilson, DPL that of
    Newcombe, KL and JS a noncentral χ² with the variance of the delta method, norms the resampled distribution of
    their error (fixed seed): those hold near 0, where a bootstrap of the measure itself does not.
    Of several labels a row, each of the `max_classes` largest is held against its absence. A number is cut at
    `threshold`, as Clarify does it: what lies above is the positive class. Without one, CI, the difference in means
    (Welch 1947; above 0 where the group's labels are lower) and KS at the quartiles of all labels are shown, which is
    at most the KS of the whole distributions; the other measures are not defined for a number that is not cut.
    Where an attribute is missing in some rows, the gap could be anything between the bounds of Manski (1989), over
    all ways to fill it; nothing is ever filled in. A group of fewer than `min_rows`, or beyond the `max_groups`
    largest of its attribute (fewer where all attributes together would make more than `max_comparisons`), is
    counted and not measured.
    """

    id: ClassVar[str] = "pre-training-bias"
    family: ClassVar[Family] = Family.BIAS
    needs: ClassVar[Needs] = Needs(roles=frozenset({Role.LABEL, Role.SENSITIVE}), tasks=LABELED, examples=True)
    remedy: ClassVar[str] = "Find out where the difference comes from, then collect, reweigh, relabel or document it."

    reference: Reference = "rest"
    favourable: tuple[str, ...] = ()
    threshold: Annotated[float, Field(strict=True, allow_inf_nan=False)] | None = None
    max_classes: PositiveInt = 5
    min_rows: PositiveInt = 30
    max_groups: PositiveInt = 10
    max_comparisons: PositiveInt = 60
    max_ci: Limit = None
    max_dpl: Limit = None
    max_kl: Limit = None
    max_js: Limit = None
    max_lp: Limit = None
    max_tvd: Limit = None
    max_ks: Limit = None
    max_edf: Limit = None

    def measure(self, evidence: Evidence) -> Iterator[Measure | Finding | Skip]:
        """Each attribute's groups, then all attributes together."""
        from auditor.evidence.counts import joint_columns

        asked = self._asked(evidence)
        if not asked.names or len(asked.sizes) + asked.numeric < 2:
            yield Skip("there are no two classes, so no distribution can differ")
            return
        roles = evidence.dataset.roles
        sensitive = tuple(name for name in roles.sensitive if name not in roles.label)
        seen = {name: views(evidence, (name,), asked, self.threshold, self.max_classes) for name in sensitive}
        most = {name: self._groups(seen[name], len(sensitive)) for name in sensitive}
        if is_decision(evidence):
            name = next((one.name for ones in seen.values() for one in ones if not one.one_of_many), "") or asked.label
            yield from decided_about(evidence, name, [represented(seen[one][0], most[one]) for one in sensitive])
        for name in sensitive:
            yield from self._attribute(evidence, seen[name], most[name])
        # Of more columns than the run's one table holds, a table of all would be a pass over the data of its own.
        if not asked.numeric and len(sensitive) > 1 and set(sensitive) <= set(joint_columns(evidence)):
            for view in views(evidence, sensitive, asked, self.threshold, self.max_classes):
                yield from self._fairness(view)
        if not self._held():
            yield Skip(f"{_NO_LIMIT}; {NOT_THE_FACT}" if is_decision(evidence) else _NO_LIMIT, applies=False)

    def _asked(self, evidence: Evidence) -> Asked:
        """The classes; raises UsageError for a threshold or a limit that does not fit the label."""
        setting = f"checks.{self.id}"
        asked = compared_classes(evidence, self.favourable, one=None, setting=setting)
        if self.threshold is not None and not asked.numeric:
            raise UsageError("threshold cuts a number, and the label has classes. Leave it out.", setting)
        of_classes = (self.max_dpl, self.max_kl, self.max_js, self.max_lp, self.max_tvd, self.max_ks, self.max_edf)
        if asked.numeric and self.threshold is None and any(limit is not None for limit in of_classes):
            told = "the label is a number, and these limits speak of classes. Say in threshold where to cut it"
            raise UsageError(f"{told}, or leave out all but max_ci.", setting)
        return asked

    def _held(self) -> bool:
        labels = (self.max_dpl, self.max_kl, self.max_js, self.max_lp, self.max_tvd, self.max_ks)
        return any(limit is not None for limit in (self.max_ci, *labels, self.max_edf))

    def _groups(self, seen: Sequence[View], attributes: int) -> list[Group]:
        """The groups of an attribute that are measured, the largest first."""
        rows = seen[0].rates.rows
        large = [group for group in rows if rows[group] >= self.min_rows]
        return large[: min(self.max_groups, max(1, self.max_comparisons // (attributes * len(seen))))]

    def _attribute(
        self, evidence: Evidence, seen: Sequence[View], groups: Sequence[Group]
    ) -> Iterator[Measure | Finding]:
        rates = seen[0].rates
        for sides in sides_of(rates, groups, self.reference):
            ci = class_imbalance(sides.rows_a, sides.rows)
            yield self._held_to("class imbalance (CI)", sides, ci, self.max_ci, both=True, above="it has fewer rows")
        for view in seen:
            for sides in sides_of(view.rates, groups, self.reference):
                yield from self._labels(view, sides)
            yield from _worst_cases(view, groups, self.reference) if view.positive else ()
            yield from self._fairness(view) if not view.cut else ()
        if evidence.dataset.task is Task.REGRESSION:
            yield from mean_gaps(evidence, rates.by, groups, self.reference)
        yield from _left_out(rates, [group for group in rates.rows if group not in groups], self._held())

    def _labels(self, view: View, sides: Sides) -> Iterator[Measure]:
        """How the labels of both sides differ: by rate, then by distribution."""
        if view.positive:
            dpl, above = difference(*sides.positive_a(view.positive), *sides.positive(view.positive)), _LESS_OFTEN
            name = f"DPL of {view.name}"
            yield self._held_to(name, sides, dpl, self.max_dpl, both=True, unit=Unit.POINTS, above=above)
        found = compare_distributions(*sides.distributions(view.order), ordered=view.order is not None)
        for name, estimate, limit in (
            ("KL divergence", found.kl, self.max_kl),
            ("JS divergence", found.js, self.max_js),
            ("L2 norm (LP)", found.lp, self.max_lp),
            ("total variation distance (TVD)", found.tvd, self.max_tvd),
            ("Kolmogorov-Smirnov (KS)", found.ks, self.max_ks),
        ):
            if not view.cut:
                yield self._held_to(f"{name}{view.suffix}", sides, estimate, limit)
        if found.ordered is not None:
            at = ", at the quartiles of all labels" if view.cut else ""
            yield self._held_to(f"KS of the cumulative shares{at}", sides, found.ordered, None)

    def _held_to(
        self,
        name: str,
        sides: Sides,
        estimate: Estimate,
        limit: float | None,
        both: bool = False,
        unit: Unit = Unit.NUMBER,
        above: str = "",
    ) -> Measure:
        return Measure(
            name,
            sides.subject,
            estimate,
            at_most=limit,
            at_least=-limit if both and limit is not None else None,
            support=sides.rows,
            unit=unit,
            note=f"{sides.note}; above 0 where {above}" if above else sides.note,
            can_fail=min(sides.rows, sides.rows_a) >= self.min_rows,
        )

    def _fairness(self, view: View) -> Iterator[Measure]:
        """Of the groups that are large enough: the others' rates say nothing."""
        rates = view.rates
        groups = [group for group, rows in rates.rows.items() if rows >= self.min_rows]
        if len(groups) < 2:
            return
        having = [[counts.get(group, 0) for counts in rates.having.values()] for group in groups]
        rows = [rates.rows[group] for group in groups]
        left_out = len(rates.rows) - len(groups)
        yield Measure(
            f"differential fairness (ε){view.suffix}",
            " × ".join(rates.by),
            differential_fairness(having, rows),
            at_most=self.max_edf,
            support=sum(rows),
            unit=Unit.NUMBER,
            note=f"over {len(groups)} groups"
            + (f"; {left_out} of fewer than {self.min_rows} rows left out" * bool(left_out)),
        )


def _worst_cases(view: View, groups: Sequence[Group], reference: Reference) -> Iterator[Measure]:
    """The bounds of DPL where the attribute is missing in some rows."""
    from auditor.evidence.rates import Rates

    missing, rates = (MISSING,), view.rates
    if missing not in rates.rows:
        return
    known = Rates(rates.by, {g: n for g, n in rates.rows.items() if g != missing}, rates.having)
    unknown = view.having(missing), rates.rows[missing]
    for sides in sides_of(known, [group for group in groups if group != missing], reference):
        worst = worst_case(sides.positive_a(view.positive), sides.positive(view.positive), unknown)
        low, high = (f"{end * 100:+.1f}" for end in worst.extremes)
        note = f"{sides.note}; {low} to {high} points in these rows, whatever the {unknown[1]} missing are"
        yield Measure(
            f"DPL of {view.name}, missing at worst",
            sides.subject,
            worst,
            support=sides.rows,
            unit=Unit.POINTS,
            note=note,
            sampled=False,
        )


def _left_out(rates: Rates, groups: Sequence[Group], held: bool) -> Iterator[Measure]:
    """The rows of groups that were not measured; where limits are held they stay open: no pass speaks of them."""
    if not groups:
        return
    rows, total = sum(rates.rows[group] for group in groups), sum(rates.rows.values())
    some = ", ".join(group[0] for group in groups[:_NAMED]) + (", …" if len(groups) > _NAMED else "")
    yield Measure("rows not measured", rates.by[0], exact(rows, total), support=rows, unit=Unit.ROWS, note=some)
    if held:
        (name,), done = rates.by, total - rows
        yield Measure(f"measured by {name}", "large groups", exact(1.0, done), at_least=1.0, support=done)
        yield Measure(
            f"measured by {name}", some, proportion(0, 0), at_least=1.0, support=rows, can_fail=False, sampled=False
        )
