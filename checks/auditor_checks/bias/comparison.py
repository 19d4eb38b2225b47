"""A group's rate beside its reference: the largest group, the rest, the whole, a named one, the highest."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from auditor.check import Evidence, Slice
from auditor.errors import UsageError, did_you_mean
from auditor.stats.borrowed import PooledDifference, PooledRatio
from auditor.stats.estimates import Estimate, difference, ratio
from auditor.stats.relative import difference_to_whole, ratio_to_whole, to_highest
from auditor_checks.bias.borrowing import Beta, borrowed

if TYPE_CHECKING:
    from auditor.evidence.rates import Rate, Rates

#: What each group is compared with; a mapping names a value for some of the columns.
Reference = Literal["largest", "rest", "whole", "highest"] | Mapping[str, str]
#: Of all rows, for a group to be one whose rate may be the highest: 29 CFR 1607.15 A(2)(a), 6 RCNY 5-301(f).
MIN_SHARE = 0.02


@dataclass(frozen=True, slots=True)
class Compared:
    """A group's rate against another: `having` and `rows` are those of both together, `fewest` the smaller's.

    There is no difference to the highest rate, only a ratio. `pooled_difference` and `pooled_ratio` are those in
    which the group borrows from the others, where there are enough of them.
    """

    rate: Rate
    against: str
    difference: Estimate | None
    ratio: Estimate
    having: int
    rows: int
    fewest: int
    pooled_difference: Estimate | None = None
    pooled_ratio: Estimate | None = None

    @property
    def expected(self) -> float:
        """Rows of the group that would have the label, if both had it at the same rate."""
        return self.rate.rows * self.having / self.rows


def compare(name: str, rates: Rates, reference: Reference, min_rows: int) -> Iterator[Compared]:
    """Every group of the table against its reference; what is the mirror image of another is left out."""
    groups = rates.of(name)
    if len(groups) < 2:
        return
    if reference == "highest":
        yield from _with_highest(groups, min_rows)
        return
    pooled = list(zip(groups, borrowed(groups), strict=True))
    if reference == "whole":
        yield from _with_whole(pooled)
    elif reference == "rest":
        yield from _with_rest(pooled)
    else:
        named = {} if isinstance(reference, str) else reference
        one = _named(groups, named)
        yield from (_against(rate, one, str(Slice(one.group)), pool) for rate, pool in pooled if rate is not one)


def check_reference(reference: Reference, evidence: Evidence, sensitive: Sequence[str], setting: str) -> None:
    """Raise UsageError for a named group that is not there."""
    for column, value in {} if isinstance(reference, str) else reference.items():
        if column not in sensitive:
            raise UsageError(
                f"reference: {column!r} is no sensitive column. {did_you_mean(column, sensitive)}", setting
            )
        values = [values[0] for values, _ in evidence.counts(column).items()]
        if value not in values:
            raise UsageError(f"reference: {column!r} has no value {value!r}. {did_you_mean(value, values)}", setting)


def _named(groups: Sequence[Rate], named: Mapping[str, str]) -> Rate:
    """The largest group that has the named values: all of them, or else as many as occur together."""
    return max(groups, key=lambda rate: (sum(named.get(column) == value for column, value in rate.group), rate.rows))


def _against(rate: Rate, other: Rate, told: str, pool: Beta | None) -> Compared:
    counts = (rate.having, rate.rows, other.having, other.rows)
    return Compared(
        rate,
        f"against {told}",
        difference(*counts),
        ratio(*counts),
        rate.having + other.having,
        rate.rows + other.rows,
        min(rate.rows, other.rows),
        *_pooled(pool, other.having, other.rows),
    )


def _pooled(pool: Beta | None, having: int, rows: int) -> tuple[PooledDifference | None, PooledRatio | None]:
    if pool is None or not rows:
        return None, None
    return PooledDifference(*pool, having, rows), PooledRatio(*pool, having, rows)


def _with_rest(groups: Sequence[tuple[Rate, Beta | None]]) -> Iterator[Compared]:
    from auditor.evidence.rates import Rate

    having, rows = _sums([rate for rate, _ in groups])
    for rate, pool in groups if len(groups) > 2 else groups[1:]:  # of two, either is the rest of the other
        yield _against(rate, Rate((), having - rate.having, rows - rate.rows), "all other rows", pool)


def _with_whole(groups: Sequence[tuple[Rate, Beta | None]]) -> Iterator[Compared]:
    having, rows = _sums([rate for rate, _ in groups])
    for rate, pool in groups:
        counts = (rate.having, rate.rows, having, rows)
        fewest = min(rate.rows, rows - rate.rows)
        against = "against all rows, its own among them"
        both = difference_to_whole(*counts), ratio_to_whole(*counts)
        yield Compared(rate, against, *both, having, rows, fewest, *_pooled(pool, having, rows))


def _with_highest(groups: Sequence[Rate], min_rows: int) -> Iterator[Compared]:
    having, rows = _sums(groups)
    large = [rate for rate in groups if rate.rows >= max(min_rows, MIN_SHARE * rows)]
    for rate in groups:
        others = [(other.having, other.rows) for other in large if other is not rate]
        if not others:
            continue
        highest = max([rate, *large] if rate in large else large, key=lambda one: one.having / one.rows)
        told = f"against the highest rate: {Slice(highest.group)}"
        fewest = rate.rows if rate in large else 0  # a small group is shown and decides nothing
        yield Compared(rate, told, None, to_highest(rate.having, rate.rows, others), having, rows, fewest)


def _sums(groups: Sequence[Rate]) -> tuple[int, int]:
    return sum(rate.having for rate in groups), sum(rate.rows for rate in groups)
