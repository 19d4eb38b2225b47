"""`dataaudit apply`: what people said of the labels, taken over into the data."""

from __future__ import annotations

import tempfile
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from auditor.cli.options import check_path, flags_of, read_options
from auditor.errors import AuditError, UsageError, did_you_mean

if TYPE_CHECKING:
    from auditor.check import Evidence
    from auditor.config import Config
    from auditor.dataset.table import Dataset
    from auditor.report.model import Report
    from auditor.review.apply import Written
    from auditor.review.labels import Labels
    from auditor.review.plan import Change, Plan

RULES = ("majority", "trusted", "threshold")
EXAMPLES = {1: "data.csv -o data.v2.csv", 2: "review.csv data.csv -o data.v2.csv"}
_TOLD = 10


@click.command("apply")
@click.argument("files", nargs=-1, metavar="[REVIEW] DATASET")
@click.option("-o", "--output", type=click.Path(path_type=Path), help="Where the corrected data is written.")
@click.option("--label", multiple=True, metavar="COLUMN", help="The label (default: as in the report beside REVIEW).")
@click.option("--id", metavar="COLUMN", help="The column that names a row (default: as for the label).")
@click.option("--config", "config_path", type=click.Path(path_type=Path), help="Settings (default: as for run).")
@click.option("--verdicts", metavar="FILE", help="Earlier verdicts (default: DATASET.verdicts.csv beside it).")
@click.option("--skip-stale", is_flag=True, help="Leave out verdicts on rows that have changed since.")
@click.option("--new-classes", is_flag=True, help="Take new labels that no row has.")
@click.option(
    "--corrections",
    type=click.Path(path_type=Path),
    help="In place of REVIEW, corrections by users: row (or key, or id), new_label, user, time.",
)
@click.option("--rule", type=click.Choice(RULES), help="When users' corrections change a label (default: majority).")
@click.option(
    "--trusted", multiple=True, metavar="FILE|NAMES", help="Users to trust: a file with one a line, or names."
)
@click.option("--threshold", type=click.IntRange(1), help="With --rule threshold: so many users (default: 3).")
@click.option("--sensitive", multiple=True, metavar="COLUMN", help="With --corrections: show the changes by group.")
@read_options
def command(files: tuple[str, ...], **given: Any) -> None:
    """Correct labels in DATASET by the verdicts in REVIEW (the review.csv of a report), and remember them.

    With --corrections, correct them by what users of a product said, and audit the corrections.
    """
    wanted = ("DATASET",) if given["corrections"] else ("REVIEW", "DATASET")
    if len(files) != len(wanted):
        corrections = " --corrections FILE" if given["corrections"] else ""
        raise UsageError(f"give {' and '.join(wanted)}, as in: dataaudit apply{corrections} {EXAMPLES[len(wanted)]}.")
    data = files[-1]
    check_path(data)
    output = checked_output(given["output"], Path(data))
    if given["corrections"]:
        _corrections(data, output, given)
    else:
        _refuse_alone(given)
        _review(Path(files[0]), data, output, given)


def _refuse_alone(given: Mapping[str, Any]) -> None:
    for name in ("rule", "trusted", "threshold", "sensitive"):
        if given[name]:
            raise UsageError(f"--{name} goes with --corrections.")


def _review(review: Path, data: str, output: Path, given: Mapping[str, Any]) -> None:
    from auditor.review.plan import planned
    from auditor.review.sheet import read_sheet

    sheet = read_sheet(review)
    with _opened(data, settings(given, Path(data), review)) as opened:
        plan = planned(opened.evidence, sheet, opened.labels, new_classes=given["new_classes"])
        refuse_stale(plan, given["skip_stale"])
        written = opened.write(plan.changes, output, remembered=plan.remembered)
        _say([*told(plan, opened.evidence), *_files(written)])


def _corrections(data: str, output: Path, given: Mapping[str, Any]) -> None:
    from auditor.review.corrections import Rule, changes_of, read_corrections, taken
    from auditor.review.corrections_audit import audit_users, audited

    rule, trusted = Rule(given["rule"] or "majority"), _names(given["trusted"])
    if rule is Rule.TRUSTED and not trusted:
        raise UsageError("--rule trusted: say whom with --trusted.")
    if given["threshold"] and rule is not Rule.THRESHOLD:
        raise UsageError("--threshold goes with --rule threshold.")
    sensitive = given["sensitive"]
    with _opened(data, settings({**given, "sensitive": ()}, Path(data), None)) as opened:
        evidence, labels = opened.evidence, opened.labels
        new = given["new_classes"]
        said = read_corrections(given["corrections"], evidence, labels, opened.scratch, new_classes=new)
        notes = unheard(trusted, {one.user for one in said}, needed=rule is Rule.TRUSTED)
        users = [replace(u, reason="") if u.user in trusted else u for u in audit_users(said)]
        suspects = {user.user for user in users if user.reason}
        threshold = given["threshold"] or 3
        chosen = taken(said, labels, rule, trusted=trusted, threshold=threshold, suspects=suspects)
        audit = audited(evidence, labels, said, users, chosen, rule.value, sensitive)
        written = opened.write(
            changes_of(chosen, evidence, labels, rule), output, spoken_for=False, audit=audit.to_json()
        )
        _say([*audit.lines(), *notes, *_files(written)])


def _names(given: Sequence[str]) -> frozenset[str]:
    """Users' names: from files with one a line, or as they are."""
    names: list[str] = []
    for one in given:
        try:
            names += Path(one).read_text(encoding="utf-8-sig").splitlines() if Path(one).is_file() else one.split(",")
        except (OSError, UnicodeDecodeError) as error:
            raise UsageError(f"--trusted {one}: cannot be read: {error}.") from error
    return frozenset(name.strip() for name in names if name.strip())


def unheard(trusted: Collection[str], users: Collection[str], *, needed: bool) -> Sequence[str]:
    """A note on the users to trust who made no correction. Raises UsageError where that is all of them, and one is
    `needed`.
    """
    silent = sorted(set(trusted) - set(users))
    if not silent:
        return []
    listed = ", ".join(map(repr, silent[:_TOLD])) + (f" and {len(silent) - _TOLD} more" if len(silent) > _TOLD else "")
    told = f"--trusted: no correction is by {listed}"
    if needed and len(silent) == len(set(trusted)):
        raise UsageError(f"{told}. {did_you_mean(silent[0], sorted(users))}")
    return [f"note: {told}"]


@dataclass(frozen=True, slots=True)
class _Opened:
    """The data with its labels, and how to read it again."""

    evidence: Evidence
    labels: Labels
    config: Config
    scratch: Path

    def write(self, changes: Sequence[Change], output: Path, **more: Any) -> Written:
        from auditor.dataset.verdicts import beside, read_verdicts
        from auditor.pipeline import load
        from auditor.review.apply import write_corrected

        dataset, there = self.evidence.dataset, beside(output)
        earlier = (*dataset.verdicts, *(read_verdicts(there) if there.is_file() else ()))

        def reader(path: Path) -> Dataset:
            return load(str(path), read_again(dataset, self.config), self.scratch)[0]

        return write_corrected(self.evidence, self.labels, changes, output, reader, earlier=earlier, **more)


@contextmanager
def _opened(data: str, config: Config) -> Iterator[_Opened]:
    from auditor.check import Evidence
    from auditor.pipeline import load
    from auditor.review.labels import labels_of

    with tempfile.TemporaryDirectory(prefix="dataaudit-") as scratch:
        evidence = Evidence(load(data, config, Path(scratch))[0])
        yield _Opened(evidence, labels_of(evidence), config, Path(scratch))


def _say(lines: Sequence[str]) -> None:
    from auditor.cli import printable, say

    for line in lines:
        say(printable(line))


def _files(written: Written) -> Sequence[str]:
    beside = [path.name for path in (written.log, written.audit) if path is not None]
    lines = [f"written: {written.data}, with {' and '.join(beside)}"]
    if written.verdicts:
        lines.append(f"remembered: {written.verdicts}, which the next `dataaudit run {written.data}` reads")
    return lines


def checked_output(output: Path | None, data: Path) -> Path:
    """Where to write. Raises UsageError where nothing is named, or the data itself."""
    if output is None:
        raise UsageError("name the file to write with -o: the data itself is never changed.")
    if output.exists() and data.exists() and output.samefile(data):
        raise UsageError(f"{output}: is the data itself, which is never changed. Name another file with -o.")
    if output.is_dir() or not output.parent.is_dir():
        raise UsageError(f"{output}: is a folder, or in one that is not there. Name a file with -o.")
    ending, other = (path.name.lower().removesuffix(".gz").rpartition(".")[2] for path in (data, output))
    if ending != other:
        raise UsageError(f"{output}: the data is written in the format it has. Name a file that ends in .{ending}.")
    return output


def settings(given: Mapping[str, Any], data: Path, review: Path | None) -> Config:
    """The settings: flags over those of the report beside the sheet over the config."""
    from auditor.config import load_config

    flags = flags_of(dict(given))
    report = _report_beside(review) if review else None
    if report is not None:
        for section, values in _of_report(report).items():
            flags[section] = {**values, **flags[section]}
    if given["verdicts"] is not None:
        flags["run"] = {"verdicts": given["verdicts"]}
    return load_config(flags, given["config_path"], data)


def _report_beside(review: Path) -> Report | None:
    from auditor.report.model import load_report
    from auditor.report.store import REPORT_NAME

    try:
        return load_report(review.parent / REPORT_NAME)
    except AuditError:  # none, or another's: whatever is guessed in its place, each row is told by its content
        return None


def _of_report(report: Report) -> dict[str, dict[str, Any]]:
    """What the run that wrote the sheet took for the label and the id, and how it was told to read the file."""
    ids = [column.name for column in report.dataset.columns if "id" in column.role.split(", ")]
    dataset: dict[str, Any] = {"label": report.dataset.label, "id": ids[0] if ids else "none"}
    if report.dataset.task == "regression":  # any number may be right, where else only a class that there is
        dataset["task"] = report.dataset.task
    read = {
        setting.name.removeprefix("read."): setting.value
        for setting in report.settings
        if setting.source == "flag" and setting.name.startswith("read.")
    }
    return {"dataset": dataset, "read": {name.replace("-", "_"): value for name, value in read.items()}}


def read_again(dataset: Dataset, config: Config) -> Config:
    """The settings to read the corrected file with: in the same way, and no more asked of it than its label."""
    from auditor.config import Config, DatasetSection, RunSection

    said = DatasetSection(label=dataset.roles.label, sensitive=("none",), id="none", split="none")
    return Config(dataset=said, read=config.read, run=RunSection(verdicts="none"))


def refuse_stale(plan: Plan, skip: bool) -> None:
    """Raise StaleVerdicts where rows have changed, unless they are to be left out."""
    from auditor.report.numbers import counted
    from auditor.review.plan import StaleVerdicts

    if not plan.stale or skip:
        return
    listed = [f"  {one.where}: {one.problem} ({one.key})" for one in plan.stale[:_TOLD]]
    if len(plan.stale) > _TOLD:
        listed.append(f"  and {len(plan.stale) - _TOLD} more")
    speak = "speaks of a row that is" if len(plan.stale) == 1 else "speak of rows that are"
    lead = (
        f"{counted(len(plan.stale), 'verdict')} {speak} not what {'it was' if len(plan.stale) == 1 else 'they were'};"
    )
    lead += " nothing was written:"
    remedy = "Audit the data as it is now and review that, or pass --skip-stale to leave these out."
    raise StaleVerdicts("\n".join([lead, *listed, remedy]))


def told(plan: Plan, evidence: Evidence) -> Sequence[str]:
    """What was done, in lines."""
    from auditor.report.numbers import counted

    verdicts = [one.verdict.value for one in plan.remembered if one.verdict is not None]
    counts = ", ".join(f"{verdicts.count(word)} {word}" for word in ("accept", "relabel", "wrong", "keep", "unclear"))
    said, changed = counted(len(verdicts), "verdict"), counted(len(plan.changes), "label")
    lines = [f"{evidence.dataset.name}: {said} ({counts}); {changed} changed"]
    if plan.stale:
        left_out = "was left out: its row has" if len(plan.stale) == 1 else "were left out: their rows have"
        lines.append(f"note: {counted(len(plan.stale), 'verdict')} {left_out} changed")
    return [*lines, *(f"note: {note}" for note in plan.notes)]
