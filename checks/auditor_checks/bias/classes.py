"""Which classes have their rates compared, and what a group's rates of them are."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from auditor.check import SINGLE_CLASS, Evidence, Task
from auditor.errors import UsageError, did_you_mean

if TYPE_CHECKING:
    from auditor.evidence.rates import Rates

#: Classes that say nothing by themselves: numbers and answers.
_BARE = re.compile(r"-?\d+(\.\d+)?|[YyNn]|true|false|yes|no|none|other|positive|negative", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Asked:
    """The classes that are compared, the largest first; `sizes` are the rows that have them."""

    label: str
    names: tuple[str, ...]
    sizes: Mapping[str, int]
    two: bool = False  # one class and its opposite are all there is
    rarer: tuple[str, ...] = ()  # of two, the other one, where it is the rarer: by ratio it is asked too
    favourable: tuple[str, ...] = ()  # counted as the one class `names[0]`
    numeric: bool = False  # the classes are `above` the label's quartiles
    selected: str = ""  # the one whose rate stands for a good outcome; of a number, lying above the median

    @property
    def positive(self) -> tuple[str, ...]:
        """The classes that count as the positive one, where there are two."""
        return self.favourable or self.names[:1]

    def rates(self, evidence: Evidence, by: tuple[str, ...]) -> Rates:
        """The rates in the groups of some columns."""
        from auditor.evidence.rates import AskRates, Rates
        from auditor.evidence.shares_above import AskSharesAbove

        if self.numeric:
            return evidence.ask(AskSharesAbove(by))
        rates = evidence.ask(AskRates(by))
        if not self.favourable:
            return rates
        rest = [name for name in rates.having if name not in self.favourable]
        merged = dict(rates.merged(self.favourable, self.names[0]).having)
        merged |= {other: rates.merged(rest, other).having[other] for other in self.rarer}
        return Rates(rates.by, rates.rows, merged)

    def called(self, name: str) -> str:
        """What a class is called in a sentence."""
        return f"{self.label} {name}" if self.numeric else called(self.label, name)

    @property
    def kind(self) -> str:
        """What 6 RCNY 5-300 calls the rate."""
        return "scoring" if self.numeric else "selection"


def called(label: str, name: str) -> str:
    """What a class is called in a sentence: 'difference in 0' says nothing, so a bare one says of what it is."""
    return f"{label} = {name}" if _BARE.fullmatch(name) else name


def compared_classes(evidence: Evidence, favourable: Sequence[str], one: str | None, setting: str) -> Asked:
    """The classes to compare; none where there are no two.

    `one` is a profile that speaks of a single good outcome. Raises UsageError for a favourable class that is not
    there, or where it must be known which classes are favourable.
    """
    dataset = evidence.dataset
    label = dataset.roles.label[0] if len(dataset.roles.label) == 1 else "label"
    if dataset.task is Task.REGRESSION:
        if favourable:
            raise UsageError("favourable speaks of classes, and the label is a number.", setting)
        if one == "four-fifths":
            raise UsageError(f"profile {one!r} speaks of being selected or not, and the label is a number.", setting)
        return _quartiles(evidence, label)
    sizes = evidence.label_counts().classes()
    if favourable:
        return _favourable(evidence, label, favourable, sizes, setting)
    if dataset.task is Task.BINARY:
        return _two(label, dataset.positive, sizes)
    if one is not None:
        raise UsageError(f"profile {one!r} speaks of one good outcome: declare the classes in favourable.", setting)
    enough = len(sizes) > 1 or dataset.task is Task.MULTILABEL
    return Asked(label, tuple(sizes) if enough else (), sizes)


def _two(label: str, positive: str | None, sizes: Mapping[str, int]) -> Asked:
    """Where nearly all have the asked class, its ratio is 1 whatever happens: the rarer one is asked too."""
    if len(sizes) != 2:
        return Asked(label, (), sizes)
    asked = positive or [*sizes][-1]
    rarer = tuple(name for name in sizes if sizes[name] < sizes[asked])
    return Asked(label, (asked,), sizes, two=True, rarer=rarer, selected=asked)


def _favourable(
    evidence: Evidence, label: str, favourable: Sequence[str], sizes: Mapping[str, int], setting: str
) -> Asked:
    if evidence.dataset.task not in SINGLE_CLASS:
        raise UsageError("favourable needs one class a row; this label may have several.", setting)
    for name in favourable:
        if name not in sizes:
            raise UsageError(f"favourable: there is no class {name!r}. {did_you_mean(name, sizes)}", setting)
    good = sum(sizes[name] for name in set(favourable))
    bad = sum(sizes.values()) - good
    if not bad:
        raise UsageError("favourable names every class there is: no rate can differ.", setting)
    name = " or ".join(dict.fromkeys(favourable))
    merged = {name: good, f"not {name}": bad}
    rarer = (f"not {name}",) if bad < good else ()
    return Asked(label, (name,), merged, two=True, rarer=rarer, favourable=tuple(favourable), selected=name)


def _quartiles(evidence: Evidence, label: str) -> Asked:
    """Quartiles above which some, not all, of the labels lie; of a label of few values some are the same."""
    from auditor.evidence.shares_above import AskSharesAbove, above

    rates = evidence.ask(AskSharesAbove(evidence.dataset.roles.sensitive[:1]))
    total = sum(rates.rows.values())
    sizes = {name: sum(groups.values()) for name, groups in rates.having.items()}
    names = tuple(name for name, rows in sizes.items() if 0 < rows < total)
    quantiles = evidence.profile[label].quantiles
    return Asked(label, names, sizes, numeric=True, selected=above(quantiles[1]) if names else "")
