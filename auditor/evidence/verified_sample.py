"""What the verdicts on a sample say of all labels, as it was drawn: in strata, or one by one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from auditor.dataset.label_sets import set_of
from auditor.dataset.values import MISSING
from auditor.dataset.verdicts import Place, Remembered, Verdict
from auditor.evidence.identity import KnownRow
from auditor.stats.betting import SequentialRate
from auditor.stats.estimates import Estimate
from auditor.stats.verification import (
    UNTOLD,
    Amount,
    Stratum,
    VerifiedRate,
    error_rate,
    flag_precision,
    stratum_of,
)

#: A remembered verdict, and its row where that is still what it was.
Known = tuple[Remembered, KnownRow | None]


@dataclass(frozen=True, slots=True)
class RemainingRate:
    """The share of wrong labels that is left of a verified rate, now that so many rows were corrected since.

    Of a row with several labels, the part that was corrected counts.
    """

    rate: VerifiedRate | SequentialRate
    corrected: float
    rows: int

    @property
    def value(self) -> float:
        """(T · N - corrected) / N, not below 0."""
        return self._left(self.rate.value)

    @property
    def n(self) -> int:
        """The verified rows."""
        return self.rate.n

    @property
    def method(self) -> str:
        """The short name of the interval."""
        return self.rate.method + (", less what was corrected since" if self.corrected else "")

    def bounds(self, confidence: float) -> tuple[float, float]:
        """Those of the rate, each less the share corrected, not below 0."""
        low, high = self.rate.bounds(confidence)
        return self._left(low), self._left(high)

    def p_above(self, limit: float) -> float:
        """The p-value of "the truth is at most `limit`"."""
        return self.rate.p_above(limit + self._gone) if limit >= 0 else 0.0

    def p_below(self, limit: float) -> float:
        """The p-value of "the truth is at least `limit`"."""
        return self.rate.p_below(limit + self._gone) if limit > 0 else 1.0

    @property
    def _gone(self) -> float:
        return self.corrected / self.rows if self.rows else 0.0

    def _left(self, share: float) -> float:
        return max(share - self._gone, 0.0) if share == share else share


@dataclass(frozen=True, slots=True)
class VerifiedSample:
    """A sample with its verdicts: as it was drawn, and what came of it."""

    place: Place
    known: Sequence[Known]
    corrected: Sequence[Remembered]
    decisions: int

    def rate(self, whole_rows: bool) -> RemainingRate:
        """The share of what is wrong now: of rows, or of decisions on them."""
        verified = error_rate(self.strata(whole_rows)) if self.place.turn is None else self._in_order(whole_rows)
        corrected = sum(self._amount(one, whole_rows).wrong for one in self.corrected)
        return RemainingRate(verified, corrected, sum(self.place.sizes))

    def strata(self, whole_rows: bool) -> tuple[Stratum, ...]:
        """The strata of the sample with their verdicts.

        A drawn row without a verdict, or that is not what it was, is unclear: whoever leaves out the hard ones must
        not get a better answer. Where all rows of a stratum have a verdict, drawn or not, it was verified whole.
        """
        strata: list[Stratum] = []
        for number, (rows, drawn) in enumerate(zip(self.place.sizes, self.place.drawn, strict=True)):
            judged = [(one, row) for one, row in self.known if one.verdict and _stratum(one) == number]
            whole = len(judged) == rows
            counted = [one for one, row in judged if row is not None and (whole or in_sample(one))]
            amounts = [self._amount(one, whole_rows) for one in counted]
            strata.append(stratum_of(rows, rows if whole else drawn, amounts))
        return tuple(strata)

    def precision(self) -> Estimate | None:
        """The share of wrong ones among the rows that were flagged; None where none of them was looked at."""
        if self.place.turn is not None:
            return None
        flagged = self.strata(whole_rows=True)[0]
        return flag_precision([flagged]) if flagged.verified else None

    def part(self, inside: Callable[[Remembered, KnownRow], bool]) -> VerifiedRate | SequentialRate:
        """The share of all rows that are wrong, as they were drawn, and belong to a part of them.

        A row that was drawn and is no longer what it was may belong to it, and be wrong.
        """
        if self.place.turn is not None:
            said = [UNTOLD if one is None else self._amount_inside(one, inside) for one in self._turns()]
            return SequentialRate(tuple(said), sum(self.place.sizes))
        strata: list[Stratum] = []
        for number, (rows, drawn) in enumerate(zip(self.place.sizes, self.place.drawn, strict=True)):
            mine = [one for one in self.known if _stratum(one[0]) == number]
            whole = sum(one.verdict is not None for one, _ in mine) == rows
            counted = [one for one in mine if whole or (one[0].place is not None and one[0].place.in_sample)]
            amounts = [self._amount_inside(one, inside) for one in counted]
            strata.append(stratum_of(rows, rows if whole else drawn, amounts))
        return error_rate(strata)

    def _amount_inside(self, known: Known, inside: Callable[[Remembered, KnownRow], bool]) -> Amount:
        one, row = known
        if row is None:
            return UNTOLD
        return self._amount(one, whole_rows=True) if inside(one, row) else Amount(0.0)

    @property
    def seen(self) -> int:
        """Rows of the sample: all that were drawn, or those up to the last that was looked at."""
        return sum(self.place.drawn) if self.place.turn is None else len(self._turns())

    def notes(self) -> tuple[str, ...]:
        """What is amiss with the sample."""
        missing = self.seen - sum(in_sample(one) for one, _ in self.known)
        told = f"{missing} of the {self.seen} rows of the sample have no verdict, and count as unclear"
        return (told,) * (missing > 0)

    def _in_order(self, whole_rows: bool) -> SequentialRate:
        said = [UNTOLD if one is None else self._amount(one[0], whole_rows) for one in self._turns()]
        return SequentialRate(tuple(said), sum(self.place.sizes))

    def _turns(self) -> list[Known | None]:
        """The verdicts in the order of the sample, up to the last; None for a row passed over, or no more the same."""
        said = [(one.place.turn, (one, row) if row else None) for one, row in self.known if one.verdict and one.place]
        turns = {turn: one for turn, one in said if turn is not None}
        last = max(turns)
        return [turns.get(turn) for turn in range(last + 1)]

    def _amount(self, one: Remembered, whole_rows: bool) -> Amount:
        if one.verdict is None or one.verdict is Verdict.UNCLEAR:
            return UNTOLD
        if not one.verdict.wrong:
            return Amount(0.0)
        if whole_rows or self.decisions == 1:
            return Amount(1.0, confirmed=one.twice)
        if one.verdict is Verdict.WRONG:  # one label at the least, perhaps all
            return Amount(1 / self.decisions, 1 - 1 / self.decisions, one.twice)
        labels = [set(set_of(text)) if text != MISSING else set() for text in (one.given, one.label)]
        return Amount(min(len(labels[0] ^ labels[1]) / self.decisions, 1.0), confirmed=one.twice)


def in_sample(one: Remembered) -> bool:
    """Whether it is a verdict on a row that was drawn."""
    return one.verdict is not None and one.place is not None and one.place.in_sample


def _stratum(one: Remembered) -> int | None:
    return None if one.place is None else one.place.stratum
