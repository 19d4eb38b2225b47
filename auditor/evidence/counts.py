"""Contingency tables of low-cardinality columns: one pass over the data, then marginals."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from auditor.dataset.batches import batches
from auditor.dataset.table import Dataset, Kind, Task
from auditor.dataset.values import MISSING, text_of
from auditor.errors import NotPossible
from auditor.evidence.bins import binned, bins_of

if TYPE_CHECKING:
    import narwhals as nw

    from auditor.evidence import Evidence

#: One table serves all questions about label and sensitive columns, unless it could grow past this.
MAX_JOINT_CELLS = 10_000
#: Columns with more combinations of values than this are no classes and no groups.
MAX_CELLS = 100_000


@dataclass(frozen=True, slots=True)
class Counts:
    """Rows by the values of `columns`, the largest cell first. Missing is a value, named `(missing)`."""

    columns: tuple[str, ...]
    cells: Mapping[tuple[str, ...], int]

    @property
    def total(self) -> int:
        """All rows."""
        return sum(self.cells.values())

    def __len__(self) -> int:
        return len(self.cells)

    def items(self) -> Iterator[tuple[tuple[str, ...], int]]:
        """Each combination of values that occurs, and its rows."""
        yield from self.cells.items()

    def marginal(self, columns: tuple[str, ...]) -> Counts:
        """The same rows by fewer columns."""
        places = [self.columns.index(name) for name in columns]
        summed: dict[tuple[str, ...], int] = {}
        for values, rows in self.cells.items():
            key = tuple(values[place] for place in places)
            summed[key] = summed.get(key, 0) + rows
        return Counts(columns, _largest_first(summed))


@dataclass(frozen=True, slots=True)
class LabelCounts:
    """Labeled rows of each group, and how many of them have each class.

    Rows without a label are left out of both. In a multi-label task the classes of a group may add up to more
    than its rows.
    """

    by: tuple[str, ...]
    rows: Mapping[tuple[str, ...], int]
    having: Mapping[str, Mapping[tuple[str, ...], int]]  # class → group → rows

    @property
    def total(self) -> int:
        """All labeled rows."""
        return sum(self.rows.values())

    def classes(self) -> dict[str, int]:
        """Rows that have each class, the largest class first."""
        sums = {name: sum(groups.values()) for name, groups in self.having.items()}
        return dict(sorted(sums.items(), key=lambda item: (-item[1], item[0])))


@dataclass(frozen=True, slots=True)
class AskCounts:
    """The question: how many rows have each combination of these columns' values?"""

    columns: tuple[str, ...]

    def collect(self, evidence: Evidence) -> Counts:
        """From the run's one joint table where it holds these columns, else by a pass of its own."""
        joint = joint_columns(evidence)
        if self.columns != joint and set(self.columns) <= set(joint):
            return evidence.ask(AskCounts(joint)).marginal(self.columns)
        return Counts(self.columns, grouped(evidence, self.columns, evidence.dataset.frame))


@dataclass(frozen=True, slots=True)
class AskLabelCounts:
    """The question: how many rows of each group have each class?"""

    by: tuple[str, ...]

    def collect(self, evidence: Evidence) -> LabelCounts:
        """By marginals for one label a row; by one pass more where a row may have several."""
        dataset = evidence.dataset
        if dataset.task is not Task.MULTILABEL:
            return _single_label(evidence.counts(dataset.roles.label[0], *self.by))
        if len(dataset.roles.label) == 1:
            return self._list_of_labels(evidence)
        return self._label_columns(evidence)

    def _list_of_labels(self, evidence: Evidence) -> LabelCounts:
        """Over Arrow batches: engines differ in what they do with lists. A label named twice counts once."""
        import narwhals as nw
        import polars as pl

        dataset = evidence.dataset
        name = dataset.roles.label[0]
        labeled = dataset.frame.filter(~nw.col(name).is_null())
        rows = grouped(evidence, self.by, labeled)
        cells: dict[tuple[str, ...], int] = {}
        for batch in batches(binned(evidence, self.by, labeled), (name, *self.by)):
            frame = pl.DataFrame({f"c{place}": pl.Series(column) for place, column in enumerate(batch.columns)})
            single = frame.with_columns(pl.col("c0").list.unique()).explode("c0")
            _add(cells, single.group_by(pl.all()).agg(pl.len().alias("rows")).iter_rows())
        return LabelCounts(self.by, rows, _by_class(_largest_first(cells)))

    def _label_columns(self, evidence: Evidence) -> LabelCounts:
        import narwhals as nw

        labels = evidence.dataset.roles.label
        labeled = evidence.dataset.frame.filter(
            ~nw.all_horizontal(*(nw.col(name).is_null() for name in labels), ignore_nulls=False)
        )
        rows = grouped(evidence, self.by, labeled)
        having: dict[str, dict[tuple[str, ...], int]] = {}
        for name in labels:
            has = labeled.filter(has_label(evidence.dataset, name))
            having[name] = grouped(evidence, self.by, has)
        return LabelCounts(self.by, rows, having)


def has_label(dataset: Dataset, name: str) -> nw.Expr:
    """Whether a row has the label that an indicator column (true, or a number above 0) stands for."""
    import narwhals as nw

    return nw.col(name) if dataset.column(name).kind is Kind.BOOLEAN else nw.col(name) > 0


def joint_columns(evidence: Evidence) -> tuple[str, ...]:
    """Label and sensitive columns, while their table stays small; else none."""
    dataset = evidence.dataset
    label = dataset.roles.label if dataset.task is not Task.MULTILABEL else ()
    columns = (*label, *(name for name in dataset.roles.sensitive if name not in label))
    cells = 1
    for name in columns:
        profile = evidence.profile[name]
        bins = bins_of(profile) if name in dataset.roles.sensitive else None
        cells *= 1 + (len(bins.names) if bins else profile.distinct or 0)
    return columns if cells <= MAX_JOINT_CELLS else ()


def grouped(evidence: Evidence, columns: tuple[str, ...], frame: nw.LazyFrame[Any]) -> dict[tuple[str, ...], int]:
    """Rows of the frame by the values of `columns`, the largest cell first; sensitive columns are binned.

    Raises NotPossible for more than MAX_CELLS combinations of values.
    """
    import narwhals as nw

    if not columns:
        ((rows,),) = frame.select(nw.len()).collect().rows()
        return {(): int(rows)}
    # Renamed, since a user's column may be called what we call the count.
    named = {name: f"c{place}" for place, name in enumerate(columns)}
    frame = binned(evidence, columns, frame)
    counted = frame.select(*(nw.col(old).alias(new) for old, new in named.items()))
    counted = counted.group_by(*named.values()).agg(nw.len().alias("rows")).head(MAX_CELLS + 1)
    cells: dict[tuple[str, ...], int] = {}
    _add(cells, counted.collect().iter_rows())
    if len(cells) > MAX_CELLS:
        raise NotPossible(f"{' × '.join(columns)}: more than {MAX_CELLS} different values are no classes and no groups")
    return _largest_first(cells)


def _add(cells: dict[tuple[str, ...], int], counted: Iterable[tuple[Any, ...]]) -> None:
    for *values, rows in counted:
        key = tuple(text_of(value) for value in values)
        cells[key] = cells.get(key, 0) + int(rows)


def _single_label(counts: Counts) -> LabelCounts:
    cells = {values: rows for values, rows in counts.items() if values[0] != MISSING}
    rows: dict[tuple[str, ...], int] = {}
    for values, count in cells.items():
        rows[values[1:]] = rows.get(values[1:], 0) + count
    return LabelCounts(counts.columns[1:], _largest_first(rows), _by_class(cells))


def _by_class(cells: Mapping[tuple[str, ...], int]) -> dict[str, dict[tuple[str, ...], int]]:
    having: dict[str, dict[tuple[str, ...], int]] = {}
    for (name, *group), rows in cells.items():
        if name != MISSING:
            having.setdefault(name, {})[tuple(group)] = rows
    return having


def _largest_first(cells: Mapping[tuple[str, ...], int]) -> dict[tuple[str, ...], int]:
    return dict(sorted(cells.items(), key=lambda item: (-item[1], item[0])))
