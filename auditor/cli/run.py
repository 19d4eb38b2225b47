"""`dataaudit run`: audit datasets, write reports, exit by the verdict."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from auditor.cli.options import check_path, flags_of, read_options, role_options
from auditor.errors import AuditError, UsageError

if TYPE_CHECKING:
    from auditor.report.model import ReviewRecord

FORMATS = ("html", "json")
#: The worst first: of several audits, the worst decides the exit code.
_WORST = (3, 2, 1, 4, 0)
_CODE_WORDS = {3: "not completed", 2: "not audited", 1: "failed", 4: "not decided", 0: "may train"}


@click.command("run")
@click.argument("datasets", nargs=-1, metavar="DATASET...")
@role_options
@read_options
@click.option(
    "--split",
    "parts",
    multiple=True,
    metavar="NAME=PATH",
    help="One dataset in parts: --split train=a.csv --split test=b.csv.",
)
@click.option(
    "--config",
    "config_path",
    type=click.Path(path_type=Path),
    help="Settings (default: dataaudit.toml beside the data, then upward).",
)
@click.option("--select", multiple=True, metavar="CHECK", help="Run only these checks or families.")
@click.option("--ignore", multiple=True, metavar="CHECK", help="Leave out these checks or families.")
@click.option("--fast", is_flag=True, help="Leave out the checks that fit models.")
@click.option(
    "--verdicts", metavar="FILE", help="What people said of the labels (default: DATA.verdicts.csv beside it)."
)
@click.option(
    "--reference", metavar="FILE", help="Data to hold this against: what the model will meet, or what there was before."
)
@click.option(
    "--as",
    "data_as",
    type=click.Choice(["population", "batch"]),
    help="What the data is to the reference: 'batch' for rows that are to join it (default: population, the same).",
)
@click.option("--policy", type=click.Choice(["recommended", "strict"]), help="What must be answered before training.")
@click.option(
    "--fail-on",
    type=click.Choice(["fail", "undecided", "warning"]),
    help="What stops training (default: fail).",
)
@click.option(
    "--exit-zero",
    is_flag=True,
    help="Exit 0 even if the data failed or is not decided; errors still exit 2 or 3.",
)
@click.option(
    "--output",
    type=click.Path(path_type=Path),
    default=Path("reports"),
    show_default=True,
    help="Where reports are written.",
)
@click.option(
    "--format",
    "formats",
    default="html,json",
    show_default=True,
    help="Views to write: html; report.json is always written.",
)
@click.option("-q", "--quiet", is_flag=True, help="Say nothing but the verdict.")
def command(datasets: tuple[str, ...], parts: tuple[str, ...], **given: Any) -> None:
    """Audit each DATASET (CSV, TSV, JSON, JSON Lines, Parquet, Arrow; gzip too) and exit by the verdict."""
    from auditor.cli import say

    flags = {**flags_of(given), **_gate_flags(given)}
    sources = _sources(datasets, parts)
    formats = _formats(given["formats"])
    if len(sources) > 1 and given["verdicts"] not in (None, "none"):
        raise UsageError("--verdicts speaks of one dataset: audit it alone.")
    if len(sources) > 1 and given["pred_probs"] and Path(given["pred_probs"]).is_file():
        raise UsageError("--pred-probs: the rows of a file belong to one dataset. Audit them one by one.")
    codes = [_one(source, flags, formats, given, several=len(sources) > 1) for source in sources]
    worst = next(code for code in _WORST if code in codes)
    if len(codes) > 1 and not given["quiet"]:
        told = ", ".join(f"{codes.count(code)} {_CODE_WORDS[code]}" for code in _WORST if code in codes)
        say(f"{len(codes)} datasets: {told} (exit code {worst})")
    sys.exit(worst)


def _gate_flags(given: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    run: dict[str, Any] = {name: given[name] for name in ("select", "ignore") if given[name]}
    for name in run:
        run[name] = tuple(part.strip() for value in run[name] for part in value.split(",") if part.strip())
    if given["fast"]:
        run["fast"] = True
    run |= {name: given[name] for name in ("verdicts", "reference", "data_as") if given[name] is not None}
    gate = {name: given[name] for name in ("policy", "fail_on") if given[name]}
    if given["exit_zero"]:
        gate["exit_zero"] = True
    return {"run": run, "gate": gate}


def _sources(datasets: tuple[str, ...], parts: tuple[str, ...]) -> list[str | dict[str, str]]:
    if datasets and parts:
        raise UsageError("give either DATASET... or --split NAME=PATH, not both.")
    if not datasets and not parts:
        raise UsageError("name a dataset to audit: dataaudit run data.csv.")
    if not parts:
        for name in datasets:
            check_path(name)
        return list(datasets)
    named = [part.partition("=") for part in parts]
    if any(not (name and path) for name, _, path in named):
        raise UsageError("--split takes NAME=PATH, as in --split train=a.csv.")
    if len({name for name, _, _ in named}) < len(named):
        raise UsageError("each --split needs a name of its own.")
    for _, _, path in named:
        check_path(path)
    return [{name: path for name, _, path in named}]


def _formats(text: str) -> tuple[str, ...]:
    formats = tuple(part.strip() for part in text.split(",") if part.strip())
    for name in formats:
        if name not in FORMATS:
            raise UsageError(f"--format {name!r} is not yet supported. Known: {', '.join(FORMATS)}.")
    return formats


def _one(
    source: str | dict[str, str],
    flags: Mapping[str, Mapping[str, Any]],
    formats: tuple[str, ...],
    given: Mapping[str, Any],
    *,
    several: bool,
) -> int:
    """Audit one dataset. An error is said and ends this dataset, not the others."""
    from auditor.cli import printable, say
    from auditor.cli.progress import Line
    from auditor.config import load_config
    from auditor.pipeline import audit_source
    from auditor.report.numbers import verdict_line
    from auditor.report.store import save
    from auditor.report.terminal import render_terminal

    near = Path(source if isinstance(source, str) else next(iter(source.values())))
    try:
        config = load_config(flags, given["config_path"], near)
        with Line(enabled=not given["quiet"]) as line:
            audited = audit_source(source, config, line.show)
            folder = save(audited, given["output"], formats)
    except AuditError as error:
        of = f"{near}: " if several and str(near) not in str(error) else ""
        click.echo(f"error: {printable(f'{of}{error}')}", err=True)
        return error.exit_code
    report = audited.report
    if given["quiet"]:
        say(printable(f"{report.dataset.name}: {verdict_line(report)}"))
    else:
        width = min(shutil.get_terminal_size((100, 24)).columns, 120)
        say(render_terminal(report, color=use_color(), width=width))
        written = folder / ("report.html" if "html" in formats else "report.json")
        say(printable(f"report: {written}"))
        if report.review is not None:
            say(printable(_review(report.review, folder, report.dataset.paths)))
    return report.verdict.exit_code


def _review(review: ReviewRecord, folder: Path, paths: Sequence[str]) -> str:
    """What a person can do next: verify, and apply what came of it."""
    from auditor.report.numbers import counted

    data = Path(paths[0]) if len(paths) == 1 else Path("data.csv")
    sheet = shlex.quote(str(folder / review.sheet))
    output = data.with_name(next_version(data.name))
    apply = f"dataaudit apply {sheet} {shlex.quote(str(data))} -o {shlex.quote(str(output))}"
    more = f" and look at {counted(review.flagged_besides, 'flagged row')}" if review.flagged_besides else ""
    these = f"these {counted(review.sample, 'row')}"
    if review.in_order:
        these = f"as many as you like of {these}, from the first on"
    return f"review: verify {these}{more}: {folder / review.sheet}; then\n        {apply}"


def next_version(name: str) -> str:
    """`people.v2.csv` for `people.csv`, `people.v3.csv` for that."""
    stem, ending = re.fullmatch(r"(.*?)((?:\.[A-Za-z]\w*?)?(?:\.gz)?)", name, re.DOTALL).groups()  # type: ignore[union-attr]  # it matches any name
    base, _, version = stem.rpartition(".v")
    return f"{base}.v{int(version) + 1}{ending}" if base and version.isdecimal() else f"{stem}.v2{ending}"


def use_color() -> bool:
    """Colour only for a person at a terminal who has not asked for none (no-color.org)."""
    return sys.stdout.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
