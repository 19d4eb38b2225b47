"""A committed pandera schema, rule by rule: pandera reads it and runs its checks, eagerly and on all rows.

Each column is read on its own, so that memory holds one column of the contract at a time; rules over several
columns hold theirs. What a schema would *repair* (`default`, `add_missing_columns`, `drop_invalid_rows`) is
not repaired: the audit is of the data as it lies there.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from auditor.errors import AuditError
from auditor.evidence.contracts import ContractResult, Force, Rule, pandas_frame, quiet, result_of, row_count
from auditor.evidence.pandera_file import load_schema
from auditor.evidence.pandera_types import Fit, fit

if TYPE_CHECKING:
    import pandas as pd

    from auditor.evidence import Evidence

_KEPT: dict[str, Literal["first", "last", False]] = {
    "exclude_first": "first",
    "exclude_last": "last",
    "all": False,
}


@dataclass(frozen=True, slots=True)
class AskPandera:
    """The question: does the data keep this pandera contract?"""

    path: str

    def collect(self, evidence: Evidence) -> ContractResult:
        """Every rule of the contract with the rows that break it."""
        schema = load_schema(self.path)
        rows = row_count(evidence, self.path)
        with quiet():
            return result_of(self.path, rows, _Contract(self.path, schema, evidence, rows).rules())


@dataclass(frozen=True, slots=True)
class _Contract:
    path: str
    schema: Any  # a pandera DataFrameSchema
    evidence: Evidence
    rows: int

    @property
    def names(self) -> list[str]:
        return [column.name for column in self.evidence.dataset.columns]

    def rules(self) -> Iterator[Rule]:
        """The rules about columns, then about the table, in the order of the contract."""
        for name, component in self.schema.columns.items():
            matched = self._matched(name, component)
            if component.required or matched:
                yield self._holds(str(name), "is there", bool(matched))
            for column in matched:
                yield from self._column_rules(column, component)
        yield from self._rules_of_names()
        for columns in _unique_sets(self.schema.unique):
            yield self._unique_together(columns)
        yield from self._index_rules()
        if self.schema.checks:
            frame = self._whole_frame()
            for check in self.schema.checks:
                yield self._kept("table", check, frame)

    def _matched(self, name: Any, component: Any) -> list[str]:
        if not component.regex:
            return [name] if name in self.names else []
        try:
            return [column for column in self.names if re.match(name, column)]
        except (re.error, TypeError) as error:
            raise AuditError(f"{self.path}: {name!r} is no regular expression: {error}") from error

    def _column_rules(self, name: str, component: Any) -> Iterator[Rule]:
        grouping = [column for check in component.checks for column in _grouping(check)]
        missing = sorted({column for column in grouping if column not in self.names})
        if missing:
            raise AuditError(f"{self.path}: {name} is to be grouped by {missing[0]!r}, which is not in the data")
        frame = pandas_frame(self.evidence, dict.fromkeys((name, *grouping)), nullable=True)
        fitted = self._fitted(frame[name], component)
        frame[name] = fitted.column
        if self._type_of(component) is not None:
            yield self._typed(name, component, fitted)
        if not component.nullable:
            yield self._counted(name, "not missing", frame[name].isna() & ~fitted.misfits)
        if component.unique:
            repeated = frame[name].duplicated(keep=_KEPT[component.report_duplicates])
            yield self._counted(name, "unique", repeated & (fitted.whole | ~fitted.misfits))
        for check in component.checks if not fitted.whole else ():
            if fitted.respelled:
                raise AuditError(
                    f"{self.path}: {name} is declared as text and was read as moments in time, so its checks "
                    "cannot be run: declare it as datetime64[ns]"
                )
            yield self._kept(name, check, frame, name)

    def _type_of(self, component: Any) -> Any:
        return component.dtype if self.schema.dtype is None else self.schema.dtype

    def _fitted(self, column: pd.Series[Any], component: Any) -> Fit:
        try:
            return fit(column, self._type_of(component), bool(component.coerce or self.schema.coerce))
        except (TypeError, ValueError, OverflowError) as error:
            raise AuditError(f"{self.path}: the type of {column.name} cannot be judged: {error}") from error

    def _typed(self, name: str, component: Any, fitted: Fit) -> Rule:
        text = f"type {self._type_of(component)}"
        if not fitted.whole:
            return self._counted(name, text, fitted.misfits)
        left = f"; its {len(component.checks)} checks were not run" if component.checks else ""
        return self._holds(name, text, False, f"the column is of another type, {fitted.column.dtype}{left}")

    def _rules_of_names(self) -> Iterator[Rule]:
        """What the contract says of columns that it does not name, and of their order."""
        expected = [c for name, part in self.schema.columns.items() for c in self._matched(name, part)]
        expected = list(dict.fromkeys(expected))
        extra = [name for name in self.names if name not in expected]
        if self.schema.strict is True:
            yield self._holds("table", "no other columns", not extra, ", ".join(extra))
            for name in extra:
                yield self._holds(name, "not in the contract", False)
        if self.schema.ordered:
            held = [name for name in self.names if name in expected]
            wanted = [name for name in expected if name in held]
            yield self._holds("table", "columns in order", held == wanted, f"expected {', '.join(wanted)}")
        if self.schema.unique_column_names:
            yield self._holds("table", "column names differ", len(set(self.names)) == len(self.names))
        if self.schema.dtype is not None:
            for name in extra:
                column = pandas_frame(self.evidence, (name,), nullable=True)[name]
                yield self._typed(name, self.schema, self._fitted(column, self.schema))

    def _unique_together(self, columns: list[str]) -> Rule:
        text = f"unique together: {', '.join(map(str, columns))}"
        missing = [column for column in columns if column not in self.names]
        if missing:
            return self._holds("table", text, False, f"{missing[0]} is not in the data")
        frame = pandas_frame(self.evidence, columns, nullable=True)
        try:
            return self._counted("table", text, frame.duplicated(keep=_KEPT[self.schema.report_duplicates]))
        except TypeError as error:
            raise AuditError(f"{self.path}: {text} cannot be judged: {error}") from error

    def _index_rules(self) -> Iterator[Rule]:
        """A data file has no index but the numbers of its rows, as pandas gives them."""
        import pandas as pd
        from pandera import dtypes

        index = self.schema.index
        if index is None:
            return
        if hasattr(index, "indexes") or index.name or not (index.dtype is None or dtypes.is_int(index.dtype)):
            raise AuditError(f"{self.path} asks for an index, which a data file does not have: remove it there")
        numbers = pd.Series(range(self.rows))
        yield self._holds("index", "numbers the rows", True)
        for check in index.checks:
            yield self._kept("index", check, numbers)

    def _whole_frame(self) -> pd.DataFrame:
        frame = pandas_frame(self.evidence, self.names, nullable=True)
        for name, component in self.schema.columns.items():
            for column in self._matched(name, component):
                frame[column] = self._fitted(frame[column], component).column
        return frame

    def _kept(self, subject: str, check: Any, data: Any, *column: str) -> Rule:
        """Run one check of pandera; what it raises is an error of the audit, not a fault of the data."""
        text = str(check.error or check.name or check)
        force = Force.WARNS if check.raise_warning else Force.BINDS
        try:
            result = check(data, *column)
            output = result.check_output
            if _is_by_row(output, data):
                broken = _not_held(output)
                if not broken.any() and not result.check_passed:
                    raise ValueError("it failed, and no row did")
                return self._counted(subject, text, broken, force)
            return self._holds(subject, text, bool(result.check_passed), force=force)
        except Exception as error:
            raise AuditError(
                f"{self.path}: {subject}: {text} could not be run: {type(error).__name__}: {error}"
            ) from error

    def _counted(self, subject: str, text: str, broken: pd.Series[bool], force: Force = Force.BINDS) -> Rule:
        rows = tuple(broken.index[broken.to_numpy(dtype=bool)].tolist())
        return Rule(subject, text, len(rows), self.rows, rows, force=force)

    def _holds(self, subject: str, text: str, holds: bool, note: str = "", *, force: Force = Force.BINDS) -> Rule:
        said = "" if holds else note
        return Rule(subject, text, int(not holds), self.rows, counted=False, force=force, note=said)


def _unique_sets(unique: Any) -> list[list[str]]:
    """The sets of columns that are to be unique together; a schema may hold one set, or a list of them."""
    if not unique:
        return []
    if isinstance(unique, str):
        return [[unique]]
    if all(isinstance(name, str) for name in unique):
        return [list(unique)]
    return [list(part) for part in unique]


def _grouping(check: Any) -> Sequence[str]:
    groupby = getattr(check, "groupby", None)
    return [groupby] if isinstance(groupby, str) else list(groupby or ())


def _is_by_row(output: Any, data: Any) -> bool:
    """Whether the check gave an answer for each row that it looked at."""
    index = getattr(output, "index", None)
    return index is not None and hasattr(output, "fillna") and bool(index.isin(data.index).all())


def _not_held(output: Any) -> pd.Series[bool]:
    held = output.fillna(False).astype(bool)
    broken: pd.Series[bool] = ~(held.all(axis="columns") if held.ndim > 1 else held)
    return broken
