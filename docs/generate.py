"""Writes what the code says of itself: the report's JSON Schema, the list of checks, the help of the commands.

    python docs/generate.py

A test compares the files with what is written here, so that they never fall behind.
"""

from __future__ import annotations

import json
from pathlib import Path

import click

HERE = Path(__file__).resolve().parent
_NOTE = "<!-- Written by docs/generate.py: change the code, then run `make docs`. -->\n"
_WIDTH = 100


def pages() -> dict[str, str]:
    """File name and text of all that is generated."""
    return {"report.schema.json": _schema(), "checks.md": _checks(), "cli.md": _cli()}


def _schema() -> str:
    from auditor.report.model import json_schema

    return json.dumps(json_schema(), indent=2, ensure_ascii=False) + "\n"


def _checks() -> str:
    from auditor.check import Check, Family
    from auditor_checks import checks

    def section(check: type[Check]) -> str:
        told = check.documentation()
        rows = [f"| `{name}` | `{field.default!r}` |" for name, field in check.model_fields.items()]
        rows += ["| `level` | `'warn'` |"] if check.default_level == "warn" else []
        options = "\n".join(["| Option | Default |", "|---|---|", *rows]) if rows else "No options of its own."
        parts = [f"### `{check.id}`", f"**{told.finds}**", told.why, f"*Method:* {told.method}", options]
        return "\n\n".join(part for part in parts if part)

    parts = [_NOTE + "# Checks", _ABOUT_CHECKS]
    for family in Family:
        own = [check for check in checks() if check.family is family]
        parts += [f"## {family.capitalize()}", *map(section, own)]
    return "\n\n".join(parts) + "\n"


_ABOUT_CHECKS = """\
Options stand in `dataaudit.toml`, in a table named for the check: `[checks.class-imbalance]`. Each check has
`level = "error"` besides, or `"warn"`: then what it finds never changes the exit code. Where a check's level is "warn"
to begin with, it stands among its options."""


def _cli() -> str:
    from auditor.cli import cli

    context = cli.make_context("dataaudit", [], resilient_parsing=True, terminal_width=_WIDTH)
    parts = [_NOTE + "# Commands", _block(cli, context)]
    for name in cli.list_commands(context):
        command = cli.get_command(context, name)
        assert command is not None
        inner = command.make_context(name, [], parent=context, resilient_parsing=True, terminal_width=_WIDTH)
        parts += [f"## dataaudit {name}", _block(command, inner)]
    return "\n\n".join(parts) + "\n"


def _block(command: click.Command, context: click.Context) -> str:
    return f"```\n{command.get_help(context)}\n```"


def main() -> None:
    """Write the pages beside this file."""
    for name, text in pages().items():
        (HERE / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
