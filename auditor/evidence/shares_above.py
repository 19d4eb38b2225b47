"""A numeric label by its distribution: the share of each group above each quartile of all labels."""

from __future__ import annotations

from dataclasses import dataclass
from math import prod
from typing import TYPE_CHECKING

from auditor.dataset.values import text_of
from auditor.errors import NotPossible
from auditor.evidence.bins import binned, bins_of
from auditor.evidence.counts import MAX_CELLS, MAX_JOINT_CELLS
from auditor.evidence.rates import Group, Rates

if TYPE_CHECKING:
    from auditor.evidence import Evidence


def above(cut: float) -> str:
    """What the class of the labels above a number is called."""
    return f"above {cut:.10g}"


@dataclass(frozen=True, slots=True)
class AskSharesAbove:
    """The question: of each group of these columns, how many labels lie above each quartile of all?

    Answered as rates of the classes `above 12.5`, one a quartile, the lowest first; equal quartiles are one. `cuts`
    are asked about instead of the quartiles, where there are any.
    """

    by: tuple[str, ...]
    cuts: tuple[float, ...] = ()

    def collect(self, evidence: Evidence) -> Rates:
        """One pass for all sensitive columns together while their table stays small, else one for these.

        Raises NotPossible for columns with more than MAX_CELLS combinations of values.
        """
        roles = evidence.dataset.roles
        joint = tuple(name for name in roles.sensitive if name not in roles.label)
        if self.by != joint and set(self.by) <= set(joint) and _cells(evidence, joint) <= MAX_JOINT_CELLS:
            return evidence.ask(AskSharesAbove(joint, self.cuts)).marginal(self.by)
        return self._grouped(evidence)

    def _grouped(self, evidence: Evidence) -> Rates:
        import narwhals as nw

        (label,) = evidence.dataset.roles.label
        cuts = {above(cut): cut for cut in self.cuts or evidence.profile[label].quantiles}
        # Renamed, since a user's columns may be called what we call our answers.
        named = {name: f"c{place}" for place, name in enumerate(self.by)}
        cells = binned(evidence, self.by, evidence.dataset.frame).select(
            nw.col(label).cast(nw.Float64).alias("label"), *(nw.col(old).alias(new) for old, new in named.items())
        )
        higher = [(nw.col("label") > cut).sum().alias(f"above{place}") for place, cut in enumerate(cuts.values())]
        counted = (
            cells.filter(~nw.col("label").is_null()).group_by(*named.values()).agg(nw.len().alias("rows"), *higher)
        )
        rows: dict[Group, int] = {}
        having: dict[str, dict[Group, int]] = {name: {} for name in cuts}
        for cell in counted.head(MAX_CELLS + 1).collect().iter_rows():
            group = tuple(text_of(value) for value in cell[: len(self.by)])
            rows[group] = rows.get(group, 0) + int(cell[len(self.by)])
            for groups, count in zip(having.values(), cell[len(self.by) + 1 :], strict=True):
                groups[group] = groups.get(group, 0) + int(count)
        if len(rows) > MAX_CELLS:
            raise NotPossible(f"{' × '.join(self.by)}: more than {MAX_CELLS} different values are no groups")
        return Rates(self.by, dict(sorted(rows.items(), key=lambda item: (-item[1], item[0]))), having)


def _cells(evidence: Evidence, columns: tuple[str, ...]) -> int:
    def values(name: str) -> int:
        bins = bins_of(evidence.profile[name])
        return 1 + (len(bins.names) if bins else evidence.profile[name].distinct or 0)

    return prod(map(values, columns))
