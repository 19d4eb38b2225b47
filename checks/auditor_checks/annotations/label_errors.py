"""`label-errors`: labels that a model which has not seen the row finds implausible."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, ClassVar, TypeAlias

from auditor.check import (
    CLASSIFICATION,
    LABELED,
    Evidence,
    Family,
    Finding,
    LabelIs,
    Measure,
    Needs,
    Role,
    Share,
    Skip,
    Task,
)
from auditor.errors import NotPossible
from auditor_checks.annotations import label_sets, steps
from auditor_checks.annotations.verification import VerifiedCheck
from auditor_checks.annotations.wrong_labels import WrongLabels
from auditor_checks.wording import counted

if TYPE_CHECKING:
    from auditor.evidence.multilabel import LabelSuspicion
    from auditor.evidence.suspicion import Suspicion

_MIXED_UP = 5  # pairs of classes that are shown
_OF_PLANTED = (
    "of errors planted in a copy, flagged as these data are; systematic or hard errors are found less often, possibly"
    " not at all"
)
_NOT_MISLED = "too hopeful, for the model behind your probabilities was not fitted to them"
_OUT_OF_SAMPLE = "; your probabilities are taken to be out of sample"

Judged: TypeAlias = "Suspicion | LabelSuspicion"


class LabelErrors(VerifiedCheck):
    """A label contradicts what the row's features say.

    A model trained on wrong labels repeats them, and a test set with wrong labels hides it. Look at the rows
    listed, the most suspicious first, and relabel those that are wrong. About half of what such lists hold is
    usually wrong; the other half are rare but right. Errors are planted in a copy, and the share found is shown: a
    rough guide to what the list holds of errors made at random. Errors that are systematic, or
    hard to see in the features, are found less often than planted ones, possibly not at all.

    For an outcome or a decision the error rate is not identifiable from this table: the rows listed are
    surprising, not wrong, and the check stays undecided.

    Where a row may have several labels, each label is a yes-or-no question, and the share is that of the decisions
    (row by label). The list says which labels to add to a row and which to remove.

    Method: out-of-sample probabilities of cross-fitted probes (logistic regression, naive Bayes, a radial
    kernel, combinations of columns, boosted trees: those that lower the log loss), pooled, calibrated and fitted
    together with the rate of wrong labels of each class that makes the given labels likeliest (forward
    correction; Patrini et al. 2017). Rows whose label is more likely wrong than right are flagged. The other rows are
    ranked by that chance, or by what a plain linear model holds against labels that strong ones have learned as the
    truth (errors that fill a slice), or by the margin of another class, if that is more. The interval is no sampling
    interval. Its lower end is the Clopper-Pearson lower bound of the flagged share times
    `assumed_precision` (at least half of what was flagged in ten benchmark test sets was wrong; Northcutt,
    Athalye and Mueller 2021), or what identical rows with different labels prove, if that is more; the flags
    count only where probes explain `min_skill` of what the commonest class leaves unexplained (the lambda of
    Goodman and Kruskal 1954). Its upper end is that of all disagreement, which holds if errors are not systematic
    in the features. Where less than `min_found` of the planted errors were found, nothing is known. A verified
    sample replaces all assumptions: its interval decides. It is drawn in three strata by suspicion (`sample`:
    `flagged` puts a third of it on flagged rows, for their precision; `sequential` is to be looked at as one goes),
    of as many rows as a decision would take, or `verify_rows`. Your own out-of-sample probabilities (`--pred-probs`)
    stand in for the probes, calibrated in the same way. Several labels a row: a pool of probes for each label, and
    a row as suspicious as the moving average of its labels, which is nearly the worst of them (Thyagarajan et al.
    2022); the bounds count each row once. Ordered classes: the rows are ranked by the steps that a label is
    expected to be off (mean absolute error; Baccianella, Esuli and Sebastiani 2009), and those likely two or more
    steps off are listed first: neighbours are often confused with reason. The bounds know no distance.
    """

    id: ClassVar[str] = "label-errors"
    family: ClassVar[Family] = Family.ANNOTATIONS
    needs: ClassVar[Needs] = Needs(
        roles=frozenset({Role.LABEL}),
        tasks=CLASSIFICATION,
        not_yet=LABELED - CLASSIFICATION,
        model=True,
        examples=True,
    )
    remedy: ClassVar[str] = "Look at the rows listed, the most suspicious first, and relabel those that are wrong."
    when_undecided: ClassVar[str] = "Verify the rows of review.csv and apply the verdicts: a verified sample decides."

    assumed_precision: Share = 0.5
    min_skill: Share = 0.5
    min_found: Share = 0.1

    def measure(self, evidence: Evidence) -> Iterator[Measure | Finding | Skip]:
        """The range in which the share of wrong labels lies, how much is known of it, and the rows to look at."""
        from auditor.evidence.multilabel import AskLabelSuspicion, LabelSuspicion
        from auditor.evidence.planted import AskPlanted
        from auditor.evidence.planted_sets import AskPlantedLabels
        from auditor.evidence.suspicion import AskSuspicion, Suspicion, not_learned
        from auditor.evidence.verdicts import AskVerdicts

        several = evidence.dataset.task is Task.MULTILABEL
        told = evidence.ask(AskVerdicts())
        try:
            found: Judged = evidence.ask(AskLabelSuspicion()) if several else evidence.ask(AskSuspicion())
        except NotPossible as reason:
            yield from self._unlearned(evidence, told, reason)
            return
        if isinstance(found, Suspicion) and not found.learned:
            yield from self._unlearned(evidence, told, not_learned(evidence))
            return
        planted = evidence.ask(AskPlantedLabels()) if several else evidence.ask(AskPlanted())
        annotation = evidence.dataset.label_is is LabelIs.ANNOTATION
        found = found.without(told.kept_rows)
        blind = bool(planted) and max(one.at_best for one in planted) < self.min_found
        apt = found.skill >= self.min_skill
        verify = self._to_verify(evidence, told, suspected=annotation and apt and not blind)
        yield from self._verified(evidence, told, found.judged, verify)
        yield self._share(evidence, found, blind, annotation, "" if told.estimate else verify)
        if found.unlearned:
            yield self._unjudged(found)
        for one in planted:
            yield Measure(
                "planted-errors-found",
                one.kind,
                one.found,
                support=one.found.n,
                note=_OF_PLANTED if one.refitted else f"{_NOT_MISLED}; {_OF_PLANTED}",
            )
        yield _in_clearest_rows(found)
        if isinstance(found, LabelSuspicion):
            yield from label_sets.findings(found, annotation)
        else:
            yield from _findings(found, annotation)

    def _share(self, evidence: Evidence, found: Judged, blind: bool, annotation: bool, verify: str) -> Measure:
        apt = found.skill >= self.min_skill
        contradicted = evidence.duplicates.contradicted if annotation else 0
        estimate = WrongLabels(
            flagged=found.flagged,
            disagreeing=found.disagreeing,
            contradicted=contradicted,
            n=found.judged,
            precision=self.assumed_precision if apt else 0.0,
            identifiable=annotation and not blind,
            together=found.together,
        )
        own = evidence.dataset.pred_probs
        return Measure(
            "wrong-labels" if verify else "wrong-labels-unverified",
            f"{_kind_of(found)} a probe could judge" if own is None else "labels your probabilities speak of",
            estimate,
            at_most=self.max_share if verify else None,
            support=found.judged,
            note=self._note(found, annotation, blind, verify) + (_OUT_OF_SAMPLE if own and annotation else ""),
            sampled=False,
        )

    def _note(self, found: Judged, annotation: bool, blind: bool, verify: str) -> str:
        if not annotation:
            return "the error rate is not identifiable from this table: the label is no annotation of the row"
        if blind:
            known = f"fewer than {self.min_found:.0%} of the errors planted in a copy were found: nothing is known"
            return known + (f"; to decide, {verify}" if verify else "")
        replaced = f"; to replace it, {verify}" if verify else ""
        if found.skill < self.min_skill:
            return (
                f"the features explain only {found.skill:.0%} of what the commonest class leaves unexplained: too"
                " little to hold the flags against the labels; the upper end assumes that errors are not"
                f" systematic in the features{replaced}"
            )
        return (
            f"assumes that at least {self.assumed_precision:.0%} of the flagged rows are wrong, and that errors are"
            f" not systematic in the features{replaced}"
        )

    def _unjudged(self, found: Judged) -> Measure:
        from auditor.evidence.multilabel import LabelSuspicion

        rows = sum(found.unlearned.values())
        classes = counted(len(found.unlearned), "class", "classes")
        several = isinstance(found, LabelSuspicion)
        return Measure(
            "wrong-labels",
            f"decisions on {counted(len(found.unlearned), 'label')} that no probe could learn"
            if several
            else f"labels of {classes} too rare for a probe",
            WrongLabels(0, 0, 0, rows, 0.0, identifiable=False),
            at_most=self.max_share,
            support=rows,
            note="the features do not tell them, or too few rows have them: look at them yourself"
            if several
            else "nothing can be learned from so few rows of a class: look at them yourself",
            sampled=False,
        )


def _kind_of(found: Judged) -> str:
    from auditor.evidence.multilabel import LabelSuspicion

    return "decisions (row by label)" if isinstance(found, LabelSuspicion) else "labels"


def _in_clearest_rows(found: Judged) -> Measure:
    from auditor.evidence.suspicion import Suspicion

    far = "; of these classes, two steps off or more" if isinstance(found, Suspicion) and found.steps else ""
    return Measure(
        "wrong-in-clearest-rows",
        "rows whose features leave the least doubt",
        found.clearest,
        support=found.clearest.n,
        note=f"a diagnostic: a floor of errors that no ambiguity explains{far}",
    )


def _findings(found: Suspicion, annotation: bool) -> Iterator[Measure | Finding]:
    kind = "likely wrong" if annotation else "surprising"
    worst = "most suspicious"
    if found.steps is not None:
        worst = "farthest off"
        yield from steps.by_distance(found, found.steps)
        yield from steps.far_off(found, found.steps)
    if len(found.rows):
        details: dict[str, Sequence[str | float | int | None]] = {
            "given": found.given,
            "suggested": found.suggested,
            "probability": found.probability,
        }
        if found.steps is not None:
            details["expected steps"] = found.steps.expected
        yield Finding("label", f"{kind} labels, the {worst} first", len(found.rows), found.rows, details)
    pairs = Counter(zip(found.given, found.suggested, strict=True))
    for (given, suggested), rows in sorted(pairs.items(), key=lambda item: (-item[1], item[0]))[:_MIXED_UP]:
        if rows > 1:
            mine = tuple(
                row
                for row, pair in zip(found.rows, zip(found.given, found.suggested, strict=True), strict=True)
                if pair == (given, suggested)
            )
            yield Finding(f"{given} → {suggested}", f"labeled {given!r}, looks like {suggested!r}", rows, mine)
    if found.unlearned:
        rare = sum(found.unlearned.values())
        subject = counted(len(found.unlearned), "class", "classes")
        yield Finding(subject, "too rare for a probe: their labels were not judged", rare)
