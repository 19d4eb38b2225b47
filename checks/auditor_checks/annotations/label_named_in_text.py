"""`label-named-in-text`: a text names another class than its own."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, ClassVar

import numpy as np
from numpy.typing import NDArray
from pydantic import Field, PositiveInt

from auditor.check import SINGLE_CLASS, Check, Evidence, Family, Finding, Measure, Needs, Role, Skip, Task, Unit, exact

if TYPE_CHECKING:
    from auditor.evidence.named_classes import NamedClasses


class LabelNamedInText(Check):
    """A text names a class, and its label is another one.

    "When is my card arrival?" under `card_payment` may be a slip of whoever labeled it; or the text speaks of two
    things, and the label is right. Read these rows first: they are cheap to decide. They are a place to look and no
    count of errors, so nothing is held against the data. In two public sets of short questions (banking77,
    clinc150), with 5 % of their labels replaced at random, two in three of the rows named here were wrong, and with
    1 % one in four; they were 1 to 11 % of all that were wrong.

    Method: the words of a class name (`card_arrival`, `cardArrival`), of four letters or more in all, are looked for
    as whole words in the text. A name counts if at least `min_rows` texts hold it and at least `min_own_share` of
    these carry the class; otherwise it is a word that is used of other things. A row is listed if it names one such
    class and does not name the class it carries.
    """

    id: ClassVar[str] = "label-named-in-text"
    family: ClassVar[Family] = Family.ANNOTATIONS
    needs: ClassVar[Needs] = Needs(
        roles=frozenset({Role.LABEL}), tasks=SINGLE_CLASS, not_yet=frozenset({Task.MULTILABEL}), examples=True
    )
    remedy: ClassVar[str] = "Read the rows whose text names another class, and relabel those that are wrong."

    min_rows: PositiveInt = 5
    min_own_share: Annotated[float, Field(gt=0.5, le=1)] = 0.8

    def measure(self, evidence: Evidence) -> Iterator[Measure | Finding | Skip]:
        """The rows whose text names another class. No limit is set."""

        if not evidence.dataset.roles.columns(Role.TEXT):
            yield Skip("no column holds text", applies=False)
            return
        from auditor.evidence.named_classes import AskNamedClasses

        found = evidence.ask(AskNamedClasses())
        telling = self._telling(found)
        places = self._listed(found, telling)
        rows = exact(len(places), found.labeled)
        note = f"{int(telling.sum())} of {len(found.classes)} classes have a name that stands mostly in their own texts"
        yield Measure("rows-naming-another-class", "text", rows, support=found.labeled, unit=Unit.ROWS, note=note)
        if len(places):
            given = [found.classes[place] for place in found.given[places]]
            named = [found.classes[place] for place in found.named[places]]
            message = "texts that name another class than their label; a place to look, not a count of errors"
            details = {"label": given, "named": named}
            yield Finding("text", message, len(places), found.rows[places].tolist(), details)
        yield Skip("these rows are a place to look: no limit is set", applies=False)

    def _telling(self, found: NamedClasses) -> NDArray[np.bool_]:
        """Which classes' names stand mostly in their own texts."""
        count = len(found.classes)
        held = np.bincount(found.named, minlength=count)
        own = np.bincount(found.named[found.named == found.given], minlength=count)
        telling: NDArray[np.bool_] = (held >= self.min_rows) & (own >= self.min_own_share * held)
        return telling

    def _listed(self, found: NamedClasses, telling: NDArray[np.bool_]) -> NDArray[np.int64]:
        """The entries to show: rows that name one telling class and not their own, those of the surest name first."""
        _, row = np.unique(found.rows, return_inverse=True)
        named = np.bincount(row, weights=telling[found.named])[row]
        own = np.bincount(row, weights=found.named == found.given)[row]
        listed = np.flatnonzero(telling[found.named] & (named == 1) & (own == 0))
        held = np.bincount(found.named, minlength=len(found.classes))
        others = np.bincount(found.named[found.named != found.given], minlength=len(found.classes))
        doubt = (others / np.maximum(held, 1))[found.named[listed]]
        ordered: NDArray[np.int64] = listed[np.lexsort((found.rows[listed], doubt))]
        return ordered
