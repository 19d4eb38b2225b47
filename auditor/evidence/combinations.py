"""The different combinations of values of some attributes and how many rows have each, for what is lacking."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import permutations
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from auditor.dataset.batches import batches
from auditor.dataset.values import MISSING, text_of
from auditor.errors import NotPossible
from auditor.evidence.bins import bins_of
from auditor.stats.patterns import Cells, Codes

if TYPE_CHECKING:
    import narwhals as nw
    import polars as pl
    import pyarrow as pa

    from auditor.evidence import Evidence

#: An attribute's values are numbered in a byte; the last number stands for a missing one.
MAX_VALUES = 255
_MISSING = 255
#: The share of rows in which one attribute must tell another, for the two to be one.
_NEARLY_ALL = 0.95
#: Different rows that are looked at first, to find that one attribute does not tell another.
_LOOKED_AT = 10_000
#: Batches grouped at once: about a million rows.
_AT_ONCE = 16


@dataclass(frozen=True, slots=True, eq=False)
class Combinations:
    """The rows by all `attributes` at once; `values` are each attribute's, in the order of their codes."""

    attributes: tuple[str, ...]
    values: tuple[tuple[str, ...], ...]
    cells: Cells

    def keep(self, attributes: tuple[str, ...]) -> Combinations:
        """The same rows by some attributes only."""
        places = [self.attributes.index(name) for name in attributes]
        return Combinations(attributes, tuple(self.values[at] for at in places), self.cells.keep(places))

    def parts(self, attribute: str, value: str) -> tuple[Combinations, Combinations]:
        """The rows that have this value and all others, both without the attribute; all its values stay known."""
        at = self.attributes.index(attribute)
        has = self.cells.codes[at] == (self.values[at].index(value) if value in self.values[at] else _MISSING)
        rest = tuple(name for name in self.attributes if name != attribute)
        kept = self.keep(rest)
        halves = (Cells(kept.cells.codes[:, flags], kept.cells.rows[flags], kept.cells.sizes) for flags in (has, ~has))
        inside, outside = (Combinations(rest, kept.values, cells) for cells in halves)
        return inside, outside

    def often(self, least: int) -> dict[str, tuple[str, ...]]:
        """Each attribute's values of so many rows."""
        counts = [self.cells.counts((at,))[:-1].tolist() for at in range(len(self.attributes))]
        return {
            name: tuple(value for value, rows in zip(values, of, strict=True) if rows >= least)
            for name, values, of in zip(self.attributes, self.values, counts, strict=True)
        }

    def told(self, least: int) -> dict[str, str]:
        """Attributes that another one tells, and by which: it has one value with each value of the other.

        Values of fewer than `least` rows are not looked at: one of two rows has one value of everything.
        """
        found: dict[str, str] = {}
        often = [self.cells.counts((at,))[:-1] >= least for at in range(len(self.attributes))]
        some = self.cells.some(_LOOKED_AT)  # two values with one of the other's in a few rows settle it
        for teller, told in permutations(range(len(self.attributes)), 2):
            names = self.attributes[teller], self.attributes[told]
            if names[1] in found or names[0] in found:
                continue
            if _one_each(_by(some, teller, told)[often[teller]]) and self._tells(teller, told, often[teller]):
                found[names[1]] = names[0]
        return found

    def _tells(self, teller: int, told: int, enough: NDArray[np.bool_]) -> bool:
        counts = _by(self.cells, teller, told)
        several = (counts[enough].sum(axis=0) > 0).sum() > 1
        return bool(several and _one_each(counts[enough]) and counts[enough].sum() >= _NEARLY_ALL * counts.sum())


def _by(cells: Cells, teller: int, told: int) -> NDArray[np.int64]:
    counts = cells.counts(sorted((teller, told)))
    return (counts if teller < told else counts.T)[:-1, :-1]


def _one_each(counts: NDArray[np.int64]) -> bool:
    return bool(((counts > 0).sum(axis=1) <= 1).all())


@dataclass(frozen=True, slots=True)
class AskCombinations:
    """The question: how many rows have each combination of these columns' values?

    `domains` are values that a column may have besides those that occur.
    """

    columns: tuple[str, ...]
    domains: tuple[tuple[str, tuple[str, ...]], ...] = ()

    def collect(self, evidence: Evidence) -> Combinations:
        """One pass over Arrow batches; continuous columns are cut into bins.

        Raises NotPossible for a column of more than MAX_VALUES values.
        """
        return combinations_of(self.columns, evidence, self.domains)


def combinations_of(
    columns: tuple[str, ...],
    evidence: Evidence,
    domains: tuple[tuple[str, tuple[str, ...]], ...] = (),
    only: NDArray[np.bool_] | None = None,
) -> Combinations:
    """The answer to `AskCombinations`, of all rows or of some `only`.

    Raises NotPossible for a column of more than MAX_VALUES values.
    """
    frame, declared = evidence.dataset.frame, dict(domains)
    bins = {name: cut for name in columns if (cut := bins_of(evidence.profile[name]))}
    frame = frame.with_columns(*(cut.expression() for cut in bins.values())) if bins else frame
    known = {name: (*declared.get(name, ()), *(bins[name].names if name in bins else ())) for name in columns}
    coded = _Coded([{} for _ in columns], columns)
    codes, rows = coded.collapsed(frame, only)
    values = tuple(tuple(sorted({*places, *known[name]})) for name, places in zip(columns, coded.places, strict=True))
    if long := [name for name, of in zip(columns, values, strict=True) if len(of) > MAX_VALUES]:
        raise NotPossible(f"{long[0]}: more than {MAX_VALUES} values are too many to combine")
    codes = np.stack([_renumbered(*one) for one in zip(codes, coded.places, values, strict=True)])
    return Combinations(columns, values, Cells(codes, rows, tuple(map(len, values))))


@dataclass(slots=True)
class _Coded:
    """Cells as bytes: each column's values are numbered as they are met."""

    places: list[dict[str, int]]
    columns: tuple[str, ...]

    def collapsed(
        self, frame: nw.LazyFrame[Any], only: NDArray[np.bool_] | None = None
    ) -> tuple[Codes, NDArray[np.int64]]:
        """The different rows, columns × rows, and how many of each there are; of all rows or of some `only`."""
        import polars as pl

        words = -(-len(self.columns) // 8)  # eight codes make one number, which groups fast
        parts: list[pl.DataFrame] = []
        packed: list[NDArray[np.uint64]] = []
        for batch in _kept(batches(frame, self.columns), only):
            packed.append(self._packed(batch, words))
            if len(packed) == _AT_ONCE:
                parts.append(_grouped(packed))
                packed = []
        parts += [_grouped(packed)] if packed else []
        if not parts:
            return np.empty((len(self.columns), 0), dtype=np.uint8), np.empty(0, dtype=np.int64)
        names = [str(word) for word in range(words)]
        merged = pl.concat(parts).group_by(names).agg(pl.col("rows").sum()).sort(names)
        together = np.ascontiguousarray(merged.select(names).to_numpy())
        codes = together.view(np.uint8).reshape(len(together), words * 8)[:, : len(self.columns)]
        return np.ascontiguousarray(codes.T), merged["rows"].to_numpy().astype(np.int64)

    def _packed(self, batch: pa.RecordBatch | pa.Table, words: int) -> NDArray[np.uint64]:
        import polars as pl

        codes = np.zeros((batch.num_rows, words * 8), dtype=np.uint8)
        for at, places in enumerate(self.places):
            cells = batch.column(at)
            cells = cells.combine_chunks() if hasattr(cells, "combine_chunks") else cells
            encoded = cells.dictionary_encode(null_encoding="encode")
            numbers = [self._number(places, value, at) for value in encoded.dictionary.to_pylist()]
            # Through Polars: pyarrow's own to_numpy imports pandas.
            codes[:, at] = np.array(numbers, dtype=np.uint8)[pl.Series(encoded.indices).to_numpy()]
        return codes.view(np.uint64)

    def _number(self, places: dict[str, int], value: Any, at: int) -> int:
        text = text_of(value)
        if text == MISSING:
            return _MISSING
        if text not in places and len(places) == MAX_VALUES:
            raise NotPossible(f"{self.columns[at]}: more than {MAX_VALUES} values are too many to combine")
        return places.setdefault(text, len(places))


def _kept(
    parts: Iterable[pa.RecordBatch | pa.Table], only: NDArray[np.bool_] | None
) -> Iterator[pa.RecordBatch | pa.Table]:
    import pyarrow as pa

    start = 0
    for part in parts:
        yield part if only is None else part.filter(pa.array(only[start : start + part.num_rows]))
        start += part.num_rows


def _grouped(packed: Sequence[NDArray[np.uint64]]) -> pl.DataFrame:
    import polars as pl

    words = np.concatenate(packed)
    frame = pl.DataFrame({str(word): words[:, word] for word in range(words.shape[1])})
    return frame.group_by(pl.all()).agg(pl.len().alias("rows").cast(pl.Int64))


def _renumbered(codes: Codes, places: Mapping[str, int], values: tuple[str, ...]) -> Codes:
    """In the order of the values; the number after the last stands for a missing one."""
    numbers = np.zeros(256, dtype=np.uint8)
    numbers[_MISSING] = len(values)
    order = {value: number for number, value in enumerate(values)}
    for value, place in places.items():
        numbers[place] = order[value]
    return numbers[codes]
