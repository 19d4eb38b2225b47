"""`reference-overlap`: rows that stand in the reference too, so that it is no data of its own."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from auditor.check import Check, Evidence, Family, Finding, Measure, Needs, Share, Skip, Unit, exact
from auditor.evidence.nearness import MIN_SIMILARITY
from auditor.stats.estimates import Estimate, difference
from auditor_checks.diversity.near_the_base import near_the_base
from auditor_checks.wording import counted

#: Of more rows on both sides together, hashing them takes longer than the rest of a comparison without a model.
_MAX_ROWS = 500_000


class ReferenceOverlap(Check):
    """Rows of the data stand in the reference too, as they are or nearly.

    A reference says what a model will meet. Where the data holds its rows, what is held against it looks more alike
    than it is, and a model that is tested on it has seen the answers. Take these rows out of one of the two. Where the
    reference is an earlier state of the same data, they are to be expected: raise `max_shared`.

    Method: as in `batch-gain`. Rows equal in every column but the id and the split, label included, by the columns
    that both have, as a share of the data's rows, and beyond the reference's own repeats (Newcombe's interval); the
    same of rows whose text is nearly equal (at least .9 of `near-duplicate-texts`), that are one but for a little
    noise in their numbers, or whose vector is nearly one's (as in `near-copies`). Asked of up to 500,000 rows on both
    sides together.
    """

    id: ClassVar[str] = "reference-overlap"
    family: ClassVar[Family] = Family.DIVERSITY
    needs: ClassVar[Needs] = Needs(examples=True, reference=True)
    remedy: ClassVar[str] = "Take the rows that stand in both out of the data or of the reference."
    default_level: ClassVar[Literal["error", "warn"]] = "warn"

    max_shared: Share = 0.01
    min_similarity: Annotated[float, Field(ge=0.7, le=1)] = MIN_SIMILARITY

    def measure(self, evidence: Evidence) -> Iterator[Measure | Finding | Skip]:
        """The share of rows that the reference has, and that it nearly has, kind by kind, and the rows."""
        from auditor.evidence.batch_matches import AskMatches

        if evidence.dataset.is_batch:
            yield Skip("the data is a batch that is to join the reference; `batch-gain` asks this of it", applies=False)
            return
        rows, theirs = evidence.profile.rows, evidence.reference.profile.rows
        if rows + theirs > _MAX_ROWS:
            yield Skip(
                f"rows are looked up in the reference where there are at most {_MAX_ROWS:,} in all", applies=False
            )
            return
        found = evidence.ask(AskMatches())
        copies, own = len(found.copies), found.base_copies
        note = f"{copies:,} of {rows:,} rows; {own:,} of {theirs:,} of the reference's own"
        yield self._shared(
            "rows-of-the-reference-beyond-its-own-repeats", "all rows", (copies, rows, own, theirs), note
        )
        if copies:
            message = f"{counted(copies, 'row')} that the reference has"
            yield Finding("the reference", message, copies, found.copies.tolist())
        for one in near_the_base(evidence, found, self.min_similarity):
            if one.held:
                of = (len(one.rows), one.compared, one.own, one.base_compared)
                yield self._shared(
                    one.what.replace("base", "reference"),
                    one.subject,
                    of,
                    one.note.replace("the base's", "the reference's"),
                )
                if one.rows:
                    message = f"{counted(len(one.rows), 'row')} that the reference nearly has"
                    yield Finding(one.subject, message, len(one.rows), one.rows, one.details)

    def _shared(self, name: str, subject: str, of: tuple[int, int, int, int], note: str) -> Measure:
        ours, rows, own, theirs = of
        within = ours <= self.max_shared * rows  # a fact; past it, chance may have given more than the reference's own
        beyond: Estimate = exact(ours / rows - own / theirs, rows) if within else difference(*of)
        return Measure(name, subject, beyond, self.max_shared, support=rows, unit=Unit.POINTS, note=note)
