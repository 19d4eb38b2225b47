"""`label-consistency`: rows that are alike and labeled otherwise."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, ClassVar

from pydantic import Field

from auditor.check import SINGLE_CLASS, Check, Evidence, Family, Measure, Needs, Role, Skip, Unit
from auditor.stats.consistency import consistency
from auditor_checks.bias.decisions import with_caution

_NO_LIMIT = "no limit is set for it, and it is shown for information"


class LabelConsistency(Check):
    """People who are alike are labeled otherwise.

    Fairness between groups says nothing of two people who are alike in all that is known and are told apart all
    the same. The measure shows how often that is so. It cannot say why: a task whose features tell little of the
    label has a low consistency with perfectly fair labels. So it has no limit by default; compare it with an
    earlier version of the same data, or set `min_consistency` and say why.

    Method: consistency by Zemel et al. (2013) in the form of AIF360: one less the average share of a row's
    `neighbours` nearest rows (itself among them) that have another class, by Euclidean distance of standardised
    numbers, levels as indicators and terms of texts. The sensitive columns are left out, so that two who differ in
    them alone are neighbours; `sensitive = true` takes them in, as AIF360 does. Of more than 4,000 labeled rows, a
    seeded sample. The interval is Wilson's, with as many pairs as the variance of dyads leaves (Fafchamps and
    Gubert 2007), since pairs of neighbours share rows.
    """

    id: ClassVar[str] = "label-consistency"
    family: ClassVar[Family] = Family.BIAS
    needs: ClassVar[Needs] = Needs(
        roles=frozenset({Role.LABEL, Role.SENSITIVE}), tasks=SINGLE_CLASS, model=True, examples=True
    )
    remedy: ClassVar[str] = (
        "Have a person look at rows that are alike and labeled otherwise; say by what they were told apart."
    )

    neighbours: Annotated[int, Field(ge=2, le=100)] = 5
    sensitive: bool = False
    min_consistency: Annotated[float, Field(strict=True, ge=0, le=1)] | None = None

    def measure(self, evidence: Evidence) -> Iterator[Measure | Skip]:
        """The consistency of all labels, or of a sample."""
        from auditor.evidence.neighbours import AskNeighbours

        found = evidence.ask(AskNeighbours(self.neighbours, self.sensitive))
        sample = f", of {len(found.rows):,} of {found.labeled:,} rows" if len(found.rows) < found.labeled else ""
        yield Measure(
            "consistency",
            "all labels",
            consistency(found.labels, found.nearest),
            at_least=self.min_consistency,
            support=found.labeled,
            unit=Unit.SHARE,
            note=with_caution(f"the {self.neighbours} nearest rows by {_named(found.features)}{sample}", evidence),
        )
        if self.min_consistency is None:
            yield Skip(_NO_LIMIT, applies=False)


def _named(features: tuple[str, ...]) -> str:
    return ", ".join(features[:5]) + (", …" if len(features) > 5 else "")
