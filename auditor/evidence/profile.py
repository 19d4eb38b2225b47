"""Every column at a glance, in one pass over the data."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
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
#: Columns asked about in one query: planning a query costs the square of its quantiles.
_AT_ONCE = 8
#: With so few rows, a plan costs more than what it computes: some columns at a time are taken into memory instead.
_IN_MEMORY_ROWS = 10_000
_IN_MEMORY_AT_ONCE = 64
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
    years: tuple[float, ...] = ()  # the same, of the years of dates
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
        rows = int(dataset.frame.select(nw.len().alias("rows")).collect().item())
        profiles: dict[str, ColumnProfile] = {}
        at_once = _IN_MEMORY_AT_ONCE if rows <= _IN_MEMORY_ROWS else _AT_ONCE
        for start in range(0, len(dataset.columns), at_once):
            columns = dataset.columns[start : start + at_once]
            frame: nw.LazyFrame[Any] | nw.DataFrame[Any] = dataset.frame
            if rows <= _IN_MEMORY_ROWS:
                frame = frame.select(*(column.name for column in columns)).collect()  # type: ignore[union-attr]  # still lazy
            profiles |= _profiles(frame, columns, rows)
        return Profile(rows, profiles)


def _profiles(
    frame: nw.LazyFrame[Any] | nw.DataFrame[Any], columns: Sequence[Column], rows: int
) -> dict[str, ColumnProfile]:
    import narwhals as nw

    # Numbered, since a user's columns may be called what we call our answers.
    numbered = frame.select(*(nw.col(column.name).alias(str(place)) for place, column in enumerate(columns)))
    answer = numbered.select(*_expressions(columns)).lazy().collect().rows(named=True)[0]
    return {
        column.name: _column_profile(column, str(place), answer, numbered, rows) for place, column in enumerate(columns)
    }


def _expressions(columns: Sequence[Column]) -> list[nw.Expr]:
    """What is asked of numbered columns: one expression for all columns that it is asked of, which is cheaper."""
    import narwhals as nw

    def of(kinds: Iterable[Kind]) -> list[str]:
        return [str(place) for place, column in enumerate(columns) if column.kind in kinds]

    floats = [place for place in of(_DISTINCT) if columns[int(place)].dtype == "Float64"]
    asked: list[tuple[str, list[str], Callable[[nw.Expr], nw.Expr]]] = [
        ("missing", of(Kind), nw.Expr.null_count),
        ("distinct", [place for place in of(_DISTINCT) if place not in set(floats)], nw.Expr.n_unique),
        ("distinct", floats, lambda cell: (cell + 0.0).n_unique()),  # to some engines, -0.0 is not 0.0
        ("minimum", of(_COMPARED), nw.Expr.min),
        ("maximum", of(_COMPARED), nw.Expr.max),
        ("mean", of({Kind.NUMERIC}), nw.Expr.mean),
        ("sd", of({Kind.NUMERIC}), nw.Expr.std),
    ]
    for q in QUANTILES:
        asked.append((f"q{q}", of({Kind.NUMERIC}), partial(_quantile, q)))
        asked.append((f"q{q}", of({Kind.DATETIME}), partial(_quantile_of_years, q)))
    return [of_all(nw.col(*places)).name.suffix(f":{name}") for name, places, of_all in asked if places]


def _quantile(q: float, cell: nw.Expr) -> nw.Expr:
    return cell.quantile(q, "linear")


def _quantile_of_years(q: float, cell: nw.Expr) -> nw.Expr:
    import narwhals as nw

    return _quantile(q, cell.dt.year().cast(nw.Float64))


def _column_profile(
    column: Column,
    prefix: str,
    answer: Mapping[str, Any],
    frame: nw.LazyFrame[Any] | nw.DataFrame[Any],
    rows: int,
) -> ColumnProfile:
    missing = int(answer[f"{prefix}:missing"])
    distinct = answer.get(f"{prefix}:distinct")
    if distinct is not None:
        distinct = int(distinct) - (missing > 0)  # engines count the missing value as one
    known = {name: _number_or_text(answer.get(f"{prefix}:{name}")) for name in ("minimum", "maximum", "mean", "sd")}
    quantiles = tuple(float(answer[f"{prefix}:q{q}"]) for q in QUANTILES if answer.get(f"{prefix}:q{q}") is not None)
    listed = column.kind in _LISTED and distinct and distinct < rows - missing
    top = _top_values(frame, prefix) if listed else ()
    cuts = {"years" if column.kind is Kind.DATETIME else "quantiles": quantiles}
    return ColumnProfile(column, missing, distinct, top=top, **known, **cuts)  # type: ignore[arg-type]  # mean and sd are numbers wherever they were asked for


def _number_or_text(value: Any) -> str | float | None:
    if value is None or value != value:
        return None
    return float(value) + 0.0 if isinstance(value, int | float) else text_of(value)


def _top_values(frame: nw.LazyFrame[Any] | nw.DataFrame[Any], name: str) -> tuple[tuple[str, int], ...]:
    import narwhals as nw

    if isinstance(frame, nw.DataFrame):
        counts = Counter(frame[name].drop_nulls().to_list())
        first = sorted(counts.items(), key=lambda item: (-item[1], item[0]))[:TOP_VALUES]
        return tuple((text_of(value), rows) for value, rows in first)
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
