"""Classes that stand in the data under several spellings."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from auditor.dataset.table import SINGLE_CLASS
from auditor.errors import NotPossible
from auditor.evidence.mixed_types import same_values
from auditor.evidence.name_forms import same_forms

if TYPE_CHECKING:
    from auditor.evidence import Evidence

#: Whether two names are meant to differ.
Apart = Callable[[str, str], bool]


@dataclass(frozen=True, slots=True)
class AskSpellings:
    """The question: which names are another class, spelled otherwise?"""

    def collect(self, evidence: Evidence) -> Mapping[str, str]:
        """Each odd spelling that is surely one with the usual spelling of its class; see `same_classes`.

        Names that are declared, each in its place of an order, are classes of their own. Nothing for labels of which
        a row has several, or none.
        """
        if evidence.dataset.task not in SINGLE_CLASS:
            return {}
        try:
            classes = evidence.label_counts().classes()
        except NotPossible:  # more names than classes can have
            return {}
        declared = frozenset(evidence.dataset.label_order)
        return same_classes(classes, lambda name, right: name in declared and right in declared)


def same_classes(classes: Mapping[str, int], are_apart: Apart) -> dict[str, str]:
    """Names that differ in case, blanks, invisible signs or their type only, with the usual spelling of each.

    `classes` come with their rows, the largest first.
    """
    same = merged(classes, same_forms, are_apart)
    left = {name: rows for name, rows in classes.items() if name not in same}
    same |= {name: right for name, right in same_values(left).items() if not are_apart(name, right)}
    return {name: in_the_end(name, same) for name in same}


def merged(classes: Mapping[str, int], forms: Callable[[str], tuple[str, ...]], are_apart: Apart) -> dict[str, str]:
    """Each name that shares a form with one before it, which is the usual spelling, for it has more rows."""
    usual: dict[str, list[str]] = {}
    found: dict[str, str] = {}
    for name in classes:
        own = forms(name)
        known = (right for form in own for right in usual.get(form, ()) if not are_apart(name, right))
        right = next(known, None)
        if right is not None:
            found[name] = right
            continue
        for form in own:
            usual.setdefault(form, []).append(name)
    return found


def in_the_end(name: str, meant: Mapping[str, str]) -> str:
    """The right spelling of the right spelling, and so on: each has more rows than the one before."""
    while name in meant:
        name = meant[name]
    return name
