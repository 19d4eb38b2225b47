"""`label-spelling`: one class under several spellings."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from typing import ClassVar

from pydantic import PositiveInt

from auditor.check import (
    CLASSIFICATION,
    Check,
    Evidence,
    Family,
    Finding,
    Measure,
    Needs,
    Role,
    Share,
    Skip,
    Unit,
    exact,
)
from auditor.evidence.label_rows import AskLabelRows


class LabelSpelling(Check):
    """One class stands under several spellings.

    `Spam`, `spam ` and `sapm` are three classes to a model: it learns each from fewer rows, and is scored wrong
    when it answers with the right one. Agree on one spelling and relabel the rows.

    Method: names equal once case, blanks, accents, punctuation and Unicode forms are set aside are one class.
    A typo is one edit (a letter more, less, other, or two swapped) away from a name of at least
    `min_typo_length` letters that has `1 / max_typo_share` times its rows; names that differ in a digit, or
    only in their last letters or a whole word, are never merged (`class_1` and `class_2` are two classes).
    """

    id: ClassVar[str] = "label-spelling"
    family: ClassVar[Family] = Family.ANNOTATIONS
    needs: ClassVar[Needs] = Needs(roles=frozenset({Role.LABEL}), tasks=CLASSIFICATION)

    min_typo_length: PositiveInt = 5
    max_typo_share: Share = 0.05

    def measure(self, evidence: Evidence) -> Iterator[Measure | Finding | Skip]:
        """Rows under a spelling that is not the usual one of their class."""
        counts = evidence.label_counts()
        meant = self.misspelt(counts.classes())
        rows = evidence.ask(AskLabelRows(frozenset(meant))) if meant else {}
        total = sum(counts.having[name][()] for name in meant)
        yield Measure("misspelt-rows", "label", exact(total), at_most=0, support=counts.total, unit=Unit.ROWS)
        for name, right in meant.items():
            number = counts.having[name][()]
            yield Finding(
                repr(name),
                f"looks like {right!r}; relabel or keep them apart on purpose",
                number,
                rows.get(name, ()),
            )

    def misspelt(self, classes: Mapping[str, int]) -> dict[str, str]:
        """Each misspelt class, and the class it is meant to be."""
        usual: dict[str, str] = {}
        meant: dict[str, str] = {}
        for name in classes:  # the largest first: that spelling is the usual one
            key = _folded(name)
            if key and key in usual:
                meant[name] = usual[key]
            elif key:
                usual[key] = name
        meant |= self._typos({key: (name, classes[name]) for key, name in usual.items()})
        return meant

    def _typos(self, known: Mapping[str, tuple[str, int]]) -> dict[str, str]:
        found: dict[str, str] = {}
        for key, (name, rows) in known.items():
            if len(key) < self.min_typo_length - 1 or any(c.isdigit() for c in key):
                continue
            for near in _one_edit_away(key, known):
                right, more = known[near]
                if len(near) >= self.min_typo_length and rows <= self.max_typo_share * more and _is_slip(key, near):
                    found[name] = right
                    break
        return found


def _folded(name: str) -> str:
    """The name with case, accents, blanks and separators set aside; a sign that carries meaning stays."""
    decomposed = unicodedata.normalize("NFKD", name).casefold()
    letters = "".join(c for c in decomposed if not unicodedata.combining(c) and unicodedata.category(c) != "Cf")
    return re.sub(r"[\s_\-.]+", "", letters.strip(" \"'`"))


def _one_edit_away(key: str, known: Mapping[str, tuple[str, int]]) -> Iterator[str]:
    """Known names one deletion, insertion, substitution or swap away, without comparing all pairs."""
    letters = sorted({c for other in known for c in other if c.isalpha()})
    seen: set[str] = {key}
    for i in range(len(key) + 1):
        head, tail = key[:i], key[i:]
        tries = [head + c + tail for c in letters]
        if tail:
            tries += [head + tail[1:], *(head + c + tail[1:] for c in letters)]
        if len(tail) > 1:
            tries.append(head + tail[1] + tail[0] + tail[2:])
        for other in tries:
            if other in known and other not in seen:
                seen.add(other)
                yield other


def _is_slip(key: str, near: str) -> bool:
    """An ending that differs may be grammar or a grade (`cat`, `cats`; `type_a`, `type_b`): no typo."""
    if key.startswith(near) or near.startswith(key):
        return False
    return key[:-1] != near[:-1]
