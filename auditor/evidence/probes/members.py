"""What a probe is: fitted on some rows, it scores the classes of others."""

from __future__ import annotations

from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from auditor.evidence.probes.features import Features

Scores = NDArray[np.float32]  # rows × classes: log probabilities, up to a constant a row and one factor for all

#: A class that a probe has not seen in its rows, or is certain against.
FLOOR = -12.0


class Scorer(Protocol):
    """A fitted probe."""

    def score(self, features: Features) -> Scores:
        """Log probabilities of each class for each row."""


class Probe(Protocol):
    """A kind of model with its settings."""

    @property
    def name(self) -> str:
        """What it is called in the report."""

    @property
    def dear(self) -> bool:
        """Whether fitting it costs much more than reading the rows."""

    @property
    def most_rows(self) -> int | None:
        """Rows it is fitted on at most; None where it can take what there is."""

    def fit(self, features: Features, target: NDArray[np.int64], classes: int) -> Scorer:
        """Learn the target (class indices, at least two of them present) of the rows."""


def spread(scores: NDArray[np.floating], known: NDArray[np.int64], classes: int) -> Scores:
    """Log probabilities of the classes that a model knows, set among all classes; FLOOR for the others."""
    ready = np.full((len(scores), classes), FLOOR, dtype=np.float32)
    ready[:, known] = np.maximum(scores, FLOOR)
    return ready


def log_softmax(scores: NDArray[np.floating]) -> NDArray[np.float64]:
    """The logarithm of the probabilities that are proportional to exp(scores), row by row."""
    shifted = np.asarray(scores, dtype=np.float64) - scores.max(axis=1, keepdims=True)
    normal: NDArray[np.float64] = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    return normal
