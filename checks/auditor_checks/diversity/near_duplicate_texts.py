"""`near-duplicate-texts`: texts that say nearly the same as another."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, ClassVar

from pydantic import Field

from auditor.check import Check, Evidence, Family, Finding, Measure, Needs, Share, Skip, Unit, exact
from auditor.dataset.table import Role
from auditor.evidence.nearness import MIN_SIMILARITY
from auditor_checks.wording import counted

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from auditor.evidence.near_texts import NearTexts


class NearDuplicateTexts(Check):
    """Many texts are the same as another but for a few characters or words.

    They weigh what they show more than the rest, make the data look larger than it is, and when they fall on both
    sides of a split the test is known by heart. What people write repeats itself too: of short questions to one
    service a fifth may be near another. Take the repeats out, or give each group to one side of the split; write
    what comes from a template anew.

    Method: texts without case and punctuation; two are near if at least `min_similarity` of their characters
    (Levenshtein) or of their words need no edit, if one is the other with some words left out (the words of both in
    common), or if they are the same words in another order. Candidates are
    found by MinHash (Broder 1997) in sorted orders (LSH forest, Bawa et al. 2005) and each is compared. In the order
    of the rows, a text stays unless it is near one that stayed: the repeats are the rest, and what stays is the
    number of distinct texts. Of texts over 1,000 characters the first and last 500 are compared.
    """

    id: ClassVar[str] = "near-duplicate-texts"
    family: ClassVar[Family] = Family.DIVERSITY
    needs: ClassVar[Needs] = Needs(examples=True)
    remedy: ClassVar[str] = "Take out texts that nearly repeat another, or keep each group on one side of the split."

    min_similarity: Annotated[float, Field(ge=0.7, le=1)] = MIN_SIMILARITY
    max_share: Share = 0.5

    def measure(self, evidence: Evidence) -> Iterator[Measure | Finding | Skip]:
        """The share of rows that nearly repeat an earlier one, what stays without them, and the groups."""
        import numpy as np

        if not evidence.dataset.roles.columns(Role.TEXT):
            yield Skip("no column holds text", applies=False)
            return
        from auditor.evidence.near_texts import AskNearTexts

        found = evidence.ask(AskNearTexts(self.min_similarity))
        if not found.compared:
            yield Skip(f"no row has a word in {', '.join(found.columns)}")
            return
        subject, rows = ", ".join(found.columns), found.compared
        leaders, _ = found.leaders
        sizes = np.bincount(leaders[found.text[found.text >= 0]], minlength=found.texts)
        stay = int(np.count_nonzero(sizes))
        share = exact((rows - stay) / rows, rows)
        yield Measure("nearly-repeated-rows", subject, share, at_most=self.max_share, support=rows)
        yield Measure("distinct-texts", subject, exact(stay, rows), support=rows, unit=Unit.ROWS)
        yield Measure("largest-group", subject, exact(int(sizes.max()) / rows, rows), support=rows)
        if stay < rows:
            yield self._groups(found, sizes)

    def _groups(self, found: NearTexts, sizes: NDArray[np.int64]) -> Finding:
        """All rows of all groups, the largest group first, the first row of each before those that repeat it."""
        import numpy as np

        leaders, nearness = found.leaders
        rows = np.flatnonzero(found.text >= 0)
        group = leaders[found.text[rows]]
        rows, group = rows[sizes[group] > 1], group[sizes[group] > 1]
        order = np.lexsort((rows, group, -sizes[group]))
        rows, group = rows[order], group[order]
        number = np.cumsum(np.concatenate([[True], group[1:] != group[:-1]]))
        similarity = np.round(nearness[found.text[rows]], 3)
        message = "texts near each other; the first of each group would stay"
        details = {"group": number.tolist(), "similarity": similarity.tolist()}
        return Finding(counted(int(number[-1]), "group"), message, len(rows), rows.tolist(), details)
