"""What to look at where a row may have several labels."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from auditor.check import Finding
from auditor_checks.wording import counted

if TYPE_CHECKING:
    from auditor.evidence.multilabel import LabelSuspicion

_SHOWN = 5  # labels that are shown on their own


def findings(found: LabelSuspicion, annotation: bool) -> Iterator[Finding]:
    """The rows with what to add and to remove; the labels most often left out or given wrongly; those not judged."""
    kind = "likely wrong" if annotation else "surprising"
    if len(found.rows):
        details: dict[str, Sequence[str | float | int | None]] = {
            "add": [", ".join(names) for names in found.add],
            "remove": [", ".join(names) for names in found.remove],
            "probability": found.probability,
        }
        yield Finding(
            "label", f"{kind} sets of labels, the most suspicious first", len(found.rows), found.rows, details
        )
    yield from _by_label(found)
    if found.unlearned:
        subject = counted(len(found.unlearned), "label")
        problem = "too rare for a probe, or not told by the features: not judged"
        yield Finding(subject, problem, sum(found.unlearned.values()))


def _by_label(found: LabelSuspicion) -> Iterator[Finding]:
    rows: dict[tuple[str, str], list[int]] = {}
    for row, add, remove in zip(found.rows, found.add, found.remove, strict=True):
        for name in add:
            rows.setdefault((f"+ {name}", f"looks like {name!r}, and is not labeled so"), []).append(row)
        for name in remove:
            rows.setdefault((f"- {name}", f"labeled {name!r}, and does not look like it"), []).append(row)
    most = sorted(rows.items(), key=lambda item: (-len(item[1]), item[0]))[:_SHOWN]
    for (subject, message), mine in most:
        if len(mine) > 1:
            yield Finding(subject, message, len(mine), mine)
