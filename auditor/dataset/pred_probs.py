"""The user's own out-of-sample probabilities: from a file, an array or columns of the data, checked cell by cell."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from auditor.dataset.declared import split_names
from auditor.dataset.guesses import label_values
from auditor.dataset.table import SINGLE_CLASS, Column, Dataset, Kind, PredProbs
from auditor.errors import UsageError

if TYPE_CHECKING:
    import narwhals as nw

SETTING = "dataset.pred_probs"
#: How far a row's probabilities may sum from 1: what 32-bit floats and a few written digits lose.
TOLERANCE = 1e-3
_MAGIC = b"\x93NUMPY"
_ROWS = 65_536
_SHOWN = 8  # classes that a note names


@dataclass(frozen=True, slots=True)
class _Matrix:
    """Numbers, rows × columns, and the columns' names where they have some."""

    cells: NDArray[Any]
    names: tuple[str, ...] | None
    source: str


def told_columns(given: Any, columns: Sequence[Column]) -> tuple[str, ...]:
    """The columns of the data that hold the probabilities; none where a file or an array does.

    A text is a column's name, a list of these with commas, or a path. Raises UsageError where it is part one,
    part the other.
    """
    names = [column.name for column in columns]
    if isinstance(given, os.PathLike) or not isinstance(given, str | tuple):
        return ()
    parts = given if isinstance(given, tuple) else (given,)
    told = tuple(p for part in parts for p in ((part,) if part in names else split_names(part) or (part,)))
    unknown = [name for name in told if name not in names]
    if not unknown:
        return told
    if len(parts) > 1 or len(unknown) < len(told):
        raise UsageError(f"there is no column {unknown[0]!r} for probabilities. Correct its name.", SETTING)
    return ()


def with_pred_probs(dataset: Dataset, given: Any, scratch: Path, *, skips_lines: bool) -> Dataset:
    """The dataset with the probabilities that are given as a path, an array, a frame, or columns of its own.

    Raises UsageError unless there is a finite number from 0 to 1 for each row and class of the label, and the
    numbers of a row sum to 1; DataError for a file that cannot be read whole.
    """
    if dataset.task not in SINGLE_CLASS:
        raise UsageError(f"a {dataset.task} label has no one class a row to be predicted. Leave them out.", SETTING)
    own = dataset.roles.pred_probs
    if skips_lines and not own:
        problem = "where lines are left out of the data, the rows of the probabilities no longer stand beside them"
        raise UsageError(f"{problem}. Take those lines out of both files first.", SETTING)
    if own:
        matrix = _of_columns(dataset.frame, [dataset.column(name) for name in own], ", ".join(own))
    else:
        matrix = _loaded(given, scratch)
    classes, cells, told = _in_class_order(matrix, _classes(dataset))
    _same_length(matrix, dataset.source.rows_read)
    probabilities = _checked(cells, matrix.source)
    note = f"labels are judged by the probabilities in {matrix.source}, taken to be out of sample; {told}"
    source = replace(dataset.source, notes=(*dataset.source.notes, note))
    return replace(dataset, pred_probs=PredProbs(classes, probabilities, matrix.source), source=source)


def _loaded(given: Any, scratch: Path) -> _Matrix:
    from auditor.dataset.options import ReadOptions
    from auditor.dataset.readers import read

    if isinstance(given, np.ndarray):
        return _Matrix(given, None, "an array")
    if not isinstance(given, str | tuple | os.PathLike):
        loaded = read(given, ReadOptions(), scratch)
        return _of_columns(loaded.frame, loaded.columns, "a frame")
    path = Path(given[0] if isinstance(given, tuple) else given)
    if not path.is_file():
        raise UsageError(f"there is no file and no column {str(path)!r}. Name one of the two.", SETTING)
    with path.open("rb") as opened:
        start = opened.read(len(_MAGIC))
    if start == _MAGIC:
        return _Matrix(_npy(path), None, str(path))
    if path.suffix.lower() == ".npz":
        raise UsageError(f"{path}: an .npz file holds several arrays. Save the one as .npy.", SETTING)
    loaded = read(path, ReadOptions(), scratch)
    return _of_columns(loaded.frame, loaded.columns, str(path))


def _npy(path: Path) -> NDArray[Any]:
    """A view of the file, which NumPy holds against its size; what is pickled in it is never loaded."""
    try:
        return np.asarray(np.load(path, mmap_mode="r", allow_pickle=False))
    except (ValueError, OSError, EOFError, SyntaxError) as error:
        raise UsageError(f"{path}: no array of numbers can be read from it ({error}).", SETTING) from error


def _of_columns(frame: nw.LazyFrame[Any], columns: Sequence[Column], source: str) -> _Matrix:
    """Number columns side by side, or one column of vectors."""
    from auditor.dataset.batches import batches

    odd = [column for column in columns if column.kind is not Kind.NUMERIC]
    if odd and not (len(columns) == 1 and odd[0].kind is Kind.EMBEDDING):
        raise UsageError(f"{source}: column {odd[0].name!r} is {odd[0].kind}: a probability is a number.", SETTING)
    names = tuple(column.name for column in columns)
    parts = []
    for batch in batches(frame, names):
        if odd:
            parts.append(_stacked(batch.column(names[0]).to_pylist(), source))
        else:
            cells = [batch.column(name).to_numpy(zero_copy_only=False) for name in names]
            parts.append(np.stack(cells, axis=1).astype(np.float64))
    nameless = odd or names == tuple(f"column_{at + 1}" for at in range(len(names)))  # as a reader calls them
    return _Matrix(np.concatenate(parts), None if nameless else names, source)


def _stacked(vectors: Sequence[Sequence[float] | None], source: str) -> NDArray[np.float64]:
    widths = {len(vector) for vector in vectors if vector is not None}
    if len(widths) != 1 or any(vector is None for vector in vectors):
        raise UsageError(f"{source}: its vectors are missing, or not all equally long.", SETTING)
    return np.array(vectors, dtype=np.float64)


def _classes(dataset: Dataset) -> tuple[str, ...]:
    """The label's classes as scikit-learn orders them: numbers by size, all else by name."""
    names = [name for name, _ in label_values(dataset.frame, dataset.columns, dataset.roles.label)]
    names = list(dict.fromkeys((*names, *dataset.label_order)))
    by_size = dataset.label.kind is Kind.NUMERIC
    return tuple(sorted(names, key=float) if by_size else sorted(names))


def _in_class_order(matrix: _Matrix, classes: tuple[str, ...]) -> tuple[tuple[str, ...], NDArray[Any], str]:
    """The classes, a column of the matrix for each, and how that is known."""
    if matrix.cells.ndim != 2:
        raise UsageError(f"{matrix.source}: has {matrix.cells.ndim} dimensions; give rows × classes.", SETTING)
    if matrix.cells.dtype.kind not in "fiub":
        raise UsageError(f"{matrix.source}: holds {matrix.cells.dtype}, not numbers.", SETTING)
    named = _by_name(matrix, classes)
    if named is not None:
        places = list(named.values())
        return tuple(named), matrix.cells[:, places], "their columns are named by class"
    found = matrix.cells.shape[1]
    if found != len(classes):
        hint = f"name each column by its class if it knows others than {_listed(classes)}"
        if (found, len(classes)) == (1, 2):
            hint = "give both, as in numpy.stack([1 - p, p], axis=1)"
        columns = f"{found} column{'s' * (found != 1)}"
        raise UsageError(f"{matrix.source}: {columns} for {len(classes)} classes; {hint}.", SETTING)
    return classes, matrix.cells, f"their columns are taken in the sorted order of the classes: {_listed(classes)}"


def _by_name(matrix: _Matrix, classes: tuple[str, ...]) -> Mapping[str, int] | None:
    """The place of each class's column, where the names say it, after one prefix for all (`p_cat`, `p_dog`).

    Columns over are classes that no row of the data has. Raises UsageError where some classes are named and
    others are not: their order cannot be told.
    """
    names = matrix.names or ()
    best: tuple[int, str] = (0, "")
    for prefix in {name.removesuffix(one) for one in classes[:_SHOWN] for name in names if name.endswith(one)}:
        best = max(best, (sum(prefix + one in names for one in classes), prefix))
    found, prefix = best
    if found < min(len(classes), 2):
        return None
    if missing := [one for one in classes if prefix + one not in names]:
        problem = f"there is a column for other classes, and none named {prefix + missing[0]!r}"
        raise UsageError(f"{matrix.source}: {problem}. Give a column for each class.", SETTING)
    return {name.removeprefix(prefix): at for at, name in enumerate(names) if name.startswith(prefix)}


def _same_length(matrix: _Matrix, rows: int) -> None:
    found = len(matrix.cells)
    if found != rows:
        told = "Give one row of probabilities for each row of the data, in its order (parts one after the other)"
        raise UsageError(f"{matrix.source}: has {found} rows, the data {rows}. {told}.", SETTING)


def _checked(cells: NDArray[Any], source: str) -> NDArray[np.float32]:
    """The cells as 32-bit floats; UsageError names the first row that holds no probabilities."""
    ready = np.empty(cells.shape, dtype=np.float32)
    for start, part in _parts(cells):
        with np.errstate(invalid="ignore"):
            sums = part.sum(axis=1)
            finite = np.logical_and.reduce(np.isfinite(part), axis=1)
            within = np.logical_and.reduce((part >= 0) & (part <= 1), axis=1)
            fine = finite & within & (np.abs(sums - 1) <= TOLERANCE)
        if not fine.all():
            at = int(np.argmin(fine))
            problem = f"sums to {sums[at]:.6g}, not to 1"
            if not within[at]:
                problem = "holds a number below 0 or above 1: probabilities are asked for, not scores or logits"
            if not finite[at]:
                problem = "holds a missing or infinite number"
            raise UsageError(f"{source}: row {start + at} (counted from 0) {problem}.", SETTING)
        ready[start : start + len(part)] = part
    return ready


def _parts(cells: NDArray[Any]) -> Iterator[tuple[int, NDArray[np.float64]]]:
    for start in range(0, len(cells), _ROWS):
        yield start, np.asarray(cells[start : start + _ROWS], dtype=np.float64)


def _listed(classes: Sequence[str]) -> str:
    more = f", … ({len(classes)} in all)" if len(classes) > _SHOWN else ""
    return ", ".join(classes[:_SHOWN]) + more
