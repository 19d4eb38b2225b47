"""`expectations`: the data misses the Great Expectations suite that is committed beside it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import ClassVar

from auditor.check import Check, Evidence, Family, Finding, Measure, Needs, Skip, Unit, exact
from auditor.evidence.contracts import Force, Rule, beside
from auditor.stats.estimates import proportion
from auditor_checks.wording import counted

_SAID = {Force.WARNS: "only warned of", Force.SHOWN: "shown, decides nothing"}
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
    ones is held to 1 - `mostly`; otherwise the expectation holds or not. Severity `critical` decides; `warning`
    is warned of (`--fail-on warning` stops on it); `info`, and what `mostly = 0` lets pass, is shown. An
    expectation that cannot be run is an error.
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
        from auditor.evidence.gx_suite import AskGreatExpectations

        for rule in evidence.ask(AskGreatExpectations(path)).rules:
            yield _measured(rule)
            if not rule.kept:
                yield Finding(_subject(rule), _message(rule), rule.broken, rule.rows)


def _measured(rule: Rule) -> Measure:
    share, seen = exact(rule.broken / rule.seen if rule.seen else 0.0, rule.seen), rule.seen
    measure = Measure(
        "unexpected-values",
        _subject(rule),
        share,
        at_most=None if rule.force is Force.SHOWN else rule.allowed,
        support=seen,
        note=_note(rule),
        warns=rule.force is Force.WARNS,
    )
    if not rule.counted:
        return replace(measure, name="not-met", estimate=exact(rule.broken, seen), unit=Unit.NUMBER)
    if not seen:  # a question of its own: nothing was judged, and that is no pass
        return replace(measure, name="nothing-to-judge", estimate=proportion(0, 0), note="no value to judge")
    return measure


def _subject(rule: Rule) -> str:
    return f"{rule.subject}: {rule.text}"


def _note(rule: Rule) -> str:
    return rule.note if rule.force is Force.BINDS else f"{rule.note}: {_SAID[rule.force]}"


def _message(rule: Rule) -> str:
    values = f"{rule.broken} of {counted(rule.seen, 'value')} {'is' if rule.broken == 1 else 'are'} unexpected"
    said = values if rule.counted else "not met"
    return f"{said} ({_note(rule)})" if rule.note else said
