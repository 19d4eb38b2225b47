"""`label-errors-by-group`: wrong labels that gather in one group or class."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import combinations
from typing import TYPE_CHECKING, ClassVar

from pydantic import PositiveInt

from auditor.check import (
    CLASSIFICATION,
    Check,
    Evidence,
    Family,
    LabelIs,
    Measure,
    Needs,
    Role,
    Share,
    Skip,
    Slice,
    Task,
    Unit,
)
from auditor.errors import NotPossible
from auditor.stats.estimates import proportion
from auditor.stats.part_rates import PartGap, PartRate
from auditor_checks.bias.gaps import gaps
from auditor_checks.wording import counted

if TYPE_CHECKING:
    import numpy as np

_CLASSES = 20


class LabelErrorsByGroup(Check):
    """Labels of one group look wrong more often than those of another.

    Annotators who know one group less well, or think ill of it, leave their errors there, and a model learns them
    as facts about the group. No average over all rows shows that. Look at the flagged rows of the groups named,
    let people who know the group label them again, and write down what the labels mean for it.

    For an outcome or a decision a surprising row is not an error, and this is not asked: `model-disparity` tells
    for whom the labels are hard to foresee.

    Method: for each sensitive attribute and each pair of them, the share of a group's rows that are flagged in the
    way of `label-errors`, and of those that contradict an identical row, less that of the largest group, with
    Newcombe's interval (1998, method 10). The probes do not see the sensitive columns (of one label a row): else
    they would learn the errors of a group as its nature, and flag none. So a gap is one of rows that are alike in
    all else; where the attribute rightly bears on the label, it is no error. About half of the flags are errors in
    any case, and verified rows tell more. Shares by class are shown and decide nothing, the highest first. A group of
    fewer than `min_rows` can never fail. Where a sample was verified, what people found wrong in each group of ten and
    more verified rows is compared too, as the sample was drawn: the share of all rows that are wrong and of the
    group (its exact stratified interval), over the known size of the group; the gap by Zou and Donner (2008). It
    warns and fails nothing, for a sample that settles the share of all labels is small for the groups.
    """

    id: ClassVar[str] = "label-errors-by-group"
    family: ClassVar[Family] = Family.BIAS
    needs: ClassVar[Needs] = Needs(
        roles=frozenset({Role.LABEL, Role.SENSITIVE}), tasks=CLASSIFICATION, model=True, examples=True
    )
    remedy: ClassVar[str] = "Let people who know these groups label their flagged rows again."

    max_difference: Share = 0.1
    min_rows: PositiveInt = 30

    def measure(self, evidence: Evidence) -> Iterator[Measure | Skip]:
        """Flagged and contradicted rows by group, flagged rows by class."""
        import numpy as np

        from auditor.evidence.group_rows import AskGroupRows
        from auditor.evidence.multilabel import AskLabelSuspicion
        from auditor.evidence.suspicion import AskSuspicion, Suspicion, not_learned
        from auditor.evidence.verdicts import AskVerdicts

        if evidence.dataset.label_is is not LabelIs.ANNOTATION:
            yield Skip("the label is no annotation: a surprising one is not wrong", applies=False)
            return
        several = evidence.dataset.task is Task.MULTILABEL
        found = evidence.ask(AskLabelSuspicion()) if several else evidence.ask(AskSuspicion(blind=True))
        if isinstance(found, Suspicion) and not found.learned:
            yield Skip(str(not_learned(evidence)))
            return
        kept = evidence.ask(AskVerdicts()).kept_rows
        flagged = np.array(sorted({row for row in found.rows if row not in kept}), dtype=np.int64)
        contradicting = np.unique(evidence.duplicates.conflicting.rows)
        sensitive = [name for name in evidence.dataset.roles.sensitive if name not in evidence.dataset.roles.label]
        for by in (*((name,) for name in sensitive), *combinations(sensitive, 2)):
            groups = evidence.ask(AskGroupRows(by))
            sizes = groups.count()
            if len(sizes) < 2:
                continue
            yield from gaps("flagged labels", by, groups.count(flagged), sizes, self.max_difference, self.min_rows)
            if len(contradicting):
                having = groups.count(contradicting)
                yield from gaps("contradicted labels", by, having, sizes, self.max_difference, self.min_rows)
            yield from self._verified(evidence, by, sizes)
        if not several:
            yield from _by_class(evidence, flagged)

    def _verified(
        self, evidence: Evidence, by: tuple[str, ...], sizes: Mapping[tuple[str, ...], int]
    ) -> Iterator[Measure]:
        """What people found wrong, against the largest group; nothing where they looked at too few rows of it."""
        from auditor.evidence.verified_parts import AskVerifiedParts

        try:
            rates = evidence.ask(AskVerifiedParts(by))
        except NotPossible:
            return
        reference = max(sizes, key=lambda group: sizes[group])
        if reference not in rates:
            return
        against = f"against {Slice(tuple(zip(by, reference, strict=True)))}"
        for group, rate in rates.items():
            if group == reference:
                continue
            yield Measure(
                "verified errors",
                Slice(tuple(zip(by, group, strict=True))),
                PartGap(rate, rates[reference]),
                at_most=self.max_difference,
                at_least=-self.max_difference,
                support=sizes[group],
                unit=Unit.POINTS,
                note=f"{against}: {_told(rate)} and {_told(rates[reference])}",
                warns=True,
                sampled=False,
            )


def _told(rate: PartRate) -> str:
    low, high = rate.bounds(0.95)
    return f"{rate.value:.1%} ({low:.1%} to {high:.1%}), {counted(rate.n, 'row')} verified"


def _by_class(evidence: Evidence, flagged: np.ndarray[tuple[int], np.dtype[np.int64]]) -> Iterator[Measure]:
    from auditor.evidence.group_rows import AskGroupRows

    (label,) = evidence.dataset.roles.label
    classes = evidence.ask(AskGroupRows((label,)))
    sizes, having = classes.count(), classes.count(flagged)
    worst = sorted((name for name in sizes if having[name]), key=lambda name: (-having[name] / sizes[name], name))
    for name in worst[:_CLASSES]:
        share = proportion(having[name], sizes[name])
        yield Measure("flagged labels by class", Slice(((label, name[0]),)), share, support=sizes[name])
