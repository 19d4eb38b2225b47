"""Which column is what: declared by the user, or guessed and said."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from auditor.dataset.declared import NONE, SEVERAL, SINGLE, Declared, Guess, checked, split_names
from auditor.dataset.guesses import (
    SURE,
    UNNAMED,
    guess_id,
    guess_label,
    guess_label_is,
    guess_positive,
    guess_sensitive,
    guess_task,
    label_values,
    name_rank,
)
from auditor.dataset.misread import doubts
from auditor.dataset.table import CLASSIFICATION, SPLIT, Column, Dataset, Kind, LabelIs, Loaded, Roles, Task
from auditor.errors import UsageError, did_you_mean

__all__ = ["NONE", "Declared", "Guess", "assign", "split_names"]

_INDICATORS = frozenset({Kind.BOOLEAN, Kind.NUMERIC})


def assign(loaded: Loaded, declared: Declared, name: str) -> tuple[Dataset, tuple[Guess, ...]]:
    """Give every column its role and the label its task.

    Raises UsageError where a declared column does not exist, no label can be found, several fit equally
    well, or the task is one not yet supported.
    """
    doubt = doubts(loaded.source, [column.name for column in loaded.columns])
    declared = checked(declared, loaded.columns, doubt)
    guesses: list[Guess] = []
    free = _free(declared, loaded.columns)
    single = {role: _single(loaded, declared, role, free, guesses) for role in SINGLE}
    _none_negative(loaded, single["weight"])
    row_id = declared.id or _guessed_id(loaded, free, guesses)
    row_id = None if row_id == NONE else row_id
    annotators = _annotators(declared, free, guesses)
    predicted = declared.pred_probs or ()
    taken = {value for value in (*single.values(), row_id, *annotators, *predicted) if value}
    label = _label(loaded, declared, taken, guesses, doubt)
    _indicators_only(loaded.columns, label)
    sensitive = _sensitive(loaded, declared, taken | set(label), guesses)
    roles = _roles(loaded.columns, replace(declared, annotator=annotators), label, sensitive, row_id, single)
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
        label_order=_order(declared, task, values),
        no_people=declared.sensitive == (),
        votes=_are_votes(loaded, roles),
    )
    return dataset, tuple(guesses)


def _free(declared: Declared, columns: Sequence[Column]) -> tuple[Column, ...]:
    """The columns of which nothing was said, so that something may be guessed."""
    said = {getattr(declared, role) for role in ("id", *SINGLE)}
    for role in SEVERAL:
        said |= set(getattr(declared, role) or ())
    return tuple(column for column in columns if column.name not in said)


def _single(
    loaded: Loaded, declared: Declared, role: str, columns: Sequence[Column], guesses: list[Guess]
) -> str | None:
    said: str | None = getattr(declared, role)
    if said is not None:
        return None if said == NONE else said
    for column in columns:
        if role == "split" and column.name == SPLIT and loaded.source.parts:
            return SPLIT  # the user named the parts
        if role == "split" and column.name.lower() in ("split", "fold", "subset", "partition"):
            guesses.append(Guess(role, column.name, "from its name"))
            return column.name
    return None


def _none_negative(loaded: Loaded, weight: str | None) -> None:
    import narwhals as nw

    if weight is None:
        return
    least = loaded.frame.select(nw.col(weight).min()).collect().item()
    if least is not None and least < 0:
        problem = f"{weight!r} holds {least}: no row counts less than nothing. Correct the column, or leave it out"
        raise UsageError(f"{problem}.", "dataset.weight")


def _annotators(declared: Declared, columns: Sequence[Column], guesses: list[Guess]) -> tuple[str, ...]:
    if declared.annotator is not None:
        return declared.annotator
    for column in columns:
        if column.name.lower() in ("annotator", "annotator_id"):
            guesses.append(Guess("annotator", column.name, "from its name"))
            return (column.name,)
    return ()


def _are_votes(loaded: Loaded, roles: Roles) -> bool:
    """Whether several rows, each with its annotator, share an id: that names what was voted on."""
    import narwhals as nw

    if len(roles.annotator) != 1 or roles.id is None:
        return False
    cell = nw.col(roles.id)
    named, distinct = (
        loaded.frame.select(cell).drop_nulls().select(cell.len(), cell.n_unique().alias("")).collect().row(0)
    )
    return bool(distinct < named)


def _guessed_id(loaded: Loaded, free: Sequence[Column], guesses: list[Guess]) -> str | None:
    found = guess_id(loaded.frame, free)
    if found:
        guesses.append(Guess("id", found, "from its name; no value occurs twice"))
    return found


def _label(loaded: Loaded, declared: Declared, taken: set[str], guesses: list[Guess], doubt: str) -> tuple[str, ...]:
    if declared.unlabelled:
        return ()
    if declared.label:
        return declared.label
    other = _said_otherwise(declared)
    rival = min(other, key=name_rank, default="")
    if name_rank(rival) == SURE:
        raise _no_longer_the_label(rival, other[rival])
    found, why = guess_label(loaded.frame, [c for c in loaded.columns if c.name not in {*taken, *other}], doubt)
    if name_rank(rival) < name_rank(found) == UNNAMED:
        raise _no_longer_the_label(rival, other[rival])
    guesses.append(Guess("label", found, why))
    return (found,)


def _said_otherwise(declared: Declared) -> dict[str, str]:
    """The columns declared to be something other than the label, with what."""
    said: dict[str, str] = {}
    for role in (*SEVERAL[1:], "id", *SINGLE):
        value = getattr(declared, role)
        said |= dict.fromkeys((value,) if isinstance(value, str) else value or (), role)
    return said


def _no_longer_the_label(name: str, role: str) -> UsageError:
    """A guess that falls on the next best column would be a surprise to who took the best one away."""
    problem = f"{name!r} looks like the label and was given another role, so that the label cannot be guessed"
    return UsageError(f"{problem}. Name the label with --label.", f"dataset.{role}")


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
    text, annotators, predicted = declared.text, declared.annotator or (), declared.pred_probs or ()
    if text is None:
        text = tuple(c.name for c in columns if c.kind is Kind.TEXT and c.name not in (*label, *annotators))
    other = {row_id, *single.values(), *label, *annotators, *predicted}
    features = declared.features or tuple(c.name for c in columns if c.name not in other)
    return Roles(label, sensitive, text, features, annotators, predicted, row_id, **single)


def _task(
    loaded: Loaded, declared: Declared, label: tuple[str, ...], values: Sequence[Any], guesses: list[Guess]
) -> Task:
    if declared.unlabelled:
        return Task.UNLABELED
    if declared.task is None and not declared.label_order:
        task, why = guess_task(loaded.columns, label, values)
        guesses.append(Guess("task", task.value, why))
        return task
    # Who gives an order of the classes has said that they have one.
    task = Task.ORDINAL if declared.task is None else _named_task(declared.task)
    if problem := _misfit(task, [c for c in loaded.columns if c.name in label], len(values)):
        raise UsageError(f"{task}: {problem}.", "dataset.task" if declared.task else "dataset.label_order")
    return task


def _named_task(name: str) -> Task:
    plain = name.strip().lower().replace("-", "").replace("_", "")
    if plain in ("unlabeled", "unlabelled"):
        raise UsageError("data without a label has no task. Say --unlabelled in its place.", "dataset.task")
    try:
        return Task(plain)
    except ValueError as error:
        known = ", ".join(task.value for task in Task if task is not Task.UNLABELED)
        raise UsageError(f"{name!r} is not yet supported. Supported: {known}.", "dataset.task") from error


def _order(declared: Declared, task: Task, values: Sequence[tuple[str, int]]) -> tuple[str, ...]:
    """The order of the classes, each of the label's in it; classes that no row has may stand in it too."""
    order, setting = declared.label_order or (), "dataset.label_order"
    if not order:
        return ()
    if task is not Task.ORDINAL:
        raise UsageError(f"the classes of a {task} label have no order. Leave it out, or say --task ordinal.", setting)
    if twice := [name for name in dict.fromkeys(order) if order.count(name) > 1]:
        raise UsageError(f"{twice[0]!r} stands in it twice. Name each class once.", setting)
    if odd := [name for name, _ in values if name not in order]:
        unused = [name for name in order if name not in dict(values)]
        told = f"the label also holds {_listed(odd)}. Give each class its place, or correct the rows"
        raise UsageError(f"{told}{f'; no row has {_listed(unused)}' if unused else ''}.", setting)
    return order


def _listed(names: Sequence[str]) -> str:
    more = f" and {len(names) - 5} more" if len(names) > 5 else ""
    return ", ".join(repr(name) for name in names[:5]) + more


def _misfit(task: Task, label: Sequence[Column], classes: int) -> str | None:
    """Why the label cannot be what a model for the declared task learns."""
    if len(label) > 1 or label[0].kind is Kind.LABELS:
        return None if task is Task.MULTILABEL else f"{_names(label)} holds several labels a row (multilabel)"
    kind = label[0].kind
    if task is Task.MULTILABEL:
        return f"{_names(label)} holds one label a row; name a column of lists, or a column per label"
    if kind in {Kind.EMBEDDING, Kind.OTHER, Kind.DATETIME} or (task is Task.REGRESSION and kind is not Kind.NUMERIC):
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
        problem = f"{_names(odd)} must hold true or false, or numbers, as one of several label columns."
        raise UsageError(problem, "dataset.label")


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
        problem = f"{declared.label_is!r} is not known. It is one of {known}."
        raise UsageError(problem, "dataset.label_is") from error


def _positive(declared: Declared, task: Task, values: Sequence[Any], guesses: list[Guess]) -> str | None:
    if declared.positive is not None:
        if task in CLASSIFICATION and declared.positive not in (names := [name for name, _ in values]):
            problem = f"no row has the label {declared.positive!r}. {did_you_mean(declared.positive, names)}"
            raise UsageError(problem, "dataset.positive")
        return declared.positive
    if task is not Task.BINARY or not values:
        return None
    found, why = guess_positive(values)
    guesses.append(Guess("positive", found, why))
    return found
