"""`expectations`: the data misses the Great Expectations suite that is committed beside it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import ClassVar

from auditor.check import Check, Evidence, Family, Finding, Measure, Needs, Skip, Unit, exact
from auditor.evidence.contracts import Rule, beside
from auditor.evidence.gx_suite import AskGreatExpectations
from auditor.stats.estimates import proportion
from auditor_checks.wording import counted

ENDINGS = (".expectations.json",)
NO_SUITE = (
    "no contract: no file ending in .expectations.json lies beside the data; write a suite of Great "
    "Expectations there: json.dump(suite.to_json_dict(), open('<data>.expectations.json', 'w'))"
)


class Expectations(Check):
    """The data misses the Great Expectations suite that is committed beside it.

    The suite says what those who made the data promise to those who train on it. What breaks the promise
    is learned like any other row. Mend the data at its source; loosen an expectation only when the promise
    itself has changed, and commit that change.

    Method: the suite in `path`, or in `<data>.expectations.json` beside the data, as Great Expectations 1.x
    writes it, run through Great Expectations on all rows. Where values are counted, the share of unexpected
    ones is held to 1 - `mostly`; otherwise the expectation holds or not. Severity `critical` decides;
    `warning` and `info` are shown. An expectation that cannot be run is an error.
    """

    id: ClassVar[str] = "expectations"
    family: ClassVar[Family] = Family.CONTRACT
    needs: ClassVar[Needs] = Needs()
    remedy: ClassVar[str] = "Mend the rows that break the suite, or change the suite on purpose."

    path: Path | None = None

    def measure(self, evidence: Evidence) -> Iterator[Measure | Finding | Skip]:
        """One measure an expectation, and the rows that miss it."""
        path = beside(evidence.dataset, ENDINGS) if self.path is None else str(self.path)
        if path is None:
            yield Skip(NO_SUITE, applies=False)
            return
        rules = evidence.ask(AskGreatExpectations(path)).rules
        yield from _of_those_that_only_warn([rule for rule in rules if not rule.binding])
        for rule in rules:
            yield _measured(rule)
            if not rule.kept:
                yield Finding(_subject(rule), _message(rule), rule.broken, rule.rows)


def _of_those_that_only_warn(rules: Sequence[Rule]) -> Iterator[Measure]:
    if len(rules) > 1:  # of one, its own measure says it all
        missed = exact(sum(not rule.kept for rule in rules), len(rules))
        subject = f"of {counted(len(rules), 'expectation')} that only warn"
        yield Measure("not-met", subject, missed, support=len(rules), unit=Unit.NUMBER, note="shown, decides nothing")


def _measured(rule: Rule) -> Measure:
    limit, subject = rule.allowed if rule.binding else None, _subject(rule)
    note = _note(rule)
    if not rule.counted:
        broken = exact(rule.broken, rule.seen)
        return Measure("not-met", subject, broken, limit, support=rule.seen, unit=Unit.NUMBER, note=note)
    if not rule.seen:  # a question of its own: nothing was judged, and that is no pass
        return Measure("nothing-to-judge", subject, proportion(0, 0), at_most=limit, note="no value to judge")
    share = exact(rule.broken / rule.seen, rule.seen)
    return Measure("unexpected-values", subject, share, at_most=limit, support=rule.seen, note=note)


def _subject(rule: Rule) -> str:
    return f"{rule.subject}: {rule.text}"


def _note(rule: Rule) -> str:
    return rule.note if rule.binding else f"{rule.note}: shown, decides nothing"


def _message(rule: Rule) -> str:
    values = f"{rule.broken} of {counted(rule.seen, 'value')} {'is' if rule.broken == 1 else 'are'} unexpected"
    said = values if rule.counted else "not met"
    return f"{said} ({_note(rule)})" if rule.note else said
