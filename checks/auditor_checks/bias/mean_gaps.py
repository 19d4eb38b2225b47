"""A numeric label: the average of all others, or of the largest group, less that of a group."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from auditor.check import Evidence, Measure, Slice, Unit
from auditor.stats.estimates import mean_difference
from auditor_checks.bias.sides import Reference

if TYPE_CHECKING:
    from auditor.evidence.means import GroupMean
    from auditor.evidence.rates import Group


def mean_gaps(
    evidence: Evidence, by: tuple[str, ...], groups: Sequence[Group], reference: Reference
) -> Iterator[Measure]:
    """The difference in means of each of the groups, in the sign of DPL and the unit of the label; shown alone."""
    from auditor.evidence.means import AskMeans

    every = evidence.ask(AskMeans(by))
    for place, one in enumerate(every):
        group = tuple(value for _, value in one.group)
        if group not in groups or len(every) < 2 or (place == 0 and (reference == "largest" or len(every) == 2)):
            continue
        others = every[:1] if reference == "largest" else [other for other in every if other is not one]
        told = str(Slice(others[0].group)) if len(others) == 1 else "all other rows"
        mean, sd, rows = _together(others)
        yield Measure(
            "difference in means",
            Slice(one.group),
            mean_difference(mean, sd, rows, one.mean, one.sd, one.rows),
            support=one.rows,
            unit=Unit.NUMBER,
            note=f"against {told}; above 0 where its labels are lower",
        )


def _together(groups: Sequence[GroupMean]) -> tuple[float, float, int]:
    """Mean, sample standard deviation and rows of several groups as one."""
    rows = sum(one.rows for one in groups)
    mean = sum(one.mean * one.rows for one in groups) / rows
    squares = sum((one.rows - 1) * one.sd**2 + one.rows * (one.mean - mean) ** 2 for one in groups)
    return mean, math.sqrt(squares / max(rows - 1, 1)), rows
