"""`label-errors-by-group`: wrong labels that gather in one group or class."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations
from typing import ClassVar

import numpy as np
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
)
from auditor.evidence.group_rows import AskGroupRows
from auditor.evidence.multilabel import AskLabelSuspicion
from auditor.evidence.suspicion import AskSuspicion
from auditor.evidence.verdicts import AskVerdicts
from auditor.stats.estimates import proportion
from auditor_checks.bias.gaps import gaps

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
    fewer than `min_rows` can never fail.
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
        if evidence.dataset.label_is is not LabelIs.ANNOTATION:
            yield Skip("the label is no annotation: a surprising one is not wrong", applies=False)
            return
        several = evidence.dataset.task is Task.MULTILABEL
        found = evidence.ask(AskLabelSuspicion()) if several else evidence.ask(AskSuspicion(blind=True))
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
        if not several:
            yield from _by_class(evidence, flagged)


def _by_class(evidence: Evidence, flagged: np.ndarray[tuple[int], np.dtype[np.int64]]) -> Iterator[Measure]:
    (label,) = evidence.dataset.roles.label
    classes = evidence.ask(AskGroupRows((label,)))
    sizes, having = classes.count(), classes.count(flagged)
    worst = sorted((name for name in sizes if having[name]), key=lambda name: (-having[name] / sizes[name], name))
    for name in worst[:_CLASSES]:
        share = proportion(having[name], sizes[name])
        yield Measure("flagged labels by class", Slice(((label, name[0]),)), share, support=sizes[name])
