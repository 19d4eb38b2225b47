"""`annotator-agreement`: annotators who do not agree on the labels."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations
from typing import TYPE_CHECKING, ClassVar

import numpy as np
from numpy.typing import NDArray
from pydantic import PositiveInt

from auditor.check import Check, Evidence, Family, Finding, Measure, Needs, Role, Share, Skip, Slice, Task, Unit
from auditor.stats.agreement import Level, OfSeveral, cohen_kappa, krippendorff_alpha, percent_agreement
from auditor.stats.estimates import mean_difference
from auditor.stats.vote_arrays import Tally, tally

if TYPE_CHECKING:
    from auditor.evidence.votes import Votes

_LEVELS = {Task.ORDINAL: Level.ORDINAL, Task.REGRESSION: Level.INTERVAL}


class AnnotatorAgreement(Check):
    """Annotators give the same item different labels.

    Where people do not agree, the guideline leaves the case open, the task is hard, or some do not care; a label of
    one of them is then hardly better than chance, and a model learns the noise. Look at the class and the group in
    which they disagree, mend the guideline, train the annotators, or collect more votes an item. Agreement that is
    lower for one group of people gives that group the worse labels.

    Method: Krippendorff's alpha (2011), over all items with two votes and more; nominal, ordinal or interval by the
    task, or as `scale` says. Below .667 Krippendorff takes no conclusion from the data. Beside it the percentage of
    agreeing pairs, alpha of each class against the rest, Cohen's kappa of each pair of up to `max_pairs_of`
    annotators, and the reliability of the average of an item's votes (Spearman and Brown 1910). The intervals are
    seeded bootstraps over items. By group: alpha, and the difference in agreeing pairs to the largest group with
    Welch's interval (1947); groups of fewer than `min_items` can never fail.
    """

    id: ClassVar[str] = "annotator-agreement"
    family: ClassVar[Family] = Family.ANNOTATIONS
    needs: ClassVar[Needs] = Needs(roles=frozenset({Role.ANNOTATOR}))
    remedy: ClassVar[str] = "Mend the guideline where annotators disagree, and collect more votes an item."

    min_alpha: Share = 0.667
    max_difference: Share = 0.1
    scale: Level | None = None
    max_classes: PositiveInt = 20
    max_pairs_of: PositiveInt = 8
    min_items: PositiveInt = 30

    def measure(self, evidence: Evidence) -> Iterator[Measure | Finding | Skip]:
        """Agreement in all, by class, by pair of annotators and by group."""
        from auditor.evidence.votes import AskVotes

        votes = evidence.ask(AskVotes())
        level = self.scale or _LEVELS.get(evidence.dataset.task, Level.NOMINAL)
        if level is Level.INTERVAL and votes.numbers() is None:
            yield Skip("the labels are no numbers, as alpha at the interval level needs them")
            return
        yield from self._in_all(votes, level)
        if level is not Level.INTERVAL:
            yield from self._by_class(votes)
        yield from self._by_pair(votes)
        yield from self._by_group(evidence, votes, level)
        yield from _left_out(votes)

    def _in_all(self, votes: Votes, level: Level) -> Iterator[Measure]:
        together = tally(votes.arrays)
        alpha = krippendorff_alpha(together, level, votes.numbers())
        size = float(together.times @ together.size) / together.items
        yield Measure(
            "alpha",
            "all items",
            alpha,
            at_least=self.min_alpha,
            support=together.items,
            unit=Unit.NUMBER,
            note=f"Krippendorff's, {level}; {size:.3g} votes an item",
        )
        yield Measure("agreeing pairs", "all items", percent_agreement(together), support=together.items)
        yield Measure(
            "reliability of the average",
            "all items",
            OfSeveral(alpha, size),
            support=together.items,
            unit=Unit.NUMBER,
            note="what all annotators get wrong alike is not seen",
        )

    def _by_class(self, votes: Votes) -> Iterator[Measure]:
        together = tally(votes.arrays)
        rows = np.bincount(votes.arrays.said, minlength=len(votes.classes))
        asked = np.argsort(-rows, kind="stable")[: self.max_classes].tolist() if len(votes.classes) > 2 else []
        for k in asked:
            alpha = krippendorff_alpha(together.against_rest(k))
            name = votes.classes[k]
            yield Measure("alpha against the rest", name, alpha, support=int(rows[k]), unit=Unit.NUMBER)

    def _by_pair(self, votes: Votes) -> Iterator[Measure]:
        few = len(votes.annotators) <= self.max_pairs_of
        for a, b in combinations(range(len(votes.annotators)), 2) if few else ():
            kappa = cohen_kappa(votes.arrays, a, b)
            if kappa.n:
                pair = f"{votes.annotators[a]} and {votes.annotators[b]}"
                yield Measure("kappa", pair, kappa, support=kappa.n, unit=Unit.NUMBER, note="Cohen's")

    def _by_group(self, evidence: Evidence, votes: Votes, level: Level) -> Iterator[Measure]:
        from auditor.evidence.votes import AskItemGroups

        sensitive = [s for s in evidence.dataset.roles.sensitive if s not in evidence.dataset.roles.label]
        for columns in (*((name,) for name in sensitive), *combinations(sensitive, 2)):
            groups, place = evidence.ask(AskItemGroups(columns))
            tallies = [tally(votes.arrays.of_items(place == g)) for g in range(len(groups))]
            slices = [Slice(tuple(zip(columns, group, strict=True))) for group in groups]
            seen = [(one, where) for one, where in zip(tallies, slices, strict=True) if one.items]
            for one, where in seen:
                alpha = krippendorff_alpha(one, level, votes.numbers())
                yield Measure("alpha", where, alpha, support=one.items, unit=Unit.NUMBER)
            if level is not Level.INTERVAL:
                yield from self._differences(seen)

    def _differences(self, seen: list[tuple[Tally, Slice]]) -> Iterator[Measure]:
        ordered = sorted(seen, key=lambda pair: -pair[0].items)
        for one, where in ordered[1:]:
            base, reference = ordered[0]
            yield Measure(
                "difference in agreeing pairs",
                where,
                mean_difference(*_moments(one), *_moments(base)),
                at_most=self.max_difference,
                at_least=-self.max_difference,
                support=one.items,
                unit=Unit.POINTS,
                note=f"against {reference}",
                can_fail=one.items >= self.min_items,
            )


def _moments(votes: Tally) -> tuple[float, float, int]:
    """Mean, sample standard deviation and number of the items' shares of agreeing pairs."""
    shares: NDArray[np.float64] = np.repeat(votes.agreeing, votes.times)
    return float(shares.mean()), float(shares.std(ddof=1)) if len(shares) > 1 else 0.0, len(shares)


def _left_out(votes: Votes) -> Iterator[Finding]:
    if votes.repeated:
        message = "the annotator had voted on the item already; only the first vote counts"
        yield Finding("repeated votes", message, len(votes.repeated), votes.repeated)
    if votes.incomplete:
        yield Finding("incomplete votes", "item, annotator or label is missing; left out", votes.incomplete)
