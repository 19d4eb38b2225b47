"""Which column is what: declared by the user, or guessed and said."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from auditor.dataset.guesses import (
    guess_id,
    guess_label,
    guess_label_is,
    guess_positive,
    guess_sensitive,
    guess_task,
    label_values,
)
from auditor.dataset.table import CLASSIFICATION, Column, Dataset, Kind, LabelIs, Loaded, Roles, Task
from auditor.errors import UsageError, did_you_mean

#: Said in place of a column's name: there is none, and none is to be guessed.
NONE = "none"
#: Roles that one column at most can have.
_SINGLE = ("split", "annotator", "weight", "time", "group")
_INDICATORS = frozenset({Kind.BOOLEAN, Kind.NUMERIC})


@dataclass(frozen=True, slots=True)
class Declared:
    """What the user said of the columns; None where nothing was said, so that it is guessed."""

    label: tuple[str, ...] | None = None
    sensitive: tuple[str, ...] | None = None
    text: tuple[str, ...] | None = None
    features: tuple[str, ...] | None = None
    id: str | None = None
    split: str | None = None
    annotator: str | None = None
    time: str | None = None
    weight: str | None = None
    group: str | None = None
    task: str | None = None
    label_is: str | None = None
    positive: str | None = None
    label_order: tuple[str, ...] | None = None
    unlabelled: bool = False


@dataclass(frozen=True, slots=True)
class Guess:
    """A role or task that was not declared: what was taken for it, and why."""

    name: str
    value: str
    why: str


def assign(loaded: Loaded, declared: Declared, name: str) -> tuple[Dataset, tuple[Guess, ...]]:
    """Give every column its role and the label its task.

    Raises UsageError where a declared column does not exist, no label can be found, several fit equally
    well, or the task is one not yet supported.
    """
    _all_exist(declared, loaded.columns)
    _no_clash(declared)
    guesses: list[Guess] = []
    free = _free(declared, loaded.columns)
    single = {role: _single(declared, role, free, guesses) for role in _SINGLE}
    row_id = declared.id or _guessed_id(loaded, free, guesses)
    row_id = None if row_id == NONE else row_id
    taken = {value for value in (*single.values(), row_id) if value}
    label = _label(loaded, declared, taken, guesses)
    _indicators_only(loaded.columns, label)
    sensitive = _sensitive(loaded, declared, taken | set(label), guesses)
    roles = _roles(loaded.columns, declared, label, sensitive, row_id, single)
    values = label_values(loaded.frame, loaded.columns, label)
    task = _task(loaded, declared, label, values, guesses)
    dataset = Dataset(
        name=name,
        frame=loaded.frame,
        columns=loaded.columns,
        roles=roles,
        task=task,
        label_is=_label_is(declared, roles, task, guesses),
        source=loaded.source,
        positive=_positive(declared, task, values, guesses),
        label_order=declared.label_order or (),
        no_people=declared.sensitive == (),
    )
    return dataset, tuple(guesses)


def _all_exist(declared: Declared, columns: Sequence[Column]) -> None:
    names = [column.name for column in columns]
    for role in ("label", "sensitive", "text", "features", "id", *_SINGLE):
        value = getattr(declared, role)
        if value == NONE:
            continue
        for name in (value,) if isinstance(value, str) else value or ():
            if name not in names:
                raise UsageError(f"--{role}: there is no column {name!r}. {did_you_mean(name, names)}")


def _no_clash(declared: Declared) -> None:
    """A label among the features gives itself away; one that is also the group compares itself with itself."""
    for role in ("label", "sensitive", "text", "features"):
        names = getattr(declared, role) or ()
        if twice := [name for name in dict.fromkeys(names) if names.count(name) > 1]:
            raise UsageError(f"--{role}: {twice[0]!r} is named twice. Name it once.")
    for role in ("sensitive", "features", "id"):
        value = getattr(declared, role)
        for name in (value,) if isinstance(value, str) else value or ():
            if name in (declared.label or ()):
                raise UsageError(f"--{role}: {name!r} is the label already. Take it out of one of the two.")


def _free(declared: Declared, columns: Sequence[Column]) -> tuple[Column, ...]:
    """The columns of which nothing was said, so that something may be guessed."""
    said = {getattr(declared, role) for role in ("id", *_SINGLE)}
    for names in (declared.label, declared.sensitive, declared.text, declared.features):
        said |= set(names or ())
    return tuple(column for column in columns if column.name not in said)


def _single(declared: Declared, role: str, columns: Sequence[Column], guesses: list[Guess]) -> str | None:
    said: str | None = getattr(declared, role)
    if said is not None:
        return None if said == NONE else said
    usual = {"split": ("split", "fold", "subset", "partition"), "annotator": ("annotator", "annotator_id")}
    for column in columns:
        if column.name.lower() in usual.get(role, ()):
            guesses.append(Guess(role, column.name, "from its name"))
            return column.name
    return None


def _guessed_id(loaded: Loaded, free: Sequence[Column], guesses: list[Guess]) -> str | None:
    found = guess_id(loaded.frame, free)
    if found:
        guesses.append(Guess("id", found, "from its name; no value occurs twice"))
    return found


def _label(loaded: Loaded, declared: Declared, taken: set[str], guesses: list[Guess]) -> tuple[str, ...]:
    if declared.unlabelled:
        return ()
    if declared.label:
        return declared.label
    reserved = taken | set(declared.sensitive or ()) | set(declared.text or ()) | set(declared.features or ())
    found, why = guess_label(loaded.frame, [c for c in loaded.columns if c.name not in reserved])
    guesses.append(Guess("label", found, why))
    return (found,)


def _sensitive(loaded: Loaded, declared: Declared, taken: set[str], guesses: list[Guess]) -> tuple[str, ...]:
    if declared.sensitive is not None:
        return declared.sensitive
    found = guess_sensitive(loaded.frame, [c for c in loaded.columns if c.name not in taken])
    for name, why in found:
        guesses.append(Guess("sensitive", name, why))
    return tuple(name for name, _ in found)


def _roles(
    columns: Sequence[Column],
    declared: Declared,
    label: tuple[str, ...],
    sensitive: tuple[str, ...],
    row_id: str | None,
    single: dict[str, str | None],
) -> Roles:
    text = declared.text
    if text is None:
        text = tuple(c.name for c in columns if c.kind is Kind.TEXT and c.name not in label)
    other = {row_id, *single.values(), *label}
    features = declared.features or tuple(c.name for c in columns if c.name not in other)
    return Roles(label, sensitive, text, features, row_id, **single)


def _task(
    loaded: Loaded, declared: Declared, label: tuple[str, ...], values: Sequence[Any], guesses: list[Guess]
) -> Task:
    if declared.unlabelled:
        return Task.UNLABELED
    if declared.task is None:
        task, why = guess_task(loaded.columns, label, values)
        guesses.append(Guess("task", task.value, why))
        return task
    try:
        task = Task(declared.task.replace("-", "").replace("_", ""))
    except ValueError as error:
        known = ", ".join(task.value for task in Task)
        raise UsageError(f"task {declared.task!r} is not yet supported. Supported: {known}.") from error
    if problem := _misfit(task, [c for c in loaded.columns if c.name in label], len(values)):
        raise UsageError(f"--task {declared.task}: {problem}.")
    return task


def _misfit(task: Task, label: Sequence[Column], classes: int) -> str | None:
    """Why the label cannot be what a model for the declared task learns."""
    if len(label) > 1 or label[0].kind is Kind.LABELS:
        return None if task is Task.MULTILABEL else f"{_names(label)} holds several labels a row (multilabel)"
    kind = label[0].kind
    if task is Task.MULTILABEL:
        return f"{_names(label)} holds one label a row; name a column of lists, or a column per label"
    if kind in {Kind.EMBEDDING, Kind.OTHER} or (task is Task.REGRESSION and kind is not Kind.NUMERIC):
        return f"{_names(label)} is {kind}"
    if task is Task.BINARY and classes > 2:
        return f"{_names(label)} has {classes} classes"
    return None


def _names(columns: Sequence[Column]) -> str:
    return ", ".join(repr(column.name) for column in columns)


def _indicators_only(columns: Sequence[Column], label: tuple[str, ...]) -> None:
    """Of several label columns each says whether a row has that label."""
    odd = [c for c in columns if c.name in label and c.kind not in _INDICATORS]
    if len(label) > 1 and odd:
        raise UsageError(
            f"--label: {_names(odd)} must hold true or false, or numbers, as one of several label columns."
        )


def _label_is(declared: Declared, roles: Roles, task: Task, guesses: list[Guess]) -> LabelIs | None:
    if task is Task.UNLABELED:
        return None
    if declared.label_is is None:
        is_a, why = guess_label_is(roles)
        guesses.append(Guess("label-is", is_a.value, why))
        return is_a
    try:
        return LabelIs(declared.label_is)
    except ValueError as error:
        known = ", ".join(item.value for item in LabelIs)
        raise UsageError(f"label-is {declared.label_is!r} is not known. It is one of {known}.") from error


def _positive(declared: Declared, task: Task, values: Sequence[Any], guesses: list[Guess]) -> str | None:
    if declared.positive is not None:
        if task in CLASSIFICATION and declared.positive not in (names := [name for name, _ in values]):
            raise UsageError(
                f"--positive: no row has the label {declared.positive!r}. {did_you_mean(declared.positive, names)}"
            )
        return declared.positive
    if task is not Task.BINARY or not values:
        return None
    found, why = guess_positive(values)
    guesses.append(Guess("positive", found, why))
    return found
