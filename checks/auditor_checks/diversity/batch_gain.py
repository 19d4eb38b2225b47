"""`batch-gain`: what a batch adds to the base it is to join, and what it only repeats."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, ClassVar

from pydantic import Field, PositiveInt

from auditor.check import Check, Evidence, Family, Finding, Measure, Needs, Share, Skip, Slice, Unit, exact
from auditor.evidence.nearness import MIN_SIMILARITY
from auditor.stats.estimates import Estimate, difference
from auditor_checks.diversity.attributes import Wishes, chosen
from auditor_checks.diversity.near_the_base import near_the_base
from auditor_checks.wording import counted

if TYPE_CHECKING:
    from auditor.evidence.batch_coverage import CoverageGain
    from auditor.evidence.batch_matches import Matches


class BatchGain(Check):
    """The batch mostly repeats what the base has.

    Rows that the base has already weigh what they show twice, and where a test was split off the base, copies of its
    rows come into training by way of the batch. Take out the copies; what is left is what the batch is worth.

    Method: rows equal in every column but the id and the split, label included, by the columns that both have. Small
    tables of few categories repeat themselves by nature: the share of the batch's rows that stand in the base is
    held to `max_repeated` beyond the base's own, the share of its rows that stand in it a second time (Newcombe's
    interval). The same is asked of rows that are no such copy and nearly one: whose text is nearly equal (at least .9
    of `near-duplicate-texts`), that are one but for a little noise in their numbers, or whose vector is nearly one's
    (as in `near-copies`); texts and vectors where nothing else tells rows apart. Texts less near are shown and decide
    nothing, for what people write repeats itself. What is left when copies and the batch's own repeats are taken out
    is told in rows, and what is left of these without near copies. Combinations are those of `coverage`, of columns of
    few values in both, that fewer than `min_rows` rows of the base have and as many or more with the batch.
    """

    id: ClassVar[str] = "batch-gain"
    family: ClassVar[Family] = Family.DIVERSITY
    needs: ClassVar[Needs] = Needs(examples=True, reference=True, batch=True)
    remedy: ClassVar[str] = "Take the rows that the base has already out of the batch."

    max_repeated: Share = 0.05
    min_similarity: Annotated[float, Field(ge=0.7, le=1)] = MIN_SIMILARITY
    attributes: tuple[str, ...] = Field(default=(), max_length=64)
    max_attributes: Annotated[int, Field(ge=1, le=64)] = 8
    max_values: PositiveInt = 20
    min_rows: PositiveInt = 30
    depth: PositiveInt = 2
    listed: PositiveInt = 10

    def measure(self, evidence: Evidence) -> Iterator[Measure | Finding | Skip]:
        """How many rows are new, the share that is not, and the combinations that are covered only now."""
        from auditor.evidence.batch_matches import AskMatches

        found = evidence.ask(AskMatches())
        yield from self._rows(found)
        yield from self._near(evidence, found)
        yield from self._combinations(evidence)

    def _rows(self, found: Matches) -> Iterator[Measure | Finding]:
        copies, rows = len(found.copies), found.rows
        yield Measure("new-rows", "the batch", exact(found.new, rows), support=rows, unit=Unit.ROWS)
        yield Measure(
            "rows-of-the-base-beyond-its-own-repeats",
            "the batch",
            self._beyond(copies, rows, found.base_copies, found.base_rows),
            at_most=self.max_repeated,
            support=rows,
            unit=Unit.POINTS,
            note=f"{copies:,} of {rows:,} rows; {found.base_copies:,} of {found.base_rows:,} of the base's own",
        )
        if copies:
            yield Finding("the batch", f"{counted(copies, 'row')} that the base has", copies, found.copies.tolist())
        if again := len(found.again):
            message = f"{counted(again, 'row')} that the base does not have and the batch has before"
            yield Finding("the batch", message, again, found.again.tolist())

    def _near(self, evidence: Evidence, found: Matches) -> Iterator[Measure | Finding]:
        """What nearly repeats the base, kind by kind, and what is left without all that."""
        near = near_the_base(evidence, found, self.min_similarity)
        gone = set[int]().union(*(one.rows for one in near if one.held)) - set(found.again.tolist())
        if near:
            left = exact(found.new - len(gone), found.rows)
            yield Measure("new-rows-without-near-copies", "the batch", left, support=found.rows, unit=Unit.ROWS)
        for one in near:
            yield Measure(
                one.what,
                one.subject,
                self._beyond(len(one.rows), one.compared, one.own, one.base_compared),
                at_most=self.max_repeated if one.held else None,
                support=one.compared,
                unit=Unit.POINTS,
                note=one.note,
            )
            if one.rows and one.told:
                message = f"{counted(len(one.rows), 'row')}: {one.told}"
                yield Finding(one.subject, message, len(one.rows), one.rows, one.details)

    def _beyond(self, ours: int, rows: int, own: int, base_rows: int) -> Estimate:
        """A share within the limit as it is, is a fact; past it, chance may have given more than the base's own."""
        if ours <= self.max_repeated * rows:
            return exact(ours / rows - own / base_rows, rows)
        return difference(ours, rows, own, base_rows)

    def _combinations(self, evidence: Evidence) -> Iterator[Measure | Finding]:
        from auditor.evidence.batch_coverage import AskCoverageGain

        names = self._chosen(evidence)
        if not names or evidence.reference.profile.rows < self.min_rows:
            return
        gain = evidence.ask(AskCoverageGain(names, self.min_rows, self.depth))
        for level in gain.levels:
            yield Measure(
                "combinations-newly-covered",
                "single values" if level.level == 1 else f"combinations of {level.level}",
                exact(level.together - level.base, max(level.possible, 1)),
                unit=Unit.NUMBER,
                note=f"{level.base:,} of {level.possible:,} in the base, {level.together:,} with the batch",
            )
        yield from self._listed(gain)

    def _listed(self, gain: CoverageGain) -> Iterator[Finding]:
        for one in gain.found[: self.listed]:
            message = f"{counted(one.base, 'row')} in the base, {one.together} with the batch"
            yield Finding(Slice(one.where), message, one.together - one.base)

    def _chosen(self, evidence: Evidence) -> tuple[str, ...]:
        """The columns that `coverage` would take of either, but those cut into bins, which differ on both sides.

        One that has a single value in the base may have others in the batch.
        """
        from auditor.evidence.bins import bins_of
        from auditor.evidence.combinations import MAX_VALUES

        wishes = Wishes(
            self.attributes, {}, (), self.max_attributes, self.max_values, self.min_rows, f"checks.{self.id}"
        )
        sides = (evidence.reference, evidence)
        names = dict.fromkeys(name for side in sides for name in chosen(side, wishes).names)
        profiles = [side.profile.columns for side in sides]
        fit = [
            name
            for name in names
            if all(
                name in columns and not bins_of(columns[name]) and (columns[name].distinct or 0) <= MAX_VALUES // 2
                for columns in profiles
            )
        ]
        return tuple(fit[: self.max_attributes])
