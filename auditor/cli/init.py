"""`dataaudit init`: a commented config with what was guessed."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from auditor.cli.options import flags_of, read_options, role_options
from auditor.errors import UsageError

if TYPE_CHECKING:
    from auditor.dataset.roles import Guess
    from auditor.dataset.table import Dataset


@click.command("init")
@click.argument("dataset")
@role_options
@read_options
@click.option(
    "--output",
    type=click.Path(path_type=Path),
    help="Where to write (default: dataaudit.toml beside the data).",
)
@click.option("--force", is_flag=True, help="Overwrite a config that is there.")
def command(dataset: str, output: Path | None, force: bool, **given: Any) -> None:
    """Look at DATASET and write a dataaudit.toml with the guesses, to be read and corrected."""
    from auditor.config import CONFIG_NAME, load_config
    from auditor.dataset.readers import read
    from auditor.dataset.roles import assign
    from auditor.pipeline import dataset_name

    target = output or Path(dataset).parent / CONFIG_NAME
    if target.exists() and not force:
        raise UsageError(f"{target} is there already. Say --force to overwrite it.")
    config = load_config(flags_of(given), None, None)
    with tempfile.TemporaryDirectory(prefix="dataaudit-") as scratch:
        loaded = read(dataset, config.read.options(), Path(scratch))
        found, guesses = assign(loaded, config.dataset.declared(), dataset_name(loaded.source))
        text = config_text(found, guesses)
    try:
        target.write_text(text, encoding="utf-8")
    except OSError as error:
        raise UsageError(f"{target}: cannot be written: {error.strerror}.") from error
    for guess in guesses:
        click.echo(f"{guess.name}: {guess.value} (guessed: {guess.why})")
    click.echo(f"wrote {target}: read it, correct it, commit it.")


def config_text(dataset: Dataset, guesses: tuple[Guess, ...]) -> str:
    """The config as TOML: what is known as settings, the rest as comments."""
    why = {guess.name: f"  # guessed: {guess.why}" for guess in guesses}
    roles = dataset.roles
    lines = [
        f"# Settings of dataaudit for {json.dumps(dataset.name)}. Correct what was guessed wrong.",
        "",
        "[dataset]",
    ]
    if roles.label:
        lines += [
            f"label = {_toml(roles.label)}{why.get('label', '')}",
            f"task = {_toml(dataset.task)}{why.get('task', '')}",
        ]
        lines += [
            "# annotation: read off the row by an expert; outcome: decided by the world; decision: by an institution"
        ]
        lines += [f"label_is = {_toml(dataset.label_is or '')}{why.get('label-is', '')}"]
    else:
        lines.append("unlabelled = true")
    if dataset.positive is not None:
        lines.append(f"positive = {_toml(dataset.positive)}{why.get('positive', '')}")
    if roles.sensitive or dataset.no_people:
        lines.append(f"sensitive = {_toml(roles.sensitive or ('none',))}{why.get('sensitive', '')}")
    else:  # nobody has said yet that nobody is in there
        lines.append('# sensitive = ["a column"]  # or "none"; until it is said, bias counts as not audited')
    for name in ("id", "split", "annotator", "time", "weight", "group"):
        value = getattr(roles, name)
        lines.append(f"{name} = {_toml(value)}{why.get(name, '')}" if value else f'# {name} = "a column"')
    lines += ["", "[run]", "fast = false  # true leaves out the checks that fit models"]
    lines += [
        "",
        "[gate]",
        'policy = "recommended"  # "strict" demands every answer and no guesses',
        'fail_on = "fail"',
    ]
    lines += [
        "",
        "# Options of a check: see dataaudit explain CHECK.",
        "# [checks.class-imbalance]",
        "# min_rows = 20",
        "",
    ]
    return "\n".join(lines)


def _toml(value: str | tuple[str, ...]) -> str:
    """A string or a list of strings; JSON's escapes are TOML's too, but TOML wants one more."""
    text = json.dumps(list(value) if isinstance(value, tuple) else str(value), ensure_ascii=False)
    return text.replace("\x7f", "\\u007f")
