"""How often labels of each class are given to others, learned from the clearest rows; and what follows for a row."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

#: The share of a class's rows, the clearest, that are taken for certain, and the fewest of them.
_CLEAREST = 0.1
_FEWEST = 50
#: How strongly all classes are taken to be alike: a prior worth so many rows, chosen by the data.
_STRENGTHS = (10.0, 30.0, 100.0, 300.0, 1_000.0, 10_000.0, 1e6)
_LEAST_RATE = 1e-4
#: A class whose disagreement still falls towards its clearest rows has no floor: overlap, not error, is seen.
_FALLING = 2.0
_SURELY = 3.0


@dataclass(frozen=True, slots=True)
class LabelNoise:
    """`transition[j, k]`, the chance that a row that truly is k is labeled j; columns sum to 1.

    Identified only if each class has rows whose features leave no doubt (anchor points), and errors do not
    depend on the features within a class (Liu and Tao 2016; Patrini et al. 2017).
    """

    transition: NDArray[np.float64]
    anchors: NDArray[np.int64]  # clear rows behind each column
    counted: NDArray[np.float64]  # the same as `transition`, as counted among them


def estimate_noise(probabilities: NDArray[np.float32], given: NDArray[np.int64]) -> LabelNoise:
    """The transition from the labels of the rows that are clearest by their out-of-sample probabilities.

    The labels of each class's clearest rows are counted; how much a class may differ from all is decided by
    empirical Bayes (a Dirichlet prior around one common rate, its strength the one that explains the counts
    best), so that few rows never make classes differ. All rows must have a class index.
    """
    classes = probabilities.shape[1]
    counts = np.zeros((classes, classes))
    falls = np.zeros(classes, dtype=bool)
    sizes = np.bincount(given, minlength=classes)
    for k in range(classes):
        order = np.argsort(-probabilities[:, k], kind="stable")
        clear = min(max(int(_CLEAREST * sizes[k]), _FEWEST), max(sizes[k] // 2, 1))
        counts[:, k] = np.bincount(given[order[:clear]], minlength=classes)
        falls[k] = _still_falls(given[order[: 4 * clear]] != k, clear)
    anchors = counts.sum(axis=0)
    return LabelNoise(_shrunk(counts, falls), anchors.astype(np.int64), counts / np.maximum(anchors, 1))


def _still_falls(wrong: NDArray[np.bool_], clear: int) -> bool:
    """Whether the disagreement among the clearest rows is far below that of the next clearest."""
    clearest, after = wrong[:clear], wrong[clear:]
    if not len(after):
        return True
    a, b = clearest.mean(), after.mean()
    rate = wrong.mean()
    error = np.sqrt(rate * (1 - rate) * (1 / len(clearest) + 1 / len(after)))
    return bool(b > _FALLING * a and b - a > _SURELY * error)


def _shrunk(counts: NDArray[np.float64], falls: NDArray[np.bool_]) -> NDArray[np.float64]:
    classes = len(counts)
    sure = counts if falls.all() else counts[:, ~falls]
    kept = np.trace(counts) if falls.all() else counts[~falls, ~falls].sum()
    rate = max((sure.sum() - kept + 0.5) / (sure.sum() + 1), _LEAST_RATE)
    common = np.full((classes, classes), rate / (classes - 1))
    np.fill_diagonal(common, 1 - rate)
    counted = np.where(falls, 0.0, counts)
    strength = max(_STRENGTHS, key=lambda s: _evidence(counted, common, s))
    return np.asarray((counted + strength * common) / (counted.sum(axis=0) + strength))


def _evidence(counts: NDArray[np.float64], common: NDArray[np.float64], strength: float) -> float:
    """The log probability of the counts under a Dirichlet prior of that strength around the common rates."""
    from scipy.special import gammaln

    prior = strength * common
    cells = gammaln(prior + counts) - gammaln(prior)
    return float(cells.sum() - (gammaln(strength + counts.sum(axis=0)) - gammaln(strength)).sum())


def true_classes(probabilities: NDArray[np.float32], noise: LabelNoise, steps: int = 12) -> NDArray[np.float64]:
    """The probability of each true class, from that of each label: the deconvolution by Richardson and Lucy.

    Rows × classes. Unlike the inverse of the transition it never gives a negative probability.
    """
    labels = np.maximum(probabilities.astype(np.float64), 1e-9)
    truth = labels.copy()
    for _ in range(steps):
        truth *= (labels / (truth @ noise.transition.T)) @ noise.transition
    truth /= truth.sum(axis=1, keepdims=True)
    return truth


def wrong_labels(
    probabilities: NDArray[np.float32], given: NDArray[np.int64], noise: LabelNoise
) -> tuple[NDArray[np.float64], NDArray[np.int64], NDArray[np.float64]]:
    """For each row: the chance that its label is wrong, the likeliest other class, and that class's chance."""
    rows = np.arange(len(given))
    joint = true_classes(probabilities, noise) * noise.transition[given]  # of the true class, with this label
    posterior = joint / joint.sum(axis=1, keepdims=True)
    own = posterior[rows, given].copy()
    posterior[rows, given] = -1.0
    other = posterior.argmax(axis=1)
    return 1 - own, other, posterior[rows, other]
