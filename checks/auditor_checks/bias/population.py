"""The groups in the data beside those of a stated population, and the rows it would take to mend it."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from auditor.check import Evidence, Finding, Measure, Slice, Unit
from auditor.errors import UsageError, did_you_mean
from auditor.stats.estimates import proportion
from auditor.stats.relative import Scaled
from auditor_checks.wording import counted

#: Joins the names of columns, and of their values, in a setting.
TIMES = " × "
#: Rows a group would have at its share of the population: with fewer, that it has too few is not to be said.
_ENOUGH_EXPECTED = 10
_NAMED = 5
_ROUNDING = 1e-9


@dataclass(frozen=True, slots=True)
class Stated:
    """A population as it was stated, and the rows of each of its groups; `others` are rows of groups not stated."""

    columns: tuple[str, ...]
    shares: Mapping[tuple[str, ...], float]
    rows: Mapping[tuple[str, ...], int]
    others: Mapping[tuple[str, ...], int]

    @property
    def total(self) -> int:
        """Rows whose group is stated."""
        return sum(self.rows.values())

    def slice(self, group: tuple[str, ...]) -> Slice:
        """A group by its columns and values."""
        return Slice(tuple(zip(self.columns, group, strict=True)))


def stated_population(evidence: Evidence, by: str, shares: Mapping[str, float], setting: str) -> Stated:
    """The population beside the counts.

    Raises UsageError for a column that is not sensitive, a group with the wrong number of values, or a population
    of which nobody is in the data.
    """
    sensitive = evidence.dataset.roles.sensitive
    columns = (by,) if by in sensitive else tuple(by.split(TIMES))
    for column in columns:
        if column not in sensitive:
            raise UsageError(
                f"population: {column!r} is no sensitive column. {did_you_mean(column, sensitive)}", setting
            )
    groups = {(name,) if len(columns) == 1 else tuple(name.split(TIMES)): share for name, share in shares.items()}
    for group in groups:
        if len(group) != len(columns):
            told = TIMES.join(group)
            raise UsageError(f"population of {by!r}: {told!r} must name {len(columns)} values, as 'a{TIMES}b'", setting)
    counts = dict(evidence.counts(*columns).items())
    rows = {group: counts.get(group, 0) for group in groups}
    if not any(rows.values()):
        known = [TIMES.join(group) for group in counts]
        first = TIMES.join(next(iter(groups)))
        raise UsageError(f"population of {by!r}: no row is of any group stated. {did_you_mean(first, known)}", setting)
    return Stated(columns, groups, rows, {group: n for group, n in counts.items() if group not in groups})


def against_population(stated: Stated, least: float) -> Iterator[Measure | Finding]:
    """Each group's share over its share of the population, what to collect, and the rows that are left out."""
    for group, share in stated.shares.items():
        if share > 0:
            expected = share * stated.total
            yield Measure(
                "share of population share",
                stated.slice(group),
                Scaled(proportion(stated.rows[group], stated.total), 1 / share),
                at_least=least,
                support=round(expected),
                unit=Unit.RATIO,
                note=f"{stated.rows[group] / stated.total:.2%} of the rows, {share:.2%} of the population",
                can_fail=share < 1 and expected >= _ENOUGH_EXPECTED,
            )
    for group, missing in rows_to_collect(stated, least).items():
        share = stated.shares[group]
        told = f"collect {missing} more: with what is named for the other groups, it then has {least:.0%} of its"
        yield Finding(
            stated.slice(group),
            f"{counted(stated.rows[group], 'row')}: {told} {share:.2%} of the population",
            stated.rows[group],
        )
    if stated.others:
        yield _not_stated(stated)


def rows_to_collect(stated: Stated, least: float) -> dict[tuple[str, ...], int]:
    """For each group that has too few, the rows which, all collected together, bring each to `least` of its share.

    What is collected for one makes the others' shares smaller, so the total is solved for: it grows until no
    further group falls short of its share of it.
    """
    needed: dict[tuple[str, ...], float] = {group: least * share for group, share in stated.shares.items()}
    short: set[tuple[str, ...]] = set()
    total = float(stated.total)
    while more := {group for group, share in needed.items() if stated.rows[group] < share * total - _ROUNDING} - short:
        short |= more
        rest = 1 - sum(needed[group] for group in short)
        if rest <= _ROUNDING:  # all groups short at once: only rounding can bring that about
            break
        total = (stated.total - sum(stated.rows[group] for group in short)) / rest
    return {
        group: math.ceil(needed[group] * total - _ROUNDING) - stated.rows[group] for group in needed if group in short
    }


def _not_stated(stated: Stated) -> Finding:
    rows = sum(stated.others.values())
    named = "; ".join(f"{stated.slice(group)} ({n})" for group, n in list(stated.others.items())[:_NAMED])
    more = f"; and {len(stated.others) - _NAMED} more" if len(stated.others) > _NAMED else ""
    told = f"{counted(rows, 'row')} of groups that the stated population does not name, in none of its shares"
    return Finding(TIMES.join(stated.columns), f"{told}: {named}{more}", rows)
