"""`time-drift`: the latest rows are unlike the earliest."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar, Literal

from auditor.check import Check, Evidence, Family, Finding, Measure, Needs, Role, Share, Skip
from auditor.errors import NotPossible
from auditor.evidence.time_drift import AskTimeDrift, ColumnDrift
from auditor.evidence.time_drift import TimeDrift as Drift

#: The columns that are shown, those that moved most.
_SHOWN = 10
_NAMED = 3


class TimeDrift(Check):
    """The latest rows are unlike the earliest.

    What a model will meet is nearer to the latest rows: what it learns from the others was true once. Where the label
    moved, so did its base rate; where a feature did, people, prices or the way it is written down have changed. Train
    on a later window, weigh old rows less, and test on the latest rows, never on a random part.

    Method: the total variation distance between the earliest and the latest third of the rows (rows of one time stay
    together), of the label and of each feature, numbers in tenths and missing as a value of its own, with an interval
    that allows for what chance adds (see `reference-shift`). Of the features, from at most 10,000 rows of each third;
    prose, dates and columns of over 1,000 different words are not compared. The ten that moved most are shown.
    """

    id: ClassVar[str] = "time-drift"
    family: ClassVar[Family] = Family.DIVERSITY
    default_level: ClassVar[Literal["error", "warn"]] = "warn"
    needs: ClassVar[Needs] = Needs(roles=frozenset({Role.TIME}))
    remedy: ClassVar[str] = "Train on a later window or weigh old rows less, and test on the latest rows."

    max_distance: Share = 0.1

    def measure(self, evidence: Evidence) -> Iterator[Measure | Finding | Skip]:
        """The distance of each column, the farthest first, and what moved in those past the limit."""
        try:
            drift = evidence.ask(AskTimeDrift())
        except NotPossible as reason:
            yield Skip(str(reason))
            return
        if not drift.columns:
            yield Skip("there is no label of one class a row, and no feature that is a number or a word")
        ordered = sorted(drift.columns, key=lambda one: (-one.distance.value, one.column))
        label = evidence.dataset.roles.label
        shown = [one for one in ordered if one.column in label]
        shown += [one for one in ordered if one.column not in label][: _SHOWN - len(shown)]
        for one in shown:
            distance = one.distance
            limit, rows = self.max_distance, sum(one.early) + sum(one.late)
            yield Measure("distance", one.column, distance, at_most=limit, support=rows)
            if distance.bounds(0.95)[0] > self.max_distance:
                yield Finding(one.column, _moved(drift, one), 1)


def _moved(drift: Drift, one: ColumnDrift) -> str:
    """The values whose shares moved most."""
    early, late = (max(sum(side), 1) for side in (one.early, one.late))
    shares = [(x / early, y / late, value) for value, x, y in zip(one.values, one.early, one.late, strict=True)]
    widest = sorted(shares, key=lambda move: (-abs(move[0] - move[1]), move[2]))[:_NAMED]
    told = "; ".join(f"{value}: {a:.1%} then {b:.1%}" for a, b, value in widest)
    return f"up to {drift.early_until} and from {drift.late_from}: {told}"
