"""Flags that several commands share: what the columns are, and how the file is written."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import click

from auditor.errors import UsageError

F = TypeVar("F", bound=Callable[..., Any])

TASKS = ("binary", "multiclass", "multilabel", "ordinal", "regression")
_DATASET = (
    "label",
    "sensitive",
    "text",
    "features",
    "id",
    "split_column",
    "annotator",
    "time",
    "weight",
    "group",
)
_DATASET_ALL = (*_DATASET, "task", "label_is", "positive", "label_order", "unlabelled", "pred_probs")
_READ = ("delimiter", "encoding", "header", "names", "decimal", "missing", "skip_bad_lines")


def role_options(command: F) -> F:
    """Flags for the roles of columns and the task."""
    options = [
        click.option("--label", multiple=True, metavar="COLUMN", help="The label; several for one column a label."),
        click.option(
            "--sensitive",
            multiple=True,
            metavar="COLUMN",
            help="Who must not be judged by it; 'none' if no column.",
        ),
        click.option("--text", multiple=True, metavar="COLUMN", help="Columns of free text."),
        click.option(
            "--features",
            multiple=True,
            metavar="COLUMN",
            help="What a model may see (default: all the rest).",
        ),
        click.option("--id", metavar="COLUMN", help="The column that names a row; 'none' if there is none."),
        click.option("--split-column", metavar="COLUMN", help="The column that tells train from test."),
        click.option(
            "--annotator",
            multiple=True,
            metavar="COLUMN",
            help="Who gave the label; several where each annotator has a column of labels.",
        ),
        click.option("--time", metavar="COLUMN", help="When the row came about."),
        click.option(
            "--weight", metavar="COLUMN", help="How much a row counts: recorded, and not used by any check yet."
        ),
        click.option("--group", metavar="COLUMN", help="Rows that belong together: a patient, a document."),
        click.option("--task", metavar="TASK", help=f"One of {', '.join(TASKS)}."),
        click.option("--label-is", metavar="KIND", help="Who decided the label: annotation, outcome or decision."),
        click.option("--positive", metavar="CLASS", help="The class whose rate is shown for a binary label."),
        click.option("--label-order", metavar="A,B,C", help="The classes of an ordinal label, the lowest first."),
        click.option("--unlabelled", is_flag=True, help="There is no label; audit the rest."),
        click.option(
            "--pred-probs",
            metavar="FILE|A,B,C",
            help="Your model's out-of-sample class probabilities: a file (.npy, Parquet, CSV) or columns.",
        ),
    ]
    return _apply(command, options)


def read_options(command: F) -> F:
    """Flags for how the file is written."""
    options = [
        click.option("--delimiter", metavar="CHAR", help="Between fields (default: found out)."),
        click.option("--encoding", metavar="NAME", help="As in cp1252 (default: UTF-8, or by byte-order mark)."),
        click.option("--header/--no-header", default=None, help="Whether the first line names the columns."),
        click.option("--names", metavar="A,B,C", help="Column names for a file without a header."),
        click.option("--decimal", metavar="CHAR", help="The decimal mark (default: found out)."),
        click.option("--missing", multiple=True, metavar="TOKEN", help="What stands for a missing value."),
        click.option(
            "--skip-bad-lines",
            is_flag=True,
            help="Leave out lines that cannot be read; counted against a limit of 0.",
        ),
    ]
    return _apply(command, options)


def _apply(command: F, options: Sequence[Callable[[Any], Any]]) -> F:
    for option in reversed(options):
        command = option(command)
    return command


def check_path(path: str) -> None:
    """Raise UsageError for a dataset's path that names no file: standard input, or nothing."""
    if path == "-":
        raise UsageError("standard input cannot be audited: a report speaks of a file. Write it to one first.")
    if not path.strip():
        raise UsageError("a dataset's path is empty: name a file. In a script, a variable may not be set.")


def flags_of(given: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """The flags that were given, by section of the config.

    A column's name may hold commas, so that lists with commas are cut only once the columns are known.
    """
    dataset: dict[str, Any] = {name: value for name in _DATASET_ALL if _was_given(value := given.get(name))}
    if "split_column" in dataset:
        dataset["split"] = dataset.pop("split_column")
    read = {name: value for name in _READ if _was_given(value := given.get(name))}
    if given.get("header") is False:
        read["header"] = False  # --no-header says something, other than a switch that is off
    for name in ("label", "sensitive", "text", "features", "annotator"):
        if name in dataset:
            blank = not any(value.strip(" ,") for value in dataset[name])
            dataset[name] = "" if blank else dataset[name]  # refused by name: it says nothing
    return {"dataset": dataset, "read": read}


def _was_given(value: Any) -> bool:
    return value is not None and value != () and (value is not False)
