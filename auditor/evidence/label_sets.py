"""Which labels each row has, where it may have several: a column per label, or a column of lists."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from auditor.dataset.batches import batches
from auditor.dataset.values import text_of
from auditor.errors import NotPossible

if TYPE_CHECKING:
    from auditor.evidence import Evidence

_MAX_CELLS = 400_000_000  # rows × labels held at once, in bytes


@dataclass(frozen=True, slots=True)
class LabelSets:
    """`has[i, k]`: 1 where row i has the label `names[k]`, 0 where it has not, -1 where nothing is said of it.

    `left_out` are labels that too few rows have, or lack, or that are one too many, with the rows they are decided
    for.
    """

    names: tuple[str, ...]
    has: NDArray[np.int8]
    left_out: dict[str, int]


@dataclass(frozen=True, slots=True)
class AskLabelSets:
    """The question: which labels does each row have? Of at most `most` labels, the commonest.

    A label counts if `fewest` rows have it and as many have not.
    """

    most: int
    fewest: int

    def collect(self, evidence: Evidence) -> LabelSets:
        """One pass over the label columns. NotPossible where no label is left, or they are more than can be held."""
        names = evidence.dataset.roles.label
        found = _indicators(evidence) if len(names) > 1 else _lists(evidence, self.most)
        having, lacking = (found.has == 1).sum(axis=0), (found.has == 0).sum(axis=0)
        fit = np.flatnonzero((having >= self.fewest) & (lacking >= self.fewest))
        kept = np.sort(fit[np.argsort(-having[fit], kind="stable")[: self.most]])
        if not len(kept):
            raise NotPossible(f"no label is had by {self.fewest} rows and lacked by as many")
        others = {found.names[k]: int(having[k] + lacking[k]) for k in range(len(found.names)) if k not in set(kept)}
        return LabelSets(tuple(found.names[k] for k in kept), found.has[:, kept], {**others, **found.left_out})


def _indicators(evidence: Evidence) -> LabelSets:
    """A column per label: true, or a number above 0, says that a row has it (as `has_label` does)."""
    names = evidence.dataset.roles.label
    parts = []
    for batch in batches(evidence.dataset.frame, names):
        columns = [_signs(batch.column(name)) for name in names]
        parts.append(np.stack(columns, axis=1))
    has = np.concatenate(parts) if parts else np.zeros((0, len(names)), dtype=np.int8)
    _holdable(*has.shape)
    return LabelSets(names, has, {})


def _signs(cells: Any) -> NDArray[np.int8]:
    import pyarrow as pa
    import pyarrow.compute as pc

    signs = cells if pa.types.is_boolean(cells.type) else pc.greater(cells, 0)
    found: NDArray[np.int8] = pc.fill_null(pc.cast(signs, pa.int8()), -1).to_numpy(zero_copy_only=False)
    return found


def _lists(evidence: Evidence, most: int) -> LabelSets:
    """A column of lists: the labels that a row does not name it has not; of a row without a list nothing is said."""
    places: dict[str, int] = {}
    cells: list[NDArray[np.int64]] = []
    said: list[bool] = []
    for row, names in _named(evidence):
        said.append(names is not None)
        codes = [places.setdefault(name, len(places)) for name in names or ()]
        cells.append(np.array([(row, code) for code in codes], dtype=np.int64).reshape(-1, 2))
    pairs = np.concatenate(cells) if cells else np.zeros((0, 2), dtype=np.int64)
    rows = np.bincount(pairs[:, 1], minlength=len(places))
    kept = np.argsort(-rows, kind="stable")[: 2 * most]  # labels that all rows have are still among them
    _holdable(len(said), len(kept))
    has = np.zeros((len(said), len(kept)), dtype=np.int8)
    column = np.full(len(places), -1, dtype=np.int64)
    column[kept] = np.arange(len(kept))
    within = column[pairs[:, 1]] >= 0
    has[pairs[within, 0], column[pairs[within, 1]]] = 1
    has[~np.array(said, dtype=bool)] = -1
    labels = list(places)
    left_out = {labels[k]: sum(said) for k in range(len(labels)) if column[k] < 0}
    return LabelSets(tuple(labels[k] for k in kept), has, left_out)


def _named(evidence: Evidence) -> Iterator[tuple[int, list[str] | None]]:
    """Each row and the labels it names, each once; None without a list."""
    row = 0
    for batch in batches(evidence.dataset.frame, evidence.dataset.roles.label):
        for cell in batch.column(0).to_pylist():
            yield row, None if cell is None else sorted({text_of(value) for value in cell if value is not None})
            row += 1


def _holdable(rows: int, labels: int) -> None:
    if rows * labels > _MAX_CELLS:
        raise NotPossible(f"{labels} labels × {rows} rows are more than a probe can hold")
