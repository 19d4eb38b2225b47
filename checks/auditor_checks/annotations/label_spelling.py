"""`label-spelling`: one class under several spellings."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated, ClassVar

from pydantic import Field, PositiveInt

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

#: A spelling of so few rows may be a slip; of more, only up to a hundredth of the rows of the usual spelling.
_FEW_ROWS = 5


@dataclass(frozen=True, slots=True)
class Spellings:
    """Each odd spelling with the class it is meant to be; and with the one it may be, where both are frequent."""

    meant: Mapping[str, str]
    doubtful: Mapping[str, str]


class LabelSpelling(Check):
    """One class stands under several spellings.

    `Refund`, `refund ` and `refudn` are three classes to a model: it learns each from fewer rows, and is scored wrong
    when it answers with the right one. Agree on one spelling and relabel the rows. Names that are meant to differ
    are kept apart by `distinct = [["causal", "casual"]]`.

    Method: names that differ only in case, blanks (`_` and `-` between words are blanks), invisible signs, or
    letters of another alphabet that look the same, are one class however frequent. So are values of mixed types:
    `1` and `1.0` where no class has decimals that mean something, and `1`, `true` and `yes` where every class is a way
    to say yes or no. Names that differ in accents or
    in a separator more are one class if one of them is rare; if both are frequent (`resign`, `re-sign`), that is
    pointed out and not held against the data. A rare name is a typo if it is one edit (a letter more, less, other,
    or two swapped) inside one word away from a word of at least `min_typo_length` letters, or one less for a swap.
    Rare is at most `max_typo_share` of the other's rows and at most 5 rows or a hundredth of them: a class has its
    rows, a slip has few. A minus, a point between digits and other signs stay (`-1` and `1`, `A-` and `A`, `C++`
    and `C` are classes); names that differ in a digit, or at the beginning or the end of a word, are no typos
    (`type_a` and `type_b` are two classes).
    """

    id: ClassVar[str] = "label-spelling"
    family: ClassVar[Family] = Family.ANNOTATIONS
    needs: ClassVar[Needs] = Needs(roles=frozenset({Role.LABEL}), tasks=CLASSIFICATION)
    remedy: ClassVar[str] = "Agree on one spelling for each class and relabel the rows."

    min_typo_length: PositiveInt = 5
    max_typo_share: Share = 0.05
    distinct: tuple[Annotated[tuple[str, ...], Field(min_length=2)], ...] = ()

    def measure(self, evidence: Evidence) -> Iterator[Measure | Finding | Skip]:
        """Rows under a spelling that is not the usual one of their class."""
        from auditor.evidence.label_rows import AskLabelRows

        counts = evidence.label_counts()
        classes = counts.classes()
        if not (counts.total and classes):
            yield Skip("no row has a label")
            return
        spellings = self.spellings(classes)
        names = frozenset(spellings.meant) | frozenset(spellings.doubtful)
        rows = evidence.ask(AskLabelRows(names)) if names else {}
        total = exact(sum(classes[name] for name in spellings.meant), counts.total)
        yield Measure("misspelt-rows", "label", total, at_most=0, support=counts.total, unit=Unit.ROWS)
        for name, right in spellings.meant.items():
            message = f"looks like {right!r}; relabel, or keep them apart with `distinct`"
            yield Finding(repr(name), message, classes[name], rows.get(name, ()))
        for name, other in spellings.doubtful.items():
            message = f"may be {other!r}, though both are frequent; agree on one, or keep them apart with `distinct`"
            yield Finding(repr(name), message, classes[name], rows.get(name, ()))

    def spellings(self, classes: Mapping[str, int]) -> Spellings:
        """The odd spellings among classes, given with their rows, the largest first."""
        from auditor.evidence.name_forms import loose_forms
        from auditor.evidence.spellings import in_the_end, merged, same_classes

        same = same_classes(classes, self._are_apart)
        left = {name: rows for name, rows in classes.items() if name not in same}
        loose = merged(left, loose_forms, self._are_apart)
        meant = same | {name: right for name, right in loose.items() if self._is_rare(left[name], left[right])}
        meant |= self._typos({name: rows for name, rows in left.items() if name not in meant})
        doubtful = {name: right for name, right in loose.items() if name not in meant}
        return Spellings({name: in_the_end(name, meant) for name in meant}, doubtful)

    def _typos(self, classes: Mapping[str, int]) -> dict[str, str]:
        from auditor.evidence.name_forms import slips

        frequent = [name for name, rows in classes.items() if rows * self.max_typo_share >= 1]
        found: dict[str, str] = {}
        for name, right in slips(classes, frequent, self.min_typo_length):
            if self._is_rare(classes[name], classes[right]) and not self._are_apart(name, right):
                found.setdefault(name, right)
        return found

    def _is_rare(self, rows: int, others: int) -> bool:
        return rows < others and rows <= self.max_typo_share * others and rows <= max(_FEW_ROWS, others / 100)

    def _are_apart(self, name: str, right: str) -> bool:
        return any(name in names and right in names for names in self.distinct)
