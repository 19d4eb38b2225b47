"""The report for a terminal: a line a check, more where something is wrong, the verdict last."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from auditor.report import numbers
from auditor.report.model import CheckRecord, ExampleRow, FindingRecord, Report, SettingRecord

_MEASURES, _FINDINGS, _ROWS, _TODO, _SLICES = 3, 2, 3, 8, 3
#: A check that passed and has something past a limit that only warns.
_WARNED = "warned"
_WORDS: dict[str, str] = {status: word.lower() for status, word in numbers.STATUS_WORDS.items()} | {
    "fail": "FAILED",
    "error": "ERROR",
    _WARNED: "warned",
}
_COLORS = {"pass": "32", "fail": "1;31", "undecided": "33", "skipped": "2", "error": "1;35", "empty": "1;35"}
_COLORS[_WARNED] = _COLORS["undecided"]
_ORDER = (*numbers.STATUS_ORDER[:3], _WARNED, *numbers.STATUS_ORDER[3:])
_STATUS_WIDTH = 11
_ID_WIDTH = 28  # of the column of ids, at most
_DETAIL = " " * (2 + _STATUS_WIDTH)


def render_terminal(report: Report, *, color: bool, width: int = 100) -> str:
    """The report as text of so many columns; ANSI colours only when asked for, never from the data."""
    pen = _Pen(color, max(width, 40))
    blocks = [_header(report, pen), _checks(report, pen), _verdict(report, pen)]
    return "\n\n".join("\n".join(block) for block in blocks if block) + "\n"


@dataclass(frozen=True, slots=True)
class _Pen:
    """Writes lines of a width, in colour or without."""

    color: bool
    width: int

    def paint(self, text: str, style: str) -> str:
        return f"\x1b[{style}m{text}\x1b[0m" if self.color and text else text

    def lines(self, prefix: str, text: str, style: str = "", length: int = 600) -> list[str]:
        """A text behind a prefix, wrapped under itself; only the prefix is painted."""
        room = max(self.width - _columns(prefix), 2)
        first, *rest = _wrapped(numbers.cut(text, length), room) or [""]
        shown = self.paint(prefix.rstrip(), style) + prefix[len(prefix.rstrip()) :] if style else prefix
        return [(shown + first).rstrip(), *(" " * _columns(prefix) + line for line in rest)]

    def line(self, prefix: str, text: str) -> str:
        """A text behind a prefix, cut to one line."""
        return prefix + _fitted(numbers.cut(text, self.width), self.width - _columns(prefix))


def _columns(text: str) -> int:
    """How many columns of a terminal a text takes up."""
    return len(text) if text.isascii() else sum(map(_column, text))


def _column(letter: str) -> int:
    if unicodedata.category(letter) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(letter) in ("W", "F") else 1


def _fitted(text: str, room: int) -> str:
    """Text cut to so many columns."""
    if _columns(text) <= room:
        return text
    while text and _columns(text) > room - 1:
        text = text[:-1]
    return text.rstrip() + "…"


def _wrapped(text: str, room: int) -> list[str]:
    lines: list[str] = []
    for word in text.split():
        for piece in _pieces(word, room):
            if lines and _columns(lines[-1]) + 1 + _columns(piece) <= room:
                lines[-1] += f" {piece}"
            else:
                lines.append(piece)
    return lines


def _pieces(word: str, room: int) -> Iterator[str]:
    """A word, in parts where it is longer than a line."""
    part = ""
    for letter in word:
        if _columns(part) + _column(letter) > room:
            yield part
            part = ""
        part += letter
    yield part


def _header(report: Report, pen: _Pen) -> list[str]:
    data = report.dataset
    title = f"{report.tool} {report.tool_version}  {data.name} · {numbers.counted(data.rows_audited, 'row')}"
    title += f" · {data.digest[:19]}…" if data.digest else ""
    guessed = [setting for setting in report.settings if setting.source == "guess"]
    facts = {
        "rows": _rows(report),
        "base" if _is_batch(report) else "reference": _reference(report),
        "label": f"{', '.join(data.label[:8]) or 'none'}{_label_is(report, guessed)}",
        "task": f"{data.task}{_why(guessed, 'task')}",
        "sensitive": f"{', '.join(data.sensitive[:12]) or 'none'}{_why(guessed, 'sensitive')}",
        "guessed": _how_to_set(guessed),
    }
    lines = [pen.paint(pen.line("", title), "1")]
    for name, text in facts.items():
        lines += pen.lines(f"{name:<{_STATUS_WIDTH}}", text, "2", 300) if text else []
    for note in data.notes[:3]:
        lines += pen.lines(f"{'note':<{_STATUS_WIDTH}}", note, "2", 300)
    return lines


def _rows(report: Report) -> str:
    data = report.dataset
    if data.rows_in_file == data.rows_audited and not data.lines_skipped:
        return ""
    skipped = f", {numbers.counted(data.lines_skipped, 'line')} skipped" if data.lines_skipped else ""
    return f"{data.rows_in_file:,} in the file, {data.rows_audited:,} audited{skipped}"


def _is_batch(report: Report) -> bool:
    return report.dataset.reference is not None and report.dataset.reference.is_base


def _reference(report: Report) -> str:
    other = report.dataset.reference
    if other is None:
        return ""
    skipped = f", {numbers.counted(other.lines_skipped, 'line')} skipped" if other.lines_skipped else ""
    return f"{other.name} · {numbers.counted(other.rows, 'row')}{skipped}"


def _label_is(report: Report, guessed: list[SettingRecord]) -> str:
    why = [text for name in ("label", "label-is") if (text := _reason(guessed, name))]
    parts = [report.dataset.label_is or "", f"guessed: {'; '.join(why)}" if why else ""]
    said = "; ".join(part for part in parts if part)
    return f" ({said})" if said else ""


def _why(guessed: list[SettingRecord], name: str) -> str:
    reason = _reason(guessed, name)
    return f" (guessed: {reason})" if reason else ""


def _reason(guessed: list[SettingRecord], name: str) -> str:
    reasons = dict.fromkeys(s.detail for s in guessed if s.name.replace("_", "-") == name and s.detail)
    return ", ".join(list(reasons)[:2])


def _how_to_set(guessed: list[SettingRecord]) -> str:
    names = list(dict.fromkeys(setting.name.replace("_", "-") for setting in guessed))[:8]
    # --split names the parts of a dataset in several files, so the column has a flag of another name.
    flags = ", ".join("--split-column" if name == "split" else f"--{name}" for name in names)
    return f"{', '.join(names)}; set with {flags} or in dataaudit.toml" if names else ""


def _checks(report: Report, pen: _Pen) -> list[str]:
    widest = max((_columns(numbers.cut(check.id, 200)) for check in report.checks), default=0)
    ids = min(widest, _ID_WIDTH, pen.width // 3)
    lines: list[str] = []
    for family, (name, _) in numbers.FAMILIES.items():
        of_family = [check for check in report.checks if check.family == family]
        if of_family:
            lines += ["", pen.paint(name, "1")] if lines else [pen.paint(name, "1")]
        for check, others in _together(of_family):
            lines += _check(check, report, pen, ids, others)
    return lines


def _together(checks: Iterable[CheckRecord]) -> list[tuple[CheckRecord, list[str]]]:
    """The checks of a family, the worst first; those skipped for the same reason as one, with the ids of the others."""
    told: dict[tuple[str, str], tuple[CheckRecord, list[str]]] = {}
    for check in sorted(checks, key=lambda c: (_ORDER.index(_status(c)), c.id)):
        alike = ("skipped", check.reason) if check.status == "skipped" else ("", check.id)
        told.setdefault(alike, (check, []))[1].append(check.id)
    return [(check, ids[1:]) for check, ids in told.values()]


def _status(check: CheckRecord) -> str:
    """How a check came out, as it is shown: what it warns of must not stand under what passed."""
    warned = check.status == "pass" and any(measure.decision == "fail" for measure in check.measures)
    return _WARNED if warned else check.status


def _check(check: CheckRecord, report: Report, pen: _Pen, ids: int, others: Sequence[str]) -> list[str]:
    name = _fitted(numbers.cut(check.id, 200), ids)
    shown = _status(check)
    status = f"  {_WORDS[shown]:<{_STATUS_WIDTH}}"
    warns = "(warns only) " if check.level == "warn" and check.status in ("fail", "undecided") else ""
    first, *rest = pen.lines(
        status + name + " " * (ids - _columns(name) + 2),
        warns + _told(check) + (f"; likewise {', '.join(others)}" if others else ""),
    )
    lines = [pen.paint(status, _COLORS[shown]) + first[len(status) :], *rest]
    if any(measure.decision == "fail" for measure in check.measures):
        lines += _measures(check, pen, "fail")
    if check.status in ("fail", "error"):
        for finding in check.findings[:_FINDINGS]:
            lines += _finding(finding, report, pen)
    if check.status == "undecided":
        lines += _measures(check, pen, "undecided")
    if shown in (_WARNED, "undecided"):
        for found in check.findings[:_FINDINGS]:  # what was seen may matter more than what could not be told
            lines += pen.lines(_DETAIL, f"{numbers.subject(found.subject)}: {found.message}")
    return lines + _slices(check, pen, 0 if shown == "pass" else _FINDINGS)


def _slices(check: CheckRecord, pen: _Pen, told: int) -> list[str]:
    """The parts of the data that the findings name, by name only, beside those that are told in full."""
    named = [finding for finding in check.findings[told:] if finding.subject.where]
    if not named or check.status == "skipped":
        return []
    names = "; ".join(f"{numbers.subject(one.subject, 60)} ({one.count:,})" for one in named[:_SLICES])
    more = len(named) - _SLICES + check.findings_left_out
    return pen.lines(_DETAIL, f"also: {names}" + (f"; and {more:,} more" if more > 0 else ""))


def _told(check: CheckRecord) -> str:
    """Why the check has this status, behind what it found; where it does not say, its worst measure."""
    worst = numbers.worst_first(check.measures)[:1]
    reason = check.reason or (numbers.in_words(worst[0]) if worst else "")
    if check.status != "fail" or not check.finds:
        return reason
    return f"{check.finds.removesuffix('.')} ({reason.removesuffix('.')})"


def _measures(check: CheckRecord, pen: _Pen, decision: str) -> list[str]:
    those = [m for m in numbers.worst_first(check.measures) if m.decision == decision]
    lines = [line for m in those[:_MEASURES] for line in pen.lines(_DETAIL, numbers.in_words(m))]
    # Those left out of the report come after its last in the order of the worst first.
    left_out = check.measures_left_out if check.measures and check.measures[-1].decision == decision else 0
    return lines + _more(len(those) - _MEASURES + left_out, "measure", pen)


def _finding(finding: FindingRecord, report: Report, pen: _Pen) -> list[str]:
    lines = pen.lines(_DETAIL, f"{numbers.subject(finding.subject)}: {finding.message}")
    lines += [pen.line(_DETAIL + "  ", _example(row, report)) for row in finding.examples[:_ROWS]]
    where = f" in {finding.sidecar}" if finding.sidecar else ""
    shown = min(len(finding.examples), _ROWS)
    return lines + (_more(finding.count - shown, "row", pen, where) if shown or where else [])


def _example(row: ExampleRow, report: Report) -> str:
    """A row as file:line, as editors and terminals follow it; what was said of it, then its cells."""
    paths = report.dataset.paths
    path = numbers.cut(paths[0] if len(paths) == 1 else report.dataset.name, 60)
    place = f"row {row.row:,} of {path}" if row.line is None else f"{path}:{row.line}"
    told = [f"{numbers.cut(name, 30)}: {numbers.cut(text, 40)}" for name, text in row.details]
    told += [f"{numbers.cut(name, 30)} = {numbers.cut(text, 40)}" for name, text in row.cells]
    return f"{place}  {', '.join(told)}"


def _more(count: int, noun: str, pen: _Pen, where: str = "") -> list[str]:
    return pen.lines(_DETAIL, f"… and {numbers.counted(count, f'more {noun}')}{where}") if count > 0 else []


def _verdict(report: Report, pen: _Pen) -> list[str]:
    verdict, tone = report.verdict, numbers.tone(report)
    word = numbers.VERDICT_WORDS[tone]
    sentence = numbers.headline(report)
    lines = pen.lines(f"{word.upper()}  ", sentence, _COLORS[tone])
    lines += _merging(report, pen)
    lines += pen.lines("  ", _tally(report.checks))
    if note := numbers.exit_note(report):
        lines += pen.lines("  ", note)
    if not all(item.lower() in sentence.lower() for item in verdict.blocking):
        lines += pen.lines("  Blocking: ", ", ".join(verdict.blocking[:12]))
    lines += ["  What to do next:"] if verdict.todo else []
    for place, item in enumerate(verdict.todo[:_TODO], 1):
        lines += pen.lines(f"  {place}. ", item)
    return lines


def _merging(report: Report, pen: _Pen) -> list[str]:
    """What a batch would do to its base."""
    told = report.dataset.reference.merging if report.dataset.reference is not None else {}
    return [line for asked, answer in told.items() for line in pen.lines(f"  {asked:<{_STATUS_WIDTH}} ", answer)]


def _tally(checks: Iterable[CheckRecord]) -> str:
    statuses = [_status(check) for check in checks]
    counts = [(status, statuses.count(status)) for status in _ORDER if status in statuses]
    return "Checks: " + (", ".join(f"{n} {_WORDS[status].lower()}" for status, n in counts) or "none ran")
