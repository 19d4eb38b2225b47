"""The average of a numeric label, or of an ordinal label's places, over all rows and in each group."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from auditor.dataset.table import Task
from auditor.dataset.values import text_of
from auditor.errors import NotPossible
from auditor.evidence.bins import binned
from auditor.evidence.ordinal import places

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
    skewness: float = 0.0  # of an ordinal label's places; of other labels it is not asked


@dataclass(frozen=True, slots=True)
class AskMeans:
    """The question: what is the label on average in each group of these columns?

    The average of an ordinal label is that of its places in the order, the lowest class at 1.
    """

    by: tuple[str, ...]

    def collect(self, evidence: Evidence) -> list[GroupMean]:
        """One pass; the largest group first: it is the reference. Without columns, all rows are the one group.

        Of an ordinal label, from the counts that the run has. Raises NotPossible for a label with infinite values,
        which have no average, or with classes in no known order, and for columns with more than MAX_GROUPS
        combinations of values.
        """
        if evidence.dataset.task is Task.ORDINAL:
            return sorted(_of_places(evidence, self.by), key=lambda group: (-group.rows, group.group))
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


def _of_places(evidence: Evidence, by: tuple[str, ...]) -> Iterator[GroupMean]:
    counts = evidence.label_counts(*by)
    place = places(counts.having, evidence.dataset)
    if place is None:
        raise NotPossible("the order of the classes is not known. Name them, the lowest first, with --label-order")
    if not (counts.rows or by):
        yield GroupMean((), math.nan, 0.0, 0)
    for values, rows in counts.rows.items():
        of = [(1 + place[name], groups.get(values, 0)) for name, groups in counts.having.items()]
        mean = sum(at * n for at, n in of) / rows
        squares, cubes = (sum((at - mean) ** power * n for at, n in of) for power in (2, 3))
        skewness = cubes / rows / (squares / rows) ** 1.5 if squares else 0.0
        sd = math.sqrt(squares / max(rows - 1, 1))
        yield GroupMean(tuple(zip(by, values, strict=True)), mean, sd, rows, skewness)


def _group(by: tuple[str, ...], row: tuple[Any, ...]) -> GroupMean:
    *values, mean, sd, rows = row
    group = tuple(zip(by, map(text_of, values), strict=True))
    spread = float(sd) if rows > 1 else 0.0  # engines differ in what the spread of a single row is
    return GroupMean(group, math.nan if mean is None else float(mean), spread, int(rows))
