"""The average of a numeric label, over all rows and in each group."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from auditor.dataset.values import text_of
from auditor.errors import NotPossible
from auditor.evidence.bins import binned

if TYPE_CHECKING:
    from auditor.evidence import Evidence

#: More groups than this are no groups.
MAX_GROUPS = 100_000


@dataclass(frozen=True, slots=True)
class GroupMean:
    """The labels of a group's labeled rows: their average, sample standard deviation and number."""

    group: tuple[tuple[str, str], ...]
    mean: float
    sd: float  # 0 for a single row
    rows: int


@dataclass(frozen=True, slots=True)
class AskMeans:
    """The question: what is the label on average in each group of these columns?"""

    by: tuple[str, ...]

    def collect(self, evidence: Evidence) -> list[GroupMean]:
        """One pass; the largest group first: it is the reference. Without columns, all rows are the one group.

        Raises NotPossible for a label with infinite values, which have no average, and for columns with more
        than MAX_GROUPS combinations of values.
        """
        import narwhals as nw

        (label,) = evidence.dataset.roles.label
        frame = binned(evidence, self.by, evidence.dataset.frame)
        # Renamed, since a user's column may be called what we call the mean.
        named = {name: f"c{place}" for place, name in enumerate(self.by)}
        cells = frame.select(
            nw.col(label).cast(nw.Float64).alias("label"), *(nw.col(old).alias(new) for old, new in named.items())
        ).filter(~nw.col("label").is_null())
        cell = nw.col("label")
        asked = (cell.mean().alias("mean"), cell.std().alias("sd"), nw.len().alias("rows"))
        grouped = cells.group_by(*named.values()).agg(*asked) if self.by else cells.select(*asked)
        found = [_group(self.by, row) for row in grouped.head(MAX_GROUPS + 1).collect().iter_rows()]
        if len(found) > MAX_GROUPS:
            raise NotPossible(f"{' × '.join(self.by)}: more than {MAX_GROUPS} different values are no groups")
        if any(group.rows and not math.isfinite(group.mean + group.sd) for group in found):
            raise NotPossible("the label has values without bounds, so it has no average")
        return sorted(found, key=lambda group: (-group.rows, group.group))


def _group(by: tuple[str, ...], row: tuple[Any, ...]) -> GroupMean:
    *values, mean, sd, rows = row
    group = tuple(zip(by, map(text_of, values), strict=True))
    spread = float(sd) if rows > 1 else 0.0  # engines differ in what the spread of a single row is
    return GroupMean(group, math.nan if mean is None else float(mean), spread, int(rows))
