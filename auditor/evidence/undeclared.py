"""Columns that look sensitive, or like the time of a row, and were not declared so."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from auditor.dataset.guesses import ask_sensitive
from auditor.dataset.table import Kind, Role

if TYPE_CHECKING:
    from auditor.evidence import Evidence


@dataclass(frozen=True, slots=True)
class AskUndeclared:
    """The question: which columns look sensitive, and were not declared?"""

    def collect(self, evidence: Evidence) -> tuple[tuple[str, str], ...]:
        """Their names and why; columns with a role of their own are left out.

        What may stand in for a sensitive column is asked about only where there are people in the data at all.
        """
        dataset = evidence.dataset
        taken = {name for role in Role if role is not Role.FEATURES for name in dataset.roles.columns(role)}
        free = [column for column in dataset.columns if column.name not in taken]
        return tuple(ask_sensitive(dataset.frame, free, proxies=bool(dataset.roles.sensitive)))


def times_undeclared(evidence: Evidence) -> tuple[str, ...]:
    """The columns of dates that have no role of their own, where none is named as the time of a row."""
    roles = evidence.dataset.roles
    if roles.time is not None:
        return ()
    kinds = {column.name: column.kind for column in evidence.dataset.columns}
    return tuple(name for name in roles.features if kinds[name] is Kind.DATETIME and name not in roles.sensitive)
