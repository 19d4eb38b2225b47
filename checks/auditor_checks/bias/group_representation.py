"""`group-representation`: groups of people the data hardly shows."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations
from typing import Annotated, ClassVar, Literal

from pydantic import Field, PositiveInt, field_validator

from auditor.check import Check, Evidence, Family, Finding, Measure, Needs, Role, Share, Skip, Slice, exact
from auditor.dataset.values import MISSING
from auditor_checks.bias.population import against_population, stated_population
from auditor_checks.wording import counted

#: By how much shares may miss 1 for having been rounded.
_ROUNDING = 0.011


class GroupRepresentation(Check):
    """A group of people is hardly there.

    What a model does to people it has hardly seen is anybody's guess, and in a small group it cannot even be
    measured. Collect rows of the groups named; what share would be right depends on whom the model is for.

    Whom the model is for can be stated in `population`: the share of each group, by attribute or pair of them, as
    `population.sex = {Female = 0.51, Male = 0.49}` or `population."sex × race" = {"Female × Black" = 0.07, …}`. Then
    each group's share is held to it, and the rows are told that would mend what is too little.

    It warns: many a group is small in the world too. Where you state a `population`, or know what a model needs, set
    `level = "error"` to hold training to it.

    Method: for each sensitive attribute and each pair of them, the share of the rows that stand in groups of
    fewer than `min_rows`; for each attribute, the share of its largest group. Missing is a group of its own; a
    continuous attribute is cut into bins. Single small groups are named, and decide nothing by themselves.
    Against a population: a group's share of the rows whose group is stated, over its share of the population, with
    Wilson's interval (1927), must reach `min_population_ratio`; nothing is held to a population that is not stated,
    and none is made by multiplying the shares of single attributes. A group that would have fewer than 10 rows
    at its share of the population, or that is the whole of it, can never fail.
    """

    id: ClassVar[str] = "group-representation"
    family: ClassVar[Family] = Family.BIAS
    needs: ClassVar[Needs] = Needs(roles=frozenset({Role.SENSITIVE}))
    remedy: ClassVar[str] = "Collect rows of the groups that are hardly there."
    default_level: ClassVar[Literal["error", "warn"]] = "warn"  # a minority is no fault of the data's

    min_rows: PositiveInt = 50
    max_small_share: Share = 0.05
    max_largest_share: Share = 0.95
    min_population_ratio: Annotated[float, Field(gt=0, le=1)] = 0.8
    population: dict[str, dict[str, Share]] = Field(default={})

    @field_validator("population")
    @classmethod
    def _whole(cls, population: dict[str, dict[str, float]]) -> dict[str, dict[str, float]]:
        for by, shares in population.items():
            if abs((total := sum(shares.values())) - 1) > _ROUNDING:
                raise ValueError(f"the shares of {by!r} must add up to 1 (100 %), but come to {total:.4g}")
        return population

    def measure(self, evidence: Evidence) -> Iterator[Measure | Finding | Skip]:
        """Small and dominant groups by attribute, then small ones by pairs of attributes."""
        sensitive = evidence.dataset.roles.sensitive
        for name in sensitive:
            yield from self._largest(evidence, name)
        for columns in (*((name,) for name in sensitive), *combinations(sensitive, 2)):
            yield from self._small(evidence, columns)
        for by, shares in self.population.items():
            stated = stated_population(evidence, by, shares, f"checks.{self.id}")
            yield from against_population(stated, self.min_population_ratio)

    def _largest(self, evidence: Evidence, name: str) -> Iterator[Measure]:
        counts = evidence.counts(name)
        (value,), rows = next(counts.items())
        share = exact(rows / counts.total, counts.total)
        yield Measure(
            "largest-group",
            Slice(((name, value),)),
            share,
            at_most=self.max_largest_share,
            support=counts.total,
        )

    def _small(self, evidence: Evidence, columns: tuple[str, ...]) -> Iterator[Measure | Finding]:
        counts = evidence.counts(*columns)
        small = {values: rows for values, rows in counts.items() if rows < self.min_rows}
        share = exact(sum(small.values()) / counts.total, counts.total)
        subject = " × ".join(columns)
        yield Measure("rows-in-small-groups", subject, share, at_most=self.max_small_share, support=counts.total)
        for values, rows in small.items():
            group = Slice(tuple(zip(columns, values, strict=True)))
            more = f"collect {self.min_rows - rows} more to be able to measure it"
            do = "find out what is missing" if MISSING in values else more
            yield Finding(group, f"{counted(rows, 'row')}: {do}", rows)
