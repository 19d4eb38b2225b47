"""A group and what it is compared with, each with its labels: facets d and a in the words of Clarify."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from auditor.check import Slice
from auditor.stats.divergences import Floats, aligned

if TYPE_CHECKING:
    from auditor.evidence.rates import Group, Rates

#: What a group is compared with: all other rows, or the largest group.
Reference = Literal["rest", "largest"]


@dataclass(frozen=True, slots=True)
class Sides:
    """Rows by class of a group (d) and of its reference (a)."""

    subject: Slice
    note: str
    labels: Mapping[str, int]
    labels_a: Mapping[str, int]

    @property
    def rows(self) -> int:
        """The labeled rows of the group."""
        return sum(self.labels.values())

    @property
    def rows_a(self) -> int:
        """Those of its reference."""
        return sum(self.labels_a.values())

    @property
    def classes(self) -> list[str]:
        """All classes of either."""
        return sorted({*self.labels, *self.labels_a})

    def positive(self, names: Collection[str]) -> tuple[int, int]:
        """Of the group: rows of these classes, and all rows."""
        return sum(self.labels.get(name, 0) for name in names), self.rows

    def positive_a(self, names: Collection[str]) -> tuple[int, int]:
        """Of the reference: rows of these classes, and all rows."""
        return sum(self.labels_a.get(name, 0) for name in names), self.rows_a

    def distributions(self, order: Mapping[str, int] | None) -> tuple[Floats, Floats]:
        """Rows by class of a and of d, aligned; in their order where there is one."""
        if order is None:
            return aligned(self.labels_a, self.labels)
        return aligned(_by_place(self.labels_a, order), _by_place(self.labels, order))


def sides_of(rates: Rates, groups: Sequence[Group], reference: Reference) -> Iterator[Sides]:
    """Each of the groups with its reference; of two groups in all, the larger is nobody's mirror image."""
    every = list(rates.rows)
    if len(every) < 2:
        return
    for group in groups:
        if group == every[0] and (reference == "largest" or len(every) == 2):
            continue
        others = every[:1] if reference == "largest" else [other for other in every if other != group]
        told = str(_slice(rates, others[0])) if len(others) == 1 else "all other rows"
        yield Sides(_slice(rates, group), f"against {told}", _labels(rates, [group]), _labels(rates, others))


def _slice(rates: Rates, group: Group) -> Slice:
    return Slice(tuple(zip(rates.by, group, strict=True)))


def _labels(rates: Rates, groups: Sequence[Group]) -> dict[str, int]:
    sums = {name: sum(having.get(group, 0) for group in groups) for name, having in rates.having.items()}
    return {name: rows for name, rows in sums.items() if rows}


def _by_place(labels: Mapping[str, int], order: Mapping[str, int]) -> dict[int, int]:
    places: dict[int, int] = {}
    for name, rows in labels.items():
        places[order[name]] = places.get(order[name], 0) + rows
    return places
