"""The Report: everything a run has to say, as frozen values with a JSON Schema.

Readers accept every report of their own major version: fields are only added, with defaults, within it.
"""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, PlainSerializer, ValidationError

from auditor.errors import AuditError

SCHEMA_VERSION = "1.0"
#: Rows of a finding that the report shows; the sidecar table holds all.
MAX_EXAMPLES = 20

Status = Literal["pass", "fail", "undecided", "skipped", "error"]
Decision = Literal["pass", "fail", "undecided", "shown"]

_UNBOUNDED = {"-Infinity": -math.inf, "Infinity": math.inf, "NaN": math.nan}


def _read_number(value: Any) -> Any:
    return _UNBOUNDED.get(value, value) if isinstance(value, str) else value


def _write_number(value: float) -> float | str:
    """Rounded to 12 significant digits, so that the last bits of a sum do not change the report."""
    if not math.isfinite(value):
        return {math.inf: "Infinity", -math.inf: "-Infinity"}.get(value, "NaN")
    return float(f"{value:.12g}")


#: A number that survives JSON: not finite ones are written as "Infinity", "-Infinity" and "NaN".
Number = Annotated[float, BeforeValidator(_read_number), PlainSerializer(_write_number, return_type=float | str)]


class _Value(BaseModel):
    # Unknown fields are ignored: a report of 1.1 must load where 1.0 is known.
    model_config = ConfigDict(frozen=True, extra="ignore", ser_json_inf_nan="strings")


class SettingRecord(_Value):
    """A setting of the run, and where it came from: a flag, a file, or a guess and its reason."""

    name: str
    value: str
    source: Literal["flag", "config", "guess", "default"]
    detail: str = ""


class ColumnRecord(_Value):
    """One column: what it was read as, what for, and its profile."""

    name: str
    kind: str
    dtype: str
    role: str
    missing: int
    distinct: int | None = None
    minimum: str | Number | None = None
    maximum: str | Number | None = None
    mean: Number | None = None
    sd: Number | None = None
    quantiles: tuple[Number, ...] = ()
    top: tuple[tuple[str, int], ...] = ()


class ReferenceRecord(_Value):
    """The data that the dataset was held against, and the columns in which the two do not match."""

    name: str
    format: str
    paths: tuple[str, ...] = ()
    digest: str | None = None
    rows: int
    lines_skipped: int = 0
    lacking: tuple[str, ...] = ()
    besides: tuple[str, ...] = ()
    unlike: tuple[str, ...] = ()
    is_base: bool = False  # the dataset is a batch that is to join it
    merging: dict[str, str] = {}  # what the batch adds, repeats, contradicts, and whether it fits


class DatasetRecord(_Value):
    """Which data the report speaks of, and how the rows in the file became the rows audited."""

    name: str
    format: str
    paths: tuple[str, ...] = ()
    digest: str | None = None
    size_bytes: int | None = None
    rows_in_file: int
    rows_audited: int
    lines_skipped: int = 0
    task: str
    label: tuple[str, ...] = ()
    label_is: str | None = None
    sensitive: tuple[str, ...] = ()
    dialect: dict[str, str] = {}
    missing_tokens: dict[str, dict[str, int]] = {}
    notes: tuple[str, ...] = ()
    columns: tuple[ColumnRecord, ...] = ()
    columns_left_out: int = 0
    reference: ReferenceRecord | None = None


class SubjectRecord(_Value):
    """What a measure or finding speaks of: in words, and for a slice by column and value."""

    text: str
    where: tuple[tuple[str, str], ...] = ()


class MeasureRecord(_Value):
    """A number, its plain 95 % interval, the limit, and what was decided from the corrected test."""

    name: str
    subject: SubjectRecord
    unit: Literal["rows", "share", "points", "ratio", "number"]
    value: Number
    lower: Number
    upper: Number
    n: int
    method: str
    at_most: Number | None = None
    at_least: Number | None = None
    support: int = 0
    decision: Decision
    p_fail: Number | None = None  # one-sided, that the limit is passed; corrected within the family
    rows_to_decide: int | None = None
    note: str = ""


class ExampleRow(_Value):
    """A row to look at: where it is, and its cells (cut to what a page can hold)."""

    row: int
    line: int | None = None
    key: str
    cells: tuple[tuple[str, str], ...] = ()
    details: tuple[tuple[str, str], ...] = ()


class FindingRecord(_Value):
    """What a person should look at."""

    subject: SubjectRecord
    message: str
    count: int
    examples: tuple[ExampleRow, ...] = ()
    sidecar: str | None = None


class CheckRecord(_Value):
    """One check: its documentation, its options, what it measured, and what came of it."""

    id: str
    family: Literal["annotations", "diversity", "bias", "contract"]
    level: Literal["error", "warn"] = "error"
    status: Status
    reason: str = ""  # in a sentence: why this status
    finds: str = ""
    why: str = ""
    method: str = ""
    source: str = ""  # the distribution it comes from
    options: dict[str, str] = {}
    measures: tuple[MeasureRecord, ...] = ()
    measures_left_out: int = 0
    findings: tuple[FindingRecord, ...] = ()
    findings_left_out: int = 0
    supported: Number | None = None  # share of the rows that decided measures speak for


class VerdictRecord(_Value):
    """The answer: may this data train a model?"""

    status: Literal["pass", "fail", "undecided", "error"]
    sentence: str
    exit_code: int
    policy: str
    blocking: tuple[str, ...] = ()  # ids of checks, and unmet demands of the policy in words
    undecided: tuple[str, ...] = ()
    todo: tuple[str, ...] = ()


class RunRecord(_Value):
    """The only part that differs between runs on equal data and settings."""

    id: str
    started: str
    seconds: Number
    evidence_seconds: dict[str, Number] = {}
    check_seconds: dict[str, Number] = {}
    peak_memory_bytes: int | None = None
    versions: dict[str, str] = {}


class ReviewRecord(_Value):
    """What a person can review: the files beside the report, and the rows in them."""

    check: str  # that it is about
    sheet: str  # to be filled in
    table: str  # the whole queue
    sample: int  # rows drawn at random, to verify how many labels are wrong
    flagged: int
    flagged_besides: int  # flagged rows on the sheet besides the sample
    in_order: bool = False  # the sample is looked at row by row, as far as one likes


class Report(_Value):
    """The whole record of one audit."""

    schema_version: str = SCHEMA_VERSION
    tool: str = "dataaudit"
    tool_version: str
    dataset: DatasetRecord
    settings: tuple[SettingRecord, ...] = ()
    checks: tuple[CheckRecord, ...] = ()
    verdict: VerdictRecord
    review: ReviewRecord | None = None
    run: RunRecord

    def to_json(self) -> str:
        """The report as JSON text, keys in a fixed order."""
        return json.dumps(self.model_dump(mode="json"), ensure_ascii=False, indent=1, allow_nan=False) + "\n"


def load_report(path: Path | str) -> Report:
    """Read a stored report of any 1.x version; AuditError where it is not one."""
    try:
        return parse_report(Path(path).read_text(encoding="utf-8"))
    except OSError as error:
        raise AuditError(f"{path}: cannot be read: {error.strerror}. Run the audit again.") from error
    except UnicodeDecodeError as error:
        raise AuditError(f"{path}: not a dataaudit report: no UTF-8 text. Run the audit again.") from error


def parse_report(text: str) -> Report:
    """A report from its JSON text; AuditError where it is not one of our major version."""
    try:
        loaded = json.loads(text)
        version = str(loaded.get("schema_version", "")) if isinstance(loaded, dict) else ""
        if version.split(".")[0] != SCHEMA_VERSION.split(".")[0]:
            raise AuditError(f"not a report of version {SCHEMA_VERSION.split('.')[0]}.x (found {version or 'none'}).")
        return Report.model_validate(loaded)
    except (json.JSONDecodeError, ValidationError, RecursionError) as error:
        raise AuditError(f"not a whole dataaudit report: {error}. Run the audit again.") from error


def json_schema() -> dict[str, Any]:
    """The JSON Schema that every report satisfies."""
    schema = Report.model_json_schema(mode="serialization")
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}
