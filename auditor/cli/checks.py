"""`dataaudit checks`: what is checked, and where each check comes from."""

from __future__ import annotations

import sys

import click


@click.command("checks")
def command() -> None:
    """List all checks by family, those of plugins included."""
    from auditor.check import Family
    from auditor.cli import say
    from auditor.plugins import find_checks

    found = find_checks()
    for family in Family:
        own = [plugin for plugin in found.plugins if plugin.check.family is family]
        if own:
            say(f"{family}")
        for plugin in own:
            origin = "" if plugin.distribution == "dataaudit" else f"  (from {plugin.distribution})"
            say(f"  {plugin.check.id:<24}{plugin.check.documentation().finds}{origin}")
    for broken in found.broken:
        click.echo(f"error: plugin {broken.name!r} of {broken.distribution}: {broken.problem}", err=True)
    if found.broken:
        sys.exit(3)
