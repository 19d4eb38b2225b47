"""All measures of a run, decided together.

*Fail* is a claim that any one measure may carry, so the claims of a family are corrected together (Holm 1979,
5 %). *Pass* needs every measure to hold, so each is tested at 5 % uncorrected (intersection-union test, Berger
1982). What neither can be said of is *undecided*.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from auditor.check import Measure
from auditor.gate.outcomes import Outcome
from auditor.stats.detectable import rows_to_decide
from auditor.stats.estimates import is_exact
from auditor.stats.multiplicity import holm
from auditor.stats.pvalues import p_above, p_below, surely_above, surely_below

ALPHA = 0.05
_HALF = 0.49  # a level must be less than a half
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
    """A measure and what can be said of it; `p_fail` is corrected within its family, among so many `claims`."""

    measure: Measure
    status: Status | None  # None: it has no limit and is only shown
    p_fail: float | None = None
    claims: int = 0

    @property
    def rows_to_decide(self) -> int | None:
        """About how many rows it would take; worked out when it is asked for, which few of many measures are."""
        return _rows_to_decide(self.measure, self.claims) if self.status is Status.UNDECIDED else None


@dataclass(frozen=True, slots=True)
class Result:
    """A check's outcome with its measures decided."""

    outcome: Outcome
    status: Status
    reason: str
    decided: tuple[Decided, ...] = ()
    supported: float | None = None
    warned: int = 0  # measures past the limit that only warn


def decide(outcomes: Sequence[Outcome]) -> list[Result]:
    """Decide every measure of the run, then every check."""
    tested = [_tested(outcome) for outcome in outcomes]
    families: dict[str, list[_Test]] = {}
    for outcome, tests in tested:
        claims = families.setdefault(outcome.configured.check.family, [])
        claims += (test for test in tests if _is_claim(test.measure))
    corrected: dict[int, float] = {}
    for claims in families.values():
        adjusted = holm([test.fail for test in claims])
        corrected |= {id(test): p for test, p in zip(claims, adjusted, strict=True)}
    return [
        _result(outcome, tests, corrected, len(families[outcome.configured.check.family])) for outcome, tests in tested
    ]


@dataclass(frozen=True, slots=True)
class _Test:
    """A measure with the p-value of the claim that it is past its limit, and whether the limit holds for sure."""

    measure: Measure
    fail: float = 1.0
    holds: bool = False


def _tested(outcome: Outcome) -> tuple[Outcome, list[_Test]]:
    """Put every measure to its tests. A plugin's estimate that cannot be tested is an error of its check."""
    try:
        return outcome, [
            _Test(m, p_fail(m) if m.can_fail else 1.0, holds(m)) if _has_limit(m) else _Test(m)
            for m in outcome.measures
        ]
    except Exception as problem:  # noqa: BLE001  # foreign code: bounds() may raise anything
        error = f"its measures cannot be decided: {type(problem).__name__}: {problem}"
        return replace(outcome, measures=(), error=outcome.error or error), []


def p_fail(measure: Measure) -> float:
    """The p-value of the claim that the limit is passed; of a band's two claims, the stronger, doubled."""
    estimate, above, below = measure.estimate, measure.at_most, measure.at_least
    if above is not None and below is not None:
        # A p-value of a half or more comes to 1 when doubled: most are, and need not be worked out.
        above = above if surely_above(estimate, above, _HALF) else None
        below = below if surely_below(estimate, below, _HALF) else None
    sides = [] if above is None else [p_above(estimate, above)]
    sides += [] if below is None else [p_below(estimate, below)]
    band = measure.at_most is not None and measure.at_least is not None
    return min((1.0, *((1 + band) * p for p in sides)))


def holds(measure: Measure, alpha: float = ALPHA) -> bool:
    """Whether the limit holds for sure at the one-sided level `alpha`; of a band, both sides must.

    A fact that meets its limit holds it; for an estimate the limit must be cleared, by the pooled one where a small
    slice borrows from the others.
    """
    estimate, at_most, at_least = measure.pooled or measure.estimate, measure.at_most, measure.at_least
    if is_exact(estimate):
        value = estimate.value
        return (at_most is None or value <= at_most) and (at_least is None or value >= at_least)
    return (at_most is None or surely_below(estimate, at_most, alpha)) and (
        at_least is None or surely_above(estimate, at_least, alpha)
    )


def _has_limit(measure: Measure) -> bool:
    return measure.at_most is not None or measure.at_least is not None


def _is_claim(measure: Measure) -> bool:
    return _has_limit(measure) and measure.can_fail and not measure.warns and not is_exact(measure.estimate)


def _decided(test: _Test, p: float, claims: int) -> Decided:
    if not _has_limit(test.measure):
        return Decided(test.measure, None)
    if p <= ALPHA:
        return Decided(test.measure, Status.FAIL, p)
    if test.holds and test.measure.estimate.n:  # what was counted over nothing holds no limit
        return Decided(test.measure, Status.PASS, p)
    return Decided(test.measure, Status.UNDECIDED, p, claims)


def _rows_to_decide(measure: Measure, claims: int) -> int | None:
    """The rows it would take, at the value it has: past a limit, to carry that among all claims of the family."""
    if not measure.sampled:
        return None
    value, limits = measure.estimate.value, [m for m in (measure.at_most, measure.at_least) if m is not None]
    above = measure.at_most is not None and value > measure.at_most
    below = measure.at_least is not None and value < measure.at_least
    alpha = ALPHA / (max(claims, 1) * len(limits)) if above or below else ALPHA
    try:
        needed = [rows_to_decide(measure.estimate, limit, alpha=alpha) for limit in limits]
    except Exception:  # noqa: BLE001  # foreign code: bounds_if() may raise anything; it is only a hint
        return None
    known = [rows for rows in needed if rows is not None]
    # Where the rows there are would do, something else is in the way: the slice is too small to carry a claim.
    return max(known) if len(known) == len(limits) and max(known) > measure.estimate.n else None


def _result(outcome: Outcome, tests: Sequence[_Test], corrected: dict[int, float], claims: int) -> Result:
    decided = tuple(_decided(test, corrected.get(id(test), test.fail), claims) for test in tests)
    if outcome.error is not None:
        return Result(outcome, Status.ERROR, outcome.error, decided)
    held = [d for d in decided if d.status is not None and not d.measure.warns]
    failed = sum(d.status is Status.FAIL for d in held)
    if outcome.skip is not None and not failed:  # what failed for sure is not undone by what could not be asked
        return Result(outcome, Status.SKIPPED, outcome.skip.reason, decided)
    warned = sum(d.status is Status.FAIL and d.measure.warns for d in decided)
    status, reason, supported = _concluded(held, failed, bool(decided))
    told = f"{reason}; {warned} only warned of" if warned else reason
    return Result(outcome, status, told, decided, supported, warned)


def _concluded(held: Sequence[Decided], failed: int, measured: bool) -> tuple[Status, str, float | None]:
    """What comes of the measures that bind: the status, why, and the share of the rows they speak for."""
    if not held:
        nothing = "nothing is held to a limit that could fail" if measured else "nothing could be measured"
        return Status.UNDECIDED, nothing, None
    supported = support(held)
    if failed:
        return Status.FAIL, f"{_of(failed, held)}past the limit", supported
    if supported >= ENOUGH_SUPPORT:
        return Status.PASS, _passed(held), supported
    open_ones = sum(d.status is Status.UNDECIDED for d in held)
    return Status.UNDECIDED, f"{_of(open_ones, held)}cannot be decided", supported


def _of(some: int, held: Sequence[Decided]) -> str:
    """How many of the measures; where there is only one, that goes without saying."""
    return "" if len(held) == 1 else f"{some} of {len(held)} measures "


def _passed(held: Sequence[Decided]) -> str:
    small = sum(d.status is Status.UNDECIDED for d in held)
    within = f"{_of(len(held) - small, held)}within the limit"
    speak = "speaks" if small == 1 else "speak"
    return f"{within}; {small} {speak} for too few rows to be decided" if small else within


def support(held: Iterable[Decided]) -> float:
    """The share of the rows that passing measures speak for, in the question that is answered least.

    A measure with no rows to speak for (its support is 0) stands for itself: unless it passes, the share is 0.
    """
    asked: dict[tuple[str, ...], list[int]] = {}
    for one in held:
        passing = one.measure.support if one.status is Status.PASS else 0
        sums = asked.setdefault(one.measure.question, [0, 0])
        sums[0] += passing
        sums[1] += one.measure.support
        if one.measure.support == 0 and one.status is not Status.PASS:
            return 0.0
    return min((passing / total if total else 1.0 for passing, total in asked.values()), default=math.nan)
