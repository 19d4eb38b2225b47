"""The score interval of a ratio of two rates: the ratios the data do not contradict.

Source: Koopman 1984, Biometrics 40:513-517; the variance is that of Miettinen and Nurminen 1985, Statistics
in Medicine 4:213-226, with their factor N/(N-1).
"""

from __future__ import annotations

import math

from auditor.stats.roots import zero_of_decreasing


def score_of_ratio(successes_a: float, n_a: float, successes_b: float, n_b: float, ratio: float) -> float:
    """How many standard errors the data lie above a true rate ratio a/b of `ratio` (positive, finite).

    At least one of the successes must be above zero: 0/0 speaks for no ratio.
    """
    if ratio < 1:  # the same question with the groups swapped: the formulas below are stable from 1 upward
        return -score_of_ratio(successes_b, n_b, successes_a, n_a, 1 / ratio)
    gap = successes_a / n_a - ratio * (successes_b / n_b)
    variance = _variance(successes_a, n_a, successes_b, n_b, ratio)
    return gap / math.sqrt(variance) if variance > 0 else 0.0  # all succeed in both, and ratio 1


def _variance(successes_a: float, n_a: float, successes_b: float, n_b: float, ratio: float) -> float:
    """The variance of rate a - ratio * rate b, at the likeliest rates with that ratio (which is at least 1).

    The likeliest rate b is the smaller root of N r x² - B x + S = 0. Every term is written as a sum of
    positive ones, since rates close to 0 or 1 would lose all digits in the textbook form.
    """
    total, successes, excess = n_a + n_b, successes_a + successes_b, ratio - 1
    failures_a, failures_b = n_a - successes_a, n_b - successes_b
    failures = failures_a + failures_b
    slope = excess * (n_a + successes_b)
    root = math.hypot(slope + failures_a - failures_b, 2 * math.sqrt(ratio * failures_a * failures_b))
    rate_b = 2 * successes / (slope + total + successes + root)
    fail_b = (excess * (total + failures_b) + failures + root) / (2 * total * ratio)
    lead = failures - slope
    fail_a = (lead + root) / (2 * total) if lead >= 0 else 2 * failures_a * excess / (root - lead)
    return (ratio * rate_b * fail_a / n_a + ratio * ratio * rate_b * fail_b / n_b) * total / (total - 1)


def ratio_bounds(successes_a: float, n_a: float, successes_b: float, n_b: float, z: float) -> tuple[float, float]:
    """The smallest and the largest ratio a/b within `z` standard errors of the data; counts of 0 allowed."""
    above = _lower_bound(successes_b, n_b, successes_a, n_a, z)
    return _lower_bound(successes_a, n_a, successes_b, n_b, z), 1 / above if above > 0 else math.inf


def _lower_bound(successes_a: float, n_a: float, successes_b: float, n_b: float, z: float) -> float:
    if successes_a == 0:
        return 0.0
    # The familiar log interval, with half a success added, is where the search starts.
    guess = math.log((successes_a + 0.5) / (n_a + 0.5) * (n_b + 0.5) / (successes_b + 0.5))
    spread = math.sqrt(1 / (successes_a + 0.5) + 1 / (successes_b + 0.5))

    def beyond(log_ratio: float) -> float:
        return score_of_ratio(successes_a, n_a, successes_b, n_b, math.exp(log_ratio)) - z

    return math.exp(zero_of_decreasing(beyond, near=guess - z * spread, step=spread / 2))
