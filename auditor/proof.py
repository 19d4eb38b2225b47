"""Does this report speak for these bytes, and may they train a model?"""

from __future__ import annotations

from collections.abc import Sequence
from os import PathLike
from pathlib import Path

from auditor.dataset.keys import combined_digest, file_digest
from auditor.errors import AuditError
from auditor.report.model import Report, load_report


class NotPassed(AuditError):
    """The data must not train a model: other bytes than were audited, or a verdict that is no pass."""


def require_pass(
    report: str | PathLike[str],
    data: str | PathLike[str] | Sequence[str | PathLike[str]],
    *,
    allow_selected: bool = False,
) -> Report:
    """The first line of a training script: return the report if it passes `data`, else raise NotPassed.

    `data` is the file (or folder of Parquet parts) that was audited, or the list of the parts in their order.
    What counts is the verdict, not the exit code: `--exit-zero` makes no pass. A report for which checks were
    chosen (`--select`, `--ignore`, or the same in a config) speaks for those only, and is refused unless
    `allow_selected` says that this is meant. Checks that `--fast` left out are the policy's business: the verdict
    is a pass only where the others answer for their family.
    """
    record = load_report(Path(report))
    if record.dataset.digest is None:
        raise NotPassed(f"{report}: it speaks of rows in memory, not of a file. Audit the file.")
    paths = [Path(data)] if isinstance(data, str | PathLike) else [Path(part) for part in data]
    named = ", ".join(map(str, paths[:3])) or "no data"
    try:
        digests = [_digest(path) for path in paths]
    except OSError as error:
        raise NotPassed(f"{error.filename}: cannot be read: {error.strerror}.") from error
    alone = digests if len(digests) == 1 else []  # a list of one part, or the part itself
    if record.dataset.digest not in (*alone, combined_digest(digests)):
        raise NotPassed(f"{named}: not the bytes that were audited. Run dataaudit on it again.")
    chosen = [s for s in record.settings if s.name in ("run.select", "run.ignore") and s.source != "default"]
    if chosen and not allow_selected:
        told = ", ".join(f"{s.name} = {s.value}" for s in chosen)
        remedy = "Audit it with all checks, or say allow_selected=True if this is meant"
        raise NotPassed(f"{named}: not all checks ran ({told}). {remedy}.")
    if record.verdict.status != "pass":
        raise NotPassed(f"{named}: the audit did not pass: {record.verdict.sentence}.")
    return record


def _digest(path: Path) -> str:
    """Of a file; of a folder, of its Parquet parts as they are audited."""
    if not path.is_dir():
        return file_digest(path)
    from auditor.dataset.columnar import parquet_parts

    digests = [file_digest(part) for part in parquet_parts(path)]
    return digests[0] if len(digests) == 1 else combined_digest(digests)
