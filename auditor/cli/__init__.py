"""The command line: one file a command; each parses, calls and exits."""

from __future__ import annotations

import gc
import signal
import sys
from importlib import import_module

import click

from auditor.errors import AuditError

#: Command, module and function; loaded when the command is used, so that --help is quick.
_COMMANDS = {
    "run": ("auditor.cli.run", "Audit datasets and gate the training on the verdict."),
    "apply": ("auditor.cli.apply", "Correct labels by what people said of them, and remember it."),
    "init": ("auditor.cli.init", "Write a commented dataaudit.toml with what is guessed about a dataset."),
    "checks": ("auditor.cli.checks", "List all checks, those of plugins included."),
    "explain": ("auditor.cli.explain", "Tell what a check finds, why it matters and what to do."),
}


class _Lazy(click.Group):
    """A group whose commands are imported when they are called for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in _COMMANDS:
            return None
        command: click.Command = import_module(_COMMANDS[cmd_name][0]).command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, told) for name, (_, told) in _COMMANDS.items()])


@click.command(cls=_Lazy, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="dataaudit", prog_name="dataaudit")
def cli() -> None:
    """Audit labeled training data for bad annotations, lack of diversity and bias.

    \b
    dataaudit run data.csv --label income --sensitive sex,race

    Exit codes: 0 may train, 1 the data failed, 2 wrong usage or config, 3 the audit could not be completed,
    4 undecided or skipped where the policy demands an answer.
    """


def main() -> None:
    """The entry point: errors end in a sentence on stderr and their exit code, never in a traceback."""
    signal.signal(signal.SIGTERM, _end)
    # A command lives for seconds: looking for cycles at every 700 new objects is a twentieth of a short run.
    gc.set_threshold(50_000)
    try:
        cli.main(prog_name="dataaudit", standalone_mode=False)
    except click.exceptions.Exit as stop:
        sys.exit(stop.exit_code)
    except click.ClickException as error:
        error.show()
        sys.exit(2)
    except AuditError as error:
        click.echo(f"error: {printable(str(error))}", err=True)
        sys.exit(error.exit_code)
    except (KeyboardInterrupt, click.Abort):
        click.echo("interrupted: no report was written.", err=True)
        sys.exit(3)
    except (SystemExit, GeneratorExit):
        raise
    except BaseException as error:  # noqa: BLE001  # a fault of ours, or an engine's panic (which is no Exception)
        click.echo(f"error: a fault in dataaudit itself: {type(error).__name__}: {printable(str(error))}", err=True)
        click.echo("Set DATAAUDIT_TRACEBACK=1 to see where, and please report it.", err=True)
        _show_traceback()
        sys.exit(3)


def _end(number: int, frame: object) -> None:
    """Who is asked to end tidies up first: the scratch folder may hold a copy of the data."""
    sys.exit(128 + number)


def printable(text: str) -> str:
    """The text with control characters made visible: a file's name or cell must not drive the terminal."""
    return "".join(c if c.isprintable() or c == "\n" else repr(c)[1:-1] for c in text)


def say(text: str) -> None:
    """Print a result. A reader that has gone, as in `| head`, does not change what the verdict is."""
    import os

    try:
        click.echo(text)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _show_traceback() -> None:
    import os
    import traceback

    if os.environ.get("DATAAUDIT_TRACEBACK"):
        traceback.print_exc()
