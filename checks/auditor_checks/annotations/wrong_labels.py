"""The range in which the share of wrong labels lies, before anyone has verified a row."""

from __future__ import annotations

from dataclasses import dataclass

from auditor.stats.estimates import proportion


@dataclass(frozen=True, slots=True)
class WrongLabels:
    """The share of wrong labels among `n`, as far as flags, disagreement and contradictions bound it.

    `precision` is the share of the flagged rows that is assumed to be wrong at least; `contradicted` rows are
    wrong for sure, for identical rows have other labels.
    """

    flagged: int
    disagreeing: int
    contradicted: int
    n: int
    precision: float
    identifiable: bool = True

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
        """From the flags' lower bound times their precision to the upper bound of all disagreement."""
        if not self.identifiable or not self.n:
            return 0.0, 1.0
        low = proportion(self.flagged, self.n, "clopper-pearson").bounds(confidence)[0] * self.precision
        high = proportion(self.disagreeing, self.n, "clopper-pearson").bounds(confidence)[1]
        sure = self.contradicted / self.n
        return max(low, sure), max(high, sure)
