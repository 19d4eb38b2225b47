"""`coverage`: values, and combinations of them, that the data hardly shows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Annotated, ClassVar, Literal

from pydantic import BeforeValidator, Field, PositiveInt, field_validator, model_validator

from auditor.check import Check, Evidence, Family, Finding, Measure, Needs, Share, Skip, Unit, exact
from auditor.dataset.values import text_of
from auditor.stats.collection import what_to_collect
from auditor.stats.estimates import proportion
from auditor.stats.patterns import Uncovered, maximal_uncovered
from auditor_checks.diversity.attributes import Wishes, chosen
from auditor_checks.diversity.lacking import impossible_rows, not_combined, patterns_told, rules_of, to_collect

if TYPE_CHECKING:
    from auditor.evidence.combinations import Combinations

#: A value as it is written in a setting: `1` and `true` are names of values too.
Value = Annotated[str, BeforeValidator(text_of)]
#: Patterns that what to collect is worked out for: nobody collects for more at once.
_PLANNED = 5_000
_LEVELS = {1: "single values", 2: "pairs", 3: "triples"}


class Coverage(Check):
    """A value, or a combination of values, is hardly there.

    A plate reader that has seen only U.S. plates fails on a European car: what the data does not show, a model
    cannot learn, and a test drawn from the same data does not miss it. Collect what is named, or name what cannot
    occur in `impossible`, as `impossible = [{sex = "male", pregnant = "yes"}]`. A value that never occurs can only
    be missed where it is known: name the values that will be met in `domains`, as `domains.region = ["US", "EU"]`, or
    give a reference.

    What is held to a limit: values that were declared, or have `min_rows` rows in the reference or outside the split
    called train, and fewer here; and the share of cells with a value so rare. Combinations decide nothing unless
    `min_covered` (by the attributes combined: `min_covered.2 = 0.8`) or `max_gaps` say so: attributes that go together
    leave holes in all ordinary data (no husband is female). For the same reason this check only warns by default; with
    domains declared, set its level to error.

    Method: maximal uncovered patterns, those of fewer than `min_rows` rows all whose parts have that many (Asudeh, Jin
    and Jagadish 2019, ICDE), of up to `depth` attributes; by their most rows short of what there would be were
    the attributes unrelated (a *gap* would have `min_rows`). What to collect is their greedy hitting set. 30 rows tell
    a rate to about 18 points either way. Looked at are the attributes named in `attributes`; without it, those named
    in other options, the sensitive columns, and features of few values (at most `max_values`; numbers at most 12) in
    the order of the table, `max_attributes` in all. Continuous columns are cut into bins, but taken only if sensitive
    or named. An attribute that another one tells (a code and its name) is left out and said. Missing is no value.
    Where there is a split that is called train, its rows are looked at.
    """

    id: ClassVar[str] = "coverage"
    family: ClassVar[Family] = Family.DIVERSITY
    needs: ClassVar[Needs] = Needs(examples=True)
    remedy: ClassVar[str] = "Collect rows of the combinations named, or say which of them cannot occur."
    default_level: ClassVar[Literal["error", "warn"]] = "warn"

    min_rows: PositiveInt = 30
    depth: PositiveInt = 2
    attributes: tuple[str, ...] = Field(default=(), max_length=64)
    max_attributes: Annotated[int, Field(ge=1, le=64)] = 8
    max_values: PositiveInt = 20
    domains: dict[str, tuple[Value, ...]] = Field(default={})
    impossible: tuple[dict[str, Value], ...] = ()
    max_rare_share: Share = 0.05
    min_covered: dict[PositiveInt, Share] = Field(default={})
    max_gaps: Annotated[int, Field(ge=0)] | None = None
    listed: PositiveInt = 10
    max_work: PositiveInt = 500_000_000

    @field_validator("impossible")
    @classmethod
    def _names_something(cls, rules: tuple[dict[str, str], ...]) -> tuple[dict[str, str], ...]:
        if not all(rules):
            raise ValueError("an impossible combination must name a column and its value, as {sex = 'male'}")
        return rules

    @model_validator(mode="after")
    def _within_depth(self) -> Coverage:
        if deep := [level for level in self.min_covered if level > self.depth]:
            raise ValueError(f"min_covered holds combinations of {deep[0]} to a limit; set depth to {deep[0]} or more")
        return self

    def measure(self, evidence: Evidence) -> Iterator[Measure | Finding | Skip]:
        """How much is covered, level by level; the most surprising gaps; what to collect."""
        attributes = chosen(evidence, self._wishes())
        if not attributes.names:
            yield Skip("no attribute has few values; name columns to combine in `attributes`", applies=False)
            return
        looked_at = attributes.looked_at(evidence)
        table = looked_at.table
        if table.cells.total < self.min_rows:
            yield Skip(f"there are fewer than {self.min_rows} rows, so nothing is covered")
            return
        rules = rules_of(table, self.impossible, f"checks.{self.id}")
        lacking = maximal_uncovered(table.cells, self.min_rows, self.depth, rules, self.max_work)
        yield from self._values(table, looked_at.expected)
        yield from self._levels(table, lacking)
        yield from patterns_told(table, lacking, self.min_rows, self.listed)
        planned = lacking.first(_PLANNED)
        plan = what_to_collect(planned, table.cells.sizes, self.min_rows, rules)
        yield from to_collect(table, plan, len(planned), len(lacking))
        yield from impossible_rows(table, self.impossible)
        yield from not_combined(looked_at.left_out)

    def _wishes(self) -> Wishes:
        return Wishes(
            self.attributes,
            self.domains,
            tuple({name for rule in self.impossible for name in rule}),
            self.max_attributes,
            self.max_values,
            self.min_rows,
            f"checks.{self.id}",
        )

    def _values(self, table: Combinations, expected: Mapping[str, tuple[str, ...]]) -> Iterator[Measure]:
        """The values that should be there and are not, and the cells whose value is rare."""
        known = rare = 0
        of: dict[tuple[str, str], int] = {}
        for at, (name, values) in enumerate(zip(table.attributes, table.values, strict=True)):
            counts = table.cells.counts((at,))[:-1].tolist()
            known += sum(counts)
            rare += sum(rows for rows in counts if rows < self.min_rows)
            of |= {(name, value): rows for value, rows in zip(values, counts, strict=True)}
        due = [(name, value) for name, values in expected.items() for value in values]
        if due:
            lacking = [f"{name} = {value}" for name, value in due if of[name, value] < self.min_rows]
            yield Measure(
                "values-lacking",
                "values that will be met",
                exact(len(lacking), len(due)),
                at_most=0,
                support=table.cells.total,
                unit=Unit.NUMBER,
                note=", ".join(lacking[: self.listed]),
            )
        share = exact(rare / known if known else 0.0, known)
        yield Measure("cells-of-rare-values", _LEVELS[1], share, at_most=self.max_rare_share, support=table.cells.total)

    def _levels(self, table: Combinations, lacking: Uncovered) -> Iterator[Measure]:
        support = table.cells.total
        for level in lacking.levels:
            share = exact(level.covered / level.possible if level.possible else 1.0, max(level.possible, 1))
            limit = self.min_covered.get(level.level)
            note = f"of {level.possible:,} combinations of {', '.join(table.attributes)}"
            yield Measure("covered", _called(level.level), share, at_least=limit, support=support, note=note)
        for deeper, limit in self.min_covered.items():
            if lacking.depth < deeper <= len(table.attributes):  # not looked at, so no pass may speak for it
                note = f"searched up to {_called(lacking.depth)} only"
                yield Measure("covered", _called(deeper), proportion(0, 0), at_least=limit, note=note, sampled=False)
        gaps = int((lacking.expected >= self.min_rows).sum())
        yield Measure(
            "gaps",
            f"up to {_called(lacking.depth)}",
            exact(gaps, max(len(lacking), 1)),
            at_most=self.max_gaps,
            support=support,
            unit=Unit.NUMBER,
            note=f"would have {self.min_rows} rows, were the attributes unrelated",
        )


def _called(level: int) -> str:
    return _LEVELS.get(level, f"combinations of {level}")
