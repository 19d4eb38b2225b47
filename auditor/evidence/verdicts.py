"""What people have verified so far: labels that are confirmed, and an error rate with an interval that holds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from auditor.dataset.verdicts import Place, Remembered, Verdict
from auditor.evidence.identity import KnownRow, known_rows, labels_digest
from auditor.stats.estimates import Estimate
from auditor.stats.verification import Stratum, VerifiedRate, error_rate

if TYPE_CHECKING:
    from auditor.evidence import Evidence


@dataclass(frozen=True, slots=True)
class RemainingRate:
    """The share of wrong labels that is left of a verified rate, now that so many rows were corrected since."""

    rate: VerifiedRate
    corrected: int
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
class Verdicts:
    """What was verified. `kept_rows` carry a label that a person confirmed or gave: they are not flagged again.

    `strata` are those of the last sample that a person looked at, as it was drawn, `corrected` the rows corrected
    since, `estimate` the rate of wrong labels now; None where no sample speaks for this data. `notes` say what a
    reader should know.
    """

    kept_rows: frozenset[int] = frozenset()
    corrected: int = 0
    strata: tuple[Stratum, ...] = ()
    sample_size: int = 0
    estimate: Estimate | None = None
    notes: tuple[str, ...] = ()


#: A remembered verdict, and its row where that is still what it was.
_Known = tuple[Remembered, KnownRow | None]


@dataclass(frozen=True, slots=True)
class AskVerdicts:
    """The question: what have people said of these labels?"""

    def collect(self, evidence: Evidence) -> Verdicts:
        """Match the remembered verdicts to rows, by content where they stood, else by key among all rows."""
        known = _matched(evidence, evidence.dataset.verdicts)
        kept = frozenset(row.row for one, row in known if row is not None and _confirmed(one, row))
        notes = _notes(known)
        sample = _last_sample(known)
        if sample is None:
            return Verdicts(kept, notes=notes)
        mine = [(one, row) for one, row in known if one.place is not None and one.place.sample == sample.sample]
        if labels_digest(evidence.dataset) not in {d for one, _ in mine for d in (one.labels_before, one.labels_after)}:
            return Verdicts(kept, notes=(*notes, _OTHER_LABELS))
        drawn = sum(sample.drawn)
        if open_rows := drawn - sum(_in_sample(one) for one, _ in mine):
            notes = (*notes, f"{open_rows} of the {drawn} rows of the sample have no verdict, and count as unclear")
        strata = _strata(mine, sample)
        since = known[known.index(mine[0]) :]
        corrected = len({row.row for one, row in since if row is not None and _is_corrected(one, row)})
        estimate = RemainingRate(error_rate(strata), corrected, sum(sample.sizes))
        return Verdicts(kept, corrected, strata, drawn, estimate, notes)


_OTHER_LABELS = (
    "the labels have changed since the sample was verified, other than by its verdicts: it does not speak for them;"
    " verify the new one"
)


def _matched(evidence: Evidence, remembered: Sequence[Remembered]) -> list[_Known]:
    """Each verdict with its row, whose content is what it was with the old or the new label."""
    there = {row.row: row for row in known_rows(evidence, [one.row for one in remembered])}
    known = [(one, _same(one, there.get(one.row))) for one in remembered]
    lost = {one.key for one, row in known if row is None}
    if not lost:
        return known
    by_key = {row.key: row for row in known_rows(evidence) if row.key in lost}
    return [(one, row or _same(one, by_key.get(one.key))) for one, row in known]


def _same(one: Remembered, row: KnownRow | None) -> KnownRow | None:
    return row if row is not None and row.check in (one.before, one.after) else None


def _is_corrected(one: Remembered, row: KnownRow) -> bool:
    return one.verdict is not None and one.verdict.wrong and row.check == one.after


def _confirmed(one: Remembered, row: KnownRow) -> bool:
    """Whether the row carries a label that a person has confirmed, or given."""
    return one.verdict is Verdict.KEEP or _is_corrected(one, row)


def _in_sample(one: Remembered) -> bool:
    return one.verdict is not None and one.place is not None and one.place.in_sample


def _notes(known: Sequence[_Known]) -> tuple[str, ...]:
    judged = [(one, row) for one, row in known if one.verdict is not None]
    lost = sum(row is None for _, row in judged)
    once = sum(one.verdict is not None and one.verdict.wrong and not one.twice for one, _ in judged)
    notes = []
    if lost:
        notes.append(f"{lost} of {len(judged)} verdicts were left aside: their rows are gone or have changed")
    if once:
        notes.append(
            f"{once} labels were found wrong by one person only: have them verified twice,"
            " for one false verdict in a hundred spoils a small rate"
        )
    return tuple(notes)


def _last_sample(known: Sequence[_Known]) -> Place | None:
    """The last sample of which any row has a verdict."""
    seen = [one.place for one, _ in known if _in_sample(one)]
    return seen[-1] if seen else None


def _strata(mine: Sequence[_Known], sample: Place) -> tuple[Stratum, ...]:
    """The strata of the sample with their verdicts.

    A drawn row without a verdict, or that is not what it was, is unclear: whoever leaves out the hard ones must
    not get a better answer. Where all rows of a stratum have a verdict, drawn or not, it was verified whole.
    """
    strata: list[Stratum] = []
    for number, (rows, drawn) in enumerate(zip(sample.sizes, sample.drawn, strict=True)):
        judged = [(one, row) for one, row in mine if one.verdict and one.place and one.place.stratum == number]
        whole = len(judged) == rows
        verdicts = [one.verdict for one, row in judged if row is not None and (whole or _in_sample(one))]
        wrong = sum(verdict is not None and verdict.wrong for verdict in verdicts)
        verified = rows if whole else drawn
        strata.append(Stratum(rows, verified, wrong, verified - wrong - verdicts.count(Verdict.KEEP)))
    return tuple(strata)
