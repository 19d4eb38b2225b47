"""`implausible-values`: numbers that were not measured."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, ClassVar

from auditor.check import Check, Evidence, Family, Finding, Measure, Needs, Share, Skip, exact
from auditor.stats.written import number, percent

if TYPE_CHECKING:
    from auditor.evidence.heaping import NumbersOf


class ImplausibleValues(Check):
    """A number stands for "unknown", is infinite, has an impossible sign, or was rounded by a person.

    A model takes 999 for a large number and learns from it. Read codes as missing (`--missing 999`), correct the
    signs, and ask how a rounded number came about: a model that is judged by single units cannot be taught by
    tens.

    Method: of the numeric label and features with at least 10 different values: -1, 0 and nines (99, -999, 9999)
    at either end, where they lie 1.5 distances between the quartiles from the next value, are set apart and twice
    as frequent as any value next to them, or are the only negative value; infinite numbers; at most 1 % of one
    sign, as large as those of the other, and none near 0; multiples of 5 to 1000 units that are twice as frequent
    as if spread evenly, and as their neighbours, with 99.9 % confidence (heaping). The share of codes and infinite
    numbers is counted and held to `max_share`; the rest is shown. Zeros that stand far from all other values are only
    warned of: a logarithm or an amount may be 0 in earnest.
    """

    id: ClassVar[str] = "implausible-values"
    family: ClassVar[Family] = Family.ANNOTATIONS
    needs: ClassVar[Needs] = Needs()
    remedy: ClassVar[str] = "Read codes as missing values with --missing, and correct what is infinite."

    max_share: Share = 0.05

    def measure(self, evidence: Evidence) -> Iterator[Measure | Finding | Skip]:
        """The share of codes and infinite numbers in each numeric column, and what else is odd about it."""
        from auditor.evidence.heaping import AskNumbers

        columns = evidence.ask(AskNumbers())
        if not columns:
            yield Skip("no numeric label or feature", applies=False)
        for column in columns:
            yield from self._shares(column)
        for column in columns:
            yield from _findings(column)

    def _shares(self, column: NumbersOf) -> Iterator[Measure]:
        rows = column.there + len(column.infinite)
        zeros = sum(len(codes.rows) for codes in column.codes if codes.value == 0)
        odd = len(column.infinite) + sum(len(codes.rows) for codes in column.codes) - zeros
        for name, count in (("not-a-measurement", odd), ("zero-for-unknown", zeros)):
            warns = name == "zero-for-unknown"
            if rows and (count or not warns):
                share = exact(count / rows, rows)
                yield Measure(name, column.column, share, at_most=self.max_share, support=rows, warns=warns)


def _findings(column: NumbersOf) -> Iterator[Finding]:
    for codes in column.codes:
        message = f"{codes.value:g} looks like a code for a missing value: {codes.why}"
        yield Finding(column.column, message, len(codes.rows), codes.rows)
    if column.infinite:
        yield Finding(column.column, "infinite numbers", len(column.infinite), column.infinite)
    if column.signs:
        message = "the sign may be wrong: as large as the others, of the other sign"
        yield Finding(column.column, message, len(column.signs), column.signs)
    if heap := column.heap:
        message = (
            f"{percent(heap.share)} are multiples of {number(heap.base)}; evenly spread, {percent(heap.even)} would be"
        )
        yield Finding(column.column, message, heap.count)
