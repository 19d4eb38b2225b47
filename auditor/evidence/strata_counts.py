"""Labeled rows by group and by factors: strata of rows that are alike in what may rightly make a difference."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from math import prod
from typing import TYPE_CHECKING

from auditor.dataset.values import MISSING
from auditor.evidence.bins import bins_of
from auditor.evidence.counts import MAX_JOINT_CELLS, Counts, grouped
from auditor.stats.mantel_haenszel import Stratum

if TYPE_CHECKING:
    from auditor.evidence import Evidence

#: The values of the factors, in their order.
Place = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class GroupStrata:
    """Of each group of one attribute, its labeled rows by stratum: (rows that have the label, rows)."""

    attribute: str
    factors: tuple[str, ...]
    groups: Mapping[str, Mapping[Place, tuple[int, int]]]  # the largest group first

    def rows(self, group: str) -> int:
        """The labeled rows of a group."""
        return sum(rows for _, rows in self.groups[group].values())

    def having(self, group: str) -> int:
        """Those of them that have the label."""
        return sum(having for having, _ in self.groups[group].values())

    def pair(self, a: str, b: str) -> dict[Place, Stratum]:
        """Two groups side by side in every stratum that either has rows in, in the order of its name."""
        mine, other = self.groups[a], self.groups[b]
        nobody = (0, 0)
        return {
            place: Stratum(*mine.get(place, nobody), *other.get(place, nobody)) for place in sorted({*mine, *other})
        }

    def against_rest(self, a: str) -> dict[Place, Stratum]:
        """A group beside all other rows, in every stratum, in the order of its name."""
        rest: dict[Place, tuple[int, int]] = {}
        for name, places in self.groups.items():
            for place, (having, rows) in places.items() if name != a else ():
                before = rest.get(place, (0, 0))
                rest[place] = (before[0] + having, before[1] + rows)
        return GroupStrata(self.attribute, self.factors, {a: self.groups[a], "": rest}).pair(a, "")


@dataclass(frozen=True, slots=True)
class AskFactorCounts:
    """The question: how many rows have each combination of label, these attributes and these factors?

    A continuous factor is cut into bins, as a continuous attribute is.
    """

    attributes: tuple[str, ...]
    factors: tuple[str, ...]

    def collect(self, evidence: Evidence) -> Counts:
        """One pass for all attributes together while their table stays small, else one for these.

        Raises NotPossible for columns with more combinations of values than can be told apart.
        """
        roles = evidence.dataset.roles
        joint = tuple(name for name in roles.sensitive if name not in roles.label)
        columns = tuple(dict.fromkeys((*roles.label, *self.attributes, *self.factors)))
        together = tuple(dict.fromkeys((*roles.label, *joint, *self.factors)))
        if (
            self.attributes != joint
            and set(self.attributes) <= set(joint)
            and _cells(evidence, together) <= MAX_JOINT_CELLS
        ):
            return evidence.ask(AskFactorCounts(joint, self.factors)).marginal(columns)
        frame = evidence.dataset.frame
        for name in self.factors:
            if name not in roles.sensitive and (bins := bins_of(evidence.profile[name])):  # those are binned anyway
                frame = frame.with_columns(bins.expression())
        return Counts(columns, grouped(evidence, columns, frame))


def group_strata(evidence: Evidence, attribute: str, factors: tuple[str, ...], labels: Collection[str]) -> GroupStrata:
    """The strata of an attribute's groups; a row has the label where its class is one of `labels`.

    Rows without a label are left out; a missing factor is a value of its own. Raises NotPossible as
    AskFactorCounts does.
    """
    counts = evidence.ask(AskFactorCounts((attribute,), factors))
    place_of = [counts.columns.index(name) for name in factors]
    at = counts.columns.index(attribute)
    groups: dict[str, dict[Place, tuple[int, int]]] = {}
    for values, rows in counts.items():
        if values[0] == MISSING:
            continue
        strata = groups.setdefault(values[at], {})
        place = tuple(values[index] for index in place_of)
        having, before = strata.get(place, (0, 0))
        strata[place] = (having + rows * (values[0] in labels), before + rows)
    found = GroupStrata(attribute, factors, groups)
    ordered = sorted(groups, key=lambda name: (-found.rows(name), name))
    return GroupStrata(attribute, factors, {name: groups[name] for name in ordered})


def _cells(evidence: Evidence, columns: tuple[str, ...]) -> int:
    roles = evidence.dataset.roles

    def values(name: str) -> int:
        bins = None if name in roles.label else bins_of(evidence.profile[name])
        return 1 + (len(bins.names) if bins else evidence.profile[name].distinct or 0)

    return prod(map(values, columns))
