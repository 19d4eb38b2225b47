"""What can go wrong, in words a user can act on. Each error knows the exit code it stands for."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from typing import ClassVar

#: Settings whose flag has another name: `split` names the parts of a dataset, `as` is a word of Python's.
_FLAGS = {"dataset.split": "--split-column", "run.data_as": "--as"}


class AuditError(Exception):
    """The audit could not be completed (exit 3). The message says what is wrong and what to do."""

    exit_code: ClassVar[int] = 3


class UsageError(AuditError):
    """A flag, a setting or a role is wrong (exit 2): nothing was audited.

    `setting` is the wrong one as `table.key`. It is called by its flag until someone who knows where it was set
    says so (`at`).
    """

    exit_code: ClassVar[int] = 2

    def __init__(self, problem: str, setting: str = "") -> None:
        self.problem, self.setting = problem, setting
        super().__init__(f"{flag_of(setting)}: {problem}" if setting else problem)

    def at(self, place: str) -> UsageError:
        """The same error, told of that place."""
        return UsageError(f"{place}: {self.problem}")


def flag_of(setting: str) -> str:
    """What a setting `table.key` is called on the command line; a check's options have their table only."""
    table, _, key = setting.partition(".")
    if table == "checks":
        return f"[{setting}]"
    return _FLAGS.get(setting) or f"--{key.replace('_', '-')}"


class DataError(AuditError):
    """A data file could not be read whole (exit 3).

    Says the file, the line where there is one (from 1, as an editor counts), what is wrong and what to do.
    """

    def __init__(self, path: str, problem: str, remedy: str, line: int | None = None) -> None:
        self.path, self.problem, self.remedy, self.line = path, problem, remedy, line
        where = path if line is None else f"{path}:{line}"
        super().__init__(f"{where}: {problem}. {remedy}")


class NotPossible(AuditError):
    """Evidence that this dataset cannot give; a check that needs it is skipped with this reason."""


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """A hint after an unknown name: the nearest known one, or all of them (at most twenty)."""
    names = [str(one) for one in known]
    if near := difflib.get_close_matches(name, names, 1, cutoff=0.5):
        return f"Did you mean {near[0]!r}?"
    return f"Known: {', '.join(names[:20])}{' …' if len(names) > 20 else ''}."
