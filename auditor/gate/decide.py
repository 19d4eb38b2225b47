"""All measures of a run, decided together.

*Fail* is a claim that any one measure may carry, so the claims of a family are corrected together (Holm 1979,
5 %). *Pass* needs every measure to hold, so each is tested at 5 % uncorrected (intersection-union test, Berger
1982). What neither can be said of is *undecided*.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from auditor.check import Measure
from auditor.gate.outcomes import Outcome
from auditor.stats.detectable import rows_to_decide
from auditor.stats.estimates import is_exact
from auditor.stats.multiplicity import holm
from auditor.stats.pvalues import p_above, p_below

ALPHA = 0.05
#: A check passes if the passing measures cover this share of the rows, for each question it asks.
ENOUGH_SUPPORT = 0.95


class Status(StrEnum):
    """What came of a check."""

    PASS = "pass"
    FAIL = "fail"
    UNDECIDED = "undecided"
    SKIPPED = "skipped"
    ERROR = "error"


@dataclass(frozen=True, slots=True)
class Decided:
    """A measure and what can be said of it; `p_fail` is corrected within its family."""

    measure: Measure
    status: Status | None  # None: it has no limit and is only shown
    p_fail: float | None = None
    rows_to_decide: int | None = None


@dataclass(frozen=True, slots=True)
class Result:
    """A check's outcome with its measures decided."""

    outcome: Outcome
    status: Status
    reason: str
    decided: tuple[Decided, ...] = ()
    supported: float | None = None


def decide(outcomes: Sequence[Outcome]) -> list[Result]:
    """Decide every measure of the run, then every check."""
    families: dict[str, list[Measure]] = {}
    for outcome in outcomes:
        claims = families.setdefault(outcome.configured.check.family, [])
        claims += (m for m in outcome.measures if _is_claim(m))
    corrected: dict[int, float] = {}
    for claims in families.values():
        adjusted = holm([p_fail(measure) for measure in claims])
        corrected |= {id(measure): p for measure, p in zip(claims, adjusted, strict=True)}
    return [_result(outcome, corrected) for outcome in outcomes]


def p_fail(measure: Measure) -> float:
    """The p-value of the claim that the limit is passed; of a band's two claims, the stronger, doubled."""
    sides = []
    if measure.at_most is not None:
        sides.append(p_above(measure.estimate, measure.at_most))
    if measure.at_least is not None:
        sides.append(p_below(measure.estimate, measure.at_least))
    return min(1.0, min(sides) * len(sides))


def p_pass(measure: Measure) -> float:
    """The p-value of the claim that the limit holds; of a band, both sides must."""
    sides = []
    if measure.at_most is not None:
        sides.append(_within(measure, measure.at_most, below=True))
    if measure.at_least is not None:
        sides.append(_within(measure, measure.at_least, below=False))
    return max(sides)


def _within(measure: Measure, limit: float, below: bool) -> float:
    """A fact that meets its limit holds it; for an estimate the limit must be cleared."""
    if is_exact(measure.estimate):
        return float(measure.estimate.value > limit if below else measure.estimate.value < limit)
    return p_below(measure.estimate, limit) if below else p_above(measure.estimate, limit)


def _has_limit(measure: Measure) -> bool:
    return measure.at_most is not None or measure.at_least is not None


def _is_claim(measure: Measure) -> bool:
    return _has_limit(measure) and not is_exact(measure.estimate)


def _decided(measure: Measure, corrected: dict[int, float]) -> Decided:
    if not _has_limit(measure):
        return Decided(measure, None)
    p = corrected[id(measure)] if id(measure) in corrected else p_fail(measure)
    if p <= ALPHA:
        return Decided(measure, Status.FAIL, p)
    if p_pass(measure) <= ALPHA:
        return Decided(measure, Status.PASS, p)
    return Decided(measure, Status.UNDECIDED, p, _rows_to_decide(measure))


def _rows_to_decide(measure: Measure) -> int | None:
    if not measure.sampled:
        return None
    limits = [limit for limit in (measure.at_most, measure.at_least) if limit is not None]
    needed = [rows_to_decide(measure.estimate, limit, alpha=ALPHA) for limit in limits]
    return None if any(rows is None for rows in needed) else max(rows for rows in needed if rows is not None)


def _result(outcome: Outcome, corrected: dict[int, float]) -> Result:
    decided = tuple(_decided(measure, corrected) for measure in outcome.measures)
    if outcome.error is not None:
        return Result(outcome, Status.ERROR, outcome.error, decided)
    if outcome.skip is not None:
        return Result(outcome, Status.SKIPPED, outcome.skip.reason, decided)
    held = [d for d in decided if d.status is not None]
    if not held:
        return Result(outcome, Status.UNDECIDED, "nothing could be measured", decided)
    supported = support(held)
    failed = sum(d.status is Status.FAIL for d in held)
    if failed:
        return Result(outcome, Status.FAIL, f"{failed} of {len(held)} measures past the limit", decided, supported)
    if supported >= ENOUGH_SUPPORT:
        return Result(outcome, Status.PASS, _passed(held), decided, supported)
    open_ones = sum(d.status is Status.UNDECIDED for d in held)
    return Result(
        outcome,
        Status.UNDECIDED,
        f"{open_ones} of {len(held)} measures cannot be decided",
        decided,
        supported,
    )


def _passed(held: Sequence[Decided]) -> str:
    small = sum(d.status is Status.UNDECIDED for d in held)
    within = f"{len(held) - small} of {len(held)} measures within the limit"
    return f"{within}; {small} speak for too few rows to be decided" if small else within


def support(held: Iterable[Decided]) -> float:
    """The share of the rows that passing measures speak for, in the question that is answered least."""
    asked: dict[tuple[str, ...], list[int]] = {}
    for one in held:
        passing = one.measure.support if one.status is Status.PASS else 0
        sums = asked.setdefault(one.measure.question, [0, 0])
        sums[0] += passing
        sums[1] += one.measure.support
        if one.measure.support == 0 and one.status is not Status.PASS:
            return 0.0  # a measure that speaks for nothing in particular must itself be answered
    return min((passing / total if total else 1.0 for passing, total in asked.values()), default=math.nan)
