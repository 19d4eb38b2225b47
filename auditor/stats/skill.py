"""How much better than the usual something is guessed: the share of the usual errors that a guess avoids."""

from __future__ import annotations

import math
from dataclasses import dataclass

from auditor.stats.pvalues import p_above, p_below
from auditor.stats.rates import Proportion


@dataclass(frozen=True, slots=True)
class Skill:
    """1 where no guess of `n` is wrong, 0 where as many are as usual, less than 0 where more are.

    Of n guesses `errors` are wrong, and `usual` would be without what the guess rests on (the commonest class, a
    shuffled order), which is taken as known. The proportional reduction in error of Goodman and Kruskal (1954, lambda;
    Cohen's kappa is of the same form); the interval is that of Clopper and Pearson for the share of errors, which
    never undercovers. Raises ValueError for counts that cannot be.
    """

    errors: int
    usual: float
    n: int

    def __post_init__(self) -> None:
        if not (0 <= self.errors <= self.n and 0 <= self.usual <= self.n):
            raise ValueError(f"{self.errors} errors, usually {self.usual}, do not fit {self.n} guesses")

    @property
    def value(self) -> float:
        """The share of the usual errors that is avoided; nan where there are usually none."""
        return 1 - self.errors / self.usual if self.usual else math.nan

    @property
    def method(self) -> str:
        """The short name of the interval."""
        return "Clopper-Pearson for the errors"

    def bounds(self, confidence: float) -> tuple[float, float]:
        """The two-sided interval; no lower end where there are usually no errors."""
        low, high = self._wrong.bounds(confidence)
        if not self.usual:
            return -math.inf, 1.0
        return 1 - high * self.n / self.usual, 1 - low * self.n / self.usual

    def p_above(self, limit: float) -> float:
        """The p-value of "the truth is at most `limit`"."""
        return p_below(self._wrong, self._rate(limit))

    def p_below(self, limit: float) -> float:
        """The p-value of "the truth is at least `limit`"."""
        return p_above(self._wrong, self._rate(limit))

    @property
    def _wrong(self) -> Proportion:
        return Proportion(self.errors, self.n, "clopper-pearson")

    def _rate(self, limit: float) -> float:
        """The share of wrong guesses at which the skill is `limit`."""
        return min(max((1 - limit) * self.usual / self.n, 0.0), 1.0)
