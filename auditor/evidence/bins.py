"""A continuous sensitive column (age, date of birth) cut into few groups that can be named."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Literal

from auditor.dataset.table import Kind

if TYPE_CHECKING:
    import narwhals as nw

    from auditor.evidence import Evidence
    from auditor.evidence.profile import ColumnProfile

#: A numeric column, or one of dates, with more values than this is continuous.
MAX_GROUPS = 12
#: Ages are cut where people and laws cut them (40 is where U.S. age-discrimination law begins).
AGE_EDGES = (25.0, 40.0, 60.0)
_AGE_NAMES = ("age", "alter", "edad", "âge", "leeftijd")
_OLDEST = 130
#: Dates of a single year are cut where its quarters begin.
_QUARTERS = (4.0, 7.0, 10.0)
_QUARTER_NAMES = ("January to March", "April to June", "July to September", "October to December")

#: What of a cell is cut: its value, or of a date the year or the month.
Part = Literal["value", "year", "month"]


@dataclass(frozen=True, slots=True)
class Bins:
    """Groups of a column: under the first edge, from each edge up to the next, from the last up.

    `names` are the groups' names, in order: one more than there are edges.
    """

    column: str
    edges: tuple[float, ...]
    names: tuple[str, ...]
    part: Part = "value"

    def expression(self) -> nw.Expr:
        """The name of each row's group; missing stays missing."""
        import narwhals as nw

        cell, names = nw.col(self.column), self.names
        if self.part != "value":
            cell = cell.dt.year() if self.part == "year" else cell.dt.month()
        group: nw.Expr = nw.when(cell >= self.edges[-1]).then(nw.lit(names[-1]))
        for edge, name in zip(reversed(self.edges), reversed(names[:-1]), strict=True):
            group = nw.when(cell < edge).then(nw.lit(name)).otherwise(group)
        return group.alias(self.column)


def bins_of(profile: ColumnProfile) -> Bins | None:
    """The bins of a column; None where its values can stand as they are.

    Numbers are cut at their quartiles, ages where laws cut them; dates of few years by the year, of many at the
    quartiles of the years, of a single one by its quarters.
    """
    if (profile.distinct or 0) <= MAX_GROUPS:
        return None
    if profile.column.kind is Kind.DATETIME:
        return _of_dates(profile)
    if profile.column.kind is not Kind.NUMERIC:
        return None
    return _of_numbers(profile.column.name, AGE_EDGES if _is_age(profile) else profile.quantiles)


def binned(evidence: Evidence, columns: Iterable[str], frame: nw.LazyFrame[Any]) -> nw.LazyFrame[Any]:
    """The frame with the continuous ones of the sensitive `columns` replaced by the names of their bins."""
    for name in columns:
        if name in evidence.dataset.roles.sensitive and (bins := bins_of(evidence.profile[name])):
            frame = frame.with_columns(bins.expression())
    return frame


def _of_numbers(column: str, cuts: Iterable[float]) -> Bins | None:
    edges = tuple(sorted(set(cuts)))
    if not edges:
        return None
    told = [f"{edge:.10g}" for edge in edges]
    between = [f"{low} to under {high}" for low, high in pairwise(told)]
    return Bins(column, edges, (f"under {told[0]}", *between, f"{told[-1]} and over"))


def _of_dates(profile: ColumnProfile) -> Bins | None:
    column, first, last = profile.column.name, _year(profile.minimum), _year(profile.maximum)
    if first is None or last is None:
        return None
    if first == last:
        return Bins(column, _QUARTERS, tuple(f"{name} {first}" for name in _QUARTER_NAMES), "month")
    if last - first < MAX_GROUPS:
        years = range(first, last + 1)
        return Bins(column, tuple(map(float, years[1:])), tuple(map(str, years)), "year")
    # At quartiles: equal steps would leave one group where a date stands in for "not known" (1900, 9999).
    edges = [year for year in sorted({round(year) for year in profile.years}) if year > first]
    if not edges:
        edges = [first + 1]
    between = [str(low) if high == low + 1 else f"{low} to {high - 1}" for low, high in pairwise(edges)]
    return Bins(column, tuple(map(float, edges)), (f"before {edges[0]}", *between, f"{edges[-1]} or later"), "year")


def _year(moment: str | float | None) -> int | None:
    year = str(moment).split("-")[0]
    return int(year) if year.isdigit() else None


def _is_age(profile: ColumnProfile) -> bool:
    low, high = profile.minimum, profile.maximum
    named = any(word in _AGE_NAMES for word in profile.column.name.lower().replace("-", "_").split("_"))
    if not (named and isinstance(low, float) and isinstance(high, float) and low >= 0 and high <= _OLDEST):
        return False
    return any(low < edge <= high for edge in AGE_EDGES)  # else they are children, or not in years
