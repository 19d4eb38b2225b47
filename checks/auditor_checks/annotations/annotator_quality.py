"""`annotator-quality`: annotators, and labels, that the other votes contradict."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
from numpy.typing import NDArray
from pydantic import PositiveInt

from auditor.check import (
    LABELED,
    Check,
    Evidence,
    Family,
    Finding,
    LabelIs,
    Measure,
    Needs,
    Role,
    Share,
    Skip,
    Slice,
    Task,
)
from auditor.stats.annotators import Informedness, confusions, spammer_score
from auditor.stats.dawid_skene import Consensus
from auditor.stats.estimates import proportion
from auditor.stats.multiplicity import holm
from auditor.stats.pvalues import p_below

if TYPE_CHECKING:
    from auditor.evidence.votes import Votes

#: Findings of a family of comparisons are claims together at this level.
_ALPHA = 0.05
#: With one other vote, which of the two is wrong cannot be told.
_MIN_OTHERS = 2

Details = dict[str, Sequence[str | float | int | None]]


class Consenting(StrEnum):
    """What the consensus on an item goes by."""

    DAWID_SKENE = "dawid-skene"  # the votes alone
    WITH_MODEL = "with-model"  # the votes, and a model that has not seen the item as one more annotator
    CROWDLAB = "crowdlab"  # the votes and the model, averaged


class AnnotatorQuality(Check):
    """An annotator's labels are often wrong, or a label contradicts what the annotators say.

    A few careless annotators can spoil a good share of the labels, and a majority vote trusts them like the rest.
    Look at their votes, speak with them, leave spammers out, and mend the guideline where one of them takes one class
    for another. Items with a split vote are another matter: no label of theirs is sure, so let an expert decide, or
    train on the probabilities.

    Method: consensus and confusion matrices by Dawid and Skene (1979), smoothed by one vote a class. Annotators err on
    the same hard items, so that an item's probabilities are tempered until its other votes predict each vote best. An
    annotator's accuracy is that against the consensus of the others, his own vote taken out, on items with two other
    votes and more, with Wilson's interval; the consensus errs too, so that it is a little low. A spammer is one whose
    informedness (Youden 1950, for several classes) is surely below `max_informedness`, and who does not just say the
    opposite; the score of Raykar and Yu (2012) stands beside it. A systematic confusion is surely more frequent than
    `min_confusion` and than among the others (exact binomial). Annotators are compared together (Holm 1979; Bonferroni
    for confusions), those with fewer than `min_votes` not at all. A label is contradicted if another class has a
    probability of `min_confidence`; an item is ambiguous if no class has. A model may have its part in that, your own
    (`--pred-probs`) or the probes of `label-errors`: with `consensus = "with-model"` it is one more annotator, whose
    confusions are learned like anybody's; with `"crowdlab"` votes and model are averaged, weighed by how far they agree
    (CROWDLAB; Goh, Tkachenko and Mueller 2022), and sharpened until an item's other votes predict each vote best. Of
    two votes an item CROWDLAB may be better, if the model is better than the annotators; else the first was, in
    simulations. A model that has learned the annotators' common mistakes repeats them. The annotators are judged
    without it.
    """

    id: ClassVar[str] = "annotator-quality"
    family: ClassVar[Family] = Family.ANNOTATIONS
    needs: ClassVar[Needs] = Needs(
        roles=frozenset({Role.ANNOTATOR}),
        tasks=(LABELED | {Task.UNLABELED}) - {Task.REGRESSION},
        not_yet=frozenset({Task.REGRESSION}),
    )
    remedy: ClassVar[str] = "Look at the votes of the annotators listed, and relabel what the consensus contradicts."

    consensus: Consenting = Consenting.DAWID_SKENE
    min_accuracy: Share = 0.6
    min_votes: PositiveInt = 20
    max_informedness: Share = 0.3
    min_confusion: Share = 0.2
    min_confidence: Share = 0.9
    max_contradicted: Share = 0.05

    def measure(self, evidence: Evidence) -> Iterator[Measure | Finding | Skip]:
        """Each annotator's accuracy, the labels in use that are contradicted, and what to look at."""
        from auditor.evidence.votes import AskConsensus, AskVotes

        votes = evidence.ask(AskVotes())
        consensus = evidence.ask(AskConsensus())
        yield from self._items(evidence, votes, self._of_items(evidence, votes, consensus))
        judged = _judged(votes, consensus)
        if not len(judged.place):
            yield Skip("no item has three votes: with two, which of them is wrong cannot be told")
            return
        yield from self._accuracies(judged)
        spammers = self._spammers(judged)
        yield from self._annotators(judged, spammers)
        yield from self._confusions(judged, spammers)

    def _of_items(self, evidence: Evidence, votes: Votes, consensus: Consensus) -> Consensus:
        """What the items are, by the votes alone or by those and a model."""
        from auditor.evidence.model_votes import AskModelConsensus

        if self.consensus is Consenting.DAWID_SKENE:
            return consensus.calibrated(votes.arrays)
        return evidence.ask(AskModelConsensus(averaged=self.consensus is Consenting.CROWDLAB))

    def _items(self, evidence: Evidence, votes: Votes, consensus: Consensus) -> Iterator[Measure | Finding]:
        sure = np.exp(consensus.log_posterior.max(axis=1))
        voted = votes.arrays.per_item >= 2
        torn = np.flatnonzero(voted & (sure < self.min_confidence))
        share = proportion(len(torn), int(voted.sum()))
        yield Measure("ambiguous items", "items with two votes and more", share, support=share.n)
        if len(torn):
            order = torn[np.lexsort((torn, sure[torn]))]
            details = _told(votes, order, consensus.best[order], sure[order])
            message = "ambiguous: no class is sure, the most doubtful first"
            yield Finding("items", message, len(order), votes.rows[order].tolist(), details)
        clear = voted & (sure >= self.min_confidence)
        if (votes.in_use >= 0).any():
            labeled = np.flatnonzero(voted & (votes.in_use >= 0))
            yield from self._in_use(evidence, votes, consensus, labeled, clear)
        else:
            yield from _outvoted(votes, consensus, clear)

    def _in_use(
        self,
        evidence: Evidence,
        votes: Votes,
        consensus: Consensus,
        labeled: NDArray[np.int64],
        clear: NDArray[np.bool_],
    ) -> Iterator[Measure | Finding]:
        from auditor.evidence.votes import AskItemGroups

        wrong = labeled[clear[labeled] & (consensus.best[labeled] != votes.in_use[labeled])]
        share = proportion(len(wrong), len(labeled), "clopper-pearson")
        limit = self.max_contradicted if evidence.dataset.label_is is LabelIs.ANNOTATION else None
        yield Measure("contradicted labels", "labels in use", share, at_most=limit, support=len(labeled))
        yield from _shares("contradicted labels by class", votes.classes, votes.in_use, labeled, wrong)
        for column in evidence.dataset.roles.sensitive:
            groups, place = evidence.ask(AskItemGroups((column,)))
            slices = [Slice(((column, group),)) for (group,) in groups]
            yield from _shares("contradicted labels by group", slices, place, labeled, wrong)
        if len(wrong):
            sure = np.exp(consensus.log_posterior[wrong].max(axis=1))
            order = np.lexsort((wrong, -sure))
            wrong, sure = wrong[order], sure[order]
            given = [votes.classes[k] for k in votes.in_use[wrong]]
            details: Details = {"given": given} | _told(votes, wrong, consensus.best[wrong], sure)
            message = "likely wrong: the annotators' consensus is sure of another class"
            yield Finding("labels in use", message, len(wrong), votes.rows[wrong].tolist(), details)

    def _accuracies(self, judged: _Judged) -> Iterator[Measure]:
        for a, (right, total) in judged.scores().items():
            yield Measure(
                "accuracy",
                f"annotator {judged.votes.annotators[a]}",
                proportion(right, total),
                at_least=self.min_accuracy,
                support=total,
                note="against the consensus of the others",
                can_fail=total >= self.min_votes,
            )

    def _spammers(self, judged: _Judged) -> frozenset[int]:
        """Whose votes surely tell little, all annotators with enough votes compared together."""
        asked = [a for a, (_, total) in judged.scores().items() if total >= self.min_votes]
        informed = [judged.informedness(a) for a in asked]
        blind = holm([p_below(one, self.max_informedness) for one in informed])
        opposite = [p_below(one, -self.max_informedness) <= _ALPHA for one in informed]
        return frozenset(a for a, p, turned in zip(asked, blind, opposite, strict=True) if p <= _ALPHA and not turned)

    def _annotators(self, judged: _Judged, spammers: frozenset[int]) -> Iterator[Finding]:
        """Spammers, and who is surely less accurate than the limit."""
        scores = {a: score for a, score in judged.scores().items() if score[1] >= self.min_votes}
        low = holm([p_below(proportion(*score), self.min_accuracy) for score in scores.values()])
        for (a, (right, total)), p in zip(scores.items(), low, strict=True):
            told = f"agrees with the others in {right / total:.0%} of the votes"
            if a in spammers:
                score = judged.spammer_score(a)
                told = f"spammer: says much the same whatever the item is (score {score:.2f}); {told}"
            if a in spammers or p <= _ALPHA:
                rows = judged.rows(a)
                yield Finding(f"annotator {judged.votes.annotators[a]}", told, len(rows), rows)

    def _confusions(self, judged: _Judged, spammers: frozenset[int]) -> Iterator[Finding]:
        """What an annotator takes for what; a spammer confuses everything, which need not be said again."""
        classes = len(judged.votes.classes)
        found = confusions(judged.annotator, judged.true, judged.said, classes, self.min_confusion)
        sure = np.flatnonzero(found.p_value * found.tested <= _ALPHA)
        for i in sure[np.lexsort((sure, -found.count[sure]))].tolist():
            a, true, k = int(found.annotator[i]), int(found.true[i]), int(found.said[i])
            if a in spammers:
                continue
            names = judged.votes.classes
            others = "" if np.isnan(found.others[i]) else f", the others {found.others[i]:.0%}"
            told = f"says {names[k]!r} for {names[true]!r}: {found.count[i]} of {found.of[i]} items{others}"
            rows = judged.rows(a, true, k)
            yield Finding(f"annotator {judged.votes.annotators[a]}", told, len(rows), rows)


@dataclass(frozen=True, slots=True, eq=False)
class _Judged:
    """The votes that enough others can be held against, by annotator, with the class that these others see."""

    votes: Votes
    place: NDArray[np.int64]  # among all votes
    annotator: NDArray[np.int64]
    true: NDArray[np.int64]
    said: NDArray[np.int64]
    starts: NDArray[np.int64]  # annotator a has the votes from starts[a] up to starts[a + 1]

    def scores(self) -> dict[int, tuple[int, int]]:
        """Right votes and all votes, by annotator, the busiest first."""
        total = np.diff(self.starts)
        right = np.bincount(self.annotator[self.said == self.true], minlength=len(total))
        order = np.argsort(-total, kind="stable").tolist()
        return {a: (int(right[a]), int(total[a])) for a in order if total[a]}

    def informedness(self, a: int) -> Informedness:
        """How much better than blindly the annotator tells the classes apart."""
        true, said = self.true[self._of(a)], self.said[self._of(a)]
        total = np.bincount(true, minlength=len(self.votes.classes))
        right = np.bincount(true[true == said], minlength=len(total))
        return Informedness(tuple(right.tolist()), tuple(total.tolist()))

    def spammer_score(self, a: int) -> float:
        """The score of Raykar and Yu."""
        size = len(self.votes.classes)
        cells = np.bincount(self.true[self._of(a)] * size + self.said[self._of(a)], minlength=size * size)
        return spammer_score(cells.reshape(size, size).astype(float))

    def rows(self, a: int, true: int | None = None, said: int | None = None) -> list[int]:
        """The rows of an annotator's votes, or of those in which he said one class for another."""
        part = self._of(a)
        kept = np.ones(part.stop - part.start, dtype=bool)
        if true is not None:
            kept = (self.true[part] == true) & (self.said[part] == said)
        rows: list[int] = self.votes.vote_rows[self.place[part][kept]].tolist()
        return rows

    def _of(self, a: int) -> slice:
        return slice(int(self.starts[a]), int(self.starts[a + 1]))


def _judged(votes: Votes, consensus: Consensus) -> _Judged:
    item, annotator, said = votes.arrays.arrays
    place = np.flatnonzero(votes.arrays.per_item[item] > _MIN_OTHERS)
    place = place[np.argsort(annotator[place], kind="stable")]
    who = annotator[place].astype(np.int64)
    starts = np.searchsorted(who, np.arange(len(votes.annotators) + 1))
    return _Judged(
        votes, place, who, consensus.of_the_others(votes.arrays)[place], said[place].astype(np.int64), starts
    )


def _shares(
    name: str,
    subjects: Sequence[str | Slice],
    place: NDArray[np.integer[Any]],
    labeled: NDArray[np.int64],
    wrong: NDArray[np.int64],
) -> Iterator[Measure]:
    """Of the labeled items of each subject, how many are wrong."""
    rows, bad = (np.bincount(place[items], minlength=len(subjects)).tolist() for items in (labeled, wrong))
    for subject, total, found in zip(subjects, rows, bad, strict=True):
        if total:
            yield Measure(name, subject, proportion(found, total, "clopper-pearson"), support=total)


def _outvoted(votes: Votes, consensus: Consensus, clear: NDArray[np.bool_]) -> Iterator[Finding]:
    """Of rows that are votes themselves, those that a sure consensus contradicts."""
    item, annotator, said = votes.arrays.arrays
    wrong = np.flatnonzero(clear[item] & (consensus.best[item] != said))
    sure = np.exp(consensus.log_posterior[item[wrong]].max(axis=1))
    wrong = wrong[np.lexsort((wrong, -sure))]
    if len(wrong):
        given = [votes.classes[k] for k in said[wrong]]
        who = [votes.annotators[a] for a in annotator[wrong]]
        best, sure = consensus.best[item[wrong]], np.exp(consensus.log_posterior[item[wrong]].max(axis=1))
        details: Details = {"given": given, "annotator": who} | _suggested(votes, best, sure)
        message = "likely wrong: the annotators' consensus is sure of another class"
        yield Finding("votes", message, len(wrong), votes.vote_rows[wrong].tolist(), details)


def _suggested(votes: Votes, best: NDArray[np.int64], sure: NDArray[np.float64]) -> Details:
    return {"suggested": [votes.classes[k] for k in best], "probability": [round(float(p), 4) for p in sure]}


def _told(votes: Votes, items: NDArray[np.int64], best: NDArray[np.int64], sure: NDArray[np.float64]) -> Details:
    """What the consensus makes of the items, and their votes: `yes 3, no 2`."""
    counts = votes.arrays.counts()[items]
    told = []
    for i in range(len(items)):
        part = slice(counts.indptr[i], counts.indptr[i + 1])
        pairs = sorted(zip(-counts.data[part], counts.indices[part], strict=True))
        told.append(", ".join(f"{votes.classes[k]} {-number:.0f}" for number, k in pairs))
    return _suggested(votes, best, sure) | {"votes": told}
