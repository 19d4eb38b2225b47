"""What merging a batch into its base would do, in sentences: it adds, repeats, contradicts; and whether it fits."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, TypeVar

from auditor.dataset.reference import labels_apart
from auditor.report.numbers import counted, percent

if TYPE_CHECKING:
    from auditor.check import Evidence
    from auditor.evidence.batch_copies import BatchCopies
    from auditor.evidence.batch_matches import Matches
    from auditor.evidence.batch_texts import NearBase

T = TypeVar("T")
_NAMED = 2
_NOTHING = "nothing that could be compared: no row of it equals a labeled one of the base"


def merging(evidence: Evidence) -> dict[str, str]:
    """The answers by what is asked, from evidence that the checks have collected; empty where it is no batch."""
    from auditor.evidence.batch_copies import AskBatchNumbers, AskBatchVectors
    from auditor.evidence.batch_matches import AskMatches
    from auditor.evidence.batch_texts import AskNearBase

    if not evidence.dataset.is_batch:
        return {}
    matches, near = _last(evidence.known(AskMatches)), _last(evidence.known(AskNearBase))
    kinds = (*evidence.known(AskBatchNumbers), *evidence.known(AskBatchVectors))
    copies = [one for one in kinds if one.alone and len(one.rows)]
    said = {
        "adds": "; ".join((*_added(matches, _nearly_repeated(evidence, near, copies)), *_covered(evidence))),
        "repeats": "; ".join((*_repeated(matches), *_near(near), *map(_nearly, copies))),
        "contradicts": _contradictions(matches, near, copies, labels_apart(evidence.dataset)),
        "fits": "; ".join(_unfit(evidence)) or _fits(evidence),
    }
    return {asked: answer for asked, answer in said.items() if answer}


def _first(names: Iterable[str], between: str = ", ") -> str:
    """A few of the names, and how many more there are."""
    every = list(names)
    more = f" and {len(every) - _NAMED} more" if len(every) > _NAMED else ""
    return between.join(every[:_NAMED]) + more


def _last(answers: tuple[T, ...]) -> T | None:
    return answers[-1] if answers else None


def _added(found: Matches | None, nearly: set[int]) -> Iterator[str]:
    if found is not None:
        share = percent(found.new / found.rows if found.rows else 0.0)
        less = len(nearly - {*found.copies.tolist(), *found.again.tolist()})
        near = f", {less:,} of them near copies" if less else ""
        yield f"{counted(found.new, 'row')} that the base does not have ({share} of the batch){near}"


def _nearly_repeated(evidence: Evidence, near: NearBase | None, copies: Iterable[BatchCopies]) -> set[int]:
    """The rows that are one of the base but for a little, by anything that tells it."""
    from auditor.evidence.batch_copies import content_only
    from auditor.evidence.nearness import NEARLY_SAME

    rows = {row for one in copies for row in one.rows.tolist()}
    if near is not None and len(near.near) and content_only(evidence):
        rows.update(near.near[near.similarity >= NEARLY_SAME].tolist())
    return rows


def _covered(evidence: Evidence) -> Iterator[str]:
    from auditor.evidence.batch_coverage import AskCoverageGain

    gain = _last(evidence.known(AskCoverageGain))
    if gain is not None and gain.found:
        named = (" with ".join(f"{column} = {value}" for column, value in one.where) for one in gain.found)
        what = counted(len(gain.found), "combination")
        yield f"enough rows of {what} of values that the base has too few of ({_first(named, '; ')})"


def _repeated(found: Matches | None) -> Iterator[str]:
    if found is not None:
        copies, again = len(found.copies), len(found.again)
        yield f"{counted(copies, 'row')} of the base" if copies else "no row of the base"
        if again:
            yield f"{counted(again, 'row')} of its own"


def _near(found: NearBase | None) -> Iterator[str]:
    if found is not None and len(found.near):
        yield f"nearly, the text of {counted(len(found.near), 'row')} ({percent(len(found.near) / found.compared)})"


def _nearly(found: BatchCopies) -> str:
    share = percent(len(found.rows) / found.compared)
    return f"but for a little in {_first(map(repr, found.columns))}, {counted(len(found.rows), 'row')} ({share})"


def _contradictions(found: Matches | None, near: NearBase | None, copies: list[BatchCopies], apart: str) -> str:
    """What the batch labels otherwise: rows that the base has, nearly has, or has but for a little."""
    otherwise = list(_otherwise(copies))
    equal = (said for said in _contradicted(found, near, apart) if said != _NOTHING or not otherwise)
    return "; ".join((*equal, *otherwise))


def _otherwise(copies: Iterable[BatchCopies]) -> Iterator[str]:
    for one in copies:
        if one.labels is not None and one.labels.alike:
            wrong, of = len(one.labels.rows), counted(one.labels.alike, "row")
            yield f"the base's label in {wrong:,} of the {of} that are one of the base but for a little"


def _contradicted(found: Matches | None, near: NearBase | None, apart: str) -> Iterator[str]:
    if apart:
        yield f"not asked: {apart}"
    elif found is not None and found.contradictions is not None:
        wrong, of = len(found.contradictions.rows), found.contradictions.alike
        one = f"the base's label in {wrong:,} of the {counted(of, 'row')} that the base has too"
        yield one if of else _NOTHING
    if near is not None and near.against is not None and near.against.compared:
        wrong, of = len(near.against.rows), near.against.compared
        yield f"the base's label in {wrong:,} of the {counted(of, 'row')} whose text is near one of the base"


def _fits(evidence: Evidence) -> str:
    from auditor.evidence.batch_units import AskUnitChanges

    changes = _last(evidence.known(AskUnitChanges))
    units = ", its numbers in the same units as far as can be told" if changes is not None and changes.columns else ""
    return f"it has the base's columns, of the same kind, and no other{units}"


def _unfit(evidence: Evidence) -> Iterator[str]:
    """What does not fit."""
    from auditor.evidence.batch_units import AskUnitChanges
    from auditor.evidence.batch_values import AskNewClasses

    reference = evidence.dataset.reference
    if reference is None:
        return
    for what, names in (
        ("besides the base's columns it has", reference.lacking),
        ("it lacks", reference.besides),
        ("of another kind are", tuple(name for name, kinds in reference.unlike.items() if None not in kinds)),
        ("empty on one side alone are", tuple(name for name, kinds in reference.unlike.items() if None in kinds)),
    ):
        if names:
            yield f"{what} {_first(map(repr, names))}"
    classes = _last(evidence.known(AskNewClasses))
    if classes:
        yield f"its label has {_first(map(repr, classes))}, which the base's has not"
    changes = _last(evidence.known(AskUnitChanges))
    for change in changes.found if changes is not None else ():
        yield f"{change.column!r} looks {change.conversion.name} what it is in the base"
