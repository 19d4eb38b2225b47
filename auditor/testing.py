"""What a check author needs to test a check: a tiny table in, measures, findings or a decision out.

    def test_a_class_of_three_rows_fails() -> None:
        result = decided(ClassImbalance(min_rows=5), {"y": ["a"] * 9 + ["b"] * 3}, label="y")
        assert result.status is Status.FAIL

A table is columns with their values, or any frame that `auditor.audit` takes; it goes through the same reader
and gets its roles in the same way as a user's. Unlike there, no role is guessed: what a test does not name is
not there. Only the task and what the label is are guessed, unless given.
"""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from auditor.check import Check, Evidence, Finding, Measure, Skip
from auditor.dataset.options import ReadOptions
from auditor.dataset.pred_probs import told_columns, with_pred_probs
from auditor.dataset.readers import read
from auditor.dataset.reference import as_reference
from auditor.dataset.roles import NONE, Declared, assign
from auditor.gate.decide import Result, Status, decide
from auditor.gate.outcomes import run_check
from auditor.plugins import Configured

__all__ = ["Evidence", "Result", "Status", "decided", "evidence_of", "findings_of", "measures_of"]

#: Columns with their values, or a frame; evidence that is there already is taken as it is.
Table = Mapping[str, Sequence[Any]] | Any
_SINGLE = ("id", "split", "time", "weight", "group")


def evidence_of(
    table: Table,
    *,
    label: str | Sequence[str] | None = None,
    sensitive: str | Sequence[str] = (),
    task: str | None = None,
    label_is: str | None = None,
    reference: Table | None = None,
    base: Table | None = None,
    **roles: Any,
) -> Evidence:
    """The evidence of a table, and of the `reference` that it is held against, or of the `base` that it is to join.

    Further `roles` are those of the config: `id="key"`, `positive="yes"`, …. Raises what an audit of the table would
    raise.
    """
    if isinstance(table, Evidence):
        return table
    frame = _frame(table)
    predicted = roles.pop("pred_probs", None)
    told: dict[str, Any] = dict.fromkeys(_SINGLE, NONE) | {"annotator": ()}
    for name, value in roles.items():
        told[name] = _names(value) if name in ("text", "features", "annotator", "label_order") else value
    declared = Declared(
        label=None if label is None else _names(label),
        sensitive=_names(sensitive),
        task=task,
        label_is=label_is,
        unlabelled=label is None,
        **told,
    )
    scratch = Path(tempfile.gettempdir())  # a frame needs none
    loaded = read(frame, ReadOptions(), scratch)
    if predicted is not None:
        declared = replace(declared, pred_probs=told_columns(predicted, loaded.columns) or None)
    dataset = assign(loaded, declared, "table")[0]
    if predicted is not None:
        dataset = with_pred_probs(dataset, predicted, scratch, skips_lines=False)
    if reference is not None or base is not None:
        name, frame = ("reference", reference) if base is None else ("base", base)
        other = read(_frame(frame), ReadOptions(), scratch)
        dataset = replace(dataset, reference=as_reference(dataset, other, name, is_base=base is not None))
    return Evidence(dataset)


def _frame(table: Table) -> Any:
    import polars as pl

    return pl.DataFrame(dict(table), strict=False) if isinstance(table, Mapping) else table


def measures_of(check: Check, table: Table, **roles: Any) -> list[Measure]:
    """What the check measures. Raises what the check raises, and ValueError where it would be skipped."""
    return [item for item in _told(check, table, roles) if isinstance(item, Measure)]


def findings_of(check: Check, table: Table, **roles: Any) -> list[Finding]:
    """What the check finds. Raises what the check raises, and ValueError where it would be skipped."""
    return [item for item in _told(check, table, roles) if isinstance(item, Finding)]


def decided(check: Check, table: Table, **roles: Any) -> Result:
    """What the gate makes of the check alone. An exception in the check is a result too: its error.

    Raises UsageError for an option that names what is not in the table.
    """
    outcome = run_check(Configured(check, "tested", "error"), evidence_of(table, **roles), fast=False)
    return decide([outcome])[0]


def _told(check: Check, table: Table, roles: Mapping[str, Any]) -> list[Measure | Finding | Skip]:
    evidence = evidence_of(table, **roles)
    if unmet := check.needs.unmet(evidence.dataset):
        raise ValueError(f"{check.id} is skipped for this table: {unmet.reason}")
    return list(check.measure(evidence))


def _names(value: str | Sequence[str]) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else tuple(value)
