"""The formulas of the intervals: plain functions of rates, sizes and a level.

Sizes may be fractions here, so that "what if there were 1.7 times as many rows" can be asked; whole counts
are the business of `estimates`. Every function needs sizes above 0.
"""

from __future__ import annotations

import math


def wilson(rate: float, n: float, z: float) -> tuple[float, float]:
    """The score interval of a rate, `z` standard errors to each side.

    Source: Wilson 1927, JASA 22:209-212. The lower end is written as a quotient, not as a difference: it is
    exactly 0 for a rate of 0, and keeps its digits for a tiny one.
    """
    spread = z * z / n
    root = math.sqrt(spread * (spread + 4 * rate * (1 - rate)))
    middle = 2 * rate + spread
    lower = 2 * rate * rate / (middle + root)
    upper = (middle + root) / (2 + 2 * spread) if rate < 1 else 1.0
    return min(lower, rate), max(min(upper, 1.0), rate)


def clopper_pearson(successes: float, n: float, tail: float) -> tuple[float, float]:
    """The exact interval of a rate, with at most the probability `tail` outside on each side.

    Source: Clopper and Pearson 1934, Biometrika 26:404-413, in its beta form.
    """
    from scipy.special import betainccinv, betaincinv

    failures, rate = n - successes, successes / n
    lower = float(betaincinv(successes, failures + 1, tail)) if successes else 0.0
    upper = float(betainccinv(successes + 1, failures, tail)) if failures else 1.0
    return min(lower, rate), max(upper, rate)  # they pass each other's rounding errors for 10^11 units


def newcombe(rate_a: float, n_a: float, rate_b: float, n_b: float, z: float) -> tuple[float, float]:
    """The hybrid score interval of the difference a - b: the two Wilson intervals, added like errors.

    Source: Newcombe 1998, Statistics in Medicine 17:873-890, method 10.
    """
    low_a, high_a = wilson(rate_a, n_a, z)
    low_b, high_b = wilson(rate_b, n_b, z)
    difference = rate_a - rate_b
    below = math.hypot(rate_a - low_a, high_b - rate_b)
    above = math.hypot(high_a - rate_a, rate_b - low_b)
    return max(-1.0, difference - below), min(1.0, difference + above)


def student_half(standard_error: float, freedom: float, tail: float) -> float:
    """Half the width of the t interval that leaves the probability `tail` outside on each side.

    Source: Student 1908, Biometrika 6:1-25.
    """
    from scipy.special import stdtrit

    return -float(stdtrit(freedom, tail)) * standard_error


def welch_half(error_a: float, n_a: float, error_b: float, n_b: float, tail: float) -> float:
    """Half the width of the t interval of a difference of means, from the standard errors of the two means.

    Source: Welch 1947, Biometrika 34:28-35; the degrees of freedom are Satterthwaite's.
    """
    error = math.hypot(error_a, error_b)
    share_a, share_b = (error_a / error) ** 2, (error_b / error) ** 2  # of the variance
    freedom = 1 / (share_a * share_a / (n_a - 1) + share_b * share_b / (n_b - 1))
    return student_half(error, freedom, tail)


def unseen_share(n: float, tail: float) -> float:
    """The largest share of a population that `n` draws may well have missed entirely.

    If a share u differs from its commonest value, then n draws are all equal with a probability of at most
    (1 - u)^(n - 1): shares up to 1 - tail^(1/(n - 1)) are not excluded, about 3.7/n for a tail of 0.025.
    (The exponent is not n, since which value is the commonest was learnt from the same draws.)
    """
    return -math.expm1(math.log(tail) / (n - 1))
