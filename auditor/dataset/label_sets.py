"""The labels of a row that may have several: read off its cells, and written so that a person can fill them in."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from typing import Any

from auditor.dataset.table import Dataset, Task
from auditor.dataset.values import MISSING, text_of

#: How a row without any label is written.
NO_LABELS = "(none)"

_QUOTED, _PLAIN = r'"(?:[^"]|"")*"', r'[^;"\s][^;"]*?'
_SET = re.compile(rf"\s*({_QUOTED}|{_PLAIN})\s*(?:;|$)")
_CHANGE = re.compile(rf"\s*(add|remove)\s+({_QUOTED}|{_PLAIN})\s*(?:;|$)")


def labels_in(dataset: Dataset, cells: Sequence[Any]) -> tuple[str, ...] | None:
    """The labels that a row's label cells name, each once; None where they say nothing.

    Of a column per label, those that are true or above 0; of a list, those that stand in it, in that order.
    """
    names = dataset.roles.label
    if len(names) > 1:
        said = None if all(text_of(cell) == MISSING for cell in cells) else [has_it(cell) for cell in cells]
        return None if said is None else tuple(name for name, has in zip(names, said, strict=True) if has)
    (cell,) = cells
    return None if cell is None else tuple(dict.fromkeys(text_of(one) for one in cell if one is not None))


def has_it(cell: Any) -> bool:
    """Whether a cell of a column per label says that the row has the label; NaN says nothing."""
    return cell is not None and bool(cell > 0)


def is_set(dataset: Dataset) -> bool:
    """Whether a row may have several labels."""
    return dataset.task is Task.MULTILABEL


def set_text(names: Sequence[str] | None) -> str:
    """The labels as a person reads and writes them: `cat; dog`, `(none)`; what would mislead is put in quotes."""
    if names is None:
        return MISSING
    return "; ".join(map(_written, names)) or NO_LABELS


def set_of(text: str) -> tuple[str, ...]:
    """The labels that a person wrote, each once. Raises ValueError for a text that is no such list."""
    if text.strip() == NO_LABELS:
        return ()
    return tuple(dict.fromkeys(_read(name) for (name,) in _items(_SET, text)))


def change_text(add: Collection[str], remove: Collection[str]) -> str:
    """What to change, in words: `add dog; remove cat`; "" where nothing is."""
    return "; ".join([*(f"add {_written(one)}" for one in add), *(f"remove {_written(one)}" for one in remove)])


def changed(text: str, names: Sequence[str]) -> tuple[str, ...]:
    """The labels after a change written by `change_text`. Raises ValueError for any other text."""
    found = list(dict.fromkeys(names))
    for verb, written in _items(_CHANGE, text):
        name = _read(written)
        if verb == "add" and name not in found:
            found.append(name)
        elif verb == "remove" and name in found:
            found.remove(name)
    return tuple(found)


def _items(form: re.Pattern[str], text: str) -> Iterator[tuple[str, ...]]:
    at = 0
    while at < len(text) or not at:
        item = form.match(text, at)
        if item is None:
            raise ValueError(f"{text!r} is no list of labels")
        yield item.groups()
        at = item.end()


def _written(name: str) -> str:
    odd = not name or name != name.strip() or name == NO_LABELS or any(mark in name for mark in ';"\n\r')
    return '"' + name.replace('"', '""') + '"' if odd else name


def _read(name: str) -> str:
    return name[1:-1].replace('""', '"') if name.startswith('"') else name
