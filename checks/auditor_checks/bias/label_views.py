"""The label as distributions that can be compared: as it is, one label at a time, or a number that is cut."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from auditor.check import Evidence, Task
from auditor.errors import UsageError
from auditor_checks.bias.classes import Asked, called

if TYPE_CHECKING:
    from auditor.evidence.rates import Group, Rates


@dataclass(frozen=True, slots=True)
class View:
    """Rows by class in the groups of some columns, each row in one class.

    Of two classes, `positive` are those that count as the positive one, and `name` is what it is called; `one_of_many`
    says that a row may have other labels too. `order` are the classes' places. `cut`: the classes are what lies
    between the quartiles of a number, and only their order says something.
    """

    rates: Rates
    positive: tuple[str, ...] = ()
    name: str = ""
    one_of_many: bool = False
    order: Mapping[str, int] | None = None
    cut: bool = False

    @property
    def suffix(self) -> str:
        """What tells a measure of one label from those of the others."""
        return f", {self.name}" if self.one_of_many else ""

    def having(self, group: Group) -> int:
        """The rows of a group with the positive class."""
        return sum(self.rates.having[name].get(group, 0) for name in self.positive)


def views(evidence: Evidence, by: tuple[str, ...], asked: Asked, threshold: float | None, most: int) -> list[View]:
    """The views of the label in these groups: one, or one for each of the `most` largest of several labels a row."""
    from auditor.evidence.ordinal import places
    from auditor.evidence.rates import AskRates

    if evidence.dataset.task is Task.REGRESSION:
        return [_between_quartiles(evidence, by) if threshold is None else _above(evidence, by, threshold)]
    rates = evidence.ask(AskRates(by))
    if evidence.dataset.task is Task.MULTILABEL:
        return [View(_of_two(rates, name), (name,), called(asked.label, name), True) for name in asked.names[:most]]
    order = places(list(rates.having), evidence.dataset)
    if not asked.two:
        return [View(rates, order=order)]
    return [View(rates, asked.positive, asked.called(asked.names[0]), order=order)]


def _of_two(rates: Rates, name: str) -> Rates:
    """A class and its opposite."""
    from auditor.evidence.rates import Rates

    having = rates.having[name]
    rest = {group: rows - having.get(group, 0) for group, rows in rates.rows.items()}
    return Rates(rates.by, rates.rows, {name: having, f"not {name}": rest})


def _above(evidence: Evidence, by: tuple[str, ...], threshold: float) -> View:
    """As Clarify cuts a number: what lies above the threshold is positive. UsageError where all or none does."""
    from auditor.evidence.shares_above import AskSharesAbove, above

    (label,) = evidence.dataset.roles.label
    name = above(threshold)
    rates = _of_two(evidence.ask(AskSharesAbove(by, (threshold,))), name)
    if not 0 < sum(rates.having[name].values()) < sum(rates.rows.values()):
        raise UsageError(
            f"threshold: of all labels, all or none lie above {threshold:.10g}. Choose one between them.",
            "checks.pre-training-bias",
        )
    return View(rates, (name,), f"{label} {name}")


def _between_quartiles(evidence: Evidence, by: tuple[str, ...]) -> View:
    from auditor.evidence.rates import Rates
    from auditor.evidence.shares_above import AskSharesAbove

    rates = evidence.ask(AskSharesAbove(by))
    over = [dict(rates.rows), *(rates.having[name] for name in rates.having)]
    having: dict[str, dict[Group, int]] = {}
    for place, name in enumerate(("at most the lowest quartile", *rates.having)):
        higher = over[place + 1] if place + 1 < len(over) else {}
        having[name] = {group: over[place].get(group, 0) - higher.get(group, 0) for group in rates.rows}
    order = {name: place for place, name in enumerate(having)}
    return View(Rates(rates.by, rates.rows, having), order=order, cut=True)
