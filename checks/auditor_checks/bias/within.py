"""Two groups compared within strata, and what the strata turn a gap into."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from auditor.check import Evidence, Finding, Slice
from auditor.stats.approximate import Approximate
from auditor.stats.decomposition import Decomposition, decompose
from auditor.stats.estimates import Estimate, difference
from auditor.stats.mantel_haenszel import Stratum, homogeneity, independence, odds_ratio, risk_difference
from auditor_checks.bias.decisions import NOT_THE_FACT
from auditor_checks.wording import counted

if TYPE_CHECKING:
    from auditor.evidence.strata_counts import GroupStrata, Place

_ALPHA = 0.05
_NAMED = 3


@dataclass(frozen=True, slots=True)
class Within:
    """A group against the reference within strata of `by`; `covered` of its rows have a counterpart."""

    attribute: str
    group: str
    reference: str
    factors: tuple[str, ...]
    strata: Mapping[Place, Stratum]
    raw: Estimate
    risk: Approximate

    @property
    def by(self) -> str:
        """The factors in words."""
        return " × ".join(self.factors)

    @property
    def rows(self) -> int:
        """All labeled rows of the group."""
        return sum(one.rows_a for one in self.strata.values())

    @property
    def covered(self) -> int:
        """Those in strata that the reference has rows in too."""
        return sum(one.rows_a for one in self.strata.values() if one.shared)

    @property
    def odds(self) -> Approximate:
        """The common odds ratio."""
        return odds_ratio([*self.strata.values()])

    @property
    def parts(self) -> Decomposition:
        """The raw gap in what the factors explain and what they do not."""
        return decompose([*self.strata.values()])

    @property
    def tests(self) -> str:
        """The test that nothing differs, and the one that it differs alike everywhere, in words."""
        strata, told = [*self.strata.values()], ""
        if test := independence(strata):
            told += f"; none at all: CMH χ² = {test.statistic:.4g}, p = {test.p:.2g}"
        if test := homogeneity(strata):
            told += f"; the same in all: Breslow-Day χ² = {test.statistic:.4g}, df = {test.freedom}, p = {test.p:.2g}"
        return told


def compare_within(strata: GroupStrata, group: str, reference: str) -> Within:
    """A group and the reference side by side."""
    pair = strata.pair(group, reference)
    counts = (strata.having(group), strata.rows(group), strata.having(reference), strata.rows(reference))
    risk = risk_difference([*pair.values()])
    return Within(strata.attribute, group, reference, strata.factors, pair, difference(*counts), risk)


def reversal(one: Within, label: str, comparisons: int) -> Finding | None:
    """A gap that the strata turn round, or that only they show; None where they do neither.

    A direction is sure where its interval leaves out 0, at 5 % divided by the comparisons.
    """
    level = 1 - _ALPHA / comparisons
    raw, within = _direction(one.raw, level), _direction(one.risk, level)
    turned = one.raw.value * one.risk.value < 0
    here, there = _told(one.raw, label), _told(one.risk, label)
    if raw and within and turned:
        message = f"Simpson reversal by {one.by}: {here} on the whole, {there} within"
    elif raw and turned:
        low, high = one.risk.bounds(level)
        message = f"Simpson reversal by {one.by}, not sure within: {here} on the whole, {there} within"
        message += f" ({low * 100:+.1f} to {high * 100:+.1f}), which cannot be told from none"
    elif within and not raw:
        message = f"Hidden gap: {there} within {one.by}, and none that is sure on the whole ({here})"
    else:
        return None
    if turned and (strata := _surely_turned(one)):
        message += f"; surely so in {', '.join(strata[:_NAMED])}{', …' if len(strata) > _NAMED else ''}"
    subject, message = Slice(((one.attribute, one.group),)), f"{message}; against {one.reference}"
    do = f"Do not judge {subject} by the total: compare within {one.by}, where the direction is another one. "
    return Finding(subject, message, one.rows, todo=f"{do}{message}" if turned else "")


def decision_finding(evidence: Evidence, label: str) -> Finding:
    """What a label that an institution decided does not show."""
    (column,) = evidence.dataset.roles.label
    rows = evidence.label_counts().total
    return Finding(
        column, f"{counted(rows, 'row')}: {NOT_THE_FACT}; a gap in {label} is a gap in what was decided", rows
    )


def _direction(estimate: Estimate, level: float) -> int:
    low, high = estimate.bounds(level)
    return (low > 0) - (high < 0)


def _told(estimate: Estimate, label: str) -> str:
    points = estimate.value * 100
    return f"{label} {abs(points):.1f} points {'more' if points > 0 else 'less'} often"


def _surely_turned(one: Within) -> list[str]:
    """The strata whose own gap surely has the other direction than the raw one, the largest first."""
    shared = {place: s for place, s in one.strata.items() if s.shared}
    level, way = 1 - _ALPHA / max(len(shared), 1), -1 if one.raw.value > 0 else 1
    surely = [
        (place, s)
        for place, s in shared.items()
        if _direction(difference(s.having_a, s.rows_a, s.having_b, s.rows_b), level) == way
    ]
    ordered = sorted(surely, key=lambda item: -(item[1].rows_a + item[1].rows_b))
    return [str(Slice(tuple(zip(one.factors, place, strict=True)))) for place, _ in ordered]
