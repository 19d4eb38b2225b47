"""`dataaudit explain CHECK`: a check's documentation and options."""

from __future__ import annotations

import textwrap

import click

from auditor.errors import UsageError, did_you_mean


@click.command("explain")
@click.argument("check")
def command(check: str) -> None:
    """Tell what CHECK finds, why that matters, what to do, and which options it has."""
    from auditor.cli import say
    from auditor.plugins import find_checks

    plugins = {plugin.check.id: plugin for plugin in find_checks().plugins}
    if check not in plugins:
        raise UsageError(f"there is no check {check!r}. {did_you_mean(check, plugins)}")
    found = plugins[check].check
    told = found.documentation()
    say(f"{found.id} ({found.family}, from {plugins[check].distribution})\n")
    for paragraph in (told.finds, *told.why.split("\n\n"), told.method and f"Method: {told.method}"):
        if paragraph:
            say(textwrap.fill(paragraph, 96) + "\n")
    say(f"Options, in [checks.{found.id}] of dataaudit.toml:\n")
    other = "warn" if found.default_level == "error" else "error"
    say(f'  level = "{found.default_level}"  # or "{other}"; at "warn" it never changes the exit code')
    for name, field in found.model_fields.items():
        say(f"  {name} = {field.default!r}")
