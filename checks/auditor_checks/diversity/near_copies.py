"""`near-copies`: rows that are another row but for a little noise."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, ClassVar, Literal

from auditor.check import Check, Evidence, Family, Finding, Measure, Needs, Share, Skip, exact
from auditor.errors import NotPossible
from auditor.evidence import Question
from auditor.stats.near_excess import NearExcess
from auditor_checks.wording import counted

if TYPE_CHECKING:
    from auditor.evidence.embedding_copies import EmbeddingCopies
    from auditor.evidence.numeric_copies import NumericCopies


class NearCopies(Check):
    """Rows are another row but for a little noise in their numbers, or in their vector.

    Rows made from others (jittered to have more of them, measured twice, a picture cut anew) weigh what they show
    more than the rest, and when copies fall on both sides of a split the test is known by heart. Take them out, or
    keep each with its original.

    Method: of rows that agree in all other columns (in at most 250,000 rows), numbers within 0.001 to 0.02 standard
    deviations (told by quartiles) of each other in every column; candidates share a cell of one of three shifted
    grids, and each is compared. Whole numbers with too few values to be a little off must be equal. Many rows of a
    table are near each other without being copies: where density is smooth, at least as many pairs lie between a
    distance and twice that as within it (Grassberger and Procaccia 1983), so pairs are called copies at the
    distance within which most lie beyond five times that many, seven at least. Vectors, without their mean, by the
    angle between them, from a cosine of 0.98 on; where they spread over 16 dimensions or more, that alone is near
    (participation ratio). Candidates by random planes (Charikar 2002), of 20,000 sampled rows at most. Row by row,
    one stays unless it is a copy of one that stayed.
    """

    id: ClassVar[str] = "near-copies"
    family: ClassVar[Family] = Family.DIVERSITY
    needs: ClassVar[Needs] = Needs(examples=True)
    remedy: ClassVar[str] = "Take copies out, or keep each on the same side of a split as its original."
    default_level: ClassVar[Literal["error", "warn"]] = "warn"

    max_share: Share = 0.01

    def measure(self, evidence: Evidence) -> Iterator[Measure | Finding | Skip]:
        """The share of rows that are copies by numbers, then by each embedding; and the pairs."""
        from auditor.evidence.embedding_copies import AskEmbeddingCopies, embeddings
        from auditor.evidence.numeric_copies import AskNumericCopies

        reasons: list[str] = []
        measured = False
        questions: list[Question[NumericCopies | EmbeddingCopies]] = [AskNumericCopies()]
        questions += [AskEmbeddingCopies(name) for name in embeddings(evidence)]
        for question in questions:
            try:
                found = evidence.ask(question)
            except NotPossible as reason:
                reasons.append(str(reason))
                continue
            measured = True
            yield from self._copies(found)
        if not measured:
            yield Skip("; ".join(reasons), applies=False)

    def _copies(self, found: NumericCopies | EmbeddingCopies) -> Iterator[Measure | Finding]:
        from auditor.evidence.embedding_copies import EmbeddingCopies
        from auditor.evidence.numeric_copies import NumericCopies
        from auditor.evidence.redundancy import repeats_of

        columns = found.fine if isinstance(found, NumericCopies) else (found.column,)
        subject = _named(columns)
        rows = found.compared if isinstance(found, EmbeddingCopies) else found.rows
        sampled = f"of {rows:,} rows sampled of {found.rows:,}; " if rows < found.rows else ""
        share = exact(len(repeats_of(found)) / rows, rows)
        note = sampled + _note(found.excess, "chord" if isinstance(found, EmbeddingCopies) else "sd")
        yield Measure("copies", subject, share, at_most=self.max_share, support=rows, note=note)
        if len(found.found.pairs):
            yield _pairs(found, subject)


def _pairs(found: NumericCopies | EmbeddingCopies, subject: str) -> Finding:
    """The rows pair by pair, the nearest first."""
    pairs, distance = found.found.pairs, found.found.distance
    order = sorted(range(len(pairs)), key=lambda at: (distance[at], *pairs[at]))
    rows = pairs[order].ravel().tolist()
    details: dict[str, list[str | float | int | None]] = {
        "pair": [at + 1 for at in range(len(pairs)) for _ in (0, 1)],
        "distance": [float(f"{distance[at]:.3g}") for at in order for _ in (0, 1)],
    }
    return Finding(subject, f"{counted(len(pairs), 'pair')} of near copies", len(set(rows)), rows, details)


def _named(columns: Sequence[str]) -> str:
    return ", ".join(columns[:3]) + (f" and {len(columns) - 3} more" if len(columns) > 3 else "")


def _note(excess: NearExcess, unit: str) -> str:
    pairs = f"{counted(excess.within, 'nearest pair')} within, {excess.around} up to twice as far"
    if excess.radius is None:
        return f"no distance sets copies apart from rows that are near by chance: {pairs}"
    return f"no farther than {excess.radius:g} {unit}: {pairs}"
