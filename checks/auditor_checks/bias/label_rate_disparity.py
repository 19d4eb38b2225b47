"""`label-rate-disparity`: a label given to one group more often than to another."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import combinations
from typing import Annotated, ClassVar

from pydantic import Field, PositiveInt

from auditor.check import (
    CLASSIFICATION,
    Check,
    Evidence,
    Family,
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
from auditor.evidence.rates import AskRates, Rate, Rates
from auditor.stats.estimates import difference, proportion, ratio

#: Rows that would have the label in the group at the common rate: with fewer, a ratio cannot be past its limit.
_ENOUGH_EXPECTED = 10
_NAMED = 5


class LabelRateDisparity(Check):
    """A label is given to one group more often than to another.

    A model learns the gap and acts on it. The gap may have a reason, or record an old injustice; the number
    cannot tell which. Find out where it comes from before training: collect, reweigh, relabel or document.

    Limits: `max_difference` speaks of common labels and can never be passed by a rare one, so `max_ratio` stands
    beside it. By default a rate may be at most twice, and at least half, that of the reference group; at a rate
    of 10 % the two limits meet. The four-fifths rule of U.S. employment law (29 CFR 1607.4 D) is `max_ratio = 1.25`;
    it is no default, since among many labels and groups a fifth more or less is common and needs no injustice.

    Method: for each group, and each pair of attributes' groups, the rate of the label compared with that of the
    reference group (the largest): the difference with Newcombe's hybrid score interval (1998, method 10), the
    ratio with the score interval of Miettinen and Nurminen (1985). Missing is a group of its own; a continuous
    attribute is cut into bins. More than two classes (of an ordered label too) are each held against the rest; of
    two, the ratio is that of the positive and of the rarer one. The largest classes are compared first; where
    that would take more than `max_comparisons`, the rest stays open, and the check with it unless they are few.
    A group of fewer than `min_rows` can never fail, nor can a ratio where fewer than 10 rows of the group would
    have the label at the rate of both groups together: tail probabilities are not to be trusted there. Ratios of
    many classes speak for the rows that have the class, so that some very rare ones may stay open. Rates by group
    come from fairlearn's MetricFrame, of more than 200 groups from the same counts without it.
    """

    id: ClassVar[str] = "label-rate-disparity"
    family: ClassVar[Family] = Family.BIAS
    needs: ClassVar[Needs] = Needs(roles=frozenset({Role.LABEL, Role.SENSITIVE}), tasks=CLASSIFICATION, examples=True)
    remedy: ClassVar[str] = "Find out where the gap comes from, then collect, reweigh, relabel or document it."

    max_difference: Share = 0.1
    max_ratio: Annotated[float, Field(gt=1, allow_inf_nan=False)] = 2.0
    max_comparisons: PositiveInt = 10_000
    min_rows: PositiveInt = 30

    def measure(self, evidence: Evidence) -> Iterator[Measure | Skip]:
        """Each group's rate, and its difference and ratio to the reference group's."""
        sensitive = [name for name in evidence.dataset.roles.sensitive if name not in evidence.dataset.roles.label]
        sizes = evidence.label_counts().classes()
        asked = _asked(evidence, list(sizes))
        if not asked:
            yield Skip("there are no two classes, so no rate can differ")
            return
        by = (*((name,) for name in sensitive), *combinations(sensitive, 2))
        tables = [rates for columns in by if (rates := evidence.ask(AskRates(columns))).rows]
        comparisons = sum(max(0, len(rates.rows) - 1) for rates in tables)
        affordable = max(1, self.max_comparisons // max(1, comparisons))
        for rates in tables:
            for name in asked[:affordable]:
                yield from self._shown(name, rates) if len(rates.by) == 1 else ()
                yield from self._differences(name, rates)
            for name in _asked_for_ratios(evidence, asked[:affordable], sizes):
                yield from self._ratios(evidence, name, rates)
        yield from _not_compared({name: sizes[name] for name in asked}, affordable)

    def _shown(self, name: str, rates: Rates) -> Iterator[Measure]:
        for rate in rates.of(name):
            yield Measure(f"rate of {name}", Slice(rate.group), proportion(rate.having, rate.rows), support=rate.rows)

    def _differences(self, name: str, rates: Rates) -> Iterator[Measure]:
        reference, *others = rates.of(name)
        for rate in others:
            yield Measure(
                f"difference in {name}",
                Slice(rate.group),
                difference(rate.having, rate.rows, reference.having, reference.rows),
                at_most=self.max_difference,
                at_least=-self.max_difference,
                support=rate.rows,
                unit=Unit.POINTS,
                note=f"against {Slice(reference.group)}",
                can_fail=rate.rows >= self.min_rows,  # the reference has no fewer
            )

    def _ratios(self, evidence: Evidence, name: str, rates: Rates) -> Iterator[Measure]:
        two = evidence.dataset.task is Task.BINARY
        label = evidence.dataset.roles.label[0] if len(evidence.dataset.roles.label) == 1 else "label"
        reference, *others = rates.of(name)
        for rate in others:
            having = rate.having + reference.having
            if not having:  # no rate to be a multiple of
                continue
            yield Measure(
                "ratio of rates",
                Slice((*rate.group, (label, name))),
                ratio(rate.having, rate.rows, reference.having, reference.rows),
                at_most=self.max_ratio,
                at_least=1 / self.max_ratio,
                support=rate.rows if two else having,
                unit=Unit.RATIO,
                note=f"against {Slice(reference.group)}",
                can_fail=rate.rows >= self.min_rows and _expected(rate, reference) >= _ENOUGH_EXPECTED,
            )


def _asked(evidence: Evidence, classes: list[str]) -> list[str]:
    if evidence.dataset.task is Task.BINARY:
        return [evidence.dataset.positive or classes[-1]] if len(classes) == 2 else []
    return classes if len(classes) > 1 or evidence.dataset.task is Task.MULTILABEL else []


def _asked_for_ratios(evidence: Evidence, asked: list[str], sizes: Mapping[str, int]) -> list[str]:
    """Of two classes the rarer too: where nearly all have the other one, its ratio is 1 whatever happens."""
    if evidence.dataset.task is not Task.BINARY:
        return asked
    rarer = [name for name in sizes if sizes[name] < sizes[asked[0]]]
    return [*asked, *rarer]


def _expected(rate: Rate, reference: Rate) -> float:
    """Rows of the group that would have the label, if both groups had it at the same rate."""
    return rate.rows * (rate.having + reference.having) / (rate.rows + reference.rows)


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
