"""The report, from decided results: the one place where values become a record."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from pydantic_core import to_jsonable_python

from auditor.check import Check, Evidence, Family, Finding, LabelIs, Slice
from auditor.config import Config
from auditor.dataset.roles import Guess
from auditor.dataset.table import Dataset, Reference, Role, Task
from auditor.evidence.undeclared import AskUndeclared, times_undeclared
from auditor.gate.decide import Decided, Result, Status
from auditor.gate.policy import Verdict
from auditor.plugins import Broken
from auditor.report.examples import Located, example_rows, locate, sidecar
from auditor.report.merging import merging
from auditor.report.model import (
    CheckRecord,
    ColumnRecord,
    DatasetRecord,
    FindingRecord,
    MeasureRecord,
    ReferenceRecord,
    ReviewRecord,
    SettingRecord,
    SubjectRecord,
    VerdictRecord,
)
from auditor.report.review import review_files
from auditor.report.todo import todo

if TYPE_CHECKING:
    import pyarrow as pa

#: What report.json holds of each kind at most; the rest is counted, and stands in the sidecar tables.
MAX_MEASURES = 200
MAX_FINDINGS = 50
MAX_COLUMNS = 500
_MAX_TEXT = 300
_ASKED = 5  # columns named in a note
_CONFIDENCE = 0.95
_NUMBERS = ("value", "lower", "upper", "at_most", "at_least", "p_fail")
_WORST_FIRST = (Status.FAIL, Status.UNDECIDED, Status.PASS, None)


@dataclass(frozen=True, slots=True)
class Built:
    """The records of a run, and the files that stand beside them, by file name."""

    dataset: DatasetRecord
    settings: tuple[SettingRecord, ...]
    checks: tuple[CheckRecord, ...]
    verdict: VerdictRecord
    sidecars: Mapping[str, pa.Table] = field(default_factory=dict)
    texts: Mapping[str, str] = field(default_factory=dict)
    review: ReviewRecord | None = None


def build(
    evidence: Evidence,
    results: Sequence[Result],
    broken: Sequence[Broken],
    verdict: Verdict,
    config: Config,
    guesses: Sequence[Guess],
) -> Built:
    """Turn what was decided into records; rows behind findings are looked up here."""
    located = locate(evidence, [f for r in results for f in r.outcome.findings[:MAX_FINDINGS]])
    sidecars: dict[str, pa.Table] = {}
    checks = [_check(result, evidence, located, sidecars) for result in results]
    checks += [_broken(one) for one in broken]
    review = review_files(evidence)
    if review is not None:
        sidecars[review.record.table] = review.table
    return Built(
        dataset=_dataset(evidence, asks_time=config.dataset.time is None),
        settings=_settings(config, guesses, evidence.dataset.verdicts_from),
        checks=tuple(checks),
        verdict=VerdictRecord(
            status=verdict.status.value,
            sentence=verdict.sentence,
            exit_code=int(verdict.exit_code),
            policy=config.gate.policy,
            blocking=verdict.blocking,
            undecided=verdict.undecided,
            todo=todo(results, broken, verdict, leading=_leading(evidence.dataset)),
        ),
        sidecars=sidecars,
        texts={review.record.sheet: review.sheet} if review else {},
        review=review.record if review else None,
    )


def _leading(dataset: Dataset) -> Family | None:
    """Where an institution decided the label, who was decided about comes before all else."""
    return Family.BIAS if dataset.label_is is LabelIs.DECISION else None


def _check(result: Result, evidence: Evidence, located: Located, sidecars: dict[str, pa.Table]) -> CheckRecord:
    configured, outcome = result.outcome.configured, result.outcome
    check = configured.check
    told = check.documentation()
    measures = sorted(result.decided, key=lambda d: _WORST_FIRST.index(d.status))
    findings = outcome.findings
    if len(measures) > MAX_MEASURES:
        sidecars[f"{check.id}-measures.parquet"] = _measure_table(measures)
    return CheckRecord(
        id=check.id,
        family=check.family.value,
        level=configured.level,
        status=result.status.value,
        reason=result.reason,
        finds=told.finds,
        why=told.why,
        method=told.method,
        source=configured.distribution,
        options=_options(check),
        measures=tuple(_measure(d) for d in measures[:MAX_MEASURES]),
        measures_left_out=max(0, len(measures) - MAX_MEASURES),
        findings=tuple(
            _finding(check.id, place, f, evidence, located, sidecars) for place, f in enumerate(findings[:MAX_FINDINGS])
        ),
        findings_left_out=max(0, len(findings) - MAX_FINDINGS),
        supported=result.supported,
    )


def _options(check: Check) -> dict[str, str]:
    """Each option's value as JSON has it; the class need not be built for validation, which most never are."""
    values = {name: getattr(check, name) for name in type(check).model_fields}
    return {name: str(value) for name, value in to_jsonable_python(values, fallback=str).items()}


def _broken(one: Broken) -> CheckRecord:
    # Its family is not known; the contract under which checks are given is what it broke.
    return CheckRecord(id=one.name, family="contract", status="error", reason=one.problem, source=one.distribution)


def _subject(subject: str | Slice) -> SubjectRecord:
    if isinstance(subject, Slice):
        where = tuple((_short(column), _short(value)) for column, value in subject.where)
        return SubjectRecord(text=_short(str(subject)), where=where)
    return SubjectRecord(text=_short(subject))


def _short(text: str) -> str:
    return text if len(text) <= _MAX_TEXT else text[: _MAX_TEXT - 1] + "…"


def _measure(decided: Decided, hint: bool = True) -> MeasureRecord:
    measure = decided.measure
    lower, upper = measure.estimate.bounds(_CONFIDENCE)
    return MeasureRecord(
        name=_short(measure.name),
        subject=_subject(measure.subject),
        unit=measure.unit.value,
        value=measure.estimate.value,
        lower=lower,
        upper=upper,
        n=measure.estimate.n,
        method=measure.estimate.method,
        at_most=measure.at_most,
        at_least=measure.at_least,
        support=measure.support,
        decision="shown" if decided.status is None else decided.status.value,
        p_fail=decided.p_fail,
        rows_to_decide=decided.rows_to_decide if hint else None,
        note=_short(measure.note),
    )


def _measure_table(measures: Iterable[Decided]) -> pa.Table:
    import pyarrow as pa

    # To work out how many rows it would take costs more than all the rest: only the measures shown are told.
    told = [_measure(decided, hint=place < MAX_MEASURES) for place, decided in enumerate(measures)]
    rows = [one.model_dump(mode="python", exclude={"subject"}) for one in told]
    for row, decided in zip(rows, measures, strict=True):
        row |= {name: float(row[name]) for name in _NUMBERS if row[name] is not None}  # "Infinity" is one
        row["subject"] = str(decided.measure.subject)
    return pa.Table.from_pylist(rows)


def _finding(
    check_id: str,
    place: int,
    finding: Finding,
    evidence: Evidence,
    located: Located,
    sidecars: dict[str, pa.Table],
) -> FindingRecord:
    name = None
    if len(finding.rows):
        name = f"{check_id}-{place + 1}.parquet"
        sidecars[name] = sidecar(finding, located)
    return FindingRecord(
        subject=_subject(finding.subject),
        message=_short(finding.message),
        count=finding.count,
        examples=example_rows(finding, located, evidence.dataset),
        sidecar=name,
    )


def _dataset(evidence: Evidence, *, asks_time: bool) -> DatasetRecord:
    dataset, source = evidence.dataset, evidence.dataset.source
    return DatasetRecord(
        name=dataset.name,
        format=source.format,
        paths=source.paths,
        digest=source.digest,
        size_bytes=source.size_bytes,
        rows_in_file=source.rows_in_file,
        rows_audited=source.rows_read,
        lines_skipped=source.rows_in_file - source.rows_read,
        task=dataset.task.value,
        label=dataset.roles.label,
        label_is=dataset.label_is.value if dataset.label_is else None,
        sensitive=dataset.roles.sensitive,
        dialect=dict(source.dialect),
        missing_tokens={name: dict(tokens) for name, tokens in list(source.missing_tokens.items())[:MAX_COLUMNS]},
        notes=(  # first: the terminal shows the first few
            *_unused(evidence),
            *_undeclared(evidence),
            *(_times(evidence) if asks_time else ()),
            *source.notes,
        ),
        columns=tuple(_column(evidence, column.name) for column in dataset.columns[:MAX_COLUMNS]),
        columns_left_out=max(0, len(dataset.columns) - MAX_COLUMNS),
        reference=_reference(dataset.reference, merging(evidence)) if dataset.reference else None,
    )


def _reference(reference: Reference, told: Mapping[str, str]) -> ReferenceRecord:
    source = reference.dataset.source
    return ReferenceRecord(
        name=reference.dataset.name,
        format=source.format,
        paths=source.paths,
        digest=source.digest,
        rows=source.rows_read,
        lines_skipped=source.rows_in_file - source.rows_read,
        lacking=reference.lacking[:MAX_COLUMNS],
        besides=reference.besides[:MAX_COLUMNS],
        unlike=tuple(reference.unlike)[:MAX_COLUMNS],
        is_base=reference.is_base,
        merging={asked: _short(answer) for asked, answer in told.items()},
    )


def _unused(evidence: Evidence) -> tuple[str, ...]:
    """What the user declared and no check takes into account."""
    from auditor.evidence.ordinal import places

    dataset = evidence.dataset
    weight = dataset.roles.weight
    weights = f"the weights in {_short(weight or '')!r} are not yet used by any check: every row counts once"
    unordered = "the order of the classes is not known, so a class far off counts like one next to it: --label-order"
    disordered = dataset.task is Task.ORDINAL and places(_classes(evidence), dataset) is None
    return (weights,) * bool(weight) + (unordered,) * disordered


def _undeclared(evidence: Evidence) -> tuple[str, ...]:
    """Columns to ask the user about: they look sensitive, and no check takes them for it."""
    found = evidence.ask(AskUndeclared())
    if not found:
        return ()
    names = ", ".join(f"{_short(name)!r} ({why})" for name, why in found[:_ASKED])
    more = f" and {len(found) - _ASKED} more" if len(found) > _ASKED else ""
    many = "look sensitive and were" if len(found) > 1 else "looks sensitive and was"
    told = f"{names}{more} {many} not declared: add to --sensitive what is, or leave it out on purpose"
    return (_short(told),)


def _times(evidence: Evidence) -> tuple[str, ...]:
    """Columns of dates, of which the user is asked whether one says when a row came about."""
    found = times_undeclared(evidence)
    if not found:
        return ()
    more = f" and {len(found) - _ASKED} more" if len(found) > _ASKED else ""
    names = ", ".join(f"{_short(name)!r}" for name in found[:_ASKED])
    hold = "hold dates" if len(found) > 1 else "holds dates"
    told = f"{names}{more} {hold}: where one says when a row came about, name it with --time, else say --time none"
    return (_short(told),)


def _classes(evidence: Evidence) -> tuple[str, ...]:
    return tuple(name for name, _ in evidence.profile[evidence.dataset.label.name].top)


def _column(evidence: Evidence, name: str) -> ColumnRecord:
    profile = evidence.profile[name]
    return ColumnRecord(
        name=name,
        kind=profile.column.kind.value,
        dtype=profile.column.dtype,
        role=_role(evidence.dataset, name),
        missing=profile.missing,
        distinct=profile.distinct,
        minimum=_bounded(profile.minimum),
        maximum=_bounded(profile.maximum),
        mean=profile.mean,
        sd=profile.sd,
        quantiles=profile.quantiles,
        top=tuple((_short(value), rows) for value, rows in profile.top),
    )


def _bounded(value: str | float | None) -> str | float | None:
    return _short(value) if isinstance(value, str) else value


def _role(dataset: Dataset, name: str) -> str:
    held = [role.value for role in Role if role is not Role.FEATURES and name in dataset.roles.columns(role)]
    return ", ".join(held) or "feature"


def _settings(config: Config, guesses: Sequence[Guess], verdicts: str | None) -> tuple[SettingRecord, ...]:
    records = [SettingRecord(name=guess.name, value=guess.value, source="guess", detail=guess.why) for guess in guesses]
    for key, (source, where) in sorted(config.origins.items()):
        section, _, name = key.partition(".")
        value: Any = config.checks.get(name) if section == "checks" else getattr(getattr(config, section), name)
        label = name.replace("_", "-") if section == "dataset" else key.replace("_", "-")
        records.append(SettingRecord(name=label, value=_said(value), source=source, detail=where))
    set_already = {record.name for record in records}
    for section in ("run", "gate"):
        for name, value in getattr(config, section).model_dump().items():
            if (key := f"{section}.{name}".replace("_", "-")) not in set_already:
                found = verdicts if name == "verdicts" else None
                told = {"value": found, "detail": "found beside the data"} if found else {"value": _said(value)}
                records.append(SettingRecord(name=key, source="default", **told))
    return tuple(records)


def _said(value: Any) -> str:
    if isinstance(value, tuple | list):
        return ", ".join(map(str, value)) or "none"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if value is None:
        return "none"
    if hasattr(value, "shape"):
        return " × ".join(map(str, value.shape)) + " values from memory"
    return str(value)
