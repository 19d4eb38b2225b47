"""One class as values of several types: `1` and `1.0`, `true` and `yes`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

_NUMBER = re.compile(r"-?\d+")
_WHOLE = re.compile(r"(-?\d+)\.0+")
_DECIMAL = re.compile(r"-?\d+\.\d+")
#: Ways to say yes and no. A single letter counts only beside its other half: `n` may stand for anything.
_TRUTHS = (("1", "0"), ("true", "false"), ("yes", "no"), ("y", "n"), ("t", "f"))


def same_values(classes: Mapping[str, int]) -> dict[str, str]:
    """Each name with the name before it that is the same value; the usual one comes first, for it has more rows.

    `1.0` is `1` unless some class has decimals that mean something (`1.5`). Where all classes are ways to say yes or
    no, in more than one way (`1`, `yes`, `true`), each side is one class.
    """
    values = _whole_numbers(classes)
    truths = _truths(values.values())
    usual: dict[str, str] = {}
    merged: dict[str, str] = {}
    for name, value in values.items():
        if not (value in truths or _NUMBER.fullmatch(value)):
            continue
        right = usual.setdefault(truths.get(value, value), name)
        if right != name:
            merged[name] = right
    return merged


def _whole_numbers(classes: Iterable[str]) -> dict[str, str]:
    """Each name as a value: plain, and without the `.0` that a number gets in a column of floats."""
    plain = {name: name.strip().casefold() for name in classes}
    if any(_DECIMAL.fullmatch(value) and not _WHOLE.fullmatch(value) for value in plain.values()):
        return plain
    return {name: _WHOLE.sub(r"\1", value) if _WHOLE.fullmatch(value) else value for name, value in plain.items()}


def _truths(values: Iterable[str]) -> dict[str, str]:
    """The side of each value, if all are ways to say yes or no; else nothing."""
    known = set(values)
    sides: dict[str, str] = {}
    for yes, no in _TRUTHS:
        if len(yes) > 1 or yes == "1" or {yes, no} <= known:
            sides |= {yes: "yes", no: "no"}
    return sides if known <= sides.keys() else {}
