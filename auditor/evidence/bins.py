"""A continuous sensitive column (age) cut into few groups that can be named."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from auditor.dataset.table import Kind

if TYPE_CHECKING:
    import narwhals as nw

    from auditor.evidence.profile import ColumnProfile

#: A numeric column with more values than this is continuous.
MAX_GROUPS = 12
#: Ages are cut where people and laws cut them (40 is where U.S. age-discrimination law begins).
AGE_EDGES = (25.0, 40.0, 60.0)
_AGE_NAMES = ("age", "alter", "edad", "âge", "leeftijd")
_OLDEST = 130


@dataclass(frozen=True, slots=True)
class Bins:
    """Groups of a numeric column: under the first edge, from each edge up to the next, from the last up."""

    column: str
    edges: tuple[float, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """The groups' names, in order."""
        edges = [f"{edge:.10g}" for edge in self.edges]
        between = [f"{low} to under {high}" for low, high in pairwise(edges)]
        return (f"under {edges[0]}", *between, f"{edges[-1]} and over")

    def expression(self) -> nw.Expr:
        """The name of each row's group; missing stays missing."""
        import narwhals as nw

        cell, names = nw.col(self.column), self.names
        group: nw.Expr = nw.when(cell >= self.edges[-1]).then(nw.lit(names[-1]))
        for edge, name in zip(reversed(self.edges), reversed(names[:-1]), strict=True):
            group = nw.when(cell < edge).then(nw.lit(name)).otherwise(group)
        return group.alias(self.column)


def bins_of(profile: ColumnProfile) -> Bins | None:
    """The bins of a column; None where its values can stand as they are."""
    if profile.column.kind is not Kind.NUMERIC or (profile.distinct or 0) <= MAX_GROUPS:
        return None
    if _is_age(profile):
        return Bins(profile.column.name, AGE_EDGES)
    edges = tuple(sorted(set(profile.quantiles)))
    return Bins(profile.column.name, edges) if edges else None


def _is_age(profile: ColumnProfile) -> bool:
    low, high = profile.minimum, profile.maximum
    named = any(word in _AGE_NAMES for word in profile.column.name.lower().replace("-", "_").split("_"))
    return named and isinstance(low, float) and isinstance(high, float) and low >= 0 and high <= _OLDEST
