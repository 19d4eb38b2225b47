"""Classes in an order: the place of each, and how many steps a label lies from where the features see its row."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from auditor.dataset.table import Dataset, Task
from auditor.evidence.noise import posterior

if TYPE_CHECKING:
    from auditor.evidence.predictions import Predictions

#: Steps from which on two classes are no neighbours: those are confused with good reason, and often.
FAR = 2
#: Disagreement is counted at so many distances, the last of them and more.
_DISTANCES = 3


def places(names: Iterable[str], dataset: Dataset) -> dict[str, int] | None:
    """The place of each class from 0, the lowest; None unless the label is ordinal and the order is known.

    The order is the one declared, in which classes that no row has keep their places; else that of the numbers
    that the names are, where equal ones (`1`, `1.0`) share a place.
    """
    if dataset.task is not Task.ORDINAL:
        return None
    known = {name: place for place, name in enumerate(dataset.label_order)}
    if known:
        return known if known.keys() >= set(names) else None
    try:
        numbers = {name: float(name) for name in names}
    except ValueError:
        return None
    if not all(map(math.isfinite, numbers.values())):
        return None
    rank = {number: place for place, number in enumerate(sorted(set(numbers.values())))}
    return {name: rank[number] for name, number in numbers.items()}


@dataclass(frozen=True, slots=True)
class StepsOff:
    """How far labels lie from where the features see their rows, in steps of the order.

    `expected` steps of each flagged row, aligned with the flags; `far` where the true class is likelier than not
    two or more steps away, and the likeliest other class is. `disagreeing` counts the judged rows whose likeliest
    class lies one step, two, or three and more from the label.
    """

    expected: tuple[float, ...]
    far: tuple[bool, ...]
    disagreeing: tuple[int, ...]

    def at(self, left: Iterable[int]) -> StepsOff:
        """The same with these of the flagged rows only."""
        left = list(left)
        return StepsOff(tuple(self.expected[i] for i in left), tuple(self.far[i] for i in left), self.disagreeing)


@dataclass(frozen=True, slots=True)
class Distances:
    """Of each judged row: the steps that its label is expected to be off, and the chance of two or more.

    `between[j, k]` are the steps from class j to class k.
    """

    between: NDArray[np.int64]
    expected: NDArray[np.float64]
    far_chance: NDArray[np.float64]
    disagreeing: tuple[int, ...]

    def of(self, flagged: NDArray[np.int64], given: NDArray[np.int64], other: NDArray[np.int64]) -> StepsOff:
        """Those of the flagged rows, whose classes are `given`, and the likeliest others `other`."""
        far = (self.far_chance[flagged] > 0.5) & (self.between[given, other] >= FAR)
        expected = tuple(round(float(steps), 4) for steps in self.expected[flagged])
        return StepsOff(expected, tuple(far.tolist()), self.disagreeing)


def distances(dataset: Dataset, found: Predictions, judged: NDArray[np.int64]) -> Distances | None:
    """How far the labels of the `judged` rows are off; None where no two classes are known to be far apart.

    A label's distance is the sum over the true classes k of P(k | features, label) · |k - label|: the loss that an
    ordinal model is judged by (mean absolute error; Baccianella, Esuli and Sebastiani 2009), as the noise expects it.
    """
    place = places((*found.classes, *found.unlearned), dataset)
    if place is None:
        return None
    ranks = np.array([place[name] for name in found.classes], dtype=np.int64)
    between = np.abs(ranks[:, None] - ranks)
    if between.max() < FAR:
        return None
    given, truth = found.given[judged], found.probabilities[judged]
    expected, far_chance = np.zeros(len(judged)), np.zeros(len(judged))
    for k in range(len(ranks)):
        mine = np.flatnonzero(given == k)
        chance = posterior(truth[mine], given[mine], found.noise)
        expected[mine] = chance @ between[k]
        far_chance[mine] = chance @ (between[k] >= FAR)
    off = np.minimum(between[given, truth.argmax(axis=1)], _DISTANCES)
    counted = np.bincount(off, minlength=_DISTANCES + 1)[1:]
    return Distances(between, expected, far_chance, tuple(counted.tolist()))
