"""The largest of many gaps: how far the rate of the worst of many subgroups lies from that of all other rows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from auditor.stats.normal import quantile_of_tail, tail_outside
from auditor.stats.pooling import Pooled

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Floats = npt.NDArray[np.float64]
    Whole = npt.NDArray[np.int64]

_LEAST_TAIL = 1e-300


@dataclass(frozen=True, slots=True, eq=False)
class LargestGap:
    """The largest distance, up or down, between the rate of a subgroup and the rate of the rest of its table.

    A subgroup has `having` of `rows`, the rest of its table `rest_having` of `rest_rows`; `pooled` are the
    subgroup's rates, drawn to those of its margins, `among` the gaps that were searched for the largest.

    Two different questions are asked of a bound. That some gap is *at least* so large is a claim picked out of
    many: it must hold by the subgroup's own rows, at a level divided by all gaps searched, in either direction
    (Newcombe's interval, Bonferroni). That all are *at most* so large must hold for each at the level itself; for
    that, small subgroups borrow from the others (the pooled rates' interval, put against the rest's as Newcombe's).
    """

    having: Whole
    rows: Whole
    rest_having: Whole
    rest_rows: Whole
    pooled: Pooled
    among: int

    @property
    def gaps(self) -> Floats:
        """Each subgroup's pooled rate less the rate of the rest."""
        return self.pooled.mean - self.rest_having / self.rest_rows

    @property
    def worst(self) -> int:
        """The place of the subgroup whose pooled gap is the largest."""
        import numpy as np

        return int(np.argmax(np.abs(self.gaps)))

    @property
    def value(self) -> float:
        """The largest pooled gap."""
        return float(abs(self.gaps[self.worst]))

    @property
    def n(self) -> int:
        """The rows of the table, each counted once however many gaps it is in."""
        return int(self.rows[self.worst] + self.rest_rows[self.worst])

    @property
    def method(self) -> str:
        """How the interval is made."""
        return f"largest of {self.among}: Newcombe, Bonferroni; pooled"

    def bounds(self, confidence: float) -> tuple[float, float]:
        """The interval of the largest gap, from 0 to 1."""
        tail = tail_outside(confidence)
        low, high = self.own_bounds(max(tail / (2 * self.among), _LEAST_TAIL))
        surely = float(max(0.0, low.max(), -high.min()))
        low, high = self.pooled_bounds(tail)
        at_most = float(max(high.max(), -low.min()))
        return min(surely, self.value), max(at_most, surely, self.value)

    def own_bounds(self, tail: float) -> tuple[Floats, Floats]:
        """The interval of each gap from the subgroup's own rows."""
        own = self.having / self.rows
        return self._against_rest(own, *_wilson(own, self.rows, quantile_of_tail(tail)), tail)

    def pooled_bounds(self, tail: float) -> tuple[Floats, Floats]:
        """The interval of each gap with the subgroup's rate pooled."""
        return self._against_rest(self.pooled.mean, *self.pooled.bounds(tail), tail)

    def _against_rest(self, rate: Floats, low: Floats, high: Floats, tail: float) -> tuple[Floats, Floats]:
        import numpy as np

        rest = self.rest_having / self.rest_rows
        rest_low, rest_high = _wilson(rest, self.rest_rows, quantile_of_tail(tail))
        below = np.hypot(rate - low, rest_high - rest)
        above = np.hypot(high - rate, rest - rest_low)
        return rate - rest - below, rate - rest + above


def _wilson(rate: Floats, n: Whole, z: float) -> tuple[Floats, Floats]:
    import numpy as np

    spread = z * z / n
    root = np.sqrt(spread * (spread + 4 * rate * (1 - rate)))
    middle = 2 * rate + spread
    return (middle - root) / (2 + 2 * spread), (middle + root) / (2 + 2 * spread)
