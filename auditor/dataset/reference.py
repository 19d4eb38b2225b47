"""The data that a dataset is held against, read with the same roles: `--reference production.csv`."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from auditor.dataset.batches import batches
from auditor.dataset.table import Column, Dataset, Kind, Loaded, Reference, Roles, Task
from auditor.errors import UsageError

if TYPE_CHECKING:
    import narwhals as nw

_WORDS = frozenset({Kind.TEXT, Kind.CATEGORICAL})


def as_reference(dataset: Dataset, loaded: Loaded, name: str, *, is_base: bool = False) -> Reference:
    """The loaded data as the reference of a dataset. UsageError where no column matches."""
    theirs = {column.name: column for column in loaded.columns}
    ours = {column.name: column for column in dataset.columns}
    differ = [name for name in ours if name in theirs and not _alike(ours[name].kind, theirs[name].kind)]
    here, there = _empty(dataset.frame, differ), _empty(loaded.frame, differ)
    unlike = {
        name: (None if name in here else ours[name].kind, None if name in there else theirs[name].kind)
        for name in differ
    }
    # Whether words are prose is told by all of them together: what it is in the data, it is in the reference.
    matching = tuple(
        Column(name, ours[name].kind, theirs[name].dtype) for name in theirs if name in ours and name not in unlike
    )
    if not matching:
        alike = " of the same kind" if unlike else ""
        raise UsageError(
            f"{loaded.source.name} has no column of the data's{alike}, so nothing can be compared.", "run.reference"
        )
    roles = _kept(dataset.roles, {column.name for column in matching})
    labeled = bool(roles.label) and roles.label == dataset.roles.label
    return Reference(
        replace(
            dataset,
            name=name,
            frame=loaded.frame,
            columns=matching,
            roles=roles if labeled else replace(roles, label=()),
            task=dataset.task if labeled else Task.UNLABELED,
            label_is=dataset.label_is if labeled else None,
            source=loaded.source,
            verdicts=(),
            verdicts_from=None,
            pred_probs=None,
            reference=None,
        ),
        lacking=tuple(name for name in ours if name not in theirs and name not in _made(dataset)),
        besides=tuple(name for name in theirs if name not in ours),
        unlike=unlike,
        is_base=is_base,
    )


def labels_apart(dataset: Dataset) -> str:
    """Why the labels of the data and of its reference cannot be held against each other; empty where they can."""
    reference = dataset.reference
    if reference is None:
        return "there is no reference"
    data, other = ("the batch", "the base") if reference.is_base else ("the data", "the reference")
    if not dataset.roles.label:
        return f"{data} has no label"
    for name in dataset.roles.label:
        if name in reference.unlike:
            ours, theirs = map(kind_word, reference.unlike[name])
            return f"the label {name!r} is {ours} in {data} and {theirs} in {other}"
        if name in reference.lacking:
            return f"{other} has no label {name!r}"
    return ""


def kind_word(kind: Kind | None) -> str:
    """What a column holds; one without any value holds nothing, whatever it was read as."""
    return "empty" if kind is None else str(kind)


def _empty(frame: nw.LazyFrame[Any], names: list[str]) -> set[str]:
    """Those of the columns without any value; reading ends where each has shown one."""
    empty = set(names)
    for batch in batches(frame, names) if names else ():
        empty -= {name for name in empty if batch.column(name).null_count < batch.num_rows}
        if not empty:
            break
    return empty


def _made(dataset: Dataset) -> set[str | None]:
    return {*dataset.roles.pred_probs, dataset.roles.split if dataset.source.parts else None}


def _alike(kind: Kind, other: Kind) -> bool:
    return kind is other or {kind, other} <= _WORDS


def _kept(roles: Roles, names: set[str]) -> Roles:
    """The roles of the columns that are there."""
    several = ("label", "sensitive", "text", "features", "annotator")
    kept: dict[str, Any] = {role: tuple(name for name in getattr(roles, role) if name in names) for role in several}
    for role in ("id", "split", "time", "weight", "group"):
        kept[role] = name if (name := getattr(roles, role)) in names else None
    return Roles(**kept)
