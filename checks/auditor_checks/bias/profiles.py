"""Named rules of law and practice, none of them a default: docs/bias-profiles.md says what they mean."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from auditor.check import Finding, Measure, Slice, Unit, exact
from auditor.dataset.values import MISSING
from auditor.stats.estimates import proportion
from auditor.stats.relative import to_highest
from auditor_checks.bias.comparison import MIN_SHARE, Reference
from auditor_checks.wording import counted

if TYPE_CHECKING:
    from auditor.evidence.rates import Group, Rate, Rates

#: How forms write that they do not know, in lower case; what else means that must be mapped by the user.
UNKNOWN = frozenset(
    {MISSING, "unknown", "not known", "not stated", "not declared", "undeclared", "declined", "prefer not to say"}
)


_NAMED = 5


class Profile(StrEnum):
    """The rules there are."""

    FOUR_FIFTHS = "four-fifths"
    LL144 = "ll144"
    CLARIFY = "clarify"


@dataclass(frozen=True, slots=True)
class Rule:
    """What a profile puts in place of the check's own way."""

    reference: Reference
    depth: int  # of the combinations of attributes
    differences: bool
    ratios: bool
    lowest_ratio: float | None = None  # None: the check's own limits hold


RULES = {
    Profile.FOUR_FIFTHS: Rule("highest", depth=1, differences=False, ratios=True, lowest_ratio=0.8),
    Profile.CLARIFY: Rule("rest", depth=1, differences=True, ratios=False),
}


def published(name: str, rates: Rates, kind: str) -> Iterator[Measure | Finding]:
    """The table of 6 RCNY 5-301: rates and ratios to the most selected category; shown, and held to no limit.

    `kind` is `selection` or `scoring`. Unknown categories are counted and in no ratio; so are those of fewer
    than 2 % of the rows, whose rate is shown.
    """
    total = sum(rates.rows.values())
    groups = rates.of(name)
    known = [rate for rate in groups if not _unknown(tuple(value for _, value in rate.group))]
    in_ratios = [rate for rate in known if rate.rows >= MIN_SHARE * total]
    unknown = total - sum(rate.rows for rate in known)
    by = " × ".join(rates.by)
    yield Measure(f"{kind}: category unknown", by, exact(unknown, total), support=unknown, unit=Unit.ROWS)
    for rate in known:
        yield Measure(f"{kind} rate", Slice(rate.group), proportion(rate.having, rate.rows), support=rate.rows)
        yield from _impact(rate, in_ratios, kind) if rate in in_ratios else ()
    yield from _left_out([rate for rate in known if rate not in in_ratios], by, kind)


def _left_out(small: list[Rate], by: str, kind: str) -> Iterator[Finding]:
    if not small:
        return
    named = "; ".join(f"{Slice(rate.group)} ({counted(rate.rows, 'row')})" for rate in small[:_NAMED])
    more = f"; and {len(small) - _NAMED} more" if len(small) > _NAMED else ""
    of = f"{counted(len(small), 'category', 'categories')} of fewer than {MIN_SHARE:.0%} of the rows"
    told = f"in no {kind} ratio, as 6 RCNY 5-301 allows: {of}: {named}{more}"
    yield Finding(by, told, sum(rate.rows for rate in small))


def _impact(rate: Rate, categories: list[Rate], kind: str) -> Iterator[Measure]:
    others = [(other.having, other.rows) for other in categories if other is not rate]
    if others and any(other.having for other in categories):
        ratio = to_highest(rate.having, rate.rows, others)
        name = "impact ratio" if kind == "selection" else "scoring impact ratio"
        note = f"over {_highest(rate, categories)}; shown, decides nothing"
        yield Measure(name, Slice(rate.group), ratio, support=rate.rows, unit=Unit.RATIO, note=note)


def _highest(rate: Rate, categories: list[Rate]) -> str:
    """What the rate is divided by."""
    highest = max(categories, key=lambda one: one.having / one.rows)
    if highest is rate:
        return "its own rate, the highest"
    return f"the highest rate, {highest.having / highest.rows:.1%} of {Slice(highest.group)}"


def _unknown(group: Group) -> bool:
    return any(value.strip().lower() in UNKNOWN for value in group)
