"""An estimate that is nearly normal, with a standard error that a formula gave."""

from __future__ import annotations

import math
from dataclasses import dataclass

from auditor.stats.normal import quantile_of_tail, tail_outside


@dataclass(frozen=True, slots=True)
class Approximate:
    """A value with a standard error around `centre`, which is the value unless a formula shifts it.

    Of a ratio, `logarithm` says that value and centre are ratios, and the error that of their logarithm. The
    interval always holds the value. Without a value (nan), or with an error that is not known (infinite), it is
    all that can be: from `lower` to `upper`.
    """

    value: float
    error: float
    n: int
    method: str
    lower: float = -math.inf
    upper: float = math.inf
    centre: float | None = None
    logarithm: bool = False

    def __post_init__(self) -> None:
        if self.error < 0 or math.isnan(self.error):
            raise ValueError(f"a standard error must not be negative, but is {self.error}")
        if self.n < 0:
            raise ValueError(f"n must not be negative, but is {self.n}")

    def bounds(self, confidence: float) -> tuple[float, float]:
        """The interval, within `lower` and `upper`."""
        return self.bounds_if(1, confidence)

    def bounds_if(self, factor: float, confidence: float) -> tuple[float, float]:
        """The bounds that `factor` times as many rows with the same spread would give."""
        reach = quantile_of_tail(tail_outside(confidence)) * self.error / math.sqrt(factor)
        if math.isnan(self.value) or math.isinf(reach):
            return self.lower, self.upper
        # What shifts the centre is worth a few rows: the more there are, the less it is.
        centre = self.value if self.centre is None else self.value + (self.centre - self.value) / factor
        low, high = (
            (centre * math.exp(-reach), centre * math.exp(min(reach, 700.0)))
            if self.logarithm
            else (centre - reach, centre + reach)
        )
        return max(min(low, self.value), self.lower), min(max(high, self.value), self.upper)
