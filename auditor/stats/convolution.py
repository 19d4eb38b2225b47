"""The exact limits of a rate that is put together from strata, each of which was sampled by itself.

The estimate is T = Σ w_h x_h: x_h hits among n_h draws, w_h the weight of one hit (W_h / n_h, with W_h the
stratum's share of the population). A candidate rate π leaves open how it is spread over the strata; it is spread
in the likeliest way given what was seen, under Σ W_h p_h = π (the rates are *profiled*). The limit is the π at
which T comes out as far as it did with the probability `tail`, in the convolution of the H binomials. With one
stratum this is the interval of Clopper and Pearson 1934.

Why not the worst spread instead of the likeliest? Where w_h is the same in all strata the worst is equal rates
(Hoeffding 1956, Ann. Math. Stat. 27:713-721), which is the interval without strata: nothing would be gained from
them. The likeliest spread is no proof of coverage; `benchmarks/verification.py` measures it.
"""

from __future__ import annotations

import math
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from auditor.stats.roots import zero_between

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

#: More than so many strata at once would make too many combinations of counts.
MOST_STRATA = 4

_NEGLIGIBLE = 1e-25  # of a probability: all left out together stay below the smallest p-value
_TIE = 1e-9  # of a hit: sums that differ by less are equal
_LOG_RANGE = (-20.0, 40.0)  # of the pull on the rates, over its natural scale: from none to all
_PRECISION = 1e-10  # of that logarithm
_LEAST = 1e-300  # a probability whose logarithm is still a number


def lower_limit(hits: Ints, draws: Ints, shares: Floats, tail: float) -> float:
    """The lower limit of Σ W_h p_h, with the probability `tail` beyond; (H,) arrays, all `draws` above 0.

    The upper limit is Σ W_h minus the lower limit of the misses. Raises ValueError for more than MOST_STRATA.
    """
    if len(draws) > MOST_STRATA:
        raise ValueError(f"at most {MOST_STRATA} strata can be put together, not {len(draws)}")
    if not hits.any():
        return 0.0
    scale = float((draws / shares).mean())

    def beyond(z: float) -> float:
        rates = profiled(hits, draws, shares, scale * math.exp(z))
        return math.log(max(at_least(hits, draws, shares, rates), _LEAST)) - math.log(tail)

    least, most = ((z, beyond(z)) for z in _LOG_RANGE)
    if least[1] <= 0:  # a tail beyond the middle
        return float(shares @ (hits / draws))
    pull = scale * math.exp(zero_between(beyond, least, most, _PRECISION))
    return float(shares @ profiled(hits, draws, shares, pull))


def p_at_least(hits: Ints, draws: Ints, shares: Floats, rate: float) -> float:
    """The probability of so large a T, were `rate` the true Σ W_h p_h: the tail whose lower limit is `rate`.

    1 where the rate is not below the one seen (or by a rounding error only).
    """
    if not hits.any():
        return 1.0
    scale = float((draws / shares).mean())

    def beyond(z: float) -> float:
        return float(shares @ profiled(hits, draws, shares, scale * math.exp(z))) - rate

    least, most = ((z, beyond(z)) for z in _LOG_RANGE)
    if least[1] <= 0:
        return 1.0
    if most[1] >= 0:  # no rate is as low as this
        return 0.0
    pull = scale * math.exp(zero_between(beyond, least, most, _PRECISION))
    return at_least(hits, draws, shares, profiled(hits, draws, shares, pull))


def profiled(hits: Ints, draws: Ints, shares: Floats, pull: float) -> Floats:
    """The likeliest rates of the strata under Σ W_h p_h = π, for the π that belongs to the multiplier `pull` >= 0.

    Where the likelihood is at its highest, x_h / p_h - (n_h - x_h) / (1 - p_h) = λ W_h in every stratum, with one
    multiplier λ; each rate is the root of a quadratic, falls as λ grows, and so does π. (In the form that loses no
    digits; a stratum of hits alone stays at 1 until λ W_h exceeds n_h, one of misses alone at 0.)
    """
    pulled = pull * shares
    root = np.sqrt((draws - pulled) ** 2 + 4 * pulled * (draws - hits))
    rates: Floats = np.minimum(2 * hits / (draws + pulled + root), 1.0)
    return rates


def at_least(hits: Ints, draws: Ints, shares: Floats, rates: Floats) -> float:
    """The probability of Σ w_h X_h >= Σ w_h x_h for binomial X_h with these rates; exact but for what is negligible."""
    weights = shares / draws
    seen = float(weights @ hits)
    *others, largest = np.argsort(draws, kind="stable")
    sums, chances = np.zeros(1), np.ones(1)
    for h in others:
        counts, probabilities = _likely(int(draws[h]), float(rates[h]))
        sums = np.add.outer(sums, weights[h] * counts).ravel()
        chances = np.multiply.outer(chances, probabilities).ravel()
        kept = chances > _NEGLIGIBLE
        sums, chances = sums[kept], chances[kept]
    counts, probabilities = _likely(int(draws[largest]), float(rates[largest]))
    needed = np.ceil((seen - sums) / weights[largest] - _TIE) - counts[0]
    survival = np.append(probabilities[::-1].cumsum()[::-1], 0.0)
    return float(chances @ survival[np.clip(needed, 0, len(counts)).astype(np.int64)])


def _likely(n: int, rate: float) -> tuple[Ints, Floats]:
    """The counts of a binomial that are not out of the question (a run without gaps), with their probabilities."""
    counts, ways = _ways(n)
    if 0 < rate < 1:
        probabilities = np.exp(ways + counts * math.log(rate) + (n - counts) * math.log1p(-rate))
    else:
        probabilities = (counts == rate * n).astype(np.float64)
    likely = probabilities > _NEGLIGIBLE
    return counts[likely], probabilities[likely]


@lru_cache(maxsize=32)
def _ways(n: int) -> tuple[Ints, Floats]:
    """0 to n, and the logarithm of the number of ways to choose so many of n."""
    from scipy.special import gammaln

    counts = np.arange(n + 1)
    return counts, gammaln(n + 1.0) - gammaln(counts + 1.0) - gammaln(n - counts + 1.0)
