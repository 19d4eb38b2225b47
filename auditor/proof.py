"""Does this report speak for these bytes, and may they train a model?"""

from __future__ import annotations

from os import PathLike
from pathlib import Path

from auditor.dataset.keys import combined_digest, file_digest
from auditor.errors import AuditError
from auditor.report.model import Report, load_report


class NotPassed(AuditError):
    """The data must not train a model: other bytes than were audited, or a verdict that is no pass."""


def require_pass(report: str | PathLike[str], data: str | PathLike[str] | list[str]) -> Report:
    """The first line of a training script: return the report if it passes `data`, else raise NotPassed.

    `data` is the file that was audited, or the list of its parts in their order.
    """
    record = load_report(Path(report))
    if record.dataset.digest is None:
        raise NotPassed(f"{report}: it speaks of rows in memory, not of a file. Audit the file.")
    paths = [Path(data)] if isinstance(data, str | PathLike) else [Path(part) for part in data]
    try:
        digests = [file_digest(path) for path in paths]
    except OSError as error:
        raise NotPassed(f"{error.filename}: cannot be read: {error.strerror}.") from error
    actual = digests[0] if len(digests) == 1 else combined_digest(digests)
    if actual != record.dataset.digest:
        raise NotPassed(f"{paths[0]}: not the bytes that were audited. Run dataaudit on it again.")
    if record.verdict.status != "pass":
        raise NotPassed(f"{paths[0]}: the audit did not pass: {record.verdict.sentence}.")
    return record
