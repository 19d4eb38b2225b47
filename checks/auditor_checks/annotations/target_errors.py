"""`target-errors`: numeric labels that a model which has not seen the row finds implausible."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, ClassVar

from auditor.check import Evidence, Family, Finding, LabelIs, Measure, Needs, Role, Share, Skip, Task
from auditor.errors import NotPossible
from auditor_checks.annotations.verification import VerifiedCheck
from auditor_checks.annotations.wrong_labels import WrongLabels

if TYPE_CHECKING:
    from auditor.evidence.residuals import Residuals
    from auditor.evidence.unit_errors import UnitErrors


class TargetErrors(VerifiedCheck):
    """A numeric label is far from what the row's features say.

    A few values that are off by a factor pull a model's fit more than thousands of right ones, and a test set that
    holds them measures them, not the model. Look at the rows listed, the most suspicious first, and correct those
    that are wrong. The rest are rare but right. How well the list works on these data is measured: errors are
    planted in a copy, and the share found is shown. Errors that look like plausible values, or are systematic in
    the features, are found less often, possibly not at all.

    For an outcome or a decision the error rate is not identifiable from this table: the rows listed are
    surprising, not wrong. For an annotation the share can be shown to be too large, never to be small enough, for
    nothing bounds the errors that hide among plausible values: without verified rows, the check does not pass.
    The interval of a verified sample decides.

    Method: out-of-sample predictions of cross-fitted probes (ridge, a radial kernel, boosted trees: those that
    lower the absolute error), fitted to pseudo-values so that wrong targets pull little (Huber 1981), on the
    logarithm where that makes the labels likelier. How far off a prediction usually is, is learned row by row from
    the residuals, so that a noisy region is not all flagged. Right residuals follow a Student t, fitted together
    with a share of wrong values that lie anywhere (Box and Tiao 1968); rows more likely wrong than right are
    flagged, none where the t alone does as well. Labels that heap up where another unit, a decimal place or a
    sign would put them are listed, and counted, as well. The lower end of the interval is the Clopper-Pearson lower
    bound of the flagged share times `assumed_precision`; the flags count only where the probes explain `min_skill`
    of the absolute deviation from the median, and where at least `min_found` of the planted errors of one kind were
    found. The sample to verify is drawn in three strata by suspicion (`sample`: `flagged` puts a third of it on
    flagged rows, for their precision; `sequential` is to be looked at as one goes), of as many rows as a decision
    would take, or `verify_rows`.
    """

    id: ClassVar[str] = "target-errors"
    family: ClassVar[Family] = Family.ANNOTATIONS
    needs: ClassVar[Needs] = Needs(
        roles=frozenset({Role.LABEL}), tasks=frozenset({Task.REGRESSION}), model=True, examples=True
    )
    remedy: ClassVar[str] = "Look at the rows listed, the most suspicious first, and correct those that are wrong."
    when_undecided: ClassVar[str] = "Verify the rows of review.csv and apply the verdicts: a verified sample decides."

    assumed_precision: Share = 0.5
    min_skill: Share = 0.25
    min_found: Share = 0.1

    def measure(self, evidence: Evidence) -> Iterator[Measure | Finding | Skip]:
        """The range in which the share of wrong labels lies, how much is known of it, and the rows to look at."""
        from auditor.evidence.decimals import decimals_of
        from auditor.evidence.planted_targets import AskPlantedTargets
        from auditor.evidence.residuals import AskResiduals
        from auditor.evidence.unit_errors import AskUnitErrors
        from auditor.evidence.verdicts import AskVerdicts

        told = evidence.ask(AskVerdicts())
        try:
            found = evidence.ask(AskResiduals())
        except NotPossible as reason:
            yield from self._unlearned(evidence, told, reason)
            return
        planted = evidence.ask(AskPlantedTargets())
        units = evidence.ask(AskUnitErrors())
        kept = told.kept_rows
        annotation = evidence.dataset.label_is is LabelIs.ANNOTATION
        flagged = {*found.flagged, *(row for one in units for row in one.rows)} - kept
        blind = max((one.found.value for one in planted), default=0.0) < self.min_found
        trusted = annotation and found.skill >= self.min_skill and not blind
        verify = self._to_verify(evidence, told, suspected=trusted)
        yield from self._verified(evidence, told, len(found.rows), verify)
        yield self._share(found, len(flagged), blind, annotation, "" if told.estimate else verify)
        for one in planted:
            yield Measure(
                "planted-errors-found",
                one.kind,
                one.found,
                support=one.found.n,
                note="of errors planted in a copy; systematic errors are found less often, possibly not at all",
            )
        yield from _findings(evidence.dataset.label.name, found, kept, annotation)
        yield from (_unit_finding(one, kept, decimals_of(found.scored.given)) for one in units)

    def _share(self, found: Residuals, flagged: int, blind: bool, annotation: bool, verify: str) -> Measure:
        n = len(found.rows)
        estimate = WrongLabels(
            flagged=flagged,
            disagreeing=n,  # any label may be wrong by a little
            contradicted=0,
            n=n,
            precision=self.assumed_precision if found.skill >= self.min_skill else 0.0,
            identifiable=annotation and not blind,
        )
        return Measure(
            "wrong-labels" if verify else "wrong-labels-unverified",
            "labels a probe could judge",
            estimate,
            at_most=self.max_share if verify else None,
            support=n,
            note=self._note(found, annotation, blind) + (f"; to decide, {verify}" if verify and annotation else ""),
            sampled=False,
        )

    def _note(self, found: Residuals, annotation: bool, blind: bool) -> str:
        if not annotation:
            return "the error rate is not identifiable from this table: the label is no annotation of the row"
        if blind:
            return f"fewer than {self.min_found:.0%} of the errors planted in a copy were found: nothing is known"
        hidden = "nothing bounds the errors that hide among plausible values"
        if found.skill < self.min_skill:
            return (
                f"the features explain only {found.skill:.0%} of the deviation from the median: too little to hold"
                f" the flags against the labels; {hidden}"
            )
        return f"assumes that at least {self.assumed_precision:.0%} of the flagged rows are wrong; {hidden}"


def _findings(label: str, found: Residuals, kept: frozenset[int], annotation: bool) -> Iterator[Finding]:
    from auditor.evidence.decimals import decimals_of, rounded

    scored = found.scored
    at = [place for place in scored.flagged.tolist() if int(found.rows[place]) not in kept]
    if not at:
        return
    places = decimals_of(scored.given)
    details: dict[str, Sequence[str | float | int | None]] = {
        "given": scored.given[at].tolist(),
        "suggested": [rounded(value, places) for value in scored.predicted[at].tolist()],
        "from": _short(scored.low[at].tolist()),
        "to": _short(scored.high[at].tolist()),
        "probability": [round(chance, 4) for chance in scored.chance[at].tolist()],
    }
    kind = "likely wrong" if annotation else "surprising"
    rows = tuple(found.rows[at].tolist())
    yield Finding(label, f"{kind} values, the most suspicious first", len(rows), rows, details)


def _unit_finding(one: UnitErrors, kept: frozenset[int], places: int | None) -> Finding:
    from auditor.evidence.decimals import rounded

    at = [place for place, row in enumerate(one.rows) if row not in kept]
    details: dict[str, Sequence[str | float | int | None]] = {
        "given": [one.given[place] for place in at],
        "suggested": [rounded(one.suggested[place], places) for place in at],
    }
    rows = tuple(one.rows[place] for place in at)
    return Finding(one.conversion.name, "values that look like the right ones so converted", len(rows), rows, details)


def _short(values: Sequence[float]) -> list[float]:
    """Six digits: more would feign a precision that no prediction has."""
    return [float(f"{value:.6g}") for value in values]
