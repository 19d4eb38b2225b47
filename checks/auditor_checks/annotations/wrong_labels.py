"""The range in which the share of wrong labels lies, before anyone has verified a row."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil

from auditor.stats.estimates import proportion


@dataclass(frozen=True, slots=True)
class WrongLabels:
    """The share of wrong labels among `n`, as far as flags, disagreement and contradictions bound it.

    `precision` is the share of the flagged rows that is assumed to be wrong at least; `contradicted` rows are
    wrong for sure, for identical rows have other labels. Where a row has several labels, decisions are counted in
    place of rows, `together` a row.
    """

    flagged: int
    disagreeing: int
    contradicted: int
    n: int
    precision: float
    identifiable: bool = True
    together: float = 1.0

    @property
    def value(self) -> float:
        """The larger of the flagged rows times their assumed precision and the contradicted rows, as a share."""
        if not self.n:
            return float("nan")
        return max(self.flagged * self.precision, self.contradicted) / self.n

    @property
    def method(self) -> str:
        """How the bounds come about."""
        return "stated assumption" if self.identifiable else "not identifiable"

    def bounds(self, confidence: float) -> tuple[float, float]:
        """From the flags' lower bound times their precision to the upper bound of all disagreement.

        The decisions of one row may be wrong together: their mean varies at most as a single draw of the same
        rate does, so that the bounds count each row once.
        """
        if not self.identifiable or not self.n:
            return 0.0, 1.0
        rows = max(int(self.n / self.together), 1)
        flagged, disagreeing = int(self.flagged / self.together), ceil(self.disagreeing / self.together)
        low = proportion(min(flagged, rows), rows, "clopper-pearson").bounds(confidence)[0] * self.precision
        high = proportion(min(disagreeing, rows), rows, "clopper-pearson").bounds(confidence)[1]
        sure = self.contradicted / self.n
        return max(low, sure), max(high, sure)
