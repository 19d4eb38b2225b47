"""Verified errors by part of the data: who gets the bad labels, by the word of people and not of a model."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from auditor.dataset.verdicts import Remembered
from auditor.errors import NotPossible
from auditor.evidence.group_rows import AskGroupRows, Group
from auditor.evidence.identity import KnownRow
from auditor.evidence.review import AskStrata
from auditor.evidence.spellings import AskSpellings
from auditor.evidence.verdicts import AskVerdicts
from auditor.stats.part_rates import PartRate

if TYPE_CHECKING:
    from auditor.evidence import Evidence

#: Of a part with fewer verified rows nothing is said: its interval would reach from next to 0 to a third and more.
MIN_VERIFIED = 10


@dataclass(frozen=True, slots=True)
class AskVerifiedParts:
    """The question: how many labels of each group of the columns `by` were wrong, as the sample was drawn?"""

    by: tuple[str, ...]

    def collect(self, evidence: Evidence) -> Mapping[Group, PartRate]:
        """The groups with MIN_VERIFIED verified rows and more, the largest first.

        By the label, a row counts where it stood before it was corrected, under the usual spelling of that. NotPossible
        without a verified sample.
        """
        sample = evidence.ask(AskVerdicts()).sample
        if sample is None:
            raise NotPossible("no sample that was verified speaks for these labels")
        groups = evidence.ask(AskGroupRows(self.by))
        sizes = Counter(groups.count(evidence.ask(AskStrata()).rows))
        by_label = self.by == evidence.dataset.roles.label
        usual = evidence.ask(AskSpellings()) if by_label else {}
        if by_label:
            sizes.update((one.given,) for one in sample.corrected)
            sizes.subtract((one.label,) for one in sample.corrected)
            for name, right in usual.items():
                sizes[right,] += sizes.pop((name,), 0)
        total = sizes.total()

        def group_of(one: Remembered, row: KnownRow) -> Group:
            return (usual.get(one.given, one.given),) if by_label else groups.names[groups.codes[row.row]]

        seen = Counter(group_of(one, row) for one, row in sample.known if one.verdict is not None and row is not None)
        told = sorted((g for g in seen if seen[g] >= MIN_VERIFIED and sizes[g] > 0), key=lambda g: (-sizes[g], g))
        return {
            group: PartRate(
                sample.part(lambda *one, mine=group: group_of(*one) == mine), sizes[group] / total, seen[group]
            )
            for group in told
        }
