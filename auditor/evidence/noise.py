"""How often a label of one class is given to a row of another, and what follows for a row."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

#: The usual share of wrong labels, over ten benchmark test sets (Northcutt, Athalye and Mueller 2021).
USUAL_RATE = 0.033
#: In log-odds: how far a dataset's rate may well be from the usual one; and a class's from its dataset's, of two
#: classes: of more, each has fewer rows to tell by, and they are taken to be more alike.
_SPREAD_OF_SETS = 1.5
_SPREAD_OF_CLASSES = 1.0
#: The confusions of a class are taken for even, with the weight of so many wrong labels, and of no less than one a
#: confusion: of many classes those that are alike by nature would else be taken for mislabeled ones (of banking77 with
#: 1 % of its labels flipped, 38 % of the flags were).
_EVEN = 20.0


@dataclass(frozen=True, slots=True)
class LabelNoise:
    """`transition[j, k]`, the chance that a row that truly is k is labeled j; columns sum to 1.

    It holds if errors do not depend on the features within a class (class-conditional noise).
    """

    transition: NDArray[np.float64]

    @property
    def rates(self) -> NDArray[np.float64]:
        """The chance of a wrong label for each true class."""
        return 1 - np.diag(self.transition)

    def share(self, truth: NDArray[np.floating]) -> float:
        """The share of labels that are wrong among rows of these true classes (probabilities, rows × classes)."""
        return float(truth.mean(axis=0, dtype=np.float64) @ self.rates)

    def labels(self, truth: NDArray[np.floating]) -> NDArray[np.float64]:
        """The chance of each label, rows × classes, from that of each true class."""
        return truth.astype(np.float64) @ self.transition.T


def even_confusions(classes: int) -> NDArray[np.float64]:
    """`confusions[j, k]`, the share of j among the wrong labels of k: here the same for all."""
    shares = np.full((classes, classes), 1 / (classes - 1))
    np.fill_diagonal(shares, 0.0)
    return shares


def seen_confusions(truth: NDArray[np.floating], given: NDArray[np.int64]) -> NDArray[np.float64]:
    """The same as it is seen where the likeliest true class is not the label, drawn towards even."""
    classes = truth.shape[1]
    taken = np.zeros((classes, classes))
    np.add.at(taken, (given, truth.argmax(axis=1)), 1.0)
    return _shares(taken)


def _shares(taken: NDArray[np.float64]) -> NDArray[np.float64]:
    shares = taken + max(_EVEN / (len(taken) - 1), 1.0)
    np.fill_diagonal(shares, 0.0)
    return np.asarray(shares / shares.sum(axis=0))


def noise_of(rates: NDArray[np.float64], confusions: NDArray[np.float64]) -> LabelNoise:
    """Noise of the given rate a true class, with these shares of the other classes."""
    transition = confusions * rates
    np.fill_diagonal(transition, 1 - rates)
    return LabelNoise(transition)


def rates_of(parameters: NDArray[np.float64]) -> NDArray[np.float64]:
    """Rates from log-odds: the dataset's, followed by each class's distance from it."""
    return np.asarray(1 / (1 + np.exp(-(parameters[0] + parameters[1:]))))


def start(classes: int, rate: float = USUAL_RATE) -> NDArray[np.float64]:
    """The log-odds with every class at one rate."""
    return np.concatenate([[np.log(rate / (1 - rate))], np.zeros(classes)])


def surprise(parameters: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
    """The negative log of the prior density (normal in log-odds), and its slope."""
    set_off = (parameters[0] - start(0)[0]) / _SPREAD_OF_SETS
    spread = _SPREAD_OF_CLASSES / np.sqrt(max(len(parameters) - 2, 1))
    classes_off = parameters[1:] / spread
    slope = np.concatenate([[set_off / _SPREAD_OF_SETS], classes_off / spread])
    return float(set_off**2 + classes_off @ classes_off) / 2, slope


def posterior(truth: NDArray[np.floating], given: NDArray[np.int64], noise: LabelNoise) -> NDArray[np.float64]:
    """The probability of each true class (rows × classes), given the features (`truth`) and the label."""
    joint = np.asarray(truth, dtype=np.float64) * noise.transition[given]
    joint += 1e-300
    joint /= joint.sum(axis=1, keepdims=True)
    return joint


def sharpened(truth: NDArray[np.floating], given: NDArray[np.int64], noise: LabelNoise, steps: int = 3) -> LabelNoise:
    """The same rates, with each class's confusions as the rows have them: some steps of EM, drawn towards even."""
    classes = len(noise.transition)
    rates = noise.rates
    for _ in range(steps if classes > 2 else 0):
        found = posterior(truth, given, noise)
        taken = np.zeros((classes, classes))
        np.add.at(taken, given, found)
        noise = noise_of(rates, _shares(taken))
    return noise


@dataclass(frozen=True, slots=True)
class WrongLabel:
    """For each row: the chance that its label is wrong, the likeliest other class, and that class's chance."""

    chance: NDArray[np.float64]
    other: NDArray[np.int64]
    other_chance: NDArray[np.float64]


def wrong_labels(truth: NDArray[np.floating], given: NDArray[np.int64], noise: LabelNoise) -> WrongLabel:
    """What the features and the noise say of each label. All rows must have a class index."""
    rows = np.arange(len(given))
    found = posterior(truth, given, noise)
    own = found[rows, given].copy()
    found[rows, given] = -1.0
    other = found.argmax(axis=1)
    return WrongLabel(1 - own, other, found[rows, other])
