"""What the user said of the columns, and whether it can be meant; what was not said, and had to be guessed."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from auditor.dataset.table import Column, Kind
from auditor.errors import UsageError, did_you_mean

#: Said in place of a column's name: there is none, and none is to be guessed.
NONE = "none"
#: Roles that several columns can have.
SEVERAL = ("label", "sensitive", "text", "features", "annotator", "pred_probs")
#: Roles that one column at most can have.
SINGLE = ("split", "weight", "time", "group")
_WORDS = frozenset({Kind.TEXT, Kind.CATEGORICAL})


@dataclass(frozen=True, slots=True)
class Declared:
    """What the user said of the columns; None where nothing was said, so that it is guessed."""

    label: tuple[str, ...] | None = None
    sensitive: tuple[str, ...] | None = None
    text: tuple[str, ...] | None = None
    features: tuple[str, ...] | None = None
    annotator: tuple[str, ...] | None = None
    pred_probs: tuple[str, ...] | None = None
    id: str | None = None
    split: str | None = None
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


def checked(declared: Declared, columns: Sequence[Column], doubt: str = "") -> Declared:
    """The same with its names one by one. `doubt` follows the error that there is no such column.

    Raises UsageError for a column that does not exist, has two roles that exclude each other, or holds what its
    role cannot use.
    """
    declared = _resolved(declared, [column.name for column in columns])
    _all_exist(declared, columns, doubt)
    _no_clash(declared)
    _of_a_kind(declared, columns)
    return declared


def split_names(text: str) -> tuple[str, ...]:
    """The names in a text, cut at commas; a name that holds a comma stands in double quotes."""
    try:
        (cells,) = csv.reader([text], skipinitialspace=True)
    except (csv.Error, ValueError):  # a line end, which no list on a command line has
        cells = text.split(",")
    return tuple(cell.strip() for cell in cells if cell.strip())


def _resolved(declared: Declared, columns: Sequence[str]) -> Declared:
    """The names one by one: what no column is called as a whole is a list with commas."""
    told: dict[str, Any] = {}
    for role in SEVERAL:
        names: tuple[str, ...] = getattr(declared, role) or ()
        if any(name not in columns for name in names):
            told[role] = tuple(
                part for name in names for part in ((name,) if name in columns else split_names(name) or (name,))
            )
    return replace(declared, **told)


def _all_exist(declared: Declared, columns: Sequence[Column], doubt: str) -> None:
    names = [column.name for column in columns]
    for role in (*SEVERAL, "id", *SINGLE):
        value = getattr(declared, role)
        if value == NONE:
            continue
        for name in (value,) if isinstance(value, str) else value or ():
            if name not in names:
                told = f"there is no column {name!r}. {did_you_mean(name, names)}{doubt}"
                raise UsageError(told, f"dataset.{role}")


def _no_clash(declared: Declared) -> None:
    """A label among the features gives itself away; one that is also the group compares itself with itself."""
    for role in SEVERAL:
        names = getattr(declared, role) or ()
        if twice := [name for name in dict.fromkeys(names) if names.count(name) > 1]:
            raise UsageError(f"{twice[0]!r} is named twice. Name it once.", f"dataset.{role}")
    for role in ("sensitive", "features", "annotator", "pred_probs", "id"):
        value = getattr(declared, role)
        for name in (value,) if isinstance(value, str) else value or ():
            if name in (declared.label or ()):
                raise UsageError(f"{name!r} is the label already. Take it out of one of the two.", f"dataset.{role}")
    for name in declared.features or ():
        if name in (declared.pred_probs or ()):
            problem = f"{name!r} holds predicted probabilities. Take it out of one of the two."
            raise UsageError(problem, "dataset.features")


def _of_a_kind(declared: Declared, columns: Sequence[Column]) -> None:
    for column in columns:
        if column.name == declared.weight and column.kind is not Kind.NUMERIC:
            raise UsageError(f"{column.name!r} is {column.kind}: a weight is a number.", "dataset.weight")
        if column.name == declared.time and column.kind not in {Kind.DATETIME, Kind.NUMERIC}:
            forms = "2024-01-31, 2024-01-31 13:45:00, 2024/01/31 or 31.01.2024 in every cell"
            raise UsageError(
                f"{column.name!r} is {column.kind}: a time is a number or a date ({forms}).", "dataset.time"
            )
        if column.name in (declared.text or ()) and column.kind not in _WORDS:
            raise UsageError(f"{column.name!r} is {column.kind}: it holds no text to be read.", "dataset.text")
