"""The geometry of the small charts beside the numbers; the templates draw them."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from auditor.report.model import MeasureRecord
from auditor.report.numbers import interval, is_exact, limit, measured, subject

WIDTH, HEIGHT, MARGIN = 180.0, 22.0, 6.0


@dataclass(frozen=True, slots=True)
class Axis:
    """One scale for all measures of a table, so that their charts can be compared down the column."""

    low: float
    high: float

    def x(self, value: float) -> float:
        """Where a value lies, in pixels; beyond the scale, at its end."""
        place = (min(max(value, self.low), self.high) - self.low) / (self.high - self.low)
        return round(MARGIN + place * (WIDTH - 2 * MARGIN), 1)


@dataclass(frozen=True, slots=True)
class Chart:
    """What the template draws for one measure: a bar or an interval, its limits, the ground within them."""

    kind: str  # "interval" or "bar"
    title: str
    decision: str
    value: float
    start: float  # the left end of the interval or bar
    length: float
    zero: float | None
    limits: tuple[float, ...]
    within: tuple[float, float] | None  # the left end and length of the ground within the limits


def axis(measures: Iterable[MeasureRecord]) -> Axis | None:
    """A scale that shows every value, interval and limit, and zero unless the unit is a plain number.

    None where a chart would tell nothing: one number alone, without a limit or an interval.
    """
    shown = list(measures)
    if len(shown) < 2 and all(is_exact(measure) and not limit(measure) for measure in shown):
        return None
    ends = [end for measure in shown for end in _ends(measure) if math.isfinite(end)]
    if not ends or not any(math.isfinite(measure.value) for measure in shown):
        return None
    if shown[0].unit != "number":
        ends.append(0.0)
    low, high = min(ends), max(ends)
    room = (high - low) * 0.06
    if not (math.isfinite(room) and room > 0):
        return None
    return Axis(low if low == 0 else low - room, high + room)


def _ends(measure: MeasureRecord) -> Sequence[float]:
    limits = [end for end in (measure.at_most, measure.at_least) if end is not None]
    return [measure.value, measure.lower, measure.upper, *limits]


def chart(measure: MeasureRecord, scale: Axis | None) -> Chart | None:
    """The chart of one measure on the table's scale; None where it would show nothing."""
    if scale is None or not math.isfinite(measure.value):
        return None
    bar = is_exact(measure) and measure.unit != "number"
    low, high = (0.0, measure.value) if bar else (measure.lower, measure.upper)
    ends = [scale.x(measure.value if math.isnan(end) else end) for end in (low, high)]
    zero = scale.x(0) if scale.low <= 0 <= scale.high else None
    limits = tuple(scale.x(end) for end in (measure.at_least, measure.at_most) if end is not None)
    return Chart(
        kind="bar" if bar else "interval",
        title=_title(measure),
        decision=measure.decision,
        value=scale.x(measure.value),
        start=min(ends),
        length=round(abs(ends[1] - ends[0]), 1),
        zero=zero,
        limits=limits,
        within=_within(measure, scale),
    )


def _within(measure: MeasureRecord, scale: Axis) -> tuple[float, float] | None:
    if measure.at_most is None and measure.at_least is None:
        return None
    left = MARGIN if measure.at_least is None else scale.x(measure.at_least)
    right = WIDTH - MARGIN if measure.at_most is None else scale.x(measure.at_most)
    return left, round(max(right - left, 0.0), 1)


def _title(measure: MeasureRecord) -> str:
    parts = [f"{subject(measure.subject, 60)}: {measured(measure)}"]
    parts += [] if is_exact(measure) else [f"interval {interval(measure)}"]
    parts += [f"limit {limit(measure)}"] if limit(measure) else []
    return ", ".join(parts)
