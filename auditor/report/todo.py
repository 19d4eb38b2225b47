"""What to do next, in a few sentences a product manager understands."""

from __future__ import annotations

from collections.abc import Sequence

from auditor.check import Family
from auditor.gate.decide import Result, Status
from auditor.gate.policy import Verdict
from auditor.plugins import Broken
from auditor.stats.written import about

_MOST = 8
#: Times the rows there are: nobody collects more to settle one question.
_WITHIN_REACH = 30
_ASKED = 50


def todo(
    results: Sequence[Result], broken: Sequence[Broken], verdict: Verdict, leading: Family | None = None
) -> tuple[str, ...]:
    """One sentence for each thing that blocks, must not be overlooked or could not be decided.

    The most pressing comes first: what broke off, then what the findings ask for themselves, then what failed; of
    the `leading` family before the others.
    """
    results = sorted(results, key=lambda result: _family(result) is not leading)
    said = [f"Mend or uninstall the plugin {one.name!r} of {one.distribution}: {one.problem}." for one in broken]
    said += [_sentence(result) for result in results if result.status is Status.ERROR]
    said += [sentence for result in results if (sentence := _asked_for(result))]
    said += [_sentence(result) for result in sorted(results, key=_only_warns) if result.status is Status.FAIL]
    said += [f"{demand[0].upper()}{demand[1:]}." for demand in verdict.unmet]
    said += [sentence for result in results if (sentence := _more_rows(result))]
    more = len(said) - _MOST
    return (*said[:_MOST], f"And {more} more: see the checks below.") if more > 0 else tuple(said)


def _family(result: Result) -> Family:
    return result.outcome.configured.check.family


def _asked_for(result: Result) -> str:
    """What the findings of a check ask for, whatever became of it: the first of them, and how many more do."""
    asking = [finding.todo for finding in result.outcome.findings if finding.todo]
    if not asking:
        return ""
    more = f" and {len(asking) - 1} more like it" if len(asking) > 1 else ""
    return f"{asking[0].removesuffix('.')} ({result.outcome.configured.check.id}{more})."


def _only_warns(result: Result) -> bool:
    return result.outcome.configured.level == "warn"


def _sentence(result: Result) -> str:
    check_id = result.outcome.configured.check.id
    if result.status is Status.ERROR:
        return f"{check_id} could not be completed: {result.reason.removesuffix('.')}."
    failed = [d.measure for d in result.decided if d.status is Status.FAIL]
    more = f" and {len(failed) - 1} more" if len(failed) > 1 else ""
    what = f"{check_id}: {failed[0].name.replace('-', ' ')} of {failed[0].subject}{more}"
    remedy = result.outcome.configured.check.remedy or "Mend what this check found, or change its limit on purpose."
    return f"{remedy.removesuffix('.')} ({what})."


def _more_rows(result: Result) -> str:
    """What it would take to decide an undecided check: what it says itself, or the rows that settle its open slices."""
    if result.status is not Status.UNDECIDED:
        return ""
    check = result.outcome.configured.check
    if check.when_undecided:
        return f"{check.when_undecided.removesuffix('.')} ({check.id})."
    open_ones = [d for d in result.decided if d.status is Status.UNDECIDED]
    asked = sorted(open_ones, key=lambda d: -d.measure.support)[:_ASKED]  # to work it out for all would take long
    needed = [(rows / max(d.measure.estimate.n, 1), d.measure, rows) for d in asked if (rows := d.rows_to_decide)]
    within = [one for one in needed if one[0] <= _WITHIN_REACH]
    if not within:
        return ""
    _, measure, rows = max(within, key=lambda one: one[0])
    more = f" and {len(open_ones) - 1} more" if len(open_ones) > 1 else ""
    return (
        f"{check.id} cannot be told for {measure.subject}{more}: it would take {about(rows)} rows in what is"
        f" compared, and there are {measure.estimate.n:,}."
    )
