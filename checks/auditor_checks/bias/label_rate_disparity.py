"""`label-rate-disparity`: a label given to one group more often than to another."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations
from typing import TYPE_CHECKING, Annotated, ClassVar, Literal

from pydantic import Field, PositiveInt, model_validator

from auditor.check import (
    CLASSIFICATION,
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
    Task,
    Unit,
    exact,
)
from auditor.stats.borrowed import PooledDifference
from auditor.stats.estimates import Estimate, proportion
from auditor_checks.bias.classes import Asked, compared_classes
from auditor_checks.bias.comparison import Compared, check_reference, compare
from auditor_checks.bias.profiles import RULES, Profile, Rule, published

if TYPE_CHECKING:
    from auditor.evidence.rates import Rates

#: Rows that would have the label in the group at the common rate: with fewer, a ratio cannot be past its limit.
_ENOUGH_EXPECTED = 10
_NAMED = 5


class LabelRateDisparity(Check):
    """A label is given to one group more often than to another.

    A model learns the gap and acts on it. The gap may have a reason, or record an old injustice; the number
    cannot tell which. Find out where it comes from before training: collect, reweigh, relabel or document.

    Limits: `max_difference` speaks of common labels and can never be passed by a rare one, so `max_ratio` stands
    beside it. By default a rate may be at most twice, and at least half, that of the reference group; at a rate
    of 10 % the two limits meet. The four-fifths rule of U.S. employment law (29 CFR 1607.4 D) is a `profile`, and
    no default, since among many labels and groups a fifth more or less is common and needs no injustice.

    Options: `reference` is what a group is compared with: the `largest` group, the `rest` (all other rows), the
    `whole` (all rows, its own among them), the group with the `highest` rate (by ratio alone), or named values as
    in `{sex = "Male"}`. `favourable` declares classes that count as one good outcome. `profile` is `four-fifths`,
    `ll144` or `clarify`; what these mean and where they apply is in docs/bias-profiles.md.

    Method: for each group, and each pair of attributes' groups, the rate of the label compared with that of the
    reference: the difference with Newcombe's hybrid score interval (1998, method 10), the ratio with the score
    interval of Miettinen and Nurminen (1985). Missing is a group of its own; a continuous attribute is cut into
    bins. More than two classes (of an ordered label too) are each held against the rest; of two, the ratio is that
    of the positive and of the rarer one. Of a number, the shares above each quartile of all labels are compared, by
    difference. The largest classes are compared first; where that would take more than `max_comparisons`, the rest
    stays open, and the check with it unless they are few. A group of fewer than `min_rows` can never fail, nor can
    a ratio where fewer than 10 rows of the group would have the label at the rate of both groups together: tail
    probabilities are not to be trusted there. Where a table has 8 groups or more, that one is *within* a limit leans
    on pooling, as in `worst-subgroups`: its rate is drawn to that of all (of a pair, to what both attributes say), as
    far as the groups of the table stray (beta-binomial, empirical Bayes); that it is past a limit, its own rows must
    carry. So small groups do not leave a large, fair table open; and one small group that alone differs may pass with
    the rest. Ratios of many classes speak for the rows that have the class, so that some very rare ones may stay open.
    Which group has the highest rate is learnt from the same rows, so a ratio to it is corrected for the groups it was
    looked for in: those of at least 2 % of the rows. Rates by group come from fairlearn's MetricFrame, those of pairs
    and of more than 200 groups from the same counts without it.
    """

    id: ClassVar[str] = "label-rate-disparity"
    family: ClassVar[Family] = Family.BIAS
    needs: ClassVar[Needs] = Needs(
        roles=frozenset({Role.LABEL, Role.SENSITIVE}), tasks=CLASSIFICATION | {Task.REGRESSION}, examples=True
    )
    remedy: ClassVar[str] = "Find out where the gap comes from, then collect, reweigh, relabel or document it."

    max_difference: Share = 0.1
    max_ratio: Annotated[float, Field(gt=1, allow_inf_nan=False)] = 2.0
    max_comparisons: PositiveInt = 10_000
    min_rows: PositiveInt = 30
    reference: Literal["largest", "rest", "whole", "highest"] | dict[str, str] = "largest"
    favourable: tuple[str, ...] = ()
    profile: Profile | None = None

    @model_validator(mode="after")
    def _one_reference(self) -> LabelRateDisparity:
        if self.profile in RULES and "reference" in self.model_fields_set:
            raise ValueError(f"profile {self.profile.value!r} says what is compared; leave reference out")
        if not self.reference:
            raise ValueError("reference names no value of any column")
        return self

    def measure(self, evidence: Evidence) -> Iterator[Measure | Finding | Skip]:
        """Each group's rate, and its difference and ratio to the reference's."""
        sensitive = [name for name in evidence.dataset.roles.sensitive if name not in evidence.dataset.roles.label]
        check_reference(self.reference, evidence, sensitive, f"checks.{self.id}")
        asked = compared_classes(evidence, self.favourable, one=self.profile, setting=f"checks.{self.id}")
        if not asked.names:
            yield Skip("there are no two classes, so no rate can differ")
            return
        rule = self._rule(asked)
        tables = [rates for by in _combinations(sensitive, rule.depth) if (rates := asked.rates(evidence, by)).rows]
        comparisons = sum(max(0, len(rates.rows) - 1) for rates in tables)
        affordable = max(1, self.max_comparisons // max(1, comparisons))
        for rates in tables:
            if self.profile is Profile.LL144:
                yield from published(asked.selected, rates, asked.kind)
            rarer = asked.rarer if rule.lowest_ratio is None else ()  # else there is one good outcome
            compared = {
                name: list(compare(name, rates, rule.reference, self.min_rows))
                for name in (*asked.names[:affordable], *rarer)
            }
            for name in asked.names[:affordable]:
                yield from _shown(asked.called(name), name, rates) if len(rates.by) == 1 else ()
                yield from self._differences(asked.called(name), compared[name]) if rule.differences else ()
            for name in (*asked.names[:affordable], *rarer) if rule.ratios else ():
                yield from self._ratios(asked, name, compared[name], rule)
        yield from _not_compared({name: asked.sizes[name] for name in asked.names}, affordable)

    def _rule(self, asked: Asked) -> Rule:
        own = Rule(self.reference, depth=2, differences=self.reference != "highest", ratios=not asked.numeric)
        return own if self.profile is None else RULES.get(self.profile, own)

    def _differences(self, called: str, compared: Sequence[Compared]) -> Iterator[Measure]:
        for one in compared:
            if one.difference is None:  # there is none to the highest rate
                continue
            yield Measure(
                f"difference in {called}",
                Slice(one.rate.group),
                one.difference,
                at_most=self.max_difference,
                at_least=-self.max_difference,
                support=one.rate.rows,
                unit=Unit.POINTS,
                note=_note(one.against, one.pooled_difference),
                can_fail=one.fewest >= self.min_rows,
                pooled=one.pooled_difference,
            )

    def _ratios(self, asked: Asked, name: str, compared: Sequence[Compared], rule: Rule) -> Iterator[Measure]:
        for one in compared:
            if not one.having:  # no rate to be a multiple of
                continue
            lowest = 1 / self.max_ratio if rule.lowest_ratio is None else rule.lowest_ratio
            yield Measure(
                "ratio of rates",
                Slice((*one.rate.group, (asked.label, name))),
                one.ratio,
                at_most=None if rule.reference == "highest" else self.max_ratio,
                at_least=lowest,
                support=one.rate.rows if asked.two else one.having,
                unit=Unit.RATIO,
                note=_note(one.against, one.pooled_ratio),
                can_fail=one.fewest >= self.min_rows and one.expected >= _ENOUGH_EXPECTED,
                pooled=one.pooled_ratio,
            )


def _combinations(sensitive: list[str], depth: int) -> list[tuple[str, ...]]:
    return [columns for size in range(1, depth + 1) for columns in combinations(sensitive, size)]


def _note(against: str, pooled: Estimate | None) -> str:
    """What a group is compared with and, where it borrows from the others, the interval that it may hold by."""
    if pooled is None:
        return against
    low, high = pooled.bounds(0.95)
    if isinstance(pooled, PooledDifference):
        return f"{against}; pooled, {100 * low:+.1f} to {100 * high:+.1f} points"
    return f"{against}; pooled, {low:.2f} to {high:.2f}"


def _shown(called: str, name: str, rates: Rates) -> Iterator[Measure]:
    for rate in rates.of(name):
        yield Measure(f"rate of {called}", Slice(rate.group), proportion(rate.having, rate.rows), support=rate.rows)


def _not_compared(sizes: Mapping[str, int], affordable: int) -> Iterator[Measure]:
    """An open measure for the classes left out, so that no pass speaks for their rows."""
    left_out = list(sizes)[affordable:]
    if not left_out:
        return
    rows = sum(sizes[name] for name in left_out)
    compared = sum(sizes.values()) - rows
    yield Measure("compared", f"the {affordable} largest classes", exact(1.0, compared), at_least=1.0, support=compared)
    some = ", ".join(left_out[:_NAMED]) + (", …" if len(left_out) > _NAMED else "")
    yield Measure(
        "compared",
        f"{len(left_out)} smaller classes: {some}",
        proportion(0, 0),
        at_least=1.0,
        support=rows,
        note="not compared: raise max_comparisons",
        can_fail=False,
        sampled=False,
    )
