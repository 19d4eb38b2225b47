"""What a filled-in sheet asks for: which cells to change, which verdicts to remember, which no longer hold."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from auditor.check import Evidence
from auditor.dataset.values import text_of
from auditor.dataset.verdicts import Remembered, Verdict
from auditor.errors import AuditError, UsageError
from auditor.evidence.identity import KnownRow, known_rows, labels_digest
from auditor.report.numbers import counted
from auditor.review.as_written import refuse_edited
from auditor.review.labels import Cell, Labels
from auditor.review.sheet import Judged

_TOLD = 20  # lines


class StaleVerdicts(AuditError):
    """Rows have changed since the sheet was written: their verdicts may no longer hold (exit 3)."""


@dataclass(frozen=True, slots=True)
class Change:
    """A label to be changed: the row's ordinal and key, the classes before and after, and on whose word."""

    row: int
    key: str
    old: str
    new: str
    verdict: str
    who: str = ""
    when: str = ""
    cells: tuple[Cell, ...] = ()  # as they are to be written; none where that is the new class


@dataclass(frozen=True, slots=True)
class Stale:
    """A verdict that no longer holds, and why."""

    where: str
    key: str
    problem: str


@dataclass(frozen=True, slots=True)
class Plan:
    """What to do. `remembered` lacks the digest of the labels afterwards, which nobody knows yet."""

    changes: tuple[Change, ...]
    remembered: tuple[Remembered, ...]
    stale: tuple[Stale, ...]
    notes: tuple[str, ...]


_OTHER_LABELS = (
    "the labels of the data are not those that the sample was drawn from: the verdicts are applied row by row, and tell"
    " nothing of the share of wrong labels; verify the sample of a new run"
)


def planned(evidence: Evidence, sheet: Sequence[Judged], labels: Labels, *, new_classes: bool) -> Plan:
    """Match each verdict to its row, where its content is what it was, and work out the changes.

    Raises UsageError, with the sheet's line, for a class that is not known, unless `new_classes` says it may be; for
    a key or a label that was written over; and where nothing was said of any row.
    """
    if not any(one.verdict for one in sheet):
        remedy = "Fill in the column verdict: accept, keep, relabel, wrong or unclear."
        raise UsageError(f"no verdicts in {_file_of(sheet)}: nothing to apply. {remedy}")
    digest = labels_digest(evidence.dataset)
    told = [one for one in sheet if one.verdict is not None or one.place.in_sample]
    speaks = all(one.place.drawn_from(digest) for one in told)
    if not speaks:  # what was verified stays verified; as a sample of other labels it tells nothing of these
        told = [one for one in told if one.verdict is not None]
    found = _matched(evidence, sheet, told)
    refuse_edited(sheet, found, labels.of_row)
    changes: list[Change] = []
    remembered: list[Remembered] = []
    stale: list[Stale] = []
    for one in told:
        row = found.get(one.where)
        if not isinstance(row, KnownRow):
            if one.verdict is not None:
                stale.append(Stale(one.where, one.key, row or "no row has this key"))
            continue
        old, new, after = labels.of_row[row.row], labels.of_row[row.row], row.check
        if one.verdict in (Verdict.ACCEPT, Verdict.RELABEL):
            new = _another(one, old, labels, new_classes)
            cells = labels.cells(row, new)
            after = row.check_with(*(cell if isinstance(cell, str) else text_of(cell) for cell in cells))
            changes.append(Change(row.row, row.key, old, new, str(one.verdict), one.who, one.when, cells))
        remembered.append(
            Remembered(
                key=row.key, row=row.row, verdict=one.verdict, given=old, label=new, before=row.check, after=after,
                labels_before=digest, labels_after=digest, place=one.place if speaks else None, twice=one.twice,
                who=one.who, when=one.when, comment=one.comment,
            )
        )  # fmt: skip
    notes = _notes(told) if speaks else [_OTHER_LABELS, *_notes(told)]
    return Plan(tuple(changes), tuple(remembered), tuple(stale), tuple(notes))


def _another(one: Judged, old: str, labels: Labels, new_classes: bool) -> str:
    new = labels.asked(one, old, new_classes)
    if new == old:
        raise UsageError(f"{one.where}: the new label is the one the row has, {old!r}. Write keep if that is right.")
    return new


def _matched(evidence: Evidence, sheet: Sequence[Judged], told: Sequence[Judged]) -> dict[str, KnownRow | str]:
    """By the sheet's line: the row, or why it cannot be taken. First where the row stood, then, if told, by its key."""
    rows = len_of(evidence)
    there = {row.row: row for row in known_rows(evidence, [one.row for one in sheet if 0 <= one.row < rows])}
    found: dict[str, KnownRow | str] = {}
    for one in sheet:
        row = there.get(one.row)
        if row is not None and row.check == one.check:
            found[one.where] = row
    lost = {one.key for one in told if one.where not in found}
    by_key = {row.key: row for row in known_rows(evidence) if row.key in lost} if lost else {}
    for one in told:
        row = by_key.get(one.key)
        if one.where not in found and row is not None:
            found[one.where] = row if row.check == one.check else "the row's content has changed"
    return found


def _file_of(sheet: Sequence[Judged]) -> str:
    return sheet[0].where.rpartition(":")[0] if sheet else "the sheet"


def len_of(evidence: Evidence) -> int:
    """The rows of the dataset."""
    return evidence.dataset.source.rows_read


def _notes(told: Sequence[Judged]) -> list[str]:
    notes = []
    if torn := sum(one.contradicted for one in told):
        have, are = ("has", "it is") if torn == 1 else ("have", "they are")
        rows = counted(torn, "row")
        notes.append(f"{rows} {have} two verdicts that contradict each other: {are} taken as unclear")
    once = [one.where.rpartition(":")[2] for one in told if one.verdict and one.verdict.wrong and not one.twice]
    if once:
        lines = ", ".join(once[:_TOLD]) + (f" and {len(once) - _TOLD} more" if len(once) > _TOLD else "")
        were, them, on = ("was", "it", "line") if len(once) == 1 else ("were", "them", "lines")
        notes.append(
            f"{counted(len(once), 'label')} {were} found wrong once only: have {them} looked at again, best by another"
            f" person, and fill in verdict_2 (on {on} {lines}). Until then those of the sample count as unclear, for"
            " one false verdict in a hundred spoils a small rate"
        )
    drawn = [one for one in told if one.place.in_sample]
    judged = [one for one in drawn if one.verdict is not None]
    seen = max((one.place.turn + 1 for one in judged if one.place.turn is not None), default=len(drawn))
    if 0 < len(judged) < seen:
        left = seen - len(judged)
        have, count = ("has", "it counts") if left == 1 else ("have", "they count")
        notes.append(f"{left} of the {counted(seen, 'row')} of the sample {have} no verdict: {count} as unclear")
    return notes


def merged(
    before: Iterable[Remembered], now: Sequence[Remembered], digest_before: str, digest_after: str
) -> tuple[Remembered, ...]:
    """What was remembered before and what is now, one entry for each row of a sample; what is said now holds.

    Entries that spoke for the labels as they were before speak for those after: the changes between are known.
    """
    kept: dict[tuple[str, int, str], Remembered] = {}
    for one in (*before, *now):
        old = kept.get(_entry(one))
        if old is not None and old.verdict is not None and one.verdict is None:
            continue
        speaks = digest_before in (one.labels_before, one.labels_after)
        kept[_entry(one)] = replace(one, labels_after=digest_after) if speaks else one
    return tuple(kept.values())


def _entry(one: Remembered) -> tuple[str, int, str]:
    """Not by the key, which is another where another id was declared."""
    return (one.place.sample if one.place else "", one.row, one.before)
