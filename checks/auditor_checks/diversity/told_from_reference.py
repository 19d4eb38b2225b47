"""`told-from-reference`: rows that a model tells from those of the reference."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar, Literal

from auditor.check import Check, Evidence, Family, Finding, Measure, Needs, Share, Skip, Slice, Unit
from auditor.stats.written import percent

_NAMED = 5


class ToldFromReference(Check):
    """A model can tell the rows of the data from those of the reference.

    Column by column two datasets may be alike and still differ in how the columns go together: that is where a model
    meets what it has not seen. The slices named are those of which the reference holds more than the data: collect
    rows of them.

    Method: cross-fitted probes (logistic regression, combinations of columns and trees where they pay; naive Bayes on
    texts) on at most 10,000 rows of each side learn which side a row is from, rows with equal features in one fold;
    the AUC of their out-of-sample scores with the interval of Newcombe (2006, method 5): a classifier two-sample test
    (Lopez-Paz and Oquab 2017). Neither the label nor dates are among the features. An AUC of 0.6 is a small shift of
    one score (0.36 standard deviations). Slices are values of one column and of two, numbers in fifths, by how much
    the reference has more of them. What a stronger model could tell is more.
    """

    id: ClassVar[str] = "told-from-reference"
    family: ClassVar[Family] = Family.DIVERSITY
    needs: ClassVar[Needs] = Needs(reference=True, model=True)
    remedy: ClassVar[str] = "Collect rows of the slices of which the reference holds more."
    batch_level: ClassVar[Literal["error", "warn"] | None] = "warn"  # what is unlike the base is what a batch adds

    max_auc: Share = 0.6

    def measure(self, evidence: Evidence) -> Iterator[Measure | Finding | Skip]:
        """The AUC, and the slices that the data lacks most."""
        from auditor.evidence.told_apart import AskToldApart

        found = evidence.ask(AskToldApart())
        yield Measure(
            "told apart (AUC)",
            "rows of the data and of the reference",
            found.skill,
            at_most=self.max_auc,
            support=evidence.profile.rows,
            unit=Unit.RATIO,
            note="0.5 is chance, 1 is certainty",
        )
        if found.skill.bounds(0.95)[1] <= self.max_auc:
            return
        for one in found.slices[:_NAMED]:
            message = f"{percent(one.theirs)} of the reference, {percent(one.ours)} of the data"
            yield Finding(Slice(one.where), message, 1)
