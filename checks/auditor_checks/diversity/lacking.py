"""What is lacking, told: patterns with too few rows, what to collect, what was said not to occur and does."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from auditor.check import Finding, Slice
from auditor.errors import UsageError, did_you_mean
from auditor.stats.collection import Plan
from auditor.stats.patterns import Fixed, Uncovered
from auditor.stats.rules import closed
from auditor_checks.wording import counted

if TYPE_CHECKING:
    from auditor.evidence.combinations import Combinations

_NAMED = 5


def rules_of(table: Combinations, impossible: Sequence[Mapping[str, str]], setting: str) -> list[dict[int, int]]:
    """The combinations that cannot occur, by numbers, with all that follows from them.

    Raises UsageError for a value that neither occurs nor is declared, and where nothing would be left.
    """
    try:
        return closed(_numbered(table, impossible, setting), table.cells.sizes)
    except ValueError as problem:
        raise UsageError(f"impossible: {problem}", setting) from problem


def _numbered(table: Combinations, impossible: Sequence[Mapping[str, str]], setting: str) -> list[dict[int, int]]:
    rules = []
    for combination in impossible:
        rule = {}
        for name, value in combination.items():
            at = table.attributes.index(name)
            if value not in table.values[at]:
                near = did_you_mean(value, table.values[at])
                raise UsageError(f"impossible: {name!r} has no value {value!r}. {near}", setting)
            rule[at] = table.values[at].index(value)
        rules.append(rule)
    return rules


def patterns_told(table: Combinations, lacking: Uncovered, least: int, listed: int) -> Iterator[Finding]:
    """The most surprising patterns, each by itself; then how many more there are."""
    for place in range(min(listed, len(lacking))):
        rows, expected = int(lacking.rows[place]), float(lacking.expected[place])
        where = lacking.fixed(place)
        unrelated = f" ({expected:,.0f} were to be expected if unrelated)" if len(where) > 1 else ""
        yield Finding(_slice(table, where), f"{counted(rows, 'row')}; needs {least}{unrelated}", rows)
    if (more := len(lacking) - listed) > 0:
        told = f"{counted(more, 'more combination')} of fewer than {least} rows, less surprising ones"
        yield Finding("further combinations", told, 0)


def to_collect(table: Combinations, plan: Plan, planned: int, patterns: int) -> Iterator[Finding]:
    """How few combinations would do, the most useful first; for the first `planned` of so many patterns."""
    if not plan.combinations:
        return
    first = plan.combinations[:_NAMED]
    told = "; ".join(f"{counted(one.rows, 'row')} of {_slice(table, one.where)} ({one.patterns})" for one in first)
    more = f"; and {len(plan.combinations) - len(first)} more" if len(plan.combinations) > len(first) else ""
    many = counted(len(plan.combinations), "combination")
    goal = "all" if planned == patterns else f"the first {planned:,} of {patterns:,}"
    message = f"{plan.rows:,} rows of {many} would cover {goal} (in brackets, how many each is the first to cover): "
    yield Finding("to collect", message + told + more, plan.rows)


def impossible_rows(table: Combinations, impossible: Sequence[Mapping[str, str]]) -> Iterator[Finding]:
    """Rows of a combination that was said not to occur."""
    for combination in impossible:
        where = {table.attributes.index(name): value for name, value in combination.items()}
        places = sorted(where)
        counts = table.cells.counts(places)
        rows = int(counts[tuple(table.values[at].index(where[at]) for at in places)])
        if rows:
            yield Finding(Slice(tuple(combination.items())), "said to be impossible, and yet there are rows", rows)


def not_combined(reasons: Mapping[str, str]) -> Iterator[Finding]:
    """The columns that were not looked at, and why."""
    if reasons:
        message = "not combined: " + "; ".join(f"{name} ({why})" for name, why in list(reasons.items())[: 4 * _NAMED])
        more = f"; and {len(reasons) - 4 * _NAMED} more" if len(reasons) > 4 * _NAMED else ""
        yield Finding("columns left out", message + more, 0)


def _slice(table: Combinations, where: Fixed) -> Slice:
    return Slice(tuple((table.attributes[at], table.values[at][value]) for at, value in where.items()))
