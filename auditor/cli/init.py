"""`dataaudit init`: a commented config with what was guessed."""

from __future__ import annotations

import json
import math
import re
import tempfile
from collections.abc import Iterator, Mapping
from datetime import date, time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from auditor.cli.options import check_path, flags_of, read_options, role_options
from auditor.errors import UsageError

if TYPE_CHECKING:
    from auditor.config import Config
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
    """Look at DATASET and write a dataaudit.toml with the guesses, to be read and corrected.

    The flags that are given, and the settings of a config that a run would find, are written down with them: a run
    with the new config and no flag does the same. A config that --force overwrites is not heeded.
    """
    from auditor.cli import printable
    from auditor.config import CONFIG_NAME, find_config, load_config
    from auditor.pipeline import load

    check_path(dataset)
    target = output or Path(dataset).parent / CONFIG_NAME
    if target.exists() and not force:
        raise UsageError(f"{target} is there already. Say --force to overwrite it.")
    found = find_config(Path(dataset))
    kept = found if found and found.resolve() != target.resolve() else None
    config = load_config(flags_of(given), kept, None)
    with tempfile.TemporaryDirectory(prefix="dataaudit-") as scratch:
        loaded, guesses = load(dataset, config, Path(scratch))
        text = config_text(loaded, guesses, config)
    try:
        target.write_text(text, encoding="utf-8")
    except OSError as error:
        raise UsageError(f"{target}: cannot be written: {error.strerror}.") from error
    for guess in guesses:
        click.echo(printable(f"{guess.name}: {guess.value} (guessed: {guess.why})"))
    if kept:
        click.echo(printable(f"the settings of {kept} were taken over; it is not read any more for this data."))
    click.echo(printable(f"wrote {target}: read it, correct it, commit it."))


def config_text(dataset: Dataset, guesses: tuple[Guess, ...], config: Config) -> str:
    """The config as TOML: what is known as settings, the rest as comments."""
    lines = [f"# Settings of dataaudit for {json.dumps(dataset.name)}. Correct what was guessed wrong."]
    for part in (_dataset(dataset, guesses, config), _read(config), _run(config), _gate(config), _checks(config)):
        told = list(part)
        lines += ["", *told] if told else []
    return "\n".join(lines) + "\n"


def _dataset(dataset: Dataset, guesses: tuple[Guess, ...], config: Config) -> Iterator[str]:
    why = {guess.name: f"  # guessed: {guess.why}" for guess in guesses}
    roles, said = dataset.roles, config.dataset
    yield "[dataset]"
    if roles.label:
        yield f"label = {_toml(roles.label)}{why.get('label', '')}"
        yield f"task = {_toml(dataset.task.value)}{why.get('task', '')}"
        yield "# annotation: read off the row by an expert; outcome: decided by the world; decision: by an institution"
        yield f"label_is = {_toml(dataset.label_is.value if dataset.label_is else '')}{why.get('label-is', '')}"
    else:
        yield "unlabelled = true"
    if dataset.positive is not None:
        yield f"positive = {_toml(dataset.positive)}{why.get('positive', '')}"
    if dataset.label_order:
        yield f"label_order = {_toml(dataset.label_order)}"
    if roles.sensitive or dataset.no_people:
        yield f"sensitive = {_toml(roles.sensitive or ('none',))}{why.get('sensitive', '')}"
    else:  # nobody has said yet that nobody is in there
        yield '# sensitive = ["a column"]  # or "none"; until it is said, bias counts as not audited'
    for name in ("id", "split", "annotator", "time", "weight", "group"):
        if value := getattr(roles, name):
            yield f"{name} = {_toml(value)}{why.get(name, '')}"
        elif getattr(said, name) is not None:
            yield f'{name} = "none"'
        else:
            yield f'# {name} = "a column"'
    yield from _for_a_model(dataset, config)


def _for_a_model(dataset: Dataset, config: Config) -> Iterator[str]:
    """What a model may see, and what one predicts."""
    roles, said = dataset.roles, config.dataset
    if said.pred_probs is not None:
        yield f"pred_probs = {_toml(said.pred_probs)}"
    if said.text is not None:
        yield f"text = {_toml(roles.text)}"
    if said.features:
        yield f"features = {_toml(roles.features)}"
    else:
        yield '# features = ["a column"]  # what a model may see; all that has no other role, if it is not said'


def _read(config: Config) -> Iterator[str]:
    """How the file is written, where that was told; what was found out is found out again."""
    told = [name for name in type(config.read).model_fields if f"read.{name}" in config.origins]
    yield from ["[read]"] if told else []
    for name in told:
        yield f"{name} = {_toml(getattr(config.read, name))}"


def _run(config: Config) -> Iterator[str]:
    yield "[run]"
    yield f"fast = {_toml(config.run.fast)}  # true leaves out the checks that fit models"
    for name in ("select", "ignore"):
        if names := getattr(config.run, name):
            yield f"{name} = {_toml(names)}"


def _gate(config: Config) -> Iterator[str]:
    yield "[gate]"
    yield f'policy = {_toml(config.gate.policy)}  # "strict" demands every answer and no guesses'
    yield f"fail_on = {_toml(config.gate.fail_on)}"
    if config.gate.exit_zero:
        yield "exit_zero = true"


def _checks(config: Config) -> Iterator[str]:
    yield "# Options of a check: see dataaudit explain CHECK."
    if not config.checks:
        yield "# [checks.class-imbalance]"
        yield "# min_rows = 20"
    for name, options in config.checks.items():
        yield f"[checks.{_key(name)}]"
        for key, value in options.items():
            yield f"{_key(key)} = {_toml(value)}"


def _key(name: str) -> str:
    return name if re.fullmatch(r"[A-Za-z0-9_-]+", name) else _toml(name)


def _toml(value: Any) -> str:
    """A value as TOML in one line; of strings, JSON's escapes are TOML's too, but TOML wants one more."""
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{_key(key)} = {_toml(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(_toml, value)) + "]"
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)  # inf, -inf, nan
    if isinstance(value, date | time):
        return value.isoformat()
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
