"""Which columns are combined, which are not, and which values each should have."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from auditor.check import Evidence
from auditor.dataset.table import Kind
from auditor.errors import UsageError, did_you_mean

if TYPE_CHECKING:
    from auditor.evidence.combinations import Combinations

#: Kinds whose values can be named.
_NAMED = frozenset({Kind.CATEGORICAL, Kind.BOOLEAN, Kind.NUMERIC, Kind.DATETIME, Kind.TEXT})


@dataclass(frozen=True, slots=True)
class Wishes:
    """What the options say: columns named, values declared, columns in rules, and how much is taken by itself."""

    attributes: tuple[str, ...]
    domains: Mapping[str, tuple[str, ...]]
    ruled: tuple[str, ...]
    most: int
    max_values: int
    min_rows: int
    setting: str

    @property
    def named(self) -> dict[str, str]:
        """The columns named, and the option that names each."""
        options = (("attributes", self.attributes), ("domains", self.domains), ("impossible", self.ruled))
        found: dict[str, str] = {}
        for option, names in options:
            found |= {name: option for name in names if name not in found}
        return found


@dataclass(frozen=True, slots=True)
class Attributes:
    """The columns taken, why others are not, and the values they should have: declared, or of the reference.

    `part` is the split column and the part a model learns from.
    """

    names: tuple[str, ...]
    left_out: dict[str, str]
    expected: Mapping[str, tuple[str, ...]]
    part: tuple[str, str] | None
    protected: frozenset[str]
    min_rows: int

    def looked_at(self, evidence: Evidence) -> LookedAt:
        """The rows by these columns, of the part if there is one."""
        from auditor.evidence.combinations import AskCombinations

        columns = (*self.names, *(self.part[:1] if self.part else ()))
        table = evidence.ask(AskCombinations(columns, tuple(self.expected.items())))
        expected = self.expected
        if self.part:
            table, others = table.parts(*self.part)
            met = others.often(self.min_rows)
            expected = {name: _joined(expected.get(name, ()), met[name]) for name in self.names}
        told: dict[str, str] = {}
        for name, teller in table.told(self.min_rows).items():
            if name not in self.protected:
                told[name] = teller
            elif teller not in self.protected:
                told[teller] = name
        kept = table.keep(tuple(name for name in self.names if name not in told))
        due = {name: values for name, values in expected.items() if values and name not in told}
        return LookedAt(kept, due, self.left_out | {name: f"told by {teller}" for name, teller in told.items()})


@dataclass(frozen=True, slots=True)
class LookedAt:
    """The rows by the columns combined, the values that each should have, and why other columns are left out."""

    table: Combinations
    expected: Mapping[str, tuple[str, ...]]
    left_out: Mapping[str, str]


def chosen(evidence: Evidence, wishes: Wishes) -> Attributes:
    """The columns to combine. UsageError for a column that is not there, or holds no values that could be named."""
    named = wishes.named
    for name, option in named.items():
        _checked(evidence, name, option, wishes.setting)
    roles = evidence.dataset.roles
    taken, left_out = list(named), dict[str, str]()
    for name in () if wishes.attributes else dict.fromkeys((*roles.sensitive, *roles.features)):
        if name in named:
            continue
        if reason := _unfit(evidence, name, wishes.max_values):
            left_out[name] = reason
        elif len(taken) >= wishes.most:
            left_out[name] = f"more than {wishes.most} attributes"
        else:
            taken.append(name)
    expected = _expected(evidence, taken, wishes)
    protected = frozenset((*named, *roles.sensitive))
    part = None if roles.split in taken else _training(evidence)
    return Attributes(tuple(taken), left_out, expected, part, protected, wishes.min_rows)


def _checked(evidence: Evidence, name: str, option: str, setting: str) -> None:
    from auditor.evidence.bins import bins_of
    from auditor.evidence.combinations import MAX_VALUES

    columns = {column.name: column for column in evidence.dataset.columns}
    if name not in columns:
        known = f"in {evidence.dataset.name}. {did_you_mean(name, columns)}"
        raise UsageError(f"{option}: there is no column {name!r} {known}", setting)
    profile = evidence.profile[name]
    if columns[name].kind not in _NAMED:
        raise UsageError(f"{option}: {name!r} holds {columns[name].kind}, which has no values to combine", setting)
    if bins_of(profile) is None and (profile.distinct or 0) > MAX_VALUES:
        many = f"{name!r} has {profile.distinct:,} values; at most {MAX_VALUES} can be combined"
        raise UsageError(f"{option}: {many}", setting)


def _unfit(evidence: Evidence, name: str, max_values: int) -> str:
    """Why a column is not taken by itself; nothing where it is."""
    from auditor.evidence.bins import MAX_GROUPS, bins_of
    from auditor.evidence.combinations import MAX_VALUES

    profile = evidence.profile[name]
    distinct, kind = profile.distinct or 0, profile.column.kind
    sensitive = name in evidence.dataset.roles.sensitive
    if kind not in _NAMED or (kind is Kind.TEXT and not sensitive):
        return f"holds {kind}"
    if distinct < 2:
        return "one value only"
    if sensitive:
        return "" if bins_of(profile) or distinct <= MAX_VALUES else f"{distinct} values"
    if kind is Kind.DATETIME or (kind is Kind.NUMERIC and distinct > MAX_GROUPS):
        return "continuous"
    return "" if distinct <= max_values else f"{distinct} values"


def _expected(evidence: Evidence, taken: Iterable[str], wishes: Wishes) -> dict[str, tuple[str, ...]]:
    """The values that should be there: declared, and those of `min_rows` rows in the reference.

    A batch need not have what its base has.
    """
    from auditor.evidence.bins import bins_of
    from auditor.evidence.combinations import MAX_VALUES, AskCombinations

    expected = {name: tuple(dict.fromkeys(values)) for name, values in wishes.domains.items()}
    if evidence.dataset.reference is None or evidence.dataset.is_batch:
        return expected
    theirs = evidence.reference.profile.columns
    shared = tuple(name for name in taken if name in theirs and not bins_of(evidence.profile[name]))
    shared = tuple(name for name in shared if (theirs[name].distinct or 0) <= MAX_VALUES and not bins_of(theirs[name]))
    if shared:
        met = evidence.reference.ask(AskCombinations(shared)).often(wishes.min_rows)
        expected |= {name: _joined(expected.get(name, ()), met[name]) for name in shared}
    return expected


def _joined(values: Iterable[str], more: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*values, *more)))


def _training(evidence: Evidence) -> tuple[str, str] | None:
    """The split column and the part a model learns from, where one is called so."""
    from auditor.evidence.bins import MAX_GROUPS

    split = evidence.dataset.roles.split
    if split is None or (evidence.profile[split].distinct or 0) > MAX_GROUPS:
        return None
    parts = sorted(value for (value,), _ in evidence.counts(split).items())
    return next(((split, part) for part in parts if part.lower().startswith("train")), None)
