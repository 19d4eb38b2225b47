"""The consensus of annotators and a model that has not seen the item."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from auditor.errors import NotPossible
from auditor.evidence.votes import SMOOTHING, AskConsensus, AskVotes
from auditor.stats.crowdlab import crowdlab
from auditor.stats.dawid_skene import Consensus, dawid_skene

if TYPE_CHECKING:
    from auditor.evidence import Evidence


@dataclass(frozen=True, slots=True)
class AskModelConsensus:
    """The question: which class has each item, going by its votes and by what a model predicts?

    The model is one more annotator in the sense of Dawid and Skene; or `averaged` with the others, as in CROWDLAB.
    """

    averaged: bool = False

    def collect(self, evidence: Evidence) -> Consensus:
        """The consensus with a posterior that the model has its part in, as sure as held-out votes warrant.

        The model is the user's own, or the probes. NotPossible where there is neither, or no item has two votes.
        """
        votes, consensus = evidence.ask(AskVotes()), evidence.ask(AskConsensus())
        if votes.arrays.classes < 2:
            raise NotPossible("all annotators say the same: there is nothing to weigh")
        predicted = _predicted(evidence, votes.classes, votes.rows)
        if not self.averaged:
            return dawid_skene(
                votes.arrays, smoothing=SMOOTHING / votes.arrays.classes, pred_probs=predicted
            ).calibrated(votes.arrays)
        found = crowdlab(votes.arrays, predicted)
        return replace(consensus, log_posterior=found.calibrated(votes.arrays, consensus.log_confusion[consensus.pair]))


def _predicted(evidence: Evidence, classes: tuple[str, ...], rows: NDArray[np.int64]) -> NDArray[np.float64]:
    """What the model says of the items, in the order of the votes' classes; of those it does not know, nothing."""
    predictions = evidence.predictions
    places = {name: at for at, name in enumerate(predictions.classes)}
    found = np.zeros((len(rows), len(classes)))
    for k, name in enumerate(classes):
        if name in places:
            found[:, k] = predictions.probabilities[rows, places[name]]
    total = found.sum(axis=1, keepdims=True)
    return np.where(total > 0, found / np.maximum(total, 1e-30), 1 / len(classes))
