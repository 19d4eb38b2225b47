"""A committed Great Expectations suite, run expectation by expectation through GX itself.

In memory: no project, no file written, no network, nothing printed.
"""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from auditor.errors import AuditError
from auditor.evidence.contracts import (
    ContractResult,
    Force,
    Rule,
    contract_text,
    imported,
    pandas_frame,
    quiet,
    result_of,
    row_count,
    without_repeats,
)

if TYPE_CHECKING:
    import pandas as pd

    from auditor.evidence import Evidence

_SEVERITIES = frozenset({"critical", "warning", "info"})
_KEYS = frozenset({
    "type", "kwargs", "meta", "id", "severity", "notes", "description", "rendered_content",
    "expectation_context", "success_on_last_run",
})  # fmt: skip
_CONDITIONS = frozenset({"comparison", "nullity", "and", "or"})
_FORMAT = {
    "result_format": "COMPLETE",
    "include_unexpected_rows": False,
    "return_unexpected_index_query": False,
}
_COLUMNS = ("column", "column_A", "column_B", "column_list")
_HOW_TO_RUN = frozenset({"result_format", "catch_exceptions", "batch_id"})


@dataclass(frozen=True, slots=True)
class Expectation:
    """One expectation as it is written in the suite."""

    number: int  # from 1
    type: str
    kwargs: Mapping[str, Any]
    severity: str

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns it speaks of, without those of its row condition; none where it is about the table."""
        if self.type.startswith("expect_table_"):
            return ()
        named = [self.kwargs.get(key) for key in _COLUMNS[:3]]
        listed = self.kwargs.get("column_list")
        named += listed if isinstance(listed, list) else []
        return tuple(str(name) for name in named if name is not None)

    @property
    def text(self) -> str:
        """The rule in a few words: its type and what it is given."""
        named = _COLUMNS if self.columns else ()
        shown = {key: value for key, value in self.kwargs.items() if key not in named and value is not None}
        given = ", ".join(f"{key}={value!r}" for key, value in shown.items())
        return f"{self.type.removeprefix('expect_')}({given})"

    def __str__(self) -> str:
        return f"expectation {self.number} ({self.type} on {', '.join(self.columns) or 'the table'})"


@dataclass(frozen=True, slots=True)
class AskGreatExpectations:
    """The question: does the data meet this suite of expectations?"""

    path: str

    def collect(self, evidence: Evidence) -> ContractResult:
        """Every expectation of the suite with what GX found."""
        expectations = _suite(self.path)
        rows = row_count(evidence, self.path)
        with _environment(GX_ANALYTICS_ENABLED="false"), quiet():
            runner = _Runner(self.path, pandas_frame(evidence, _needed(expectations, evidence), nullable=False))
            return result_of(self.path, rows, [runner.run(expectation, rows) for expectation in expectations])


def _suite(path: str) -> list[Expectation]:
    """The expectations in the file; AuditError for anything but a whole suite."""
    try:
        declared = json.loads(contract_text(path), object_pairs_hook=without_repeats)
    except (ValueError, RecursionError) as error:
        raise AuditError(f"the suite {path} cannot be parsed: {error}") from error
    listed = declared.get("expectations") if isinstance(declared, dict) else None
    if not isinstance(listed, list):
        raise AuditError(f"{path} is no Great Expectations suite: it has no list `expectations`")
    if not listed:
        raise AuditError(f"{path} checks nothing: it holds no expectation. Write some into it, or remove it")
    return [_expectation(path, number, entry) for number, entry in enumerate(listed, start=1)]


def _expectation(path: str, number: int, entry: Any) -> Expectation:
    problem = _problem(entry)
    if problem:
        raise AuditError(f"{path}: expectation {number} {problem}")
    kwargs = {key: value for key, value in (entry.get("kwargs") or {}).items() if key not in _HOW_TO_RUN}
    return Expectation(number, entry["type"], kwargs, entry.get("severity") or "critical")


def _problem(entry: Any) -> str | None:
    """Why an entry of the suite cannot be run as it is written; None if it can be tried."""
    if not isinstance(entry, dict) or not isinstance(entry.get("type"), str):
        older = isinstance(entry, dict) and "expectation_type" in entry
        return "has no `type`" + (": write the suite anew with Great Expectations 1.x" if older else "")
    kind, kwargs = entry["type"], entry.get("kwargs") or {}
    for key in sorted(map(str, entry.keys() - _KEYS)):
        return f"({kind}) has {key!r}, which nothing reads"
    if not isinstance(kwargs, dict):
        return f"({kind}): `kwargs` is not a mapping"
    if (entry.get("severity") or "critical") not in _SEVERITIES:
        return f"({kind}): the severity {entry['severity']!r} is not critical, warning or info"
    if kwargs.get("row_condition") is not None and not _is_data(kwargs["row_condition"]):
        return (
            f"({kind}): a row_condition given as text would be evaluated as code. Write it with "
            "great_expectations.expectations.row_conditions: Column('age') > 17"
        )
    return None


def _is_data(condition: Any) -> bool:
    """Whether a row condition is made of comparisons alone, with no expression for pandas to evaluate."""
    if not isinstance(condition, dict) or condition.get("type") not in _CONDITIONS:
        return False
    if condition["type"] in ("and", "or"):
        parts = condition.get("conditions")
        return isinstance(parts, list) and all(_is_data(part) for part in parts)
    name = _name_in(condition)
    given = condition.get("parameter")
    values = given if isinstance(given, list) else [given]
    plain = all(isinstance(value, str | int | float | None) for value in values)
    return plain and name is not None and "`" not in name


def _name_in(condition: Mapping[str, Any]) -> str | None:
    column = condition.get("column")
    name = column.get("name") if isinstance(column, dict) else None
    return name if isinstance(name, str) else None


def _columns_of(condition: Any) -> Iterator[str]:
    if isinstance(condition, dict):
        name = _name_in(condition)
        if name is not None:
            yield name
        for part in condition.get("conditions") or ():
            yield from _columns_of(part)


def _needed(expectations: list[Expectation], evidence: Evidence) -> list[str]:
    """The columns that the suite names; all, where an expectation speaks of the table's columns."""
    names = [column.name for column in evidence.dataset.columns]
    if any(not e.columns and "table_row_count" not in e.type for e in expectations):
        return names
    needed = {name for e in expectations for name in e.columns}
    needed |= {name for e in expectations for name in _columns_of(e.kwargs.get("row_condition"))}
    return [name for name in names if name in needed]


@contextlib.contextmanager
def _environment(**settings: str) -> Iterator[None]:
    """Environment variables for a while: GX reads whether to send analytics when it is imported."""
    before = {name: os.environ.get(name) for name in settings}
    os.environ.update(settings)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


class _Runner:
    """Runs expectations on one frame."""

    def __init__(self, path: str, frame: pd.DataFrame) -> None:
        gx = imported("great_expectations")
        self._path = path
        self._configuration = imported(
            "great_expectations.expectations.expectation_configuration"
        ).ExpectationConfiguration
        context = gx.get_context(mode="ephemeral")
        context.variables.progress_bars = {"globally": False}
        asset = context.data_sources.add_pandas("dataaudit").add_dataframe_asset("data")
        whole = asset.add_batch_definition_whole_dataframe("whole")
        self._batch = whole.get_batch(batch_parameters={"dataframe": frame})

    def run(self, expectation: Expectation, rows: int) -> Rule:
        """What GX finds; AuditError for an expectation that is unknown, malformed or raises."""
        try:
            declared = self._configuration(type=expectation.type, kwargs=dict(expectation.kwargs))
            outcome = self._batch.validate(declared.to_domain_obj(), result_format=_FORMAT)
        except Exception as error:
            raise self._failed(expectation, f"{type(error).__name__}: {error}") from error
        raised = _raised(outcome.exception_info)
        if raised is not None:
            raise self._failed(expectation, raised)
        return _rule(expectation, bool(outcome.success), outcome.result, rows)

    def _failed(self, expectation: Expectation, why: str) -> AuditError:
        return AuditError(f"{self._path}: {expectation} could not be run: {why}")


def _raised(info: Any) -> str | None:
    """What an expectation raised inside GX, which GX reports as a plain failure; None if nothing."""
    if not isinstance(info, Mapping):
        return None
    if info.get("raised_exception"):
        return str(info.get("exception_message"))
    inner = (_raised(part) for part in info.values() if isinstance(part, Mapping))
    return next((message for message in inner if message is not None), None)


def _rule(expectation: Expectation, success: bool, result: Mapping[str, Any], rows: int) -> Rule:
    """The share of values that break it, where GX counts them and they explain its verdict; else 0 or 1."""
    subject = ", ".join(expectation.columns) or "table"
    note = _note(expectation, result.get("observed_value"))
    met = Rule(subject, expectation.text, int(not success), rows, counted=False, force=_force(expectation), note=note)
    broken, elements = result.get("unexpected_count"), result.get("element_count")
    if broken is None or elements is None:
        return met
    seen = int(elements) - int(result.get("missing_count") or 0)
    allowed, listed = _allowed(expectation), _ordinals(result)
    counted = replace(met, broken=int(broken), seen=seen, rows=listed, allowed=allowed, counted=True)
    return counted if counted.kept is success else met


def _force(expectation: Expectation) -> Force:
    """What its severity says; an expectation that lets every value pass can only be shown."""
    if _allowed(expectation) >= 1:
        return Force.SHOWN
    return {"critical": Force.BINDS, "warning": Force.WARNS}.get(expectation.severity, Force.SHOWN)


def _note(expectation: Expectation, observed: Any) -> str:
    notes = [] if expectation.severity == "critical" else [f"severity {expectation.severity}"]
    notes += ["`mostly` 0 lets every value pass"] if _allowed(expectation) >= 1 else []
    return "; ".join(notes if observed is None else [*notes, f"observed {str(observed)[:200]}"])


def _allowed(expectation: Expectation) -> float:
    mostly = expectation.kwargs.get("mostly")
    return 0.0 if mostly is None else round(1 - float(mostly), 12)


def _ordinals(result: Mapping[str, Any]) -> tuple[int, ...]:
    """The rows, from the index list: the list of values beside it is cut at 200."""
    listed = result.get("unexpected_index_list") or ()
    return tuple(sorted({int(row) for row in listed if not isinstance(row, str | Mapping)}))
