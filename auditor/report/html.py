"""The report as one HTML page: offline, without a script, safe to open whatever the data holds."""

from __future__ import annotations

import base64
import hashlib
import re
import sys
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path

from jinja2 import Environment, FileSystemBytecodeCache, PackageLoader, StrictUndefined, pass_context
from jinja2.bccache import Bucket
from jinja2.runtime import Context
from markupsafe import Markup

from auditor.report import charts, numbers
from auditor.report.model import CheckRecord, ExampleRow, FindingRecord, MeasureRecord, Report, Status

#: The page is smaller than this, whatever the report holds.
MAX_BYTES = 1_500_000
LABEL_IS_WORDS = {
    "annotation": "an annotation: an expert could read it off the row",
    "outcome": "an outcome: the world decided it",
    "decision": "a decision: an institution made it",
}


@dataclass(frozen=True, slots=True)
class Room:
    """How much of everything the page shows; report.json holds the rest."""

    checks: int
    measures: int  # of a table
    tables: int  # of a check
    findings: int  # of a check
    examples: int  # of a finding
    cells: int  # of an example
    columns: int
    items: int  # of any other list
    text: int  # characters of a sentence
    cell: int  # characters of a cell


#: Tried in this order, until the page is small enough. The last one always is.
ROOMS = (
    Room(200, 50, 8, 20, 20, 14, 200, 100, 2000, 120),
    Room(100, 30, 6, 8, 10, 10, 100, 60, 800, 80),
    Room(60, 12, 4, 4, 5, 8, 60, 30, 300, 60),
    Room(40, 6, 3, 2, 3, 6, 30, 15, 200, 40),
    Room(20, 3, 2, 1, 2, 4, 10, 8, 120, 30),
)


@dataclass(frozen=True, slots=True)
class Group:
    """The measures of a check that share a name: one table, one scale."""

    name: str
    total: int
    measures: Sequence[MeasureRecord]
    axis: charts.Axis | None


def render_html(report: Report) -> str:
    """The report as one self-contained page, under MAX_BYTES."""
    for room in ROOMS:
        page = _render(report, room)
        if page is not None:
            return page
    raise AssertionError("the smallest room is too large")  # all it shows is bounded; a test holds it


def _render(report: Report, room: Room) -> str | None:
    """The page with so much of everything; None as soon as it grows too large."""
    written: list[str] = []
    size = 0
    for part in _environment().get_template("report.html.j2").generate(_context(report, room)):
        size += len(part.encode("utf-8"))
        if size > MAX_BYTES:
            return None
        written.append(part)
    return "".join(written)


def _context(report: Report, room: Room) -> dict[str, object]:
    style, tone, placed = _style(), numbers.tone(report), _placed(report, room)
    return {
        "report": report,
        "room": room,
        "style": Markup(style),  # ours, and holds no markup
        "style_hash": base64.b64encode(hashlib.sha256(style.encode("utf-8")).digest()).decode("ascii"),
        "tone": tone,
        "verdict_word": numbers.VERDICT_WORDS[tone],
        "headline": numbers.headline(report),
        "exit_note": numbers.exit_note(report),
        "tallies": _tallies(report.checks),
        "families": [
            (*numbers.FAMILIES[family], family, _of(report, family), [p for p in placed if p[0].family == family])
            for family in sorted(numbers.FAMILIES, key=lambda family: family != _leading(report))
        ],
        "anchors": {check.id: anchor for check, anchor in reversed(placed)},
        "reasons": {check.id: _decisive(check) for check in report.checks},
        "undecided": _undecided(report),
    }


def _leading(report: Report) -> str:
    """The family that leads the page; of an institution's decision, that is who was decided about."""
    return "bias" if report.dataset.label_is == "decision" else ""


def _style() -> str:
    """The style sheet; browsers read every line end as one character, and hash it so."""
    text = files("auditor.report").joinpath("templates/style.css").read_text(encoding="utf-8")
    return text.replace("\r\n", "\n")


class _Beside(FileSystemBytecodeCache):
    """Compiled templates lie beside the templates, as those of Python's modules do, where that can be."""

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep a template, unless no bytecode is wanted or the folder is not ours to write in."""
        with suppress(OSError):
            if not sys.dont_write_bytecode:
                Path(self.directory).mkdir(exist_ok=True)
                super().dump_bytecode(bucket)


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("auditor.report"),
        bytecode_cache=_Beside(str(files("auditor.report").joinpath("templates/__pycache__"))),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {name: getattr(numbers, name) for name in _FILTERS}
    environment.filters |= {"told": _told, "cell": _cell, "prose": _prose}
    environment.globals |= {
        "status_words": numbers.STATUS_WORDS,
        "decision_words": numbers.DECISION_WORDS,
        "label_is_words": LABEL_IS_WORDS,
        "groups": _groups,
        "chart": charts.chart,
        "headings": _headings,
    }
    return environment


_FILTERS = (
    *("number", "percent", "value", "measured", "interval", "limit", "counted", "size", "seconds", "about"),
    *("cut", "words", "subject", "capital"),
)


@pass_context
def _told(context: Context, text: object, length: int | None = None) -> Markup:
    """Text of the data, cut, escaped, and kept from turning round what stands beside it."""
    room: Room = context["room"]
    return Markup("<bdi>{}</bdi>").format(numbers.cut(str(text), length or room.text))


@pass_context
def _cell(context: Context, text: object) -> Markup:
    room: Room = context["room"]
    return _told(context, text, room.cell)


@pass_context
def _prose(context: Context, text: str) -> Markup:
    """A sentence of a check's documentation, what stands in backticks as code."""
    room: Room = context["room"]
    parts = numbers.cut(text, room.text).split("`")
    if len(parts) % 2 == 0:
        parts = ["`".join(parts)]
    marked = [Markup("<code>{}</code>" if place % 2 else "{}").format(part) for place, part in enumerate(parts)]
    return Markup("<bdi>{}</bdi>").format(Markup("").join(marked))


def _decisive(check: CheckRecord) -> str:
    """The number that failed the check, and how many more did; else its reason."""
    past = [measure for measure in numbers.worst_first(check.measures) if measure.decision == "fail"]
    if not past:
        return check.reason
    more = len(past) - 1
    return numbers.in_words(past[0]) + (f", and {numbers.counted(more, 'more measure')} past the limit" if more else "")


def _tallies(checks: Iterable[CheckRecord]) -> list[tuple[Status, int]]:
    statuses = [check.status for check in checks]
    return [(status, statuses.count(status)) for status in numbers.STATUS_ORDER if status in statuses]


def _of(report: Report, family: str) -> int:
    return sum(check.family == family for check in report.checks)


def _placed(report: Report, room: Room) -> list[tuple[CheckRecord, str]]:
    """The checks, worst first, each with an address: its id where that is a plain word of its own."""
    worst = sorted(report.checks, key=lambda check: (numbers.STATUS_ORDER.index(check.status), check.id))
    anchors: dict[str, CheckRecord] = {}
    for place, check in enumerate(worst[: room.checks]):
        anchor = f"check-{check.id}" if re.fullmatch(r"[a-z][a-z0-9-]{0,79}", check.id) else ""
        anchors[anchor if anchor and anchor not in anchors else f"check-{place}"] = check
    return [(check, anchor) for anchor, check in anchors.items()]


def _groups(check: CheckRecord, room: Room) -> list[Group]:
    """The measures by name, the table with the worst measure first."""
    named: dict[tuple[str, str], list[MeasureRecord]] = {}
    for measure in numbers.worst_first(check.measures):
        named.setdefault((measure.name, measure.unit), []).append(measure)
    return [
        Group(name, len(measures), measures[: room.measures], charts.axis(measures[: room.measures]))
        for (name, _), measures in named.items()
    ]


def _undecided(report: Report) -> list[tuple[CheckRecord, MeasureRecord]]:
    """The measures that more rows would tell; what else is open stands with its check."""
    return [
        (check, measure)
        for check in report.checks
        for measure in numbers.worst_first(check.measures)
        if measure.decision == "undecided" and measure.rows_to_decide is not None
    ]


@dataclass(frozen=True, slots=True)
class Headings:
    """The columns of a table of example rows: what was found out first, then the cells."""

    details: Sequence[str]
    cells: Sequence[str]

    def row(self, example: ExampleRow) -> list[str | None]:
        """An example's details and cells, each under its heading."""
        details, cells = dict(example.details), dict(example.cells)
        return [details.get(name) for name in self.details] + [cells.get(name) for name in self.cells]


def _headings(finding: FindingRecord, room: Room) -> Headings:
    details = dict.fromkeys(name for example in finding.examples for name, _ in example.details)
    cells = dict.fromkeys(name for example in finding.examples for name, _ in example.cells)
    return Headings(list(details)[: room.cells], list(cells)[: room.cells])
