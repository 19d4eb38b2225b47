"""How far off labels are whose classes have an order: steps apart, confusion of neighbours told from the rest."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from auditor.check import Finding, Measure
from auditor.stats.estimates import proportion
from auditor_checks.wording import counted

if TYPE_CHECKING:
    from auditor.evidence.ordinal import StepsOff
    from auditor.evidence.suspicion import Suspicion

_NAMES = ("1 step off", "2 steps off", "3 steps or more off")
_BY_DISTANCE = "labels whose likeliest class by the features is so far away; a neighbour is often confused with reason"


def by_distance(found: Suspicion, steps: StepsOff) -> Iterator[Measure]:
    """The share of all judged labels that the probes disagree with, by the distance; held to no limit."""
    for name, rows in zip(_NAMES, steps.disagreeing, strict=True):
        estimate = proportion(rows, found.judged, "clopper-pearson")
        yield Measure("disagreement", name, estimate, support=found.judged, note=_BY_DISTANCE)


def far_off(found: Suspicion, steps: StepsOff) -> Iterator[Finding]:
    """The flagged rows whose label is likely two steps or more off, and how many others there are."""
    places = [place for place, far in enumerate(steps.far) if far]
    if not places:
        return
    details: dict[str, Sequence[str | float | int | None]] = {
        "given": [found.given[place] for place in places],
        "suggested": [found.suggested[place] for place in places],
        "probability": [found.probability[place] for place in places],
        "expected steps": [steps.expected[place] for place in places],
    }
    near = len(found.rows) - len(places)
    others = f"; the other {counted(near, 'flagged row')} may be a confusion of neighbours" if near else ""
    yield Finding(
        "two steps or more",
        f"labels far from where the features see the row, the farthest first: begin here{others}",
        len(places),
        [found.rows[place] for place in places],
        details,
    )
