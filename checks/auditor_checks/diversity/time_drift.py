"""`time-drift`: the latest rows are unlike the earliest."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import ClassVar, Literal, Protocol, TypeVar

from auditor.check import Check, Evidence, Family, Finding, Measure, Needs, Role, Share, Skip
from auditor.errors import NotPossible
from auditor.stats.written import percent

#: The columns that are shown, those that moved most.
_SHOWN = 10
_NAMED = 3


class _OfColumn(Protocol):
    @property
    def column(self) -> str: ...


T = TypeVar("T", bound=_OfColumn)


class TimeDrift(Check):
    """The latest rows are unlike the earliest.

    What a model will meet is nearer to the latest rows: what it learns from the others was true once. Where the label
    moved, so did its base rate; where a feature did, people, prices or the way it is written down have changed. Train
    on a later window, weigh old rows less, and test on the latest rows, never on a random part.

    Method: the total variation distance between the earliest and the latest third of the rows (rows of one time stay
    together), of the label and of each feature, numbers in tenths and missing as a value of its own, with an interval
    that allows for what chance adds (see `reference-shift`). Of the features, from at most 10,000 rows of each third;
    prose, dates and columns of over 1,000 different words are not compared. The ten that moved most are shown. From
    3,000 rows on the same is asked of consecutive stretches of time (up to ten of 1,000 rows and more): what changes
    and changes back, or at once, shows there. Told is the largest step of each column, its level divided by the steps
    (Bonferroni), held to `max_step`.
    """

    id: ClassVar[str] = "time-drift"
    family: ClassVar[Family] = Family.DIVERSITY
    default_level: ClassVar[Literal["error", "warn"]] = "warn"
    needs: ClassVar[Needs] = Needs(roles=frozenset({Role.TIME}))
    remedy: ClassVar[str] = "Train on a later window or weigh old rows less, and test on the latest rows."

    max_distance: Share = 0.1
    max_step: Share = 0.2

    def measure(self, evidence: Evidence) -> Iterator[Measure | Finding | Skip]:
        """The distance of each column, the farthest first, and what moved in those past the limit; then the steps."""
        from auditor.evidence.time_drift import AskTimeDrift

        try:
            drift = evidence.ask(AskTimeDrift())
        except NotPossible as reason:
            yield Skip(str(reason))
            return
        if not drift.columns:
            yield Skip("there is no label of one class a row, and no feature that is a number or a word")
            return
        label = evidence.dataset.roles.label
        for one in _shown(drift.columns, {one.column: one.distance.value for one in drift.columns}, label):
            distance = one.distance
            limit, rows = self.max_distance, sum(one.early) + sum(one.late)
            yield Measure("distance", one.column, distance, at_most=limit, support=rows)
            if distance.bounds(0.95)[0] > self.max_distance:
                until = f"up to {drift.early_until} and from {drift.late_from}"
                yield Finding(one.column, f"{until}: {_moved(one.values, one.early, one.late)}", 1)
        yield from self._steps(evidence, label)

    def _steps(self, evidence: Evidence, label: Sequence[str]) -> Iterator[Measure | Finding]:
        """The largest step from a stretch of time to the next, column by column."""
        from auditor.evidence.time_steps import AskTimeSteps

        try:
            steps = evidence.ask(AskTimeSteps())
        except NotPossible:  # too few rows
            return
        largest = {one.column: one.largest for one in steps.columns}
        for column in _shown(steps.columns, {name: step.value for name, step in largest.items()}, label):
            step, rows = largest[column.column], sum(map(sum, column.stretches))
            at = step.place + 1
            note = f"of {len(column.stretches) - 1} steps, that at {steps.starts[at]}"
            yield Measure("largest-step", column.column, step, at_most=self.max_step, support=rows, note=note)
            if step.bounds(0.95)[0] > self.max_step:
                before, after = column.stretches[at - 1 : at + 1]
                between = f"from {steps.starts[at - 1]} and from {steps.starts[at]} on"
                yield Finding(column.column, f"{between}: {_moved(column.values, before, after)}", 1)


def _shown(columns: Sequence[T], moved: Mapping[str, float], label: Sequence[str]) -> list[T]:
    """The label, and the columns that moved most."""
    ordered = sorted(columns, key=lambda one: (-moved[one.column], one.column))
    first = [one for one in ordered if one.column in label]
    return [*first, *(one for one in ordered if one.column not in label)][:_SHOWN]


def _moved(values: Sequence[str], before: Sequence[int], after: Sequence[int]) -> str:
    """The values whose shares moved most."""
    early, late = (max(sum(side), 1) for side in (before, after))
    shares = [(x / early, y / late, value) for value, x, y in zip(values, before, after, strict=True)]
    widest = sorted(shares, key=lambda move: (-abs(move[0] - move[1]), move[2]))[:_NAMED]
    return "; ".join(f"{value}: {percent(a)} then {percent(b)}" for a, b, value in widest)
