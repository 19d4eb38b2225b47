"""One combination of attributes, searched for the subgroup whose rate lies farthest from all other rows'."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from auditor.check import Slice
from auditor.stats.largest_gap import LargestGap
from auditor.stats.pooling import Pooled, pooled
from auditor_checks.bias.classes import Asked

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from auditor.evidence.subgroups import Joint, Subgroups

    Places = npt.NDArray[np.int64]

#: The subgroups that hold this share of the rows are decided together; what is smaller must not leave them open.
_MOST = 0.95
#: Gaps of one combination: with more classes times subgroups, the smallest classes are left out.
_MAX_GAPS = 5_000
_NAMED = 5


@dataclass(frozen=True, slots=True)
class Worst:
    """A subgroup, its pooled gap, and what is to be told of it."""

    group: Slice
    gap: float
    rows: int
    told: str


@dataclass(frozen=True, slots=True)
class Small:
    """The subgroups of one combination that have too few rows: how many, with how many rows, and the largest."""

    groups: int
    rows: int
    named: tuple[tuple[Slice, int], ...]


@dataclass(frozen=True, slots=True, eq=False)
class Search:
    """The subgroups of one combination of attributes; class by subgroup, where there are two axes."""

    table: Subgroups
    classes: Sequence[str]
    pooled: Sequence[Pooled]

    @classmethod
    def of(cls, joint: Joint, columns: tuple[str, ...], asked: Asked) -> Search | None:
        """None where there is one subgroup, which differs from nobody."""
        sets = (asked.favourable,) if asked.favourable else tuple((name,) for name in asked.names)
        table = joint.subgroups(columns, sets)
        if len(table.groups) < 2:
            return None
        affordable = max(1, _MAX_GAPS // len(table.groups))
        levels = table.levels()
        rates = [pooled(having, table.rows, levels) for having in table.having[:affordable]]
        return cls(table, tuple(map(asked.called, asked.names[:affordable])), rates)

    def parts(self, min_rows: int) -> list[Places]:
        """The places of the subgroups that make up most of the rows, then of the smaller ones with enough rows."""
        import numpy as np

        enough = int(np.searchsorted(-self.table.rows, -min_rows, side="right"))
        before = np.cumsum(self.table.rows) - self.table.rows
        most = min(enough, int(np.searchsorted(before, _MOST * self.table.rows.sum(), side="left")))
        return [part for part in (np.arange(most), np.arange(most, enough)) if len(part)]

    def gap(self, places: Places) -> LargestGap:
        """The largest gap among the subgroups at these places, in any class."""
        import numpy as np

        rows, all_rows = self.table.rows, int(self.table.rows.sum())
        having = self.table.having[: len(self.classes)]
        totals = having.sum(axis=1, keepdims=True)
        many = len(self.classes)
        parts = Pooled(
            np.concatenate([one.a[places] for one in self.pooled]),
            np.concatenate([one.b[places] for one in self.pooled]),
        )
        return LargestGap(
            having[:, places].ravel(),
            np.tile(rows[places], many),
            (totals - having)[:, places].ravel(),
            np.tile(all_rows - rows[places], many),
            parts,
            among=len(places) * many,
        )

    def described(self, places: Places, gap: LargestGap, at: int, interval: str = "") -> Worst:
        """The subgroup of one of the gaps."""
        which, place = divmod(at, len(places))
        group = self.table.groups[places[place]]
        having, rows = int(gap.having[at]), int(gap.rows[at])
        rest = gap.rest_having[at] / gap.rest_rows[at]
        told = (
            f"{self.classes[which]}: {having / rows:.1%} ({having} of {rows}), {rest:.1%} of all other rows{interval}"
        )
        return Worst(Slice(tuple(zip(self.table.columns, group, strict=True))), float(gap.gaps[at]), rows, told)

    def past(self, places: Places, gap: LargestGap, limit: float, most: int) -> Iterator[Worst]:
        """The subgroups whose pooled gap is past the limit, the worst first."""
        import numpy as np

        low, high = gap.pooled_bounds(0.025)
        order = np.argsort(-np.abs(gap.gaps), kind="stable")[:most]
        for at in (int(one) for one in order if abs(gap.gaps[one]) > limit):
            told = f"; pooled, {100 * gap.gaps[at]:+.1f} points (95 %: {100 * low[at]:+.1f} to {100 * high[at]:+.1f})"
            yield self.described(places, gap, at, told)

    def small(self, min_rows: int) -> Small | None:
        """The subgroups of too few rows."""
        few = [at for at, rows in enumerate(self.table.rows) if rows < min_rows]
        slices = [Slice(tuple(zip(self.table.columns, self.table.groups[at], strict=True))) for at in few[:_NAMED]]
        named = tuple(zip(slices, map(int, self.table.rows[few[:_NAMED]]), strict=True))
        return Small(len(few), int(self.table.rows[few].sum()), named) if few else None
