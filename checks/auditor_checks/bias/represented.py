"""Who was decided about: a group's share of a decision over its share of the rows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from auditor.check import Evidence, Finding, Measure, Slice, Unit
from auditor.stats.relative import RatioToWhole, ratio_to_whole
from auditor_checks.bias.decisions import NOT_THE_FACT, with_caution
from auditor_checks.bias.label_views import View
from auditor_checks.bias.within import decision_finding

if TYPE_CHECKING:
    from auditor.evidence.rates import Group

_ALPHA = 0.05
_NAMED = 5


@dataclass(frozen=True, slots=True)
class Represented:
    """A group's `ratio` of the share `among` the positive labels to that `of` all rows; `surely` more than its share.

    That is corrected for the groups of the attribute.
    """

    group: Slice
    ratio: RatioToWhole
    of: float
    among: float
    rows: int
    having: int
    surely: bool
    interval: tuple[float, float]

    def told(self, name: str) -> str:
        """In words."""
        low, high = self.interval
        shares = f"{self.among:.1%} of the rows with {name} and {self.of:.1%} of all"
        return f"{shares}, {self.ratio.value:.2f} times its share ({low:.2f} to {high:.2f})"


def represented(view: View, groups: Sequence[Group]) -> list[Represented]:
    """Each of the groups; none where there are no two classes, nobody has the positive one or all are one group."""
    rates, positive = view.rates, {group: view.having(group) for group in view.rates.rows}
    rows, having, level = sum(rates.rows.values()), sum(positive.values()), 1 - _ALPHA / max(len(groups), 1)
    if view.one_of_many or not having or len(rates.rows) < 2:
        return []
    found = []
    for group in groups:
        mine, n = positive[group], rates.rows[group]
        ratio = ratio_to_whole(mine, n, having, rows)
        interval = ratio.bounds(level)
        where = Slice(tuple(zip(rates.by, group, strict=True)))
        found.append(Represented(where, ratio, n / rows, mine / having, n, mine, interval[0] > 1, interval))
    return found


def decided_about(evidence: Evidence, name: str, found: Sequence[Sequence[Represented]]) -> Iterator[Measure | Finding]:
    """What the label records, with a sentence for the list of what to do; then who surely has more than its share."""
    note = with_caution(f"share of {name} over share of the rows", evidence)
    for one in (one for groups in found for one in groups):
        yield Measure("over-representation", one.group, one.ratio, support=one.rows, unit=Unit.RATIO, note=note)
    worst = [sorted((one for one in groups if one.surely), key=lambda one: -one.ratio.value) for groups in found]
    surely = sorted((one for groups in worst for one in groups), key=lambda one: -one.ratio.value)
    who = (
        f"{surely[0].group} has {surely[0].told(name)}"
        if surely
        else f"no group surely has more than its share of {name}"
    )
    do = f"Find out how this was decided before a model learns it: {NOT_THE_FACT}; {who}"
    yield replace(decision_finding(evidence, name), todo=do)
    for one in (one for groups in worst for one in groups[:_NAMED]):
        yield Finding(one.group, with_caution(one.told(name), evidence), one.having)
