"""Writing a report: all of it or nothing."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from auditor.errors import AuditError
from auditor.report.model import Report

if TYPE_CHECKING:
    import pyarrow as pa

REPORT_NAME = "report.json"


@dataclass(frozen=True, slots=True)
class Audited:
    """A report and the files that stand beside it."""

    report: Report
    sidecars: Mapping[str, pa.Table] = field(default_factory=dict)
    texts: Mapping[str, str] = field(default_factory=dict)  # further files, as the sheet to fill in


def save(audited: Audited, output: Path, formats: Sequence[str] = ("html",)) -> Path:
    """Write `output/<dataset>/<run>/` and return it. The folder appears when it is whole, never before."""
    base = output / _safe(audited.report.dataset.name)
    try:
        base.mkdir(parents=True, exist_ok=True)
        partial = base / f".{audited.report.run.id}.{os.getpid()}.partial"
        partial.mkdir()
        try:
            _write(audited, partial, formats)
            return _publish(partial, base, audited.report.run.id)
        finally:
            shutil.rmtree(partial, ignore_errors=True)
    except OSError as error:
        problem = error.strerror or error
        raise AuditError(f"{base}: the report cannot be written: {problem}. Set another --output.") from error


def _write(audited: Audited, folder: Path, formats: Sequence[str]) -> None:
    import pyarrow.parquet as pq

    for name, table in audited.sidecars.items():
        pq.write_table(table, folder / name)
    for name, text in audited.texts.items():
        _write_text(folder / name, text)
    for name in formats:
        if name in VIEWS:
            file, render = VIEWS[name]
            _write_text(folder / file, render(audited.report))
    _write_text(folder / REPORT_NAME, audited.report.to_json())


def _write_text(path: Path, text: str) -> None:
    """As UTF-8; what is none, as half a file name of another encoding, as an escape (in JSON, a valid one)."""
    path.write_bytes(text.encode("utf-8", "backslashreplace"))


def _html(report: Report) -> str:
    from auditor.report.html import render_html

    return render_html(report)


#: File views by format name; report.json is the record and always written.
VIEWS: Mapping[str, tuple[str, Callable[[Report], str]]] = {"html": ("report.html", _html)}


def _publish(partial: Path, base: Path, run_id: str) -> Path:
    """Rename into place; two runs in one second get two folders."""
    for attempt in range(1, 1_000):
        target = base / (run_id if attempt == 1 else f"{run_id}-{attempt}")
        if target.exists():
            continue
        try:
            partial.rename(target)
        except OSError:
            if not target.exists():
                raise
        else:
            return target
    raise AuditError(f"{base}: too many runs in one second.")


def _safe(name: str) -> str:
    """The dataset's name as a folder's."""
    return re.sub(r"[^\w.\-]+", "_", name).strip("._")[:80] or "dataset"
