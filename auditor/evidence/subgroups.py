"""Subgroups of people by several attributes at once, from one joint table of counts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING

from auditor.dataset.values import MISSING
from auditor.evidence.bins import bins_of
from auditor.evidence.counts import MAX_JOINT_CELLS, Counts

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from auditor.evidence import Evidence

    Whole = npt.NDArray[np.int64]

Group = tuple[str, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Subgroups:
    """The groups of some columns that occur, the largest first: labeled rows, and rows of each class."""

    columns: tuple[str, ...]
    groups: tuple[Group, ...]
    rows: Whole
    having: Whole  # class by group, in the order of the classes asked for

    def levels(self) -> list[Whole]:
        """For each column, the number of each group's value."""
        import numpy as np

        return [np.unique([group[place] for group in self.groups], return_inverse=True)[1] for place in self._places]

    @property
    def _places(self) -> range:
        return range(len(self.columns))


@dataclass(frozen=True, slots=True)
class Joint:
    """Label and attributes counted together; `left_out` are attributes the table would have grown too large by."""

    counts: Counts  # the label first
    left_out: tuple[str, ...]

    @property
    def attributes(self) -> tuple[str, ...]:
        """The attributes that are in the table."""
        return self.counts.columns[1:]

    def combinations(self, least: int, most: int) -> Iterator[tuple[str, ...]]:
        """All sets of `least` to `most` attributes, small ones first."""
        for size in range(least, most + 1):
            yield from combinations(self.attributes, size)

    def subgroups(self, columns: tuple[str, ...], classes: tuple[tuple[str, ...], ...]) -> Subgroups:
        """The groups of these columns; each of `classes` is a set of labels that count as one. No label, no row."""
        import numpy as np

        table = self.counts.marginal((self.counts.columns[0], *columns))
        rows: dict[Group, int] = {}
        for (label, *group), count in table.items():
            if label != MISSING:
                rows[tuple(group)] = rows.get(tuple(group), 0) + count
        groups = tuple(sorted(rows, key=lambda group: (-rows[group], group)))
        place = {group: at for at, group in enumerate(groups)}
        having = np.zeros((len(classes), len(groups)), dtype=np.int64)
        of = {label: at for at, labels in enumerate(classes) for label in labels}
        for (label, *group), count in table.items():
            if label in of:
                having[of[label], place[tuple(group)]] += count
        return Subgroups(columns, groups, np.array([rows[group] for group in groups], dtype=np.int64), having)


@dataclass(frozen=True, slots=True)
class AskJoint:
    """The question: how many rows have each combination of the label and as many attributes as can be counted?"""

    def collect(self, evidence: Evidence) -> Joint:
        """The run's one joint table where there is one; else a pass over the first attributes that fit."""
        (label,) = evidence.dataset.roles.label
        kept: list[str] = []
        cells = 1 + (evidence.profile[label].distinct or 0)
        values = {name: _values(evidence, name) for name in evidence.dataset.roles.sensitive if name != label}
        sensitive = [name for name in values if values[name] > 1]  # one value makes no subgroup
        for name in sensitive:
            if cells * (1 + values[name]) <= MAX_JOINT_CELLS:
                kept.append(name)
                cells *= 1 + values[name]
        left_out = tuple(name for name in sensitive if name not in kept)
        return Joint(evidence.counts(label, *kept), left_out)


def _values(evidence: Evidence, name: str) -> int:
    """The groups of a column, missing among them if it occurs."""
    profile = evidence.profile[name]
    bins = bins_of(profile)
    return (len(bins.names) if bins else profile.distinct or 0) + (profile.missing > 0)
