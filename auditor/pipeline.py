"""audit(): the pipeline, from a source of rows to a report."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from os import PathLike
from pathlib import Path
from typing import Any

from auditor.check import Evidence
from auditor.config import PYTHON, Config, load_config
from auditor.dataset.pred_probs import told_columns, with_pred_probs
from auditor.dataset.readers import read, read_parts
from auditor.dataset.reference import as_reference
from auditor.dataset.roles import NONE, Guess, assign
from auditor.dataset.table import Dataset, Source
from auditor.dataset.verdicts import beside, read_verdicts
from auditor.errors import UsageError, did_you_mean
from auditor.gate.decide import decide
from auditor.gate.outcomes import run_check
from auditor.gate.policy import judge
from auditor.plugins import configure, find_checks
from auditor.report.build import build
from auditor.report.model import Report, RunRecord
from auditor.report.run import peak_memory_bytes, tool_version, versions
from auditor.report.store import Audited

#: Told what is being done, and how far it is (0 to 1).
Progress = Callable[[str, float], None]


def audit(source: Any, *, config: str | PathLike[str] | None = None, **settings: Any) -> Report:
    """Audit a file or a frame and return the report.

    `source` is a path, any frame that narwhals takes (pandas, Polars, DuckDB, PyArrow), or a mapping of split
    names to paths. `settings` are those of the [dataset] and [run] tables of the config: `label="income"`,
    `sensitive=["sex"]`, `fast=True`, ….

    Raises DataError for data that cannot be read whole, UsageError for a wrong setting. A check that breaks
    does not raise: it is an error in the report, and the verdict with it.
    """
    from auditor.config import DatasetSection, RunSection

    flags: dict[str, dict[str, Any]] = {"dataset": {}, "run": {}}
    for name, value in settings.items():
        section = "run" if name in RunSection.model_fields else "dataset"
        if name not in (*RunSection.model_fields, *DatasetSection.model_fields):
            known = [*RunSection.model_fields, *DatasetSection.model_fields]
            raise UsageError(f"audit() has no setting {name!r}. {did_you_mean(name, known)}")
        flags[section][name] = value
    if config is not None and not isinstance(config, str | PathLike):
        raise UsageError(f"audit(config=…): must be the path of a dataaudit.toml, not a {type(config).__name__}.")
    parts = list(source.values()) if isinstance(source, Mapping) else [source]
    near = Path(parts[0]) if parts and isinstance(parts[0], str | PathLike) else None
    loaded = load_config(flags, Path(config) if config else None, near, by=PYTHON)
    return audit_source(source, loaded).report


def dataset_name(source: Source) -> str:
    """The file's name without its endings; of several parts, the first's; a frame or a folder keeps its own name."""
    if not source.paths:
        return source.name
    path = Path(source.paths[0] if source.parts else source.name)
    path = path.resolve() if path.is_dir() else path  # a folder may be called "."
    path = path.with_suffix("") if path.suffix.lower() == ".gz" else path
    return path.stem or source.name


def load(source: Any, config: Config, scratch: Path) -> tuple[Dataset, tuple[Guess, ...]]:
    """The dataset with its roles, and what of them was guessed. `source` as for `audit_source`.

    What has to be converted goes to `scratch`. Raises DataError and UsageError; the latter says where a wrong
    setting stands.
    """
    with config.settings_named():
        reader = read_parts if isinstance(source, Mapping) else read
        if isinstance(source, Mapping):
            _only_paths(source)
        loaded = reader(source, config.read.options(), scratch)
        given = config.dataset.pred_probs
        predicted = () if given is None else told_columns(given, loaded.columns)
        dataset, guesses = assign(loaded, config.dataset.declared(predicted), dataset_name(loaded.source))
        if given is not None:
            dataset = with_pred_probs(dataset, given, scratch, skips_lines=config.read.skip_bad_lines)
        if config.run.reference is not None:
            other = read(config.run.reference, config.read.options(), scratch)
            is_base = config.run.data_as == "batch"
            held_against = as_reference(dataset, other, dataset_name(other.source), is_base=is_base)
            dataset = replace(dataset, reference=held_against)
        return replace(dataset, **_verdicts(loaded.source, config.run.verdicts)), guesses


def _verdicts(source: Source, named: str | None) -> dict[str, Any]:
    """The verdicts of the file that is named, or that stands beside the data."""
    path = Path(named) if named else beside(Path(source.paths[0])) if len(source.paths) == 1 else None
    if path is None or named == NONE or not (named or path.is_file()):
        return {}
    return {"verdicts": read_verdicts(path), "verdicts_from": str(path)}


def _only_paths(parts: Mapping[Any, Any]) -> None:
    for name, path in parts.items():
        if not (isinstance(name, str) and isinstance(path, str | PathLike)):
            raise UsageError(
                f"a dict holds paths by the names of their splits, not a {type(path).__name__} by {name!r}. Of columns "
                "make a frame first, as in polars.DataFrame(columns); of frames, one frame with a column 'split'."
            )


def audit_source(source: Any, config: Config, progress: Progress = lambda _what, _share: None) -> Audited:
    """The pipeline. `source` is a path, a frame, or a mapping of split names to paths."""
    started, clock = datetime.now(UTC), time.perf_counter()
    found = find_checks()
    with config.settings_named():
        batch = config.run.data_as == "batch"
        configured = configure(found, config.checks, config.run.select, config.run.ignore, batch=batch)
    with tempfile.TemporaryDirectory(prefix="dataaudit-") as scratch:
        progress("reading", 0.0)
        dataset, guesses = load(source, config, Path(scratch))
        evidence = Evidence(dataset)
        outcomes = []
        with config.settings_named():
            for place, one in enumerate(configured):
                progress(one.check.id, 0.2 + 0.7 * place / len(configured))
                outcomes.append(run_check(one, evidence, config.run.fast))
        progress("deciding", 0.9)
        results = decide(outcomes)
        selected = bool(config.run.select or config.run.ignore)
        verdict = judge(results, found.broken, dataset, guesses, config.gate, selected)
        built = build(evidence, results, found.broken, verdict, config, guesses)
    run = RunRecord(
        id=started.strftime("%Y-%m-%dT%H-%M-%SZ"),
        started=started.isoformat(timespec="seconds"),
        seconds=round(time.perf_counter() - clock, 3),
        evidence_seconds={name: round(seconds, 4) for name, seconds in evidence.seconds.items()},
        check_seconds={o.configured.check.id: round(o.seconds, 4) for o in outcomes},
        peak_memory_bytes=peak_memory_bytes(),
        versions=versions(),
    )
    report = Report(
        tool_version=tool_version(),
        dataset=built.dataset,
        settings=built.settings,
        checks=built.checks,
        verdict=built.verdict,
        review=built.review,
        run=run,
    )
    return Audited(report, built.sidecars, built.texts)
