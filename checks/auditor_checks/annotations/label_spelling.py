"""`label-spelling`: one class under several spellings."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from itertools import zip_longest
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

    `Refund`, `refund ` and `refudn` are three classes to a model: it learns each from fewer rows, and is scored wrong
    when it answers with the right one. Agree on one spelling and relabel the rows.

    Method: names equal once case, blanks, accents, separators and Unicode forms are set aside are one class; a
    minus, a point between digits and other signs stay (`-1` and `1`, `A-` and `A`, `C++` and `C` are classes).
    A typo is one edit (a letter more, less, other, or two swapped) inside one word, away from a word of at least
    `min_typo_length` letters in a name that has `1 / max_typo_share` times the rows. Names that differ in a
    digit, or at the beginning or the end of a word, are never merged (`type_a` and `type_b` are two classes).
    """

    id: ClassVar[str] = "label-spelling"
    family: ClassVar[Family] = Family.ANNOTATIONS
    needs: ClassVar[Needs] = Needs(roles=frozenset({Role.LABEL}), tasks=CLASSIFICATION)
    remedy: ClassVar[str] = "Agree on one spelling for each class and relabel the rows."

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
        typos = self._typos({key: (name, classes[name]) for key, name in usual.items()})
        return {name: typos.get(right, right) for name, right in meant.items()} | typos

    def _typos(self, known: Mapping[str, tuple[str, int]]) -> dict[str, str]:
        frequent = [key for key, (_, rows) in known.items() if rows * self.max_typo_share >= 1 and _is_wordy(key)]
        near = _by_deletion(frequent)
        found: dict[str, str] = {}
        for key, (name, rows) in known.items() if near else ():
            for other in dict.fromkeys(k for part in _deletions(key) for k in near.get(part, ())):
                right, more = known[other]
                if rows <= self.max_typo_share * more and _is_slip(name, right, self.min_typo_length):
                    found[name] = right
                    break
        return found


#: Letters from here on stand for syllables and words: one more or other is no slip.
_FIRST_WIDE = "\u2e80"
_SEPARATORS = re.compile(r"[\s_\-.]+")


def _letters(name: str) -> str:
    """The name in one Unicode form, without case, and without the accents of Latin and Greek letters."""
    kept, base = [], ""
    for c in unicodedata.normalize("NFKD", name.casefold()):
        if not unicodedata.combining(c):
            base = c
        elif unicodedata.name(base or " ").startswith(("LATIN", "GREEK")):
            continue
        if unicodedata.category(c) != "Cf":
            kept.append(c)
    return "".join(kept).strip(" \"'`")


def _folded(name: str) -> str:
    """The name with case, accents, blanks and separators set aside; a sign that carries meaning stays."""
    return _SEPARATORS.sub(_meaning_of, _letters(name))


def _meaning_of(found: re.Match[str]) -> str:
    """What must stay of a run of blanks, `_`, `-` and `.`: a sign (`-1`), a grade (`A-`), what parts digits."""
    before, after = found.string[: found.start()], found.string[found.end() :]
    if before[-1:].isdigit() and after[:1].isdigit():
        return found[0]
    if not after:
        return "-" if "-" in found[0] else ""
    is_sign = found[0][-1] in "-." and (not before or len(found[0]) > 1)
    return found[0][-1] if is_sign and after[0].isdigit() else ""


def _is_wordy(key: str) -> bool:
    return not any(c.isdigit() or c >= _FIRST_WIDE for c in key)


def _deletions(key: str) -> Iterator[str]:
    """The key itself, and with each of its letters left out: keys one edit apart share one of these."""
    yield key
    for i in range(len(key)):
        yield key[:i] + key[i + 1 :]


def _by_deletion(keys: Iterable[str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for key in keys:
        for part in _deletions(key):
            found.setdefault(part, []).append(key)
    return found


def _is_slip(name: str, right: str, min_length: int) -> bool:
    """Whether the names are the same but for one edit inside one long word.

    A beginning or an ending that differs may be meant (`cat`, `cats`; `type_a`, `type_b`; `typical`, `atypical`).
    """
    pairs = list(zip_longest(*(_SEPARATORS.split(_letters(one)) for one in (name, right)), fillvalue=""))
    unequal = [(a, b) for a, b in pairs if a != b]
    if len(unequal) != 1:
        return False
    ((a, b),) = unequal
    if len(b) < min_length or any(c.isdigit() for c in a) or a[:1] != b[:1] or a.startswith(b) or b.startswith(a):
        return False
    return a[:-1] != b[:-1] and _one_edit(a, b)


def _one_edit(a: str, b: str) -> bool:
    if len(a) == len(b):
        unequal = [i for i in range(len(a)) if a[i] != b[i]]
        if len(unequal) == 2 and unequal[1] == unequal[0] + 1:
            return a[unequal[0]] == b[unequal[1]] and a[unequal[1]] == b[unequal[0]]
        return len(unequal) == 1
    short, long = sorted((a, b), key=len)
    return any(long[:i] + long[i + 1 :] == short for i in range(len(long)))
