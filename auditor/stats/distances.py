"""Two groups' labels compared by their whole distributions: the divergences, each with an interval.

A distance estimated from two samples is never 0, however alike the groups are: it is biased upward, most where
there are many classes and few rows. A percentile interval of bootstrap draws inherits that twice over and does
not hold the truth near 0. Two ways around it are used here.

- Norms (Lp, TVD, KS): by the triangle inequality a norm is off by no more than the norm of the error, whose
  distribution does not depend on the distance. It is drawn from the two multinomials, its square fitted by a
  gamma distribution (exact for two classes; Satterthwaite 1946, Biometrics Bulletin 2:110-114, for the 2-norm).
- Kullback-Leibler and Jensen-Shannon: near 0 a multiple of a noncentral χ² with a degree of freedom less than
  there are classes (Kupperman 1957), far from it normal with the variance of the delta method. The multiple is
  chosen so that both agree.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from auditor.stats import divergences
from auditor.stats.divergences import Floats
from auditor.stats.normal import quantile_of_tail, tail_outside

#: Draws of the error; fewer where there are so many classes that they would take long.
_DRAWS, _MOST_CELLS, _FEWEST_DRAWS = 500, 200_000, 100
_SEED = 1905
#: Rows lent to each group at the shares of both, so that a class not seen has a spread (Agresti and Coull 1998).
_LENT = 4


@dataclass(frozen=True, slots=True)
class Distance:
    """A norm of the difference of two distributions; `mean` and `variance` are those of its squared error."""

    value: float
    n: int
    mean: float
    variance: float
    top: float = 1.0

    @property
    def method(self) -> str:
        """How the interval is made."""
        return "resampled error"

    def bounds(self, confidence: float) -> tuple[float, float]:
        """The interval, within 0 and the largest distance there can be."""
        return self.bounds_if(1, confidence)

    def bounds_if(self, factor: float, confidence: float) -> tuple[float, float]:
        """The bounds that `factor` times as many rows with the same shares would give."""
        from scipy.special import gammainccinv

        tail = tail_outside(confidence)
        if math.isnan(self.value):
            return 0.0, self.top
        shape, scale = self.mean**2 / self.variance, self.variance / self.mean
        reach = math.sqrt(scale * float(gammainccinv(shape, 2 * tail)) / factor)
        return max(0.0, self.value - reach), min(self.top, self.value + reach)


@dataclass(frozen=True, slots=True)
class Divergence:
    """A divergence that times `size` is noncentral χ² with `freedom` degrees; infinite, it is at least `least`."""

    value: float
    n: int
    freedom: float
    size: float
    least: float = 0.0
    top: float = math.inf

    @property
    def method(self) -> str:
        """How the interval is made."""
        return "noncentral χ²"

    def bounds(self, confidence: float) -> tuple[float, float]:
        """The interval, within 0 and the largest divergence there can be."""
        return self.bounds_if(1, confidence)

    def bounds_if(self, factor: float, confidence: float) -> tuple[float, float]:
        """The bounds that `factor` times as many rows with the same shares would give.

        The root of a noncentral χ² less half of the surplus degrees is all but normal, with variance 1.
        """
        z = quantile_of_tail(tail_outside(confidence))
        if math.isnan(self.value):
            return 0.0, self.top
        size, surplus = self.size * factor, (self.freedom - 1) / 2
        root = math.sqrt(max(min(self.value, self._finite) * size - surplus, 0.0))
        low = (max(root - z, 0.0) ** 2 - surplus) / size
        high = (root + z) ** 2 / size
        return min(max(low, 0.0), self.value), self.value if math.isinf(self.value) else min(high, self.top)

    @property
    def _finite(self) -> float:
        return self.least if math.isinf(self.value) else self.value


@dataclass(frozen=True, slots=True)
class Distances:
    """The distributions of two groups compared in every way; `ordered` only where the classes have an order."""

    kl: Divergence
    js: Divergence
    lp: Distance
    tvd: Distance
    ks: Distance
    ordered: Distance | None


def compare_distributions(a: Floats, b: Floats, ordered: bool = False) -> Distances:
    """The distances of the distributions of `a` and `b`: rows by class, (classes,) each, aligned.

    KL is that of a from b. The same counts give the same intervals. Raises ValueError unless both have the same
    classes and at least one row.
    """
    if a.shape != b.shape or a.ndim != 1:
        raise ValueError(f"the same classes on both sides, but the shapes are {a.shape} and {b.shape}")
    n_a, n_b = float(a.sum()), float(b.sum())
    if not (n_a > 0 and n_b > 0):
        raise ValueError("a distribution needs at least one row on each side")
    seen = (a + b) > 0
    a, b = a[seen], b[seen]
    p, q, n = a / n_a, b / n_b, round(n_a + n_b)
    common = (a + b) / (n_a + n_b)
    lent_p, lent_q = (a + _LENT * common) / (n_a + _LENT), (b + _LENT * common) / (n_b + _LENT)
    errors = _errors(lent_p, n_a, lent_q, n_b)

    def norm(of: Callable[[Floats, Floats], Floats], top: float = 1.0) -> Distance:
        squares = of(errors, np.zeros(1)) ** 2
        mean, variance = float(squares.mean()), float(squares.var())
        sure = len(p) < 2  # one class alone leaves nothing to be off by
        value = float(of(p, q))
        return Distance(value, n, 1e-300 if sure else mean, 1e-300 if sure else variance, top)

    return Distances(
        kl=_kl(p, q, lent_p, lent_q, n_a, n_b),
        js=_js(p, q, lent_p, lent_q, n_a, n_b),
        lp=norm(divergences.lp_norm, math.sqrt(2)),
        tvd=norm(divergences.total_variation),
        ks=norm(divergences.largest_gap),
        ordered=norm(divergences.kolmogorov_smirnov) if ordered else None,
    )


def _errors(p: Floats, n_a: float, q: Floats, n_b: float) -> Floats:
    """Draws of the error of p - q, (draws, classes)."""
    draws = max(_FEWEST_DRAWS, min(_DRAWS, _MOST_CELLS // len(p)))
    random = np.random.default_rng(_SEED)
    drawn_a = random.multinomial(round(n_a), p, size=draws) / n_a - p
    drawn_b = random.multinomial(round(n_b), q, size=draws) / n_b - q
    return np.asarray(drawn_a - drawn_b)


def _kl(p: Floats, q: Floats, lent_p: Floats, lent_q: Floats, n_a: float, n_b: float) -> Divergence:
    value, lent = float(divergences.kullback_leibler(p, q)), float(divergences.kullback_leibler(lent_p, lent_q))
    log = np.log(lent_p / lent_q)
    variance = _variance(lent_p, log) / n_a + _variance(lent_q, lent_p / lent_q) / n_b
    size = _size(2 * lent, variance, n_a, n_b)
    return Divergence(value, round(n_a + n_b), len(p) - 1, 2 * size, least=lent)


def _js(p: Floats, q: Floats, lent_p: Floats, lent_q: Floats, n_a: float, n_b: float) -> Divergence:
    value, lent = float(divergences.jensen_shannon(p, q)), float(divergences.jensen_shannon(lent_p, lent_q))
    middle = (lent_p + lent_q) / 2
    variance = (_variance(lent_p, np.log(lent_p / middle)) / n_a + _variance(lent_q, np.log(lent_q / middle)) / n_b) / 4
    size = _size(lent / 2, variance, n_a, n_b)
    return Divergence(value, round(n_a + n_b), len(p) - 1, 8 * size, top=math.log(2))


def _variance(p: Floats, of: Floats) -> float:
    """The variance of a number that each class has."""
    return float(p @ (of - p @ of) ** 2)


def _size(twice: float, variance: float, n_a: float, n_b: float) -> float:
    """The rows that the spread is that of: those of both groups near 0, what the delta method says farther away."""
    both = n_a * n_b / (n_a + n_b)
    return min(both, twice / variance) if variance > 0 and twice > 0 else both
