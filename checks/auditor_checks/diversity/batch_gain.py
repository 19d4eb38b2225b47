"""`batch-gain`: what a batch adds to the base it is to join, and what it only repeats."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, ClassVar

from pydantic import Field, PositiveInt

from auditor.check import Check, Evidence, Family, Finding, Measure, Needs, Share, Skip, Slice, Unit, exact
from auditor.errors import NotPossible
from auditor.evidence.batch_coverage import AskCoverageGain, CoverageGain
from auditor.evidence.batch_matches import AskMatches, Matches
from auditor.evidence.batch_texts import AskNearBase
from auditor.evidence.bins import bins_of
from auditor.evidence.combinations import MAX_VALUES
from auditor.evidence.near_texts import MIN_SIMILARITY
from auditor.stats.estimates import Estimate, difference
from auditor_checks.diversity.attributes import Wishes, chosen
from auditor_checks.wording import counted


class BatchGain(Check):
    """The batch mostly repeats what the base has.

    Rows that the base has already weigh what they show twice, and where a test was split off the base, copies of its
    rows come into training by way of the batch. Take out the copies; what is left is what the batch is worth.

    Method: rows equal in every column but the id and the split, label included, by the columns that both have. Small
    tables of few categories repeat themselves by nature: the share of the batch's rows that stand in the base is
    held to `max_repeated` beyond the base's own, the share of its rows that stand in it a second time (Newcombe's
    interval). What is left when copies and the batch's own repeats are taken out is told in rows. Texts that are
    near one of the base (as in `near-duplicate-texts`) are counted and decide nothing. Combinations are those of
    `coverage`, of columns of few values in both, that fewer than `min_rows` rows of the base have and as many or
    more with the batch.
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
        found = evidence.ask(AskMatches())
        yield from self._rows(found)
        yield from self._texts(evidence)
        yield from self._combinations(evidence)

    def _rows(self, found: Matches) -> Iterator[Measure | Finding]:
        copies, rows = len(found.copies), found.rows
        yield Measure("new-rows", "the batch", exact(found.new, rows), support=rows, unit=Unit.ROWS)
        yield Measure(
            "rows-of-the-base-beyond-its-own-repeats",
            "the batch",
            self._repeated(found),
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

    def _repeated(self, found: Matches) -> Estimate:
        """A share within the limit as it is, is a fact; past it, chance may have given more than the base's own."""
        share = len(found.copies) / found.rows
        if share <= self.max_repeated:
            return exact(share - found.base_copies / found.base_rows, found.rows)
        return difference(len(found.copies), found.rows, found.base_copies, found.base_rows)

    def _texts(self, evidence: Evidence) -> Iterator[Measure | Finding]:
        try:
            near = evidence.ask(AskNearBase(self.min_similarity))
        except NotPossible:  # no text, or too much of it
            return
        if not near.compared:
            return
        subject = ", ".join(near.columns)
        share = exact(len(near.near) / near.compared, near.compared)
        own = f"{near.base_near:,} of {near.base_compared:,} of the base's own"
        note = f"{len(near.near):,} of {near.compared:,} rows; {own}"
        yield Measure("texts-near-the-base", subject, share, support=near.compared, note=note)
        if len(near.near):
            message = f"{counted(len(near.near), 'row')} whose text is near one of the base"
            yield Finding(subject, message, len(near.near), near.near.tolist())

    def _combinations(self, evidence: Evidence) -> Iterator[Measure | Finding]:
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
