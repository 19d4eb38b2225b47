"""`model-disparity`: groups that a model learned from this data will treat unalike."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, ClassVar, Literal

from pydantic import PositiveInt

from auditor.check import SINGLE_CLASS, Check, Evidence, Family, Measure, Needs, Role, Share, Skip, Slice, Unit
from auditor.stats.estimates import mean
from auditor_checks.bias.gaps import gaps

if TYPE_CHECKING:
    from auditor.evidence.model_rates import ModelRates


class ModelDisparity(Check):
    """A model learned from this data errs more for one group than for another.

    The gap between groups in the labels, the rows there are of each group and what the features say of it come
    together in what a model does. A plain model that was learned without the row shows it before a dear one is
    trained. Collect rows and features of the group that is served worse; do not lower what is asked of the others.

    Method: the cross-fitted probes of `label-errors`, each row judged by those that have not seen it, take the
    likeliest class. Selection rate, rates of false positives and false negatives (of the positive class; of more than
    two classes, the error rate) from fairlearn's MetricFrame, less those of the largest group, with Newcombe's
    interval (1998, method 10). Calibration: the average predicted chance less the rate of the label, by group, with
    Student's t interval. The labels are taken as they are, and a gap in them is a gap here. Equal rates of all kinds
    at once are not to be had where the labels' rates differ (Chouldechova 2017). It warns, and stops no training
    unless `level` says so. A group of fewer than `min_rows` can never fail.
    """

    id: ClassVar[str] = "model-disparity"
    family: ClassVar[Family] = Family.BIAS
    needs: ClassVar[Needs] = Needs(
        roles=frozenset({Role.LABEL, Role.SENSITIVE}), tasks=SINGLE_CLASS, model=True, examples=True
    )
    remedy: ClassVar[str] = "Collect rows and features of the groups that a model serves worse."
    default_level: ClassVar[Literal["error", "warn"]] = "warn"

    max_difference: Share = 0.1
    max_miscalibration: Share = 0.1
    min_rows: PositiveInt = 30

    def measure(self, evidence: Evidence) -> Iterator[Measure | Skip]:
        """Each rate by group, for each sensitive attribute."""
        from auditor.evidence.model_rates import AskModelRates

        sensitive = [name for name in evidence.dataset.roles.sensitive if name not in evidence.dataset.roles.label]
        for name in sensitive:
            found = evidence.ask(AskModelRates((name,)))
            for metric, parts in found.rates.items():
                having = {group: part.having for group, part in parts.items()}
                of = {group: part.of for group, part in parts.items()}
                if len(of) > 1:
                    yield from gaps(f"model: {metric}", found.by, having, of, self.max_difference, self.min_rows)
            if len(found.miscalibrated) > 1:
                yield from self._miscalibrated(found)

    def _miscalibrated(self, found: ModelRates) -> Iterator[Measure]:
        for group, one in found.miscalibrated.items():
            yield Measure(
                "model: chance less rate",
                Slice(tuple(zip(found.by, group, strict=True))),
                mean(one.mean, one.sd, one.rows, lower=-1.0, upper=1.0),
                at_most=self.max_miscalibration,
                at_least=-self.max_miscalibration,
                support=one.rows,
                unit=Unit.POINTS,
                can_fail=one.rows >= self.min_rows,
            )
