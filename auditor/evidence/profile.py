"""Every column at a glance, in one pass over the data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from auditor.dataset.table import Column, Kind
from auditor.dataset.values import text_of

if TYPE_CHECKING:
    import narwhals as nw

    from auditor.evidence import Evidence

#: Values listed for a column, the most frequent first.
TOP_VALUES = 10
QUANTILES = (0.25, 0.5, 0.75)
#: Kinds whose values repeat, so that a list of the most frequent ones says something.
_LISTED = frozenset({Kind.CATEGORICAL, Kind.BOOLEAN})
#: Columns asked about in one query: planning a query costs the square of its expressions.
_AT_ONCE = 8
_COMPARED = frozenset({Kind.NUMERIC, Kind.DATETIME})
#: Kinds whose cells can be told apart on every engine.
_DISTINCT = _LISTED | _COMPARED | {Kind.TEXT}


@dataclass(frozen=True, slots=True)
class ColumnProfile:
    """One column: counts are in cells; moments and quantiles are of the numbers that are there."""

    column: Column
    missing: int
    distinct: int | None = None  # values, the missing one not counted; None where cells are not comparable
    minimum: str | float | None = None
    maximum: str | float | None = None
    mean: float | None = None
    sd: float | None = None
    quantiles: tuple[float, ...] = ()  # at QUANTILES, linearly interpolated
    top: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Profile:
    """All columns, and the number of rows."""

    rows: int
    columns: Mapping[str, ColumnProfile]

    def __getitem__(self, name: str) -> ColumnProfile:
        return self.columns[name]


@dataclass(frozen=True, slots=True)
class AskProfile:
    """The question: what is in each column?"""

    def collect(self, evidence: Evidence) -> Profile:
        """One pass for the numbers, then the top values of each column whose values repeat."""
        import narwhals as nw

        dataset = evidence.dataset
        answer: dict[str, Any] = {}
        for start in range(0, max(1, len(dataset.columns)), _AT_ONCE):
            asked = [nw.len().alias("rows")]
            for place, column in enumerate(dataset.columns[start : start + _AT_ONCE], start):
                asked += _expressions(column, str(place))
            answer |= _only_row(dataset.frame.select(*asked))
        rows = int(answer["rows"])
        profiles = {
            column.name: _column_profile(column, str(place), answer, dataset.frame, rows)
            for place, column in enumerate(dataset.columns)
        }
        return Profile(rows, profiles)


def _expressions(column: Column, prefix: str) -> list[nw.Expr]:
    import narwhals as nw

    cell = nw.col(column.name)
    asked = [cell.null_count().alias(f"{prefix}:missing")]
    if column.kind in _DISTINCT:
        one = cell + 0.0 if column.dtype == "Float64" else cell  # to some engines, -0.0 is not 0.0
        asked.append(one.n_unique().alias(f"{prefix}:distinct"))
    if column.kind in _COMPARED:
        asked += [cell.min().alias(f"{prefix}:minimum"), cell.max().alias(f"{prefix}:maximum")]
    if column.kind is Kind.NUMERIC:
        asked += [cell.mean().alias(f"{prefix}:mean"), cell.std().alias(f"{prefix}:sd")]
        asked += [cell.quantile(q, "linear").alias(f"{prefix}:q{q}") for q in QUANTILES]
    return asked


def _column_profile(
    column: Column, prefix: str, answer: Mapping[str, Any], frame: nw.LazyFrame[Any], rows: int
) -> ColumnProfile:
    missing = int(answer[f"{prefix}:missing"])
    distinct = answer.get(f"{prefix}:distinct")
    if distinct is not None:
        distinct = int(distinct) - (missing > 0)  # engines count the missing value as one
    known = {name: _number_or_text(answer.get(f"{prefix}:{name}")) for name in ("minimum", "maximum", "mean", "sd")}
    quantiles = tuple(float(answer[f"{prefix}:q{q}"]) for q in QUANTILES if answer.get(f"{prefix}:q{q}") is not None)
    listed = column.kind in _LISTED and distinct and distinct < rows - missing
    top = _top_values(frame, column.name) if listed else ()
    return ColumnProfile(column, missing, distinct, quantiles=quantiles, top=top, **known)  # type: ignore[arg-type]  # mean and sd are numbers wherever they were asked for


def _number_or_text(value: Any) -> str | float | None:
    if value is None or value != value:
        return None
    return float(value) + 0.0 if isinstance(value, int | float) else text_of(value)


def _top_values(frame: nw.LazyFrame[Any], name: str) -> tuple[tuple[str, int], ...]:
    import narwhals as nw

    counted = (
        frame.select(nw.col(name).alias("value"))  # a user's column may be called "rows"
        .drop_nulls()
        .group_by("value")
        .agg(nw.len().alias("rows"))
        .sort("rows", "value", descending=[True, False])
        .head(TOP_VALUES)
        .collect()
    )
    return tuple((text_of(value), int(rows)) for value, rows in counted.iter_rows())


def _only_row(frame: nw.LazyFrame[Any]) -> Mapping[str, Any]:
    return frame.collect().rows(named=True)[0]
