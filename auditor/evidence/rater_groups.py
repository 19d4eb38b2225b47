"""How raters of one group vote beside all others, on the same items."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from auditor.dataset.batches import batches
from auditor.dataset.values import text_of
from auditor.errors import NotPossible
from auditor.evidence.bins import bins_of
from auditor.evidence.votes import AskItemGroups, AskVotes, Votes
from auditor.stats.within_items import WithinItems, within_items

if TYPE_CHECKING:
    from auditor.evidence import Evidence

#: A column of more values than this describes no groups of raters.
MAX_GROUPS = 50


@dataclass(frozen=True, slots=True)
class RaterGap:
    """How a group of raters gives a class, beside all other raters; `target` is the group the items speak of."""

    group: tuple[str, str]
    target: tuple[str, str] | None
    name: str
    difference: WithinItems
    rate: float  # of the group's votes on the shared and other items
    votes: int


@dataclass(frozen=True, slots=True)
class AskRaterGaps:
    """The question: how do the raters' groups of a column vote, on all items and on those of each target group?"""

    column: str
    targets: tuple[str, ...]
    classes: tuple[str, ...]

    def collect(self, evidence: Evidence) -> tuple[RaterGap, ...]:
        """One more pass over the column. NotPossible where it has too many values to be groups."""
        votes = evidence.ask(AskVotes())
        names, group = self._groups(evidence, votes)
        gaps = list(self._gaps(votes, names, group, np.ones(len(votes.arrays), dtype=np.bool_), None))
        for column in self.targets:
            values, place = evidence.ask(AskItemGroups((column,)))
            for t, (value,) in enumerate(values[:MAX_GROUPS]):
                chosen = (place == t)[votes.arrays.item]
                gaps += self._gaps(votes, names, group, chosen, (column, value))
        return tuple(gaps)

    def _groups(self, evidence: Evidence, votes: Votes) -> tuple[list[str], NDArray[np.int64]]:
        """The groups, the largest first, and the place of each vote's."""
        frame = evidence.dataset.frame
        if bins := bins_of(evidence.profile[self.column]):
            frame = frame.with_columns(bins.expression())
        cells = [text_of(v) for batch in batches(frame, (self.column,)) for v in batch.column(self.column).to_pylist()]
        names, place = np.unique(np.array(cells, dtype=object)[votes.vote_rows], return_inverse=True)
        if len(names) > MAX_GROUPS:
            raise NotPossible(
                f"{self.column!r} has {len(names)} values, too many to be groups of raters: put some together"
            )
        order = np.argsort(-np.bincount(place), kind="stable")
        rank = np.empty(len(order), dtype=np.int64)
        rank[order] = np.arange(len(order))
        return [str(names[at]) for at in order], rank[place]

    def _gaps(
        self,
        votes: Votes,
        names: list[str],
        group: NDArray[np.int64],
        chosen: NDArray[np.bool_],
        target: tuple[str, str] | None,
    ) -> list[RaterGap]:
        """Each group against the others; of two, the smaller, as the other is its mirror image."""
        arrays, found = votes.arrays, []
        item, rater, group, said = arrays.item[chosen], arrays.annotator[chosen], group[chosen], arrays.said[chosen]
        for g in range(len(names)) if len(names) > 2 else range(1, len(names)):
            mine = group == g
            for name in self.classes:
                yes = said == votes.classes.index(name)
                gap = within_items(yes, mine, item, rater)
                if gap.n:
                    rate = float(yes[mine].mean())
                    found.append(RaterGap((self.column, names[g]), target, name, gap, rate, int(mine.sum())))
        return found
