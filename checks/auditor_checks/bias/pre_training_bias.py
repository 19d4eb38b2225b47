"""`pre-training-bias`: the measures of bias in labels that SageMaker Clarify and AIF360 have names for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Annotated, ClassVar

from pydantic import Field, PositiveInt

from auditor.check import (
    SINGLE_CLASS,
    Check,
    Evidence,
    Family,
    Finding,
    Measure,
    Needs,
    Role,
    Skip,
    Slice,
    Unit,
    exact,
)
from auditor.dataset.values import MISSING
from auditor.evidence.counts import joint_columns
from auditor.evidence.ordinal import places
from auditor.evidence.rates import AskRates, Group, Rates
from auditor.stats.differential_fairness import differential_fairness
from auditor.stats.distances import compare_distributions
from auditor.stats.estimates import Estimate, difference, proportion
from auditor.stats.imbalance import class_imbalance
from auditor.stats.relative import ratio_to_whole
from auditor.stats.worst_case import worst_case
from auditor_checks.bias.classes import Asked, compared_classes
from auditor_checks.bias.decisions import NOT_THE_FACT, is_decision, with_caution
from auditor_checks.bias.sides import Reference, Sides, sides_of
from auditor_checks.bias.within import decision_finding

#: A limit of a measure: a number of 0 or more, or none.
Limit = Annotated[float, Field(strict=True, ge=0, allow_inf_nan=False)] | None
_NO_LIMIT = "no limit is set for these measures, which are shown for information"
_ALPHA = 0.05
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
    largest group (`reference = "largest"`): class imbalance CI = (n_a - n_d) / (n_a + n_d); DPL = q_a - q_d of the
    positive class (or of the `favourable` ones); KL(P_a ‖ P_d) and JS in nats, Lp of order 2, TVD, and KS, the
    largest gap of any class (of ordered classes also that of the cumulative shares, the distance by that name).
    A class that one side lacks counts with the share 0, where Clarify's code leaves it out. Smoothed empirical
    differential fairness is that of Foulds et al. (2020), with a Dirichlet concentration of 1, of each attribute
    and of all together. CI has the interval of Wilson, DPL that of Newcombe, KL and JS a noncentral χ² with the
    variance of the delta method, norms the resampled distribution of their error (fixed seed): those hold near 0,
    where a bootstrap of the measure itself does not.
    Where an attribute is missing in some rows, the gap could be anything between the bounds of Manski (1989), over
    all ways to fill it; nothing is ever filled in. A group of fewer than `min_rows`, or beyond the `max_groups`
    largest of its attribute (fewer where all attributes together would make more than `max_comparisons`), is
    counted and not measured.
    """

    id: ClassVar[str] = "pre-training-bias"
    family: ClassVar[Family] = Family.BIAS
    needs: ClassVar[Needs] = Needs(roles=frozenset({Role.LABEL, Role.SENSITIVE}), tasks=SINGLE_CLASS, examples=True)
    remedy: ClassVar[str] = "Find out where the difference comes from, then collect, reweigh, relabel or document it."

    reference: Reference = "rest"
    favourable: tuple[str, ...] = ()
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
        asked = compared_classes(evidence, self.favourable, one=None, setting=f"checks.{self.id}")
        if len(asked.sizes) < 2:
            yield Skip("there are no two classes, so no distribution can differ")
            return
        roles = evidence.dataset.roles
        sensitive = tuple(name for name in roles.sensitive if name not in roles.label)
        if is_decision(evidence):
            yield decision_finding(evidence, asked.names[0] if asked.two else asked.label)
        for name in sensitive:
            yield from self._attribute(evidence, name, asked, max(1, self.max_comparisons // len(sensitive)))
        # Of more columns than the run's one table holds, a table of all would be a pass over the data of its own.
        if len(sensitive) > 1 and set(sensitive) <= set(joint_columns(evidence)):
            yield from self._fairness(evidence.ask(AskRates(sensitive)))
        if not self._held():
            yield Skip(f"{_NO_LIMIT}; {NOT_THE_FACT}" if is_decision(evidence) else _NO_LIMIT, applies=False)

    def _held(self) -> bool:
        labels = (self.max_dpl, self.max_kl, self.max_js, self.max_lp, self.max_tvd, self.max_ks)
        return any(limit is not None for limit in (self.max_ci, *labels, self.max_edf))

    def _attribute(self, evidence: Evidence, name: str, asked: Asked, at_most: int) -> Iterator[Measure | Finding]:
        rates = evidence.ask(AskRates((name,)))
        large = [group for group, rows in rates.rows.items() if rows >= self.min_rows]
        groups = large[: min(self.max_groups, at_most)]
        if asked.two and is_decision(evidence):
            yield from _over_represented(rates, groups, asked, evidence)
        for sides in sides_of(rates, groups, self.reference):
            ci = class_imbalance(sides.rows_a, sides.rows)
            yield self._held_to("class imbalance (CI)", sides, ci, self.max_ci, both=True)
            yield from self._labels(evidence, sides, asked)
        yield from _worst_cases(rates, groups, self.reference, asked) if asked.two else ()
        yield from self._fairness(rates)
        yield from _left_out(rates, [group for group in rates.rows if group not in groups], self._held())

    def _labels(self, evidence: Evidence, sides: Sides, asked: Asked) -> Iterator[Measure]:
        """How the labels of both sides differ: by rate, then by distribution."""
        if asked.two:
            dpl = difference(*sides.positive_a(_positive(asked)), *sides.positive(_positive(asked)))
            yield self._held_to(f"DPL of {asked.names[0]}", sides, dpl, self.max_dpl, both=True, unit=Unit.POINTS)
        order = places(sides.classes, evidence.dataset)
        found = compare_distributions(*sides.distributions(order), ordered=order is not None)
        for name, estimate, limit in (
            ("KL divergence", found.kl, self.max_kl),
            ("JS divergence", found.js, self.max_js),
            ("L2 norm (LP)", found.lp, self.max_lp),
            ("total variation distance (TVD)", found.tvd, self.max_tvd),
            ("Kolmogorov-Smirnov (KS)", found.ks, self.max_ks),
        ):
            yield self._held_to(name, sides, estimate, limit)
        if found.ordered is not None:
            yield self._held_to("KS of the cumulative shares", sides, found.ordered, None)

    def _held_to(
        self,
        name: str,
        sides: Sides,
        estimate: Estimate,
        limit: float | None,
        both: bool = False,
        unit: Unit = Unit.NUMBER,
    ) -> Measure:
        return Measure(
            name,
            sides.subject,
            estimate,
            at_most=limit,
            at_least=-limit if both and limit is not None else None,
            support=sides.rows,
            unit=unit,
            note=sides.note,
            can_fail=min(sides.rows, sides.rows_a) >= self.min_rows,
        )

    def _fairness(self, rates: Rates) -> Iterator[Measure]:
        """Of the groups that are large enough: the others' rates say nothing."""
        groups = [group for group, rows in rates.rows.items() if rows >= self.min_rows]
        if len(groups) < 2:
            return
        having = [[counts.get(group, 0) for counts in rates.having.values()] for group in groups]
        rows = [rates.rows[group] for group in groups]
        left_out = len(rates.rows) - len(groups)
        yield Measure(
            "differential fairness (ε)",
            " × ".join(rates.by),
            differential_fairness(having, rows),
            at_most=self.max_edf,
            support=sum(rows),
            unit=Unit.NUMBER,
            note=f"over {len(groups)} groups"
            + (f"; {left_out} of fewer than {self.min_rows} rows left out" * bool(left_out)),
        )


def _positive(asked: Asked) -> tuple[str, ...]:
    """The classes that count as the positive one."""
    return asked.favourable or asked.names[:1]


def _over_represented(
    rates: Rates, groups: Sequence[Group], asked: Asked, evidence: Evidence
) -> Iterator[Measure | Finding]:
    """The share of the positive labels over the share of the rows; who surely has more is named, the first first."""
    rows, positive = sum(rates.rows.values()), {group: _having(rates, group, asked) for group in rates.rows}
    having, level = sum(positive.values()), 1 - _ALPHA / max(len(groups), 1)
    if not having or len(rates.rows) < 2:
        return
    note = with_caution(f"share of {asked.names[0]} over share of the rows", evidence)
    surely: list[tuple[float, Finding]] = []
    for group in groups:
        ratio, subject = ratio_to_whole(positive[group], rates.rows[group], having, rows), _slice(rates, group)
        yield Measure("over-representation", subject, ratio, support=rates.rows[group], unit=Unit.RATIO, note=note)
        low, high = ratio.bounds(level)
        if low > 1:
            of, among = rates.rows[group] / rows, positive[group] / having
            told = (
                f"{among:.1%} of the rows with {asked.names[0]} and {of:.1%} of all, {ratio.value:.2f} times its share"
            )
            message = with_caution(f"{told} ({low:.2f} to {high:.2f})", evidence)
            surely.append((-ratio.value, Finding(subject, message, positive[group])))
    yield from (finding for _, finding in sorted(surely, key=lambda one: one[0])[:_NAMED])


def _having(rates: Rates, group: Group, asked: Asked) -> int:
    return sum(rates.having[name].get(group, 0) for name in _positive(asked))


def _slice(rates: Rates, group: Group) -> Slice:
    return Slice(tuple(zip(rates.by, group, strict=True)))


def _worst_cases(rates: Rates, groups: Sequence[Group], reference: Reference, asked: Asked) -> Iterator[Measure]:
    """The bounds of DPL where the attribute is missing in some rows."""
    missing = (MISSING,)
    if missing not in rates.rows:
        return
    known = Rates(rates.by, {g: n for g, n in rates.rows.items() if g != missing}, rates.having)
    unknown = _having(rates, missing, asked), rates.rows[missing]
    for sides in sides_of(known, [group for group in groups if group != missing], reference):
        worst = worst_case(sides.positive_a(_positive(asked)), sides.positive(_positive(asked)), unknown)
        low, high = (f"{end * 100:+.1f}" for end in worst.extremes)
        note = f"{sides.note}; {low} to {high} points in these rows, whatever the {unknown[1]} missing are"
        yield Measure(
            f"DPL of {asked.names[0]}, missing at worst",
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
