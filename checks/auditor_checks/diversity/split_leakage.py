"""`split-leakage`: rows of a test split that the training split gives away."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, ClassVar

from auditor.check import Check, Evidence, Family, Finding, Measure, Needs, Role, Share, Skip, Unit, exact
from auditor.stats.estimates import Estimate, difference
from auditor_checks.wording import counted

if TYPE_CHECKING:
    from auditor.evidence.leakage import Leakage, Shared


class SplitLeakage(Check):
    """Rows of one split stand in the training split too.

    A model that is tested on what it was trained on looks better than it is. Take these rows out of one of the two;
    where rows belong together (a patient's pictures, a user's messages), split by what they belong to.

    Method: rows that are equal in all features, whatever their label, and texts that are equal but for case, blanks
    and punctuation, counted in the splits other than the training split (the one called so, else the largest). Rows
    of few values are equal by chance, as often within the training split as across: the share is held to
    `max_shared` beyond that split's own, the share of its rows that equal another of them (Newcombe's interval).
    Rows that were copied before they were split cannot be told from those by this: of the bare share is warned.
    Rows of one `group` or of one id are counted as they are; of a shared id is only warned, and whole numbers no
    larger than the file, which may count the rows of each part anew, are not compared. Near copies (as in
    `near-copies`; by vectors where nothing else tells rows apart) are asked as equal rows are. How many more texts are
    nearly equal (as in `near-duplicate-texts`) is shown and decides nothing, for what people write repeats itself.
    """

    id: ClassVar[str] = "split-leakage"
    family: ClassVar[Family] = Family.DIVERSITY
    needs: ClassVar[Needs] = Needs(roles=frozenset({Role.SPLIT}), examples=True)
    remedy: ClassVar[str] = "Take the rows that stand in both splits out of one of them."

    max_shared: Share = 0.01
    max_shared_groups: Share = 0.0

    def measure(self, evidence: Evidence) -> Iterator[Measure | Finding | Skip]:
        """The share of each other split that the training split gives away, and the rows."""
        from auditor.evidence.leakage import AskLeakage

        found = evidence.ask(AskLeakage())
        for one in found.examples:
            yield from self._told(found, one, "equal rows", self.max_shared, warns=True)
            yield self._beyond(found, one, "equal rows")
        for one in found.groups:
            yield from self._told(found, one, f"rows of a {evidence.dataset.roles.group}", self.max_shared_groups)
        for one in found.ids:
            yield from self._told(found, one, f"rows of one {evidence.dataset.roles.id}", 0.0, warns=True)
        for one in found.texts:
            yield from self._told(found, one, "equal texts", self.max_shared, warns=True)
            yield self._beyond(found, one, "equal texts")
        for one in found.copies:
            yield from self._told(found, one, "near copies", self.max_shared, warns=True)
            yield self._beyond(found, one, "near copies")
        for one in found.near:
            yield from self._told(found, one, "texts near some", None)

    def _told(
        self, found: Leakage, one: Shared, what: str, limit: float | None, *, warns: bool = False
    ) -> Iterator[Measure | Finding]:
        share, name = exact(len(one.rows) / one.size, one.size), f"{what} in {found.training} too"
        yield Measure(name, one.name, share, at_most=limit, support=one.size, warns=warns)
        if one.rows:
            message = f"{counted(len(one.rows), 'row')} of {one.name}: {what} in {found.training} too"
            yield Finding(one.name, message, len(one.rows), one.rows)

    def _beyond(self, found: Leakage, one: Shared, what: str) -> Measure:
        return Measure(
            f"{what} in {found.training} beyond its own repeats",
            one.name,
            self._excess(one),
            at_most=self.max_shared,
            support=one.size,
            unit=Unit.POINTS,
            note=f"{len(one.rows):,} of {one.size:,} rows; {one.own:,} of {one.trained:,} of {found.training}'s own",
        )

    def _excess(self, one: Shared) -> Estimate:
        """A share within the limit as it is, is a fact; past it, chance may have given more than in training."""
        share = len(one.rows) / one.size
        if share <= self.max_shared:
            return exact(share - one.own / one.trained, one.size)
        return difference(len(one.rows), one.size, one.own, one.trained)
