"""What people are to verify, and what came of it: for the checks that flag rows."""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum
from typing import TYPE_CHECKING

from pydantic import PositiveInt

from auditor.check import SINGLE_CLASS, Check, Evidence, Measure, Share, Skip, Slice
from auditor.errors import NotPossible
from auditor.stats.written import percent
from auditor_checks.wording import counted

if TYPE_CHECKING:
    from auditor.evidence.review import Plan
    from auditor.evidence.verdicts import Verdicts

#: The share of the sample that is drawn from the flagged rows, where their precision is asked for.
_ON_FLAGGED = 1 / 3
_STRADDLES = 0.9
#: Classes and annotators whose verified errors are shown.
_PARTS = 20


class Sample(StrEnum):
    """How the rows to verify are drawn."""

    STRATA = "strata"  # so many, in proportion, more and less suspicious ones apart
    FLAGGED = "flagged"  # the same, a third of them flagged ones
    SEQUENTIAL = "sequential"  # as many as one likes, one by one, each equally likely


class VerifiedCheck(Check):
    """A check whose flags a person reviews, and whose answer a verified sample gives."""

    max_share: Share = 0.05
    verify_rows: PositiveInt | None = None
    sample: Sample = Sample.STRATA

    def _to_verify(self, evidence: Evidence, told: Verdicts, suspected: bool) -> str:
        """Have the sample drawn that is written beside the report, and say what it would take to decide.

        `suspected` says that the flags tell how many labels are wrong; NotPossible as for a review.
        """
        from auditor.evidence.review import MOST_IN_ORDER, SAMPLE_SIZE, AskPlan, AskReview, AskStrata

        if self.sample is Sample.SEQUENTIAL:
            size = self.verify_rows or MOST_IN_ORDER
            evidence.ask(AskReview(size, in_order=True, check=self.id))
            return "verify rows in the order of review.csv, until it is decided"
        plan = evidence.ask(AskPlan(self.max_share, _rate(told))) if suspected else None
        size = self.verify_rows or (plan and plan.rows) or SAMPLE_SIZE
        on_flagged = _ON_FLAGGED if self.sample is Sample.FLAGGED else None
        evidence.ask(AskReview(size, on_flagged=on_flagged, check=self.id))
        size = min(size, len(evidence.ask(AskStrata()).rows))
        return f"verify {counted(size, 'row')}" + (f" ({_prospect(plan, size)})" if plan else "")

    def _verified(self, evidence: Evidence, told: Verdicts, judged: int, verify: str) -> Iterator[Measure]:
        """What people found in the random sample: it takes the place of every assumption. Nothing without one."""
        if told.estimate is None:
            return
        corrected = f"; {counted(told.corrected, 'row')} corrected since" if told.corrected else ""
        low, high = told.estimate.bounds(_STRADDLES)
        if not told.strata:
            verify = "go on in the same review.csv, and apply it again"
        still = f"to decide, {verify}" if low <= self.max_share <= high else ""
        said = f"{counted(told.sample_size, 'row')} drawn at random were verified{corrected}"
        yield Measure(
            "wrong-labels",
            "all labels, from those verified",
            told.estimate,
            at_most=self.max_share,
            support=judged,
            note="; ".join(part for part in (said, *told.notes, still) if part),
            sampled=False,
        )
        if told.any_wrong is not None:
            yield Measure(
                "rows-with-a-wrong-label",
                "all rows, from those verified",
                told.any_wrong,
                support=judged,
                note="wrong is a row of which any label is",
                sampled=False,
            )
        if told.precision is not None:
            yield Measure(
                "wrong-among-flagged",
                "rows flagged when the sample was drawn, from those verified",
                told.precision,
                support=told.precision.n,
                note="the precision of the flags",
                sampled=False,
            )
        yield from self._by_part(evidence)

    def _by_part(self, evidence: Evidence) -> Iterator[Measure]:
        """Which classes' labels, and whose, people found wrong in the sample; the most often wrong first."""
        from auditor.evidence.verified_parts import AskVerifiedParts

        roles, single = evidence.dataset.roles, evidence.dataset.task in SINGLE_CLASS
        for by in (*((roles.label,) * single), *((name,) for name in roles.annotator)):
            try:
                rates = evidence.ask(AskVerifiedParts(by))
            except NotPossible:
                return
            worst_first = sorted(rates.items(), key=lambda item: -(item[1].value if item[1].value >= 0 else 0.0))
            for name, rate in worst_first[:_PARTS]:
                yield Measure(
                    "verified-errors",
                    Slice(tuple(zip(by, name, strict=True))),
                    rate,
                    support=rate.n,
                    note=f"of {counted(rate.n, 'verified row')}, as the labels were when the sample was drawn",
                    sampled=False,
                )

    def _unlearned(self, evidence: Evidence, told: Verdicts, reason: NotPossible) -> Iterator[Measure | Skip]:
        """Where no probe tells anything of the labels, a person still can."""
        from auditor.evidence.review import AskStrata

        try:
            verify = self._to_verify(evidence, told, suspected=False)
        except NotPossible:
            yield Skip(str(reason))
            return
        yield from self._verified(evidence, told, len(evidence.ask(AskStrata()).rows), verify)
        if told.estimate is None:
            yield Skip(f"{reason}; to decide, {verify}")


def _rate(told: Verdicts) -> float | None:
    """The share of wrong labels that verified rows have told; None where none have, or nobody could tell."""
    value = None if told.estimate is None else told.estimate.value
    return value if value == value else None


def _prospect(plan: Plan, size: int) -> str:
    from auditor.evidence.review import MOST

    share = f"about {percent(plan.suspected)}"
    if plan.rows is None:
        return f"even {MOST} may not decide: {share} seem wrong, near the limit"
    if plan.rows > size:
        return f"a decision would take about {plan.rows}, if {share} are wrong, as it seems"
    return f"enough for a decision if {share} are wrong, as it seems"
