"""Is what a check yielded fit to be decided and written down? A plugin's slip must not bring the audit down."""

from __future__ import annotations

import math
from numbers import Integral, Real
from operator import index
from typing import Any

from auditor.check import Finding, Measure, Slice, Unit
from auditor.stats.estimates import Estimate, is_ours


def check_measure(measure: Measure) -> None:
    """Raise TypeError or ValueError, saying what is wrong, unless the measure can be decided and shown."""
    _check_subject(measure.name, measure.subject)
    estimate = measure.estimate
    if not is_ours(estimate):
        _check_bounds(measure.name, estimate)
    for limit in (measure.at_most, measure.at_least):
        if limit is not None and (not isinstance(limit, Real) or math.isnan(limit)):
            raise ValueError(f"a limit of {measure.name!r} is no number but {limit!r}")
    _check_count(f"the n of {measure.name!r}", estimate.n)
    _check_count(f"the support of {measure.name!r}", measure.support)
    if not (isinstance(measure.unit, Unit) and isinstance(measure.note, str) and isinstance(estimate.method, str)):
        raise TypeError(f"unit, note or method of {measure.name!r} are not what they must be")


def _check_bounds(of: str, estimate: Estimate) -> None:
    low, high = estimate.bounds(0.95)
    for name, value in (("value", estimate.value), ("lower bound", low), ("upper bound", high)):
        if not isinstance(value, Real):
            raise TypeError(f"the {name} of {of!r} is no number but {value!r}")
    if low > high:
        raise ValueError(f"the bounds of {of!r} are upside down: {low} to {high}")


def check_finding(finding: Finding, rows: int) -> None:
    """Raise TypeError or ValueError unless the finding speaks of rows that there are: 0 to `rows` - 1."""
    _check_subject(finding.message, finding.subject)
    _check_count(f"the count of {finding.message!r}", finding.count)
    named = [index(row) for row in finding.rows]
    if named and not 0 <= min(named) <= max(named) < rows:
        wrong = min(named) if min(named) < 0 else max(named)
        raise ValueError(f"{finding.message!r} names row {wrong}, but the rows are 0 to {rows - 1}")
    for name, values in finding.details.items():
        if not isinstance(name, str) or len(values) != len(named):
            raise ValueError(f"the detail {name!r} of {finding.message!r} is not aligned with its rows")


def _check_subject(name: Any, subject: Any) -> None:
    told = [part for pair in subject.where for part in pair] if isinstance(subject, Slice) else [subject]
    for text in (name, *told):
        if not isinstance(text, str):
            raise TypeError(f"what names a measure or finding must be text, not {text!r}")


def _check_count(what: str, value: Any) -> None:
    if not isinstance(value, Integral) or value < 0:
        raise ValueError(f"{what} is no count but {value!r}")
