"""How far two distributions over the same classes lie apart: the formulas, without intervals.

All take probabilities of shape (..., classes), aligned class by class; a class that one side lacks has the
probability 0 there, and is not left out. The names are those of Amazon SageMaker Clarify's pre-training measures
(Hardt et al. 2021, KDD, "Amazon SageMaker Clarify: machine learning bias detection and explainability in the
cloud"); its code drops classes that are absent from one side, which these do not.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]


def aligned(a: Mapping[Any, int], b: Mapping[Any, int]) -> tuple[Floats, Floats]:
    """The rows of each class on both sides, (classes,) each, by name, or by place in an order. Absent is 0."""
    names = sorted({*a, *b})
    rows = [[side.get(name, 0) for name in names] for side in (a, b)]
    return np.array(rows[0], dtype=np.float64), np.array(rows[1], dtype=np.float64)


def kullback_leibler(p: Floats, q: Floats) -> Floats:
    """KL(p ‖ q) = Σ p ln(p/q), in nats; infinite where p has a class that q lacks.

    Source: Kullback and Leibler 1951, Annals of Mathematical Statistics 22:79-86.
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        terms = np.where(p > 0, p * np.log(p / q), 0.0)
    return np.asarray(np.maximum(terms.sum(axis=-1), 0.0))


def jensen_shannon(p: Floats, q: Floats) -> Floats:
    """The mean of KL(p ‖ m) and KL(q ‖ m) with m the mean of p and q, in nats, from 0 to ln 2.

    It is the square of what scipy calls the Jensen-Shannon distance. Source: Lin 1991, IEEE Transactions on
    Information Theory 37:145-151.
    """
    middle = (p + q) / 2
    return np.asarray((kullback_leibler(p, middle) + kullback_leibler(q, middle)) / 2)


def lp_norm(p: Floats, q: Floats, order: float = 2) -> Floats:
    """The p-norm of the difference, (Σ |p - q|^order)^(1/order); Clarify reports that of order 2."""
    return np.asarray(np.linalg.norm(p - q, ord=order, axis=-1))


def total_variation(p: Floats, q: Floats) -> Floats:
    """Half of Σ |p - q|: the share of rows that would need another class to make both alike; 0 to 1."""
    return np.asarray(lp_norm(p, q, 1) / 2)


def largest_gap(p: Floats, q: Floats) -> Floats:
    """The largest |p - q| of any class: what Clarify calls Kolmogorov-Smirnov; 0 to 1."""
    return np.asarray(lp_norm(p, q, np.inf))


def kolmogorov_smirnov(p: Floats, q: Floats) -> Floats:
    """The largest gap of the cumulative shares, of classes in their order: the distance by that name; 0 to 1.

    Source: Smirnov 1939, Bulletin de l'Université de Moscou 2:3-14.
    """
    return np.asarray(np.abs(np.cumsum(p - q, axis=-1)).max(axis=-1))
