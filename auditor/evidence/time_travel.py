"""Rows that are trained on though they came about after those that are tested on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from auditor.errors import NotPossible
from auditor.evidence.leakage import splits_of
from auditor.evidence.time_order import AskTimes, Times

if TYPE_CHECKING:
    from auditor.evidence import Evidence


Moments = NDArray[np.int64] | NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class TimeTravel:
    """The training rows and those of another split, `name`, that are out of order in time.

    The time `cut` parts the two best: the training rows `later` than it, as a share of those that have a time
    (`trained`), or the rows of the split `earlier` than it, as a share of theirs (`tested`), whichever is the larger
    share, are as few as they can be. The `latest` of the former and the `earliest` of the latter are told too.
    `after` is the chance that a training row is later than a row of the split, both drawn at random, rows of one time
    counted half.
    """

    training: str
    name: str
    cut: str
    latest: str
    earliest: str
    later: tuple[int, ...]
    earlier: tuple[int, ...]
    trained: int
    tested: int
    after: float

    @property
    def misplaced(self) -> float:
        """The larger of the two shares: 0 for a split by time, about a half for one that does not heed time."""
        return max(len(self.later) / self.trained, len(self.earlier) / self.tested)


@dataclass(frozen=True, slots=True)
class AskTimeTravel:
    """The question: which rows are out of order in time, of those trained on and of those of another split?"""

    def collect(self, evidence: Evidence) -> tuple[TimeTravel, ...]:
        """From the split and the time of each row. NotPossible without two splits that have times."""
        splits, times = splits_of(evidence), evidence.ask(AskTimes())
        names = [name for (name,) in splits.rows.names]
        trained = np.flatnonzero((splits.rows.codes == splits.training) & times.known)
        if not len(trained):
            raise NotPossible("no row of the training split has a time")
        found = []
        for at, name in splits.others:
            tested = np.flatnonzero((splits.rows.codes == at) & times.known)
            if len(tested):
                found.append(_compared(times, (names[splits.training], trained), (name, tested)))
        if not found:
            raise NotPossible("no row of the other splits has a time")
        return tuple(found)


def _compared(times: Times, train: tuple[str, NDArray[np.int64]], test: tuple[str, NDArray[np.int64]]) -> TimeTravel:
    (training, trained), (name, tested) = train, test
    before, after = times.moments[trained], times.moments[tested]
    cut, ordered = _best_cut(before, after), np.sort(after)
    passed = np.searchsorted(ordered, before, "left") + np.searchsorted(ordered, before, "right")
    return TimeTravel(
        training,
        name,
        times.told(cut),
        times.told(before.max()),
        times.told(after.min()),
        tuple(trained[before > cut].tolist()),
        tuple(tested[after < cut].tolist()),
        len(trained),
        len(tested),
        float(passed.mean()) / 2 / len(tested),
    )


def _best_cut(before: Moments, after: Moments) -> float:
    """The time at which the larger of the shares of `before` past it and of `after` ahead of it is least.

    It is one of `after`: from any other time, the next of these leaves no more of either on the wrong side. A single
    row moves neither share by more than itself.
    """
    cuts = np.unique(after)
    later = 1 - np.searchsorted(np.sort(before), cuts, "right") / len(before)
    earlier = np.searchsorted(np.sort(after), cuts, "left") / len(after)
    best: float = cuts[np.lexsort((later + earlier, np.maximum(later, earlier)))[0]]
    return best
