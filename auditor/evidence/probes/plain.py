"""A second opinion on labels: that of a plain model, which cannot learn errors that fill a slice as the truth."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from auditor.evidence.noise import even_confusions, noise_of, wrong_labels
from auditor.evidence.probes.crossfit import Bench, CrossFitted, cross_fit
from auditor.evidence.probes.ladder import PLAIN, Pool
from auditor.evidence.probes.linear import LinearProbe
from auditor.evidence.probes.members import Probe, Scores, log_softmax
from auditor.evidence.probes.pool import blend
from auditor.evidence.probes.words import CentroidProbe, NaiveBayesProbe

#: The share of what the pool explains that the plain model must explain too: with less, that it differs is the rule.
_LEAST_EXPLAINED = 0.5
#: Rates that differ by less say nothing: on adult, with errors near the boundary only, they differed by 0.004.
_LEAST_RATE = 0.005


@dataclass(frozen=True, slots=True)
class SecondOpinion:
    """The plain model, and the `rate` of wrong labels that it sees beyond those that the pool sees."""

    fitted: CrossFitted
    rate: float

    def doubts(self, scores: Scores, given: NDArray[np.int64]) -> NDArray[np.float64]:
        """The chance that each label is wrong, by the plain model's scores: errors of this rate, evenly spread.

        0 where there is none to judge (`given` is negative).
        """
        classes = scores.shape[1]
        noise = noise_of(np.full(classes, self.rate), even_confusions(classes))
        chance = wrong_labels(np.exp(log_softmax(scores)), np.maximum(given, 0), noise).chance
        return np.where(given >= 0, chance, 0.0)


def _adds_up(probe: Probe) -> bool:
    """Whether it only sums what the columns, or the words of a text, say one by one."""
    if isinstance(probe, LinearProbe):
        return not probe.crosses
    return isinstance(probe, NaiveBayesProbe | CentroidProbe)


def second_opinion(bench: Bench, pool: Pool) -> SecondOpinion | None:
    """What a plain model has to say against the pool's view of the labels; None where it has nothing.

    Where every row of a slice has the same wrong label, a strong model learns the slice and sees no error; the rates
    of wrong labels then differ: a model that adds up what the columns say cannot learn a combination of them, and is
    left with labels that it was sure of otherwise. Errors at random both see, and errors near the boundary between
    classes neither does. Only the difference counts, and only from a model that explains much of what the pool does:
    otherwise the combinations are the truth, and no errors. Nothing in the data tells a consistent error from a true
    exception for sure: this may rank rows, and flags none.
    """
    if all(_adds_up(member.probe) for member in pool.members):
        return None  # no combination was learned
    known = np.flatnonzero(bench.given >= 0)
    given, truth = bench.given[known], pool.truth[known]
    there = (member for member in pool.members if member.probe == PLAIN)
    fitted = next(there, None) or cross_fit(PLAIN, bench)
    own = blend([fitted.scores], bench.given)
    plain = own.truth([fitted.scores[known]])
    of_class = np.bincount(given, minlength=bench.classes) / len(given)
    nothing = -float(of_class @ np.log(np.maximum(of_class, 1e-12)))
    explained = nothing - own.losses(plain, given).mean(), nothing - pool.blend.losses(truth, given).mean()
    rate = own.noise.share(plain) - pool.blend.noise.share(truth)
    if rate < _LEAST_RATE or explained[0] < _LEAST_EXPLAINED * explained[1]:
        return None
    return SecondOpinion(fitted, rate)
