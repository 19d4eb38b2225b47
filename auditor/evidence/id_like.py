"""Columns that name a row rather than describe it, though a model would be given them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from auditor.dataset.table import Column, Kind
from auditor.evidence.giveaway import read_alone
from auditor.evidence.picked_cells import picked_cells
from auditor.evidence.profile import ColumnProfile

if TYPE_CHECKING:
    from auditor.evidence import Evidence

#: Of fewer cells, nearly all may well differ by chance.
_FEWEST = 50
#: Rows in which a number must climb (or fall) from each to the next.
_LOOKED_AT = 10_000
_SEED = 22
#: Whole numbers are given out in turn if they fill at least this share of their range.
_DENSE = 0.5
_NAMED = re.compile(r"(^|[\W_])(id|uuid|guid|key|index|nr|no)$|[a-z]I[dD]$|^unnamed", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class IdLike:
    """A feature that names the row: its different values, the cells that are there, and what makes it a name."""

    column: str
    distinct: int
    known: int
    why: str


@dataclass(frozen=True, slots=True)
class AskIdLike:
    """The question: which features have a value of their own for at least this share of the rows, and are names?

    Numbers that are no whole numbers are measured, and no names; whole ones are if they count the rows, fill their
    range, or are called so.
    """

    min_share: float

    def collect(self, evidence: Evidence) -> tuple[IdLike, ...]:
        """From the profile, and one pass over whole numbers that nearly all differ."""
        candidates = []
        for column in read_alone(evidence.dataset):
            profile = evidence.profile[column.name]
            known, distinct = evidence.profile.rows - profile.missing, profile.distinct or 0
            if known >= _FEWEST and distinct >= self.min_share * known and _could_be(column):
                candidates.append((column, distinct, known))
        climbing = _climbing(evidence, [column for column, _, _ in candidates if column.kind is Kind.NUMERIC])
        told = [
            IdLike(column.name, distinct, known, _why(evidence.profile[column.name], distinct, column.name in climbing))
            for column, distinct, known in candidates
        ]
        return tuple(one for one in told if one.why)


def _could_be(column: Column) -> bool:
    return column.kind is Kind.CATEGORICAL or column.dtype.startswith(("Int", "UInt"))


def _why(profile: ColumnProfile, distinct: int, climbs: bool) -> str:
    if profile.column.kind is Kind.CATEGORICAL:
        return "words that hardly come twice"
    if climbs:
        return "a whole number that follows the order of the rows"
    low, high = profile.minimum, profile.maximum
    if isinstance(low, float) and isinstance(high, float) and distinct >= _DENSE * (high - low + 1):
        return "whole numbers that hardly leave any out"
    return "a whole number called an id" if _NAMED.search(profile.column.name) else ""


def _climbing(evidence: Evidence, columns: list[Column]) -> set[str]:
    """The columns whose numbers climb, or fall, from each row to the next."""
    rows, all_rows = np.arange(evidence.profile.rows), evidence.profile.rows
    if not columns:
        return set()
    if all_rows > _LOOKED_AT:
        rows = np.sort(np.random.default_rng(_SEED).choice(rows, _LOOKED_AT, replace=False))
    found = set()
    for cells in picked_cells(evidence.dataset, columns, rows, all_rows):
        steps = np.diff(cells.values[cells.known])
        if len(steps) and ((steps > 0).all() or (steps < 0).all()):
            found.add(cells.column.name)
    return found
