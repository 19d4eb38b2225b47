"""How each column of the data is spread, beside the same column of the reference."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from auditor.dataset.table import Column, Dataset, Kind
from auditor.dataset.values import MISSING
from auditor.errors import NotPossible
from auditor.stats.written import amount

if TYPE_CHECKING:
    import narwhals as nw

    from auditor.evidence import Evidence

#: Numbers are compared in tenths of the data's rows; of words, so many values, the rest together.
_TENTHS = tuple(tenth / 10 for tenth in range(1, 10))
MAX_VALUES = 50
#: Columns with more different words than this are names or texts, whose values hardly ever come again.
MAX_WORDS = 1_000
_AT_ONCE = 8
_REST = "all other values"


@dataclass(frozen=True, slots=True)
class ColumnShift:
    """Rows of the data and of the reference by the values of a column, the same `values` in the same order.

    Of numbers the values are intervals. `unseen` are the reference's rows, of the `known` that have a value, whose
    value no row of the data has, or that lies outside of the data's range; `examples` are some of these values. `once`
    are the data's rows, of the `ours_known` that have a value, whose value no other row of it has; of numbers, those at
    the ends of the range.
    """

    column: str
    values: tuple[str, ...]
    ours: tuple[int, ...]
    theirs: tuple[int, ...]
    unseen: int
    known: int
    once: int
    ours_known: int
    examples: tuple[str, ...]

    @property
    def expected(self) -> float:
        """The share of values never seen in more rows of the data's own kind (Good 1953); nan without any."""
        return self.once / self.ours_known if self.ours_known else float("nan")


@dataclass(frozen=True, slots=True)
class AskShifts:
    """The question: how is each column spread in the data, and how in the reference?

    The label is among them where the reference has it.
    """

    def collect(self, evidence: Evidence) -> tuple[ColumnShift, ...]:
        """A pass a side for all numbers, one a column for words. Prose and lists are not compared.

        Dates are: see `date_shift`.
        """
        other = evidence.reference
        names = {column.name for column in other.dataset.columns}
        asked = [c for c in evidence.dataset.columns if c.name in names and c.name in _compared(evidence.dataset)]
        numbers = [c for c in asked if c.kind is Kind.NUMERIC and (evidence.profile[c.name].distinct or 0) > MAX_VALUES]
        found = _of_numbers(evidence, other, numbers)
        for column in asked:
            if column not in numbers and column.kind in (Kind.NUMERIC, Kind.CATEGORICAL, Kind.BOOLEAN):
                shift = _of_words(evidence, other, column)
                found |= {column.name: shift} if shift else {}
        return tuple(found[column.name] for column in asked if column.name in found)


def _compared(dataset: Dataset) -> set[str]:
    roles = dataset.roles
    return {*roles.features, *roles.sensitive, *roles.label}


def _of_numbers(ours: Evidence, theirs: Evidence, columns: list[Column]) -> dict[str, ColumnShift]:
    found: dict[str, ColumnShift] = {}
    for start in range(0, len(columns), _AT_ONCE):  # to plan a query costs the square of what it asks
        names = [column.name for column in columns[start : start + _AT_ONCE]]
        edges = _edges(ours.dataset.frame, names)
        here, there = (_below(side.dataset.frame, edges) for side in (ours, theirs))
        for name in names:
            low, high = (_number(value) for value in (ours.profile[name].minimum, ours.profile[name].maximum))
            outside = _outside(theirs, name, low, high)
            missing = (ours.profile[name].missing, theirs.profile[name].missing)
            found[name] = ColumnShift(
                name,
                (*_intervals(edges[name]), MISSING),
                (*here[name], missing[0]),
                (*there[name], missing[1]),
                outside,
                theirs.profile.rows - missing[1],
                min(2, ours.profile.rows - missing[0]),
                ours.profile.rows - missing[0],
                tuple(_beyond(theirs, name, low, high)),
            )
    return found


def _edges(frame: nw.LazyFrame[Any], names: list[str]) -> dict[str, list[float]]:
    """The tenths of each column, each once."""
    import narwhals as nw

    asked = [
        nw.col(name).quantile(q, "linear").alias(f"{place}:{q}") for place, name in enumerate(names) for q in _TENTHS
    ]
    answer = frame.select(*asked).collect().rows(named=True)[0]
    return {
        name: sorted({float(answer[f"{place}:{q}"]) for q in _TENTHS if answer[f"{place}:{q}"] is not None})
        for place, name in enumerate(names)
    }


def _below(frame: nw.LazyFrame[Any], edges: dict[str, list[float]]) -> dict[str, tuple[int, ...]]:
    """Rows in each interval: up to the first edge, over it up to the next, over the last."""
    import narwhals as nw

    asked = [nw.col(name).count().alias(f"{place}:n") for place, name in enumerate(edges)]
    for place, name in enumerate(edges):
        asked += [
            (nw.col(name) <= edge).cast(nw.Int64).sum().alias(f"{place}:{at}") for at, edge in enumerate(edges[name])
        ]
    answer = frame.select(*asked).collect().rows(named=True)[0]
    found = {}
    for place, name in enumerate(edges):
        up_to = [int(answer[f"{place}:{at}"] or 0) for at in range(len(edges[name]))] + [int(answer[f"{place}:n"])]
        found[name] = tuple(high - low for low, high in zip([0, *up_to], up_to, strict=False))
    return found


def _intervals(edges: list[float]) -> list[str]:
    told = [amount(edge) for edge in edges]
    return [
        f"up to {told[0]}",
        *(f"{low} to {high}" for low, high in pairwise(told)),
        f"over {told[-1]}",
    ]


def _outside(theirs: Evidence, name: str, low: float, high: float) -> int:
    import narwhals as nw

    cell = nw.col(name)
    beyond = theirs.dataset.frame.select(((cell < low) | (cell > high)).cast(nw.Int64).sum())
    return int(beyond.collect().item() or 0)


def _beyond(theirs: Evidence, name: str, low: float, high: float) -> list[str]:
    """How far the reference's values reach where the data's do not."""
    least, most = (_number(value) for value in (theirs.profile[name].minimum, theirs.profile[name].maximum))
    told = [f"down to {amount(least)}"] if least < low else []
    return told + ([f"up to {amount(most)}"] if most > high else [])


def _number(value: str | float | None) -> float:
    return float(value) if isinstance(value, float) else float("nan")


def _of_words(ours: Evidence, theirs: Evidence, column: Column) -> ColumnShift | None:
    """None where the values are too many to come again."""
    name = column.name
    if max((side.profile[name].distinct or 0) for side in (ours, theirs)) > MAX_WORDS:
        return None
    try:
        here, there = ({values[0]: rows for values, rows in side.counts(name).items()} for side in (ours, theirs))
    except NotPossible:
        return None
    listed = sorted({*here, *there}, key=lambda value: (-here.get(value, 0) - there.get(value, 0), value))
    values, rest = listed[:MAX_VALUES], listed[MAX_VALUES:]
    unseen = {value: rows for value, rows in there.items() if value not in here and value != MISSING}
    return ColumnShift(
        name,
        (*values, *([_REST] if rest else ())),
        (*(here.get(value, 0) for value in values), *([sum(here.get(v, 0) for v in rest)] if rest else ())),
        (*(there.get(value, 0) for value in values), *([sum(there.get(v, 0) for v in rest)] if rest else ())),
        sum(unseen.values()),
        sum(rows for value, rows in there.items() if value != MISSING),
        sum(rows == 1 for value, rows in here.items() if value != MISSING),
        sum(rows for value, rows in here.items() if value != MISSING),
        tuple(sorted(unseen, key=lambda value: (-unseen[value], value))[:5]),
    )
