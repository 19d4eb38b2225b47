"""`label-rate-disparity`: a label given to one group more often than to another."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations
from typing import ClassVar

from pydantic import PositiveInt

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
)
from auditor.evidence.rates import AskRates, Rate
from auditor.stats.estimates import difference, proportion


class LabelRateDisparity(Check):
    """A label is given to one group more often than to another.

    A model learns the gap and acts on it. The gap may have a reason, or record an old injustice; the number
    cannot tell which. Find out where it comes from before training: collect, reweigh, relabel or document.

    Method: for each group, and each pair of attributes' groups, the rate of the label less the rate in the
    reference group (the largest), with Newcombe's hybrid score interval (1998, method 10). Missing is a group
    of its own; a continuous attribute is cut into bins. More than two classes are each held against the rest,
    the `max_classes` largest of them. A group of fewer than `min_rows` can never fail: tail
    probabilities are not to be trusted there. Rates by group come from fairlearn's MetricFrame.
    """

    id: ClassVar[str] = "label-rate-disparity"
    family: ClassVar[Family] = Family.BIAS
    needs: ClassVar[Needs] = Needs(
        roles=frozenset({Role.LABEL, Role.SENSITIVE}), tasks=CLASSIFICATION, not_yet=frozenset({Task.REGRESSION})
    )
    remedy: ClassVar[str] = "Find out where the gap comes from, then collect, reweigh, relabel or document it."

    max_difference: Share = 0.1
    max_classes: PositiveInt = 20
    min_rows: PositiveInt = 30

    def measure(self, evidence: Evidence) -> Iterator[Measure | Skip]:
        """Each group's rate, and its difference to the reference group's."""
        sensitive = [name for name in evidence.dataset.roles.sensitive if name not in evidence.dataset.roles.label]
        asked = self._asked(evidence)
        if not asked:
            yield Skip("there are no two classes, so no rate can differ")
            return
        for columns in (*((name,) for name in sensitive), *combinations(sensitive, 2)):
            for name in asked:
                rates = evidence.ask(AskRates(name, columns))
                yield from self._single(name, rates) if len(columns) == 1 else ()
                yield from self._differences(name, rates)

    def _asked(self, evidence: Evidence) -> list[str]:
        classes = list(evidence.label_counts().classes())
        if evidence.dataset.task is Task.BINARY:
            return [evidence.dataset.positive or classes[-1]] if len(classes) == 2 else []
        return classes[: self.max_classes] if len(classes) > 1 or evidence.dataset.task is Task.MULTILABEL else []

    def _single(self, name: str, rates: list[Rate]) -> Iterator[Measure]:
        for rate in rates:
            estimate = proportion(rate.having, rate.rows)
            yield Measure(f"rate of {name}", _slice(rate), estimate, support=rate.rows)

    def _differences(self, name: str, rates: list[Rate]) -> Iterator[Measure]:
        for rate in rates[1:]:
            yield Measure(
                f"difference in {name}",
                _slice(rate),
                difference(rate.having, rate.rows, rates[0].having, rates[0].rows),
                at_most=self.max_difference,
                at_least=-self.max_difference,
                support=rate.rows,
                unit=Unit.POINTS,
                note=f"against {_slice(rates[0])}",
                can_fail=rate.rows >= self.min_rows,  # the reference has no fewer
            )


def _slice(rate: Rate) -> Slice:
    return Slice(rate.group)
