"""`label-errors`: labels that a model which has not seen the row finds implausible."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar

from auditor.check import (
    LABELED,
    SINGLE_CLASS,
    Check,
    Evidence,
    Family,
    Finding,
    LabelIs,
    Measure,
    Needs,
    Role,
    Share,
    Skip,
)
from auditor.evidence.suspicion import AskSuspicion, Suspicion
from auditor.stats.estimates import proportion


class LabelErrors(Check):
    """A label contradicts what the row's features say.

    A model trained on wrong labels repeats them, and a test set with wrong labels hides it. Look at the rows
    listed, the most suspicious first, and relabel those that are wrong. About half of what such lists hold is
    usually wrong; the other half are rare but right.

    For an outcome or a decision the error rate is not identifiable from this table: the rows listed are
    surprising, not wrong, and the check stays undecided.

    Method: confident learning (Northcutt, Jiang and Chuang 2021) on out-of-sample probabilities of cross-fitted
    linear probes. The interval is no sampling interval: its lower end is the Clopper-Pearson lower bound of the
    flagged share times `assumed_precision` (at least half of what was flagged in ten benchmark test sets was
    wrong; Northcutt, Athalye and Mueller 2021), or 0 where the probe agrees with less than `min_agreement` of the
    labels, since it then flags rows whose features tell little; its upper end that of all disagreement, which
    holds if errors are not systematic in the features.
    """

    id: ClassVar[str] = "label-errors"
    family: ClassVar[Family] = Family.ANNOTATIONS
    needs: ClassVar[Needs] = Needs(
        roles=frozenset({Role.LABEL}), tasks=SINGLE_CLASS, not_yet=LABELED - SINGLE_CLASS, model=True
    )
    remedy: ClassVar[str] = "Look at the rows listed, the most suspicious first, and relabel those that are wrong."

    max_share: Share = 0.05
    assumed_precision: Share = 0.5
    min_agreement: Share = 0.75

    def measure(self, evidence: Evidence) -> Iterator[Measure | Finding | Skip]:
        """The range in which the share of wrong labels lies, and the rows to look at."""
        found = evidence.ask(AskSuspicion())
        annotation = evidence.dataset.label_is is LabelIs.ANNOTATION
        yield Measure(
            "wrong-labels",
            "labels a probe could judge",
            self._estimate(found, annotation),
            at_most=self.max_share,
            support=found.judged,
            note=self._note(found, annotation),
            sampled=False,
        )
        if len(found.rows):
            kind = "likely wrong" if annotation else "surprising"
            details: dict[str, Sequence[str | float | int | None]] = {
                "given": found.given,
                "suggested": found.suggested,
                "probability": found.probability,
            }
            yield Finding(
                "label",
                f"{kind} labels, the most suspicious first",
                len(found.rows),
                found.rows,
                dict(details),
            )
        if found.unlearned:
            rare = sum(found.unlearned.values())
            yield Finding(f"{len(found.unlearned)} classes", "too rare for a probe: their labels were not judged", rare)

    def _estimate(self, found: Suspicion, annotation: bool) -> WrongLabels:
        precision = self.assumed_precision if annotation and self._is_apt(found) else 0.0
        return WrongLabels(len(found.rows), found.disagreeing, found.judged, precision, identifiable=annotation)

    def _is_apt(self, found: Suspicion) -> bool:
        return found.disagreeing <= (1 - self.min_agreement) * found.judged

    def _note(self, found: Suspicion, annotation: bool) -> str:
        if not annotation:
            return "the error rate is not identifiable from this table: the label is no annotation of the row"
        if not self._is_apt(found):
            share = 1 - found.disagreeing / found.judged
            return f"the probe agrees with {share:.0%} of the labels only: too few to hold its flags against them"
        return (
            f"assumes that at least {self.assumed_precision:.0%} of the flagged rows are wrong, and that errors are"
            " not systematic in the features; a person's verdict on a sample replaces both"
        )


@dataclass(frozen=True, slots=True)
class WrongLabels:
    """The share of wrong labels, as far as flags and disagreement bound it under stated assumptions."""

    flagged: int
    disagreeing: int
    n: int
    precision: float
    identifiable: bool = True

    @property
    def value(self) -> float:
        """Flagged rows times their assumed precision, as a share."""
        return self.flagged * self.precision / self.n if self.n else float("nan")

    @property
    def method(self) -> str:
        """How the bounds come about."""
        return "stated assumption" if self.identifiable else "not identifiable"

    def bounds(self, confidence: float) -> tuple[float, float]:
        """From the flags' lower bound times their precision to the upper bound of all disagreement."""
        if not self.identifiable:
            return 0.0, 1.0
        low = proportion(self.flagged, self.n, "clopper-pearson").bounds(confidence)[0]
        high = proportion(self.disagreeing, self.n, "clopper-pearson").bounds(confidence)[1]
        return low * self.precision, high
