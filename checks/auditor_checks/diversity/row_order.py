"""`row-order`: a file whose order tells the label."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar, Literal

from auditor.check import SINGLE_CLASS, Check, Evidence, Family, Finding, Measure, Needs, Role, Share, Skip, Task, Unit
from auditor.errors import NotPossible
from auditor_checks.wording import counted


class RowOrder(Check):
    """The order of the rows tells the label.

    A file sorted by label, or by who was asked when, does no harm if it is shuffled before anything else. Where it is
    not, its first rows are no sample of it, a split by position gives parts unlike each other, and a model that sees
    the rows in turn forgets the first classes. And a number of the row, or the name of a file, gives the label away.
    Shuffle with a fixed seed before splitting; where rows next to each other belong together (frames of a film, visits
    of a patient), split by what they belong to.

    Method: how much less often a row's label differs from the row before than in a shuffled file, as a share (Cohen's
    kappa of neighbours, a serial join count: Moran 1948), with the interval of Clopper and Pearson; and the total
    variation distance of the label between the first and the last third of the rows (see `reference-shift`). Numeric
    labels are taken by quarters, the rarest of over 20 classes together.
    """

    id: ClassVar[str] = "row-order"
    family: ClassVar[Family] = Family.DIVERSITY
    default_level: ClassVar[Literal["error", "warn"]] = "warn"
    needs: ClassVar[Needs] = Needs(
        roles=frozenset({Role.LABEL}),
        tasks=SINGLE_CLASS | {Task.REGRESSION, Task.MULTILABEL},
        not_yet=frozenset({Task.MULTILABEL}),
        examples=True,
    )
    remedy: ClassVar[str] = "Shuffle the rows before you split them or train on them."

    max_agreement: Share = 0.1
    max_distance: Share = 0.1

    def measure(self, evidence: Evidence) -> Iterator[Measure | Finding | Skip]:
        """How much neighbours agree, how far the ends of the file lie apart, and what the order looks like."""
        from auditor.evidence.label_classes import REST
        from auditor.evidence.label_order import AskLabelOrder

        try:
            order = evidence.ask(AskLabelOrder())
        except NotPossible as reason:
            yield Skip(str(reason), applies=False)
            return
        near, rows = order.neighbours, order.neighbours.n + 1
        limit, unit = self.max_agreement, Unit.NUMBER
        yield Measure("agreement-of-neighbours", "label", near, at_most=limit, support=rows, unit=unit)
        yield Measure("first-and-last-third", "label", order.thirds, at_most=self.max_distance, support=rows)
        if near.bounds(0.95)[0] > self.max_agreement:
            usual = round(near.usual) + 1
            what = "quarter of the label" if evidence.dataset.task is Task.REGRESSION else "class"
            rest = ", the rarest of over 20 taken as one" if REST in order.classes else ""
            stretches = f"{counted(order.runs, 'stretch', 'stretches')} of one {what}{rest}"
            yield Finding("label", f"{stretches}; a shuffled file has about {usual:,}", rows)
