"""What people have verified so far: labels that are confirmed, and an error rate with an interval that holds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from auditor.dataset.label_sets import is_set
from auditor.dataset.verdicts import Place, Remembered, Verdict
from auditor.evidence.identity import KnownRow, known_rows, labels_digest
from auditor.evidence.verified_sample import Known, VerifiedSample, in_sample
from auditor.stats.estimates import Estimate
from auditor.stats.verification import Stratum

if TYPE_CHECKING:
    from auditor.evidence import Evidence


@dataclass(frozen=True, slots=True)
class Verdicts:
    """What was verified. `kept_rows` carry a label that a person confirmed or gave: they are not flagged again.

    `strata` are those of the last sample that a person looked at, as it was drawn (none if it was looked at in
    order), `sample_size` its rows with a verdict, `corrected` the rows corrected since. `estimate` is the share of
    wrong labels now; of rows with several labels, that of wrong decisions, and `any_wrong` that of rows with any.
    `precision` is the share of rows with a wrong label among those that had been flagged. `sample` holds the verdicts
    one by one. All None where no sample speaks for this data. `notes` say what a reader should know.
    """

    kept_rows: frozenset[int] = frozenset()
    corrected: int = 0
    strata: tuple[Stratum, ...] = ()
    sample_size: int = 0
    estimate: Estimate | None = None
    any_wrong: Estimate | None = None
    precision: Estimate | None = None
    notes: tuple[str, ...] = ()
    sample: VerifiedSample | None = None


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
        since = known[known.index(mine[0]) :]
        corrected = {row.row: one for one, row in since if row is not None and _is_corrected(one, row)}
        read = VerifiedSample(sample, mine, tuple(corrected.values()), _decisions(evidence))
        return Verdicts(
            kept_rows=kept,
            corrected=len(corrected),
            strata=read.strata(whole_rows=True) if sample.turn is None else (),
            sample_size=read.seen,
            estimate=read.rate(whole_rows=False),
            any_wrong=read.rate(whole_rows=True) if is_set(evidence.dataset) else None,
            precision=read.precision(),
            notes=(*notes, *read.notes()),
            sample=read,
        )


def _decisions(evidence: Evidence) -> int:
    """How many labels a row may have: each is a decision on it."""
    if not is_set(evidence.dataset):
        return 1
    names = evidence.dataset.roles.label
    return len(names) if len(names) > 1 else max(len(evidence.label_counts().having), 1)


_OTHER_LABELS = (
    "the labels have changed since the sample was verified, other than by its verdicts: it does not speak for them;"
    " verify the new one"
)


def _matched(evidence: Evidence, remembered: Sequence[Remembered]) -> list[Known]:
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
    return one.verdict is not None and one.verdict.wrong and row.check == one.after != one.before


def _confirmed(one: Remembered, row: KnownRow) -> bool:
    """Whether the row carries a label that a person has confirmed, or given."""
    return one.verdict is Verdict.KEEP or _is_corrected(one, row)


def _notes(known: Sequence[Known]) -> tuple[str, ...]:
    judged = [(one, row) for one, row in known if one.verdict is not None]
    lost = sum(row is None for _, row in judged)
    once = sum(in_sample(one) and one.verdict is not None and one.verdict.wrong and not one.twice for one, _ in judged)
    notes = []
    if lost:
        notes.append(f"{lost} of {len(judged)} verdicts were left aside: their rows are gone or have changed")
    if once:
        notes.append(
            f"{once} labels of the sample were found wrong by one person only, and count as unclear"
            " until verdict_2 is filled in: one false verdict in a hundred spoils a small rate"
        )
    return tuple(notes)


def _last_sample(known: Sequence[Known]) -> Place | None:
    """The last sample of which any row has a verdict."""
    seen = [one.place for one, _ in known if in_sample(one)]
    return seen[-1] if seen else None
