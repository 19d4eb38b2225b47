"""Which group each row belongs to: for what is known of single rows (flagged, repeated), told by group."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from auditor.dataset.batches import batches
from auditor.dataset.values import text_of
from auditor.errors import NotPossible
from auditor.evidence.bins import binned

if TYPE_CHECKING:
    from auditor.evidence import Evidence

Group = tuple[str, ...]
#: Columns with more combinations of values than this are no groups.
MAX_GROUPS = 100_000


@dataclass(frozen=True, slots=True, eq=False)
class GroupRows:
    """The groups of the columns `by`, the largest first, and in `codes` the place of each row's group among them."""

    by: tuple[str, ...]
    names: tuple[Group, ...]
    codes: NDArray[np.int64]

    def count(self, rows: NDArray[np.int64] | NDArray[np.bool_] | None = None) -> dict[Group, int]:
        """Rows of each group; of some rows only, given by a mask or by their ordinals."""
        codes = self.codes if rows is None else self.codes[rows]
        return dict(zip(self.names, np.bincount(codes, minlength=len(self.names)).tolist(), strict=True))


@dataclass(frozen=True, slots=True)
class AskGroupRows:
    """The question: which group of these columns does each row belong to?"""

    by: tuple[str, ...]

    def collect(self, evidence: Evidence) -> GroupRows:
        """One pass a column; of several columns, from the groups of each.

        Missing is a group of its own, continuous sensitive columns are binned. Raises NotPossible for more than
        MAX_GROUPS groups.
        """
        if len(self.by) == 1:
            names, codes = _of_one(evidence, self.by[0])
        else:
            names, codes = _crossed([evidence.ask(AskGroupRows((name,))) for name in self.by])
        if len(names) > MAX_GROUPS:
            raise NotPossible(f"{' × '.join(self.by)}: more than {MAX_GROUPS} different values are no groups")
        return _largest_first(self.by, names, codes)


def _of_one(evidence: Evidence, column: str) -> tuple[list[Group], NDArray[np.int64]]:
    import polars as pl

    places: dict[str, int] = {}
    codes: list[NDArray[np.int64]] = []
    for batch in batches(binned(evidence, (column,), evidence.dataset.frame), (column,)):
        cells = batch.column(0)
        cells = cells.combine_chunks() if hasattr(cells, "combine_chunks") else cells
        encoded = cells.dictionary_encode(null_encoding="encode")
        here = [places.setdefault(text_of(value), len(places)) for value in encoded.dictionary.to_pylist()]
        codes.append(np.array(here, dtype=np.int64)[pl.Series(encoded.indices).to_numpy()])  # Arrow's imports pandas
    return [(name,) for name in places], np.concatenate(codes) if codes else np.empty(0, dtype=np.int64)


def _crossed(single: list[GroupRows]) -> tuple[list[Group], NDArray[np.int64]]:
    together = np.zeros(len(single[0].codes), dtype=np.int64)
    for one in single:
        together = together * len(one.names) + one.codes
    found, codes = np.unique(together, return_inverse=True)
    names: list[Group] = [() for _ in found]
    for one in reversed(single):
        found, place = np.divmod(found, len(one.names))
        names = [(*one.names[at], *rest) for at, rest in zip(place.tolist(), names, strict=True)]
    return names, codes.astype(np.int64)


def _largest_first(by: tuple[str, ...], names: list[Group], codes: NDArray[np.int64]) -> GroupRows:
    rows = np.bincount(codes, minlength=len(names))
    order = sorted(range(len(names)), key=lambda at: (-rows[at], names[at]))
    place = np.empty(len(names), dtype=np.int64)
    place[order] = np.arange(len(names))
    return GroupRows(by, tuple(names[at] for at in order), place[codes])
