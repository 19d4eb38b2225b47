"""Rows that are trained on though they came about after those that are tested on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from auditor.errors import NotPossible
from auditor.evidence.leakage import splits_of
from auditor.evidence.time_order import AskTimes

if TYPE_CHECKING:
    from auditor.evidence import Evidence


@dataclass(frozen=True, slots=True)
class TimeTravel:
    """Another split `name` whose earliest row is of the time `begins`, and the training rows `later` than that.

    `trained` training rows and `tested` rows of the split have a time. `after` is the chance that a training row is
    later than a row of the split, both drawn at random, rows of one time counted half.
    """

    training: str
    name: str
    begins: str
    latest: str
    later: tuple[int, ...]
    trained: int
    tested: int
    after: float


@dataclass(frozen=True, slots=True)
class AskTimeTravel:
    """The question: which training rows are later than the first row of another split?"""

    def collect(self, evidence: Evidence) -> tuple[TimeTravel, ...]:
        """From the split and the time of each row. NotPossible without two splits that have times."""
        splits, times = splits_of(evidence), evidence.ask(AskTimes())
        codes, training = splits.rows.codes, splits.training
        trained = np.flatnonzero((codes == training) & times.known)
        if not len(trained):
            raise NotPossible("no row of the training split has a time")
        moments, found = times.moments[trained], []
        for at, name in splits.others:
            tested = np.sort(times.moments[(codes == at) & times.known])
            if not len(tested):
                continue
            later = trained[moments > tested[0]]
            before = np.searchsorted(tested, moments, "left") + np.searchsorted(tested, moments, "right")
            found.append(
                TimeTravel(
                    splits.rows.names[training][0],
                    name,
                    times.told(tested[0]),
                    times.told(moments.max()),
                    tuple(later.tolist()),
                    len(trained),
                    len(tested),
                    float(before.mean()) / 2 / len(tested),
                )
            )
        if not found:
            raise NotPossible("no row of the other splits has a time")
        return tuple(found)
