"""`missing-labels`: rows that have no label."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from auditor.check import LABELED, Check, Evidence, Family, Finding, Measure, Needs, Role, Share, Skip, exact
from auditor.evidence.missing import AskMissingRows


class MissingLabels(Check):
    """A row has no label.

    A training script drops such rows without a word, or learns the blank as a class of its own. Label them, or
    take them out on purpose. If the set is only partly labeled by design, raise `max_share`.

    Method: rows whose label is missing, counted. With a column per label, rows in which all are missing.
    """

    id: ClassVar[str] = "missing-labels"
    family: ClassVar[Family] = Family.ANNOTATIONS
    needs: ClassVar[Needs] = Needs(roles=frozenset({Role.LABEL}), tasks=LABELED)
    remedy: ClassVar[str] = "Label these rows, or take them out."

    max_share: Share = 0.0

    def measure(self, evidence: Evidence) -> Iterator[Measure | Finding | Skip]:
        """The share of rows without a label, and which."""
        label, rows = evidence.dataset.roles.label, evidence.profile.rows
        name = ", ".join(label)
        if len(label) == 1 and not evidence.profile[name].missing:
            yield Measure("unlabeled-rows", name, exact(0, rows), at_most=self.max_share, support=rows)
            return
        missing = evidence.ask(AskMissingRows(label))
        yield Measure("unlabeled-rows", name, exact(len(missing) / rows, rows), at_most=self.max_share, support=rows)
        if missing:
            yield Finding(name, "rows without a label: label them or take them out", len(missing), missing)
