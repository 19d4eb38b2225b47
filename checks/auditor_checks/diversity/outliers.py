"""`outliers`: rows unlike all others, told apart from rare slices."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, ClassVar, Literal

from pydantic import PositiveInt

from auditor.check import Check, Evidence, Family, Finding, Measure, Needs, Share, Skip, Slice, Unit, exact
from auditor_checks.wording import counted

if TYPE_CHECKING:
    from auditor.evidence.outliers import Outliers, RareSlice


class OutlierRows(Check):
    """Some rows are unlike all others.

    An isolated row is often a slip: another unit, columns mixed up, a test record. Look at those named, correct them
    or take them out. A few rows that are unlike the rest and like each other are no slip but a rare slice: a model
    sees too few of them to learn it, so collect more before it is met in use. A value that stands for something else
    (99999 for "more than that") shows as such a slice too.

    Method: numbers in standard deviations, levels of categories weighed by what they tell (-ln of their share),
    vectors; each row's distance from the nearest of 80 sampled rows, the largest for three samples (Sugiyama and
    Borgwardt 2013). A row is unlike the others if the logarithm of it lies 4 deviations above the median, a
    deviation told by the upper quartile. Five and more such rows that lie nearer to each other than half that
    distance are a slice. What 2 % of the rows are like is mostly not rare: it is in each sample. Texts are left out,
    and a row whose values are usual by themselves, and only their combination is not, is hardly found. Where there
    are more than 2,000 such rows the farthest are told apart. In 9 of 182 public tables that nothing was fitted to
    (Rdatasets, 500 rows and more) more than 1 % of the rows were outliers.
    """

    id: ClassVar[str] = "outliers"
    family: ClassVar[Family] = Family.DIVERSITY
    needs: ClassVar[Needs] = Needs(examples=True, model=True)
    remedy: ClassVar[str] = "Look at the rows named: correct what is wrong, and collect more of what is rare."
    default_level: ClassVar[Literal["error", "warn"]] = "warn"

    max_share: Share = 0.01
    listed: PositiveInt = 10

    def measure(self, evidence: Evidence) -> Iterator[Measure | Finding | Skip]:
        """The share of outliers, and of rows in rare slices; then which, and by what."""
        from auditor.evidence.outliers import AskOutliers
        from auditor.evidence.unlike_rows import MAX_UNLIKE

        found, rows = evidence.ask(AskOutliers()), evidence.profile.rows
        outliers, rare = len(found.outliers), sum(len(one.rows) for one in found.slices)
        share = exact((outliers + found.more) / rows, rows)
        note = f"{found.more} of them beyond the {MAX_UNLIKE:,} told apart" if found.more else ""
        yield Measure("outliers", "all rows", share, at_most=self.max_share, support=rows, note=note)
        slices = exact(len(found.slices), rows)
        yield Measure("rare slices", "all rows", slices, support=rows, unit=Unit.NUMBER)
        yield Measure("rows in rare slices", "all rows", exact(rare / rows, rows), support=rows)
        if outliers:
            yield _outliers(found)
        for one in found.slices[: self.listed]:
            yield _slice(one)
        if len(found.slices) > self.listed:
            more = counted(len(found.slices) - self.listed, "more rare slice")
            yield Finding("further slices", more, 0)


def _outliers(found: Outliers) -> Finding:
    details: dict[str, list[str | float | int | None]] = {
        "distance": [round(one.times, 2) for one in found.outliers],
        "unlike in": [one.unlike for one in found.outliers],
    }
    message = "rows unlike all others (distance: how many times as far from them as a row usually is)"
    return Finding("outliers", message, len(found.outliers), [one.row for one in found.outliers], details)


def _slice(one: RareSlice) -> Finding:
    message = f"a rare slice: like each other, {one.times:.1f} times as far from the other rows as a row usually is"
    return Finding(Slice(one.where) if one.where else "a rare slice", message, len(one.rows), one.rows)
