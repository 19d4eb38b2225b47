"""Rows whose label their out-of-sample probabilities contradict."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from auditor.errors import NotPossible
from auditor.stats.estimates import proportion

if TYPE_CHECKING:
    from auditor.evidence import Evidence


#: Two-sided: a probe on mere noise is taken for one that has learned something once in 200 times.
_SURELY = 0.99


@dataclass(frozen=True, slots=True)
class Suspicion:
    """The flagged rows, the most suspicious first, aligned with what was given and what is suggested."""

    rows: tuple[int, ...]
    given: tuple[str, ...]
    suggested: tuple[str, ...]
    probability: tuple[float, ...]  # of the suggested class
    disagreeing: int  # rows whose label is not the most probable class
    judged: int  # rows with a label that a probe has learned
    unlearned: dict[str, int]


@dataclass(frozen=True, slots=True)
class AskSuspicion:
    """The question: which labels look wrong?"""

    def collect(self, evidence: Evidence) -> Suspicion:
        """Confident learning (Northcutt et al. 2021): rows confidently counted to another class.

        A row is counted to the class whose probability passes that class's own average among the rows labeled
        with it, and is the most probable of all. Ranked by the margin over the given label.
        """
        found = evidence.predictions
        judged = np.flatnonzero(found.given >= 0)
        given, probabilities = found.given[judged], found.probabilities[judged]
        own = probabilities[np.arange(len(judged)), given]
        best = probabilities.argmax(axis=1)
        majority = np.bincount(given).max() / len(judged)
        agreeing = proportion(int((best == given).sum()), len(judged))
        if agreeing.bounds(_SURELY)[0] <= majority:  # by chance, it is a little better every other time
            raise NotPossible(
                "a probe that has not seen a row guesses its label no better than the commonest class does"
            )
        threshold = np.bincount(given, own) / np.maximum(np.bincount(given), 1)
        confident = np.where(probabilities >= threshold, probabilities, -1.0)
        counted = confident.argmax(axis=1)
        top = confident.max(axis=1)
        # In a tiny class the average is low, and half the table passes it: the class must be the most probable too.
        flagged = np.flatnonzero((top > 0) & (counted != given) & (counted == best))
        order = flagged[np.lexsort((judged[flagged], own[flagged] - top[flagged]))]
        return Suspicion(
            rows=tuple(judged[order].tolist()),
            given=tuple(found.classes[k] for k in given[order]),
            suggested=tuple(found.classes[k] for k in counted[order]),
            probability=tuple(round(float(p), 4) for p in top[order]),
            disagreeing=int((best != given).sum()),
            judged=len(judged),
            unlearned=found.unlearned,
        )
