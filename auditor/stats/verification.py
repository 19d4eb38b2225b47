"""What the verdicts on a sample say about all rows: an error rate with an interval that holds.

Verification settles what no model can: how many labels are wrong. The sample is drawn by `strata.draw` and its
size is fixed beforehand; for looking as one goes there is `betting`.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np
import numpy.typing as npt

from auditor.stats.convolution import MOST_STRATA, lower_limit, p_at_least
from auditor.stats.normal import tail_outside
from auditor.stats.strata import allotment

Ints = npt.NDArray[np.int64]
_Sampled = tuple[Ints, Ints, npt.NDArray[np.float64]]

_SIZES = (50, 60, 80, 100, 120, 150, 200, 250, 300, 400, 500, 600, 800, 1000, 1200, 1500, 2000)
_ROUNDING = 1e-9  # of a row: parts that were added up may miss a whole one by so much
_REPLICATIONS = 200  # of a planned verification: the chance of a decision to about .03


@dataclass(frozen=True, slots=True)
class Stratum:
    """A part of the rows: how many there are, how many of them a person verified, and what came of it.

    Where a row has several labels it may be wrong in part, and `wrong` is the sum of the parts.
    """

    rows: int
    verified: int
    wrong: float
    unclear: float = 0  # verified, but the person could not tell
    unconfirmed: float = 0  # of the wrong: found so once, and not looked at again

    def __post_init__(self) -> None:
        parts = self.wrong + self.unclear - _ROUNDING
        if min(self.wrong, self.unclear, self.unconfirmed) < 0 or not parts <= self.verified <= self.rows:
            raise ValueError(
                f"of {self.rows} rows, {self.verified} verified, {self.wrong} wrong and {self.unclear} unclear: "
                "no count may be negative, nor a part larger than its whole"
            )
        if self.unconfirmed > self.wrong + _ROUNDING:
            raise ValueError(f"{self.unconfirmed} of {self.wrong} wrong rows cannot be unconfirmed")

    @property
    def doubtful(self) -> float:
        """What may be right as well as wrong."""
        return self.unclear + self.unconfirmed


@dataclass(frozen=True, slots=True)
class Amount:
    """How much of one verified row is wrong, and how much cannot be told, each from 0 to 1.

    `confirmed` says that what is wrong was found so twice. Raises ValueError for other amounts.
    """

    wrong: float
    unclear: float = 0.0
    confirmed: bool = True

    def __post_init__(self) -> None:
        if min(self.wrong, self.unclear) < 0 or self.wrong + self.unclear > 1 + _ROUNDING:
            raise ValueError(f"a row cannot be wrong by {self.wrong} and unclear by {self.unclear}")

    @property
    def surely_wrong(self) -> float:
        """What is wrong at the least."""
        return self.wrong if self.confirmed else 0.0

    @property
    def surely_right(self) -> float:
        """What is right at the least."""
        return max(1 - self.wrong - self.unclear, 0.0)


#: A row nobody could tell of, or has looked at.
UNTOLD = Amount(0.0, 1.0)


@dataclass(frozen=True, slots=True)
class VerifiedRate:
    """The share of all rows that are wrong, from verified samples of the strata. Without any, nan, between 0 and 1."""

    strata: tuple[Stratum, ...]

    def __post_init__(self) -> None:
        if sum(0 < s.verified < s.rows for s in self.strata) > MOST_STRATA:
            raise ValueError(f"at most {MOST_STRATA} sampled strata can be put together")

    @property
    def value(self) -> float:
        """Σ W_h x_h / n_h over what could be told; a stratum nobody could tell of counts like the others together."""
        told = [s for s in self.strata if s.verified > s.unclear]
        known = sum(s.rows for s in told)
        return sum(s.rows * s.wrong / (s.verified - s.unclear) for s in told) / known if known else math.nan

    @property
    def n(self) -> int:
        """The verified rows."""
        return sum(s.verified for s in self.strata)

    @property
    def method(self) -> str:
        """The short name of the interval."""
        return "stratified Clopper-Pearson"

    def bounds(self, confidence: float) -> tuple[float, float]:
        """The interval, within 0 and 1.

        At the lower end all unclear and unconfirmed rows are right and so are the strata nobody looked at, at the
        upper end wrong. A stratum that was verified whole adds no uncertainty but that. Of rows wrong in part, so
        many are counted as whole ones as their parts make up, the lower end rounded down, the upper one up: a sum
        of parts varies less than one of whole rows. Raises ValueError unless 0 < confidence < 1.
        """
        tail, total = tail_outside(confidence), self._rows
        if not total:
            return 0.0, 1.0
        low = min(for_sure / total + lower_limit(*sampled, tail) for for_sure, sampled in self._wrong())
        high = max((total - for_sure) / total - lower_limit(*sampled, tail) for for_sure, sampled in self._right())
        value = self.value
        return (low, high) if math.isnan(value) else (min(low, value), max(high, value))  # past rounding errors

    def p_above(self, limit: float) -> float:
        """The p-value of "the truth is at most `limit`", as the interval has it; above a half it says nothing."""
        return max(self._p_beyond(*parts, limit) for parts in self._wrong())

    def p_below(self, limit: float) -> float:
        """The p-value of "the truth is at least `limit`"; the mirror image of `p_above`."""
        return max(self._p_beyond(*parts, 1 - limit) for parts in self._right())

    def _p_beyond(self, for_sure: float, sampled: _Sampled, limit: float) -> float:
        left = limit - for_sure / max(self._rows, 1)
        return p_at_least(*sampled, left) if left >= 0 else 0.0

    def _wrong(self) -> Iterator[tuple[float, _Sampled]]:
        return self._split([s.wrong - s.unconfirmed for s in self.strata])

    def _right(self) -> Iterator[tuple[float, _Sampled]]:
        return self._split([s.verified - s.wrong - s.unclear for s in self.strata])

    def _split(self, hits: Sequence[float]) -> Iterator[tuple[float, _Sampled]]:
        """The hits in strata that were verified whole, and hits, draws and shares of all rows of the sampled ones.

        Again with the doubtful rows of each sampled stratum as hits: where a hit weighs much less in one stratum
        than in another, one more there can move the limit the other way, and the worst case is wanted.
        """
        pairs = list(zip(self.strata, hits, strict=True))
        for_sure = sum(x for s, x in pairs if s.verified == s.rows)
        sampled = [(s, x) for s, x in pairs if 0 < s.verified < s.rows]
        draws = np.array([s.verified for s, _ in sampled], dtype=np.int64)
        shares = np.array([s.rows for s, _ in sampled], dtype=np.float64) / max(self._rows, 1)
        for worst in product(*(sorted({_whole(x), _whole(x + s.doubtful)}) for s, x in sampled)):
            yield for_sure, (np.array(worst, dtype=np.int64), draws, shares)

    @property
    def _rows(self) -> int:
        return sum(s.rows for s in self.strata)


def _whole(amount: float) -> int:
    return max(math.floor(amount + _ROUNDING), 0)


def stratum_of(rows: int, verified: int, amounts: Sequence[Amount]) -> Stratum:
    """The stratum with what came of its verified rows; those without an amount are unclear."""
    wrong = sum(one.wrong for one in amounts)
    unclear = sum(one.unclear for one in amounts) + verified - len(amounts)
    return Stratum(rows, verified, wrong, unclear, wrong - sum(one.surely_wrong for one in amounts))


def error_rate(strata: Sequence[Stratum]) -> VerifiedRate:
    """The share of wrong rows in all strata together, with the exact interval of a stratified sample.

    The limits invert the exact distribution of T = Σ W_h x_h / n_h, with the strata's rates profiled; see
    `convolution`. One stratum gives the interval of Clopper and Pearson. Rows count as drawn with replacement,
    which makes the interval too wide where a good part of a stratum was verified, never too short.
    Raises ValueError for more than four sampled strata.
    """
    return VerifiedRate(tuple(strata))


def flag_precision(strata: Sequence[Stratum]) -> VerifiedRate:
    """The share of wrong rows among the flagged, which are the first stratum: Clopper and Pearson's interval.

    Raises ValueError without a stratum.
    """
    if not strata:
        raise ValueError("the flagged rows must be given, as the first stratum")
    return VerifiedRate((strata[0],))


def rows_to_verify(
    rates: Sequence[float],
    limit: float,
    sizes: Sequence[int],
    *,
    alpha: float = 0.05,
    power: float = 0.8,
    seed: int = 0,
    most: int = _SIZES[-1],
) -> int | None:
    """About how many rows must be verified for a decision against `limit`: one of 50, 60, 80, … `most`.

    `rates` are the error rates suspected in the strata, `sizes` their rows. "A decision" means that a bound at the
    one-sided level `alpha` clears the limit, "about" that it does in at least `power` of 200 seeded samples. None
    when `most` (2000) are too few. All rows, when they are fewer. Raises ValueError for a rate or limit outside of 0
    to 1.
    """
    if len(rates) != len(sizes) or not all(0 <= rate <= 1 for rate in [*rates, limit]):
        raise ValueError(f"one rate from 0 to 1 a stratum and a limit in that range, not {list(rates)} and {limit}")
    total = sum(sizes)
    if not total:
        return None
    wrong = [round(rate * rows) for rate, rows in zip(rates, sizes, strict=True)]
    above = sum(wrong) / total > limit
    candidates = [*(size for size in _SIZES if size < total and size <= most), *([total] if total <= most else [])]
    low, high = 0, len(candidates)  # the chance grows with the size, all but some steps of the counts
    while low < high:
        middle = (low + high) // 2
        drawn = allotment(sizes, candidates[middle])
        all_of_them = candidates[middle] == total  # leaves no doubt
        if all_of_them or _chance(wrong, sizes, drawn, limit, above, alpha, seed) >= power:
            high = middle
        else:
            low = middle + 1
    return candidates[low] if low < len(candidates) else None


def _chance(
    wrong: Sequence[int], sizes: Sequence[int], drawn: Sequence[int], limit: float, above: bool, alpha: float, seed: int
) -> float:
    """How often such a sample decides, on the side on which the truth lies."""
    right = [rows - count for rows, count in zip(sizes, wrong, strict=True)]
    random = np.random.default_rng(seed)
    found = random.hypergeometric(wrong, right, drawn, size=(_REPLICATIONS, len(sizes)))
    outcomes, times = np.unique(found, axis=0, return_counts=True)
    decided = 0
    for hits, count in zip(outcomes.tolist(), times.tolist(), strict=True):
        rate = error_rate([Stratum(*s) for s in zip(sizes, drawn, hits, strict=True)])
        decided += count * ((rate.p_above(limit) if above else rate.p_below(limit)) <= alpha)
    return decided / _REPLICATIONS
