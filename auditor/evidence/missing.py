"""Rows in which given columns are all missing, and labels that only stand for a missing one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from auditor.dataset.batches import batches
from auditor.dataset.layout import DEFAULT_MISSING
from auditor.dataset.table import ROW, Kind

if TYPE_CHECKING:
    import polars as pl

    from auditor.evidence import Evidence

#: How people and programs write a missing value, in lower case. Readers of text files take most of these out;
#: typed formats and frames hold them as they are.
MISSING_WORDS = frozenset(word.lower() for word in DEFAULT_MISSING) | {"(missing)"}
_OF_WORDS = frozenset({Kind.CATEGORICAL, Kind.TEXT, Kind.LABELS})


@dataclass(frozen=True, slots=True)
class AskMissingRows:
    """The question: in which rows are all of these columns missing?"""

    columns: tuple[str, ...]

    def collect(self, evidence: Evidence) -> tuple[int, ...]:
        """The rows' ordinals, in order."""
        import narwhals as nw

        empty = nw.all_horizontal(*(nw.col(name).is_null() for name in self.columns), ignore_nulls=False)
        found: list[int] = []
        for batch in batches(evidence.dataset.frame.filter(empty), [ROW]):
            found += batch.column(ROW).to_pylist()
        return tuple(sorted(found))


@dataclass(frozen=True, slots=True)
class AskDisguisedLabels:
    """The question: which rows carry a label that is no class but a word for a missing one (`N/A`, ` `)?"""

    def collect(self, evidence: Evidence) -> Mapping[str, tuple[int, ...]]:
        """The rows' ordinals, in order, by the word as it is spelt; of numbers and indicators, none."""
        import polars as pl

        names = evidence.dataset.roles.label
        if len(names) != 1 or evidence.dataset.column(names[0]).kind not in _OF_WORDS:
            return {}
        found: dict[str, dict[int, None]] = {}
        for batch in batches(evidence.dataset.frame, [ROW, names[0]]):
            labels = _one_a_row(pl.Series("row", batch.column(ROW)), pl.Series("label", batch.column(names[0])))
            bare = pl.col("label").str.strip_chars().str.to_lowercase()
            for row, word in labels.filter(bare.is_in(sorted(MISSING_WORDS))).iter_rows():
                found.setdefault(word, {})[row] = None
        return {word: tuple(rows) for word, rows in found.items()}


def _one_a_row(rows: pl.Series, labels: pl.Series) -> pl.DataFrame:
    """Each label with its row; of a list, each of its labels. One that is missing within a list is an empty word."""
    import polars as pl

    frame = pl.DataFrame([rows, labels])
    if not isinstance(labels.dtype, pl.List):
        return frame
    named = frame.filter(pl.col("label").list.len() > 0).explode("label")
    return named.with_columns(pl.col("label").fill_null(""))
