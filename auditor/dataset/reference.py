"""The data that a dataset is held against, read with the same roles: `--reference production.csv`."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from auditor.dataset.table import Column, Dataset, Kind, Loaded, Roles, Task
from auditor.errors import UsageError

_WORDS = frozenset({Kind.TEXT, Kind.CATEGORICAL})


@dataclass(frozen=True, slots=True)
class Reference:
    """The other data as a dataset of the columns that match, and the columns that do not.

    `dataset` has the roles of the data as far as its columns allow; without the label it is unlabeled. `lacking`
    are columns of the data that the other lacks, `besides` those it has besides, `unlike` those of another kind,
    with both kinds. `is_base` is true where the data is a batch of rows that are to join it.
    """

    dataset: Dataset
    lacking: tuple[str, ...]
    besides: tuple[str, ...]
    unlike: dict[str, tuple[Kind, Kind]]
    is_base: bool = False


def as_reference(dataset: Dataset, loaded: Loaded, name: str, *, is_base: bool = False) -> Reference:
    """The loaded data as the reference of a dataset. UsageError where no column matches."""
    theirs = {column.name: column for column in loaded.columns}
    ours = {column.name: column for column in dataset.columns}
    unlike = {
        name: (column.kind, theirs[name].kind)
        for name, column in ours.items()
        if name in theirs and not _alike(column.kind, theirs[name].kind)
    }
    # Whether words are prose is told by all of them together: what it is in the data, it is in the reference.
    matching = tuple(
        Column(name, ours[name].kind, theirs[name].dtype) for name in theirs if name in ours and name not in unlike
    )
    if not matching:
        raise UsageError(
            f"{loaded.source.name} has no column of the data's, so nothing can be compared.", "run.reference"
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
        lacking=tuple(name for name in ours if name not in theirs),
        besides=tuple(name for name in theirs if name not in ours),
        unlike=unlike,
        is_base=is_base,
    )


def _alike(kind: Kind, other: Kind) -> bool:
    return kind is other or {kind, other} <= _WORDS


def _kept(roles: Roles, names: set[str]) -> Roles:
    """The roles of the columns that are there."""
    several = ("label", "sensitive", "text", "features", "annotator")
    kept: dict[str, Any] = {role: tuple(name for name in getattr(roles, role) if name in names) for role in several}
    for role in ("id", "split", "time", "weight", "group"):
        kept[role] = name if (name := getattr(roles, role)) in names else None
    return Roles(**kept)
