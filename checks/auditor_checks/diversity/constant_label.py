"""`constant-label`: a number to be predicted that is always the same."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, ClassVar

from pydantic import Field

from auditor.check import Check, Evidence, Family, Measure, Needs, Role, Task, Unit, exact


class ConstantLabel(Check):
    """A number to be predicted is always the same.

    There is nothing to learn from: a model that says this number is right on every row, and wrong wherever the
    world is different. Find out what became of the label: a failed join, a default that was filled in, a filter.

    Method: the different values of a numeric label, missing ones not counted. (Of classes, `class-imbalance`
    asks the same.)
    """

    id: ClassVar[str] = "constant-label"
    family: ClassVar[Family] = Family.DIVERSITY
    needs: ClassVar[Needs] = Needs(roles=frozenset({Role.LABEL}), tasks=frozenset({Task.REGRESSION}))
    remedy: ClassVar[str] = "Find out why the label is always the same, and get the real one."

    min_values: Annotated[int, Field(ge=2)] = 2

    def measure(self, evidence: Evidence) -> Iterator[Measure]:
        """The number of different labels."""
        (name,) = evidence.dataset.roles.label
        values = exact(evidence.profile[name].distinct or 0)
        labeled = evidence.profile.rows - evidence.profile[name].missing
        yield Measure("distinct-values", "label", values, at_least=self.min_values, support=labeled, unit=Unit.NUMBER)
