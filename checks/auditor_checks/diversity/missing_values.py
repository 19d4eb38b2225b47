"""`missing-values`: columns with holes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from auditor.check import Check, Evidence, Family, Finding, Measure, Needs, Share, Skip, exact

#: Values that usually stand for a missing one, besides the words that readers of text files take for one: in typed
#: formats neither is read as missing unless asked.
_DISGUISES = frozenset({"nil", "-", "--", ".", "unknown", "missing"})


class MissingValues(Check):
    """A column is missing in many rows.

    A model learns from the hole, or from what was filled in, instead of the feature; and who is missing is
    seldom chance. Collect it, drop the column, or mark the missing on purpose.

    Method: missing cells per column, counted; of every column but the label, which `missing-labels` holds to a
    limit of its own, and but the columns of several annotators. Among a column's ten most frequent values, those
    that look like a missing one in disguise (`?`, `N/A`) are pointed out.
    """

    id: ClassVar[str] = "missing-values"
    family: ClassVar[Family] = Family.DIVERSITY
    needs: ClassVar[Needs] = Needs()
    remedy: ClassVar[str] = "Collect the missing values, or drop the column."

    max_share: Share = 0.2

    def measure(self, evidence: Evidence) -> Iterator[Measure | Finding | Skip]:
        """The share of missing cells of each column, the emptiest first."""
        from auditor.evidence.missing import MISSING_WORDS

        roles, disguises = evidence.dataset.roles, MISSING_WORDS | _DISGUISES
        # Of several annotators each labels a part: their holes are no missing features.
        left_out = {*roles.label, *(roles.annotator if len(roles.annotator) > 1 else ())}
        profile = evidence.profile
        columns = [c for c in profile.columns.values() if c.column.name not in left_out]
        for column in sorted(columns, key=lambda c: -c.missing):
            share = exact(column.missing / profile.rows, profile.rows)
            yield Measure("missing-cells", column.column.name, share, at_most=self.max_share, support=profile.rows)
        for column in columns:
            for value, rows in column.top:
                if value.strip().lower() in disguises:
                    message = f"{value!r} looks like a missing value; read it as one with --missing"
                    yield Finding(column.column.name, message, rows)
