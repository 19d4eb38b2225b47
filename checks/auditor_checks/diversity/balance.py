"""`balance`: how evenly the rows fall on classes, on groups, and on classes within groups."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import ClassVar, Literal

from pydantic import PositiveInt

from auditor.check import (
    CLASSIFICATION,
    Check,
    Evidence,
    Family,
    Finding,
    Measure,
    Needs,
    Role,
    Share,
    Skip,
    Slice,
    Unit,
    exact,
)
from auditor.dataset.values import MISSING
from auditor.stats.evenness import gini, hill_number, imbalance_ratio
from auditor_checks.wording import counted

#: Groups told one by one for an attribute, the largest first; their rows make up nearly all.
_GROUPS = 12


class Balance(Check):
    """Classes have too few examples within a group of people, or a long tail of classes holds many of the rows.

    A class may have examples enough, and hardly any among the old: there the model learns the group instead of the
    class. Collect more of the class in the groups named. That a class is rare is no fault (fraud at 0.2 % is normal);
    that it has few examples is.

    How even the rows are is shown and decides nothing: the effective number of classes and of groups is how many
    equally large ones would be as diverse.

    Method: rows of each class within each group of each sensitive attribute, of which the rarest class must reach
    `min_rows`; a group that would not reach it with all classes alike decides nothing, nor do rows whose group is
    missing. Rows in the tail, classes of fewer than `min_rows`, as a share of all labels. Hill's numbers of order 0, 1
    and 2 (Hill 1973, Ecology 54:427): classes, exp of Shannon's entropy, inverse of Simpson's index; Gini's
    coefficient, and the largest over the smallest class. All counted, so they speak for these rows.
    """

    id: ClassVar[str] = "balance"
    family: ClassVar[Family] = Family.DIVERSITY
    needs: ClassVar[Needs] = Needs(roles=frozenset({Role.LABEL}), tasks=CLASSIFICATION, examples=True)
    remedy: ClassVar[str] = "Collect more of the classes named, in the groups named."
    default_level: ClassVar[Literal["error", "warn"]] = "warn"

    min_rows: PositiveInt = 20
    max_tail_share: Share = 0.05
    listed: PositiveInt = 10

    def measure(self, evidence: Evidence) -> Iterator[Measure | Finding | Skip]:
        """The tail and the evenness of classes; then of each attribute's groups, and of classes within them."""
        classes = evidence.label_counts().classes()
        labels = sum(classes.values())
        if not labels:
            yield Skip("no row has a label")
            return
        tail = [rows for rows in classes.values() if rows < self.min_rows]
        note = f"{counted(len(tail), 'class', 'classes')} of fewer than {self.min_rows} rows"
        share = exact(sum(tail) / labels, labels)
        yield Measure("tail", "label", share, at_most=self.max_tail_share, support=labels, note=note)
        yield from _evenness("label", classes.values())
        yield Measure("gini", "label", exact(gini(classes.values()), labels), support=labels, unit=Unit.RATIO)
        for name in evidence.dataset.roles.sensitive:
            if name not in evidence.dataset.roles.label:
                groups = {group: rows for (group,), rows in evidence.counts(name).items() if group != MISSING}
                yield from _evenness(name, groups.values())
                yield from self._within(evidence, name)

    def _within(self, evidence: Evidence, name: str) -> Iterator[Measure | Finding]:
        """The rarest class of each group, and the cells with too few examples."""
        counts = evidence.label_counts(name)
        classes = counts.classes()
        small: list[tuple[int, str, str]] = []
        groups = [(group, rows) for group, rows in counts.rows.items() if group != (MISSING,)]
        for group, rows in groups[:_GROUPS]:
            cells = {label: counts.having[label].get(group, 0) for label in classes}
            rarest = min(cells, key=lambda label: (cells[label], label))
            large = rows >= self.min_rows * len(classes)
            yield Measure(
                "rarest class",
                Slice(((name, group[0]),)),
                exact(cells[rarest], rows),
                at_least=self.min_rows if large else None,
                support=rows,
                unit=Unit.ROWS,
                note=rarest if large else f"{rarest}; the group is too small to hold {self.min_rows} of each class",
            )
            small += [(have, group[0], label) for label, have in cells.items() if large and have < self.min_rows]
        (label,) = evidence.dataset.roles.label if len(evidence.dataset.roles.label) == 1 else ("label",)
        for have, value, cls in sorted(small)[: self.listed]:
            message = f"{counted(have, 'example')}: collect {self.min_rows - have} more"
            yield Finding(Slice(((name, value), (label, cls))), message, have)
        if len(small) > self.listed:
            yield Finding(name, f"{counted(len(small) - self.listed, 'more cell')} of too few examples", 0)


def _evenness(subject: str, counts: Iterable[int]) -> Iterator[Measure]:
    """Hill's numbers and the imbalance ratio of classes or groups; nothing of none."""
    rows = [one for one in counts if one]
    if not rows:
        return
    total = sum(rows)
    for order, told in enumerate(("count", "exp of Shannon's entropy", "inverse of Simpson's index")):
        number = exact(hill_number(rows, order), total)
        note = f"Hill number of order {order}: {told}"
        yield Measure("effective-number", subject, number, support=total, unit=Unit.NUMBER, note=note)
    yield Measure("imbalance", subject, exact(imbalance_ratio(rows), total), support=total, unit=Unit.RATIO)
