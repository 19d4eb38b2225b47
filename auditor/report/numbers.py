"""How the views write what a report holds: numbers by unit, limits in words, hostile text made plain."""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Iterable

from auditor.report.model import CheckRecord, Decision, MeasureRecord, Report, Status, SubjectRecord
from auditor.stats.written import MINUS, Shown, about, decimals_of, fixed, hundredths, number, percent

__all__ = ["number", "percent"]

STATUS_WORDS: dict[Status, str] = {
    "pass": "Passed",
    "fail": "Failed",
    "undecided": "Undecided",
    "skipped": "Skipped",
    "error": "Error",
}
VERDICT_WORDS = {
    "pass": "Passed",
    "fail": "Failed",
    "undecided": "Undecided",
    "error": "Not completed",
    "empty": "Nothing was checked",
}
NOTHING_LOOKED_AT = "No check looked at any row, so this says nothing about the data."
FAMILIES = {
    "annotations": ("Annotations", "Are the labels right?"),
    "diversity": ("Diversity", "Is there enough of everything?"),
    "bias": ("Bias", "Are groups of people or things treated alike?"),
    "contract": ("Contract", "Is the data what was promised?"),
}
DECISION_WORDS: dict[Decision, str] = {
    "pass": "within the limit",
    "fail": "past the limit",
    "undecided": "cannot be told",
    "shown": "for information",
}
#: The worst first: the order in which every view lists things.
STATUS_ORDER: tuple[Status, ...] = ("error", "fail", "undecided", "pass", "skipped")
_DECISION_ORDER: tuple[Decision, ...] = ("fail", "undecided", "pass", "shown")
_UNIT_WORDS = {"rows": " rows", "share": " %", "points": " points", "ratio": "", "number": ""}
_REASONS = 4


def value(amount: Shown, unit: str, extra: int = 0) -> str:
    """A measure's number as its unit is read: 1,234; 5.6 %; −19.6 points; 0.82."""
    if amount is None or math.isnan(amount):
        return "not known"
    return f"{_bare(amount, unit, extra)}{_UNIT_WORDS.get(unit, '')}".removesuffix(" rows")


def _bare(amount: float, unit: str, extra: int = 0) -> str:
    if unit in ("share", "points"):
        return hundredths(amount, extra)
    return number(amount, 3 + extra if unit == "ratio" else 4 + extra)


def measured(measure: MeasureRecord) -> str:
    """The value of a measure, with as many digits as it takes to tell it from its limits."""
    limits = [end for end in (measure.at_most, measure.at_least) if end is not None and end != measure.value]
    for extra in range(6):
        text = value(measure.value, measure.unit, extra)
        if not any(_number_of(text) == _number_of(value(end, measure.unit, extra)) for end in limits):
            break
    return text


def _number_of(text: str) -> str:
    """The number in a value's text, so that 1 and 1.0 are alike."""
    bare = text.split(" ")[0]
    return bare.rstrip("0").rstrip(".") if "." in bare else bare


def is_exact(measure: MeasureRecord) -> bool:
    """Was it counted in the file, so that there is nothing to be unsure of?"""
    return measure.lower == measure.value == measure.upper


def interval(measure: MeasureRecord) -> str:
    """The plain interval in words: “−20.5 to −18.7 points”; “counted” where the value is a fact."""
    if is_exact(measure):
        return "counted"
    low, high, unit = measure.lower, measure.upper, measure.unit
    word = _UNIT_WORDS[unit]
    if math.isnan(low) or math.isnan(high) or (math.isinf(low) and math.isinf(high)):
        return "not known"
    if math.isinf(high):
        return f"{_bare(low, unit)}{word} or more"
    if math.isinf(low):
        return f"{_bare(high, unit)}{word} or less"
    return " to ".join(_ends(low, high, unit)) + word


def _ends(low: float, high: float, unit: str) -> tuple[str, str]:
    """Both ends with the same decimals: those of the larger, and more where the ends would look alike."""
    scale = 100 if unit in ("share", "points") else 1
    low, high = low * scale, high * scale
    largest = max(abs(low), abs(high))
    if math.isclose(low, round(low)) and math.isclose(high, round(high)):
        return number(round(low)), number(round(high))
    if largest and not 1e-5 <= largest < 1e12:
        return number(low, 3), number(high, 3)
    decimals = decimals_of(largest) if scale == 100 else max(2 - math.floor(math.log10(largest or 1)), 0)
    while decimals < 9 and low != high and fixed(low, decimals) == fixed(high, decimals):
        decimals += 1
    return fixed(low, decimals), fixed(high, decimals)


def limit(measure: MeasureRecord) -> str:
    """The limit in words: “at most 5 %”, “within ±10 points”, “at least 20 rows”; empty for none."""
    most, least, unit = measure.at_most, measure.at_least, measure.unit
    word = _UNIT_WORDS[unit]
    if most is not None and least is not None:
        if most == -least:
            return f"within ±{_chosen(most, unit)}{word}"
        return f"between {_chosen(least, unit)} and {_chosen(most, unit)}{word}"
    if most is not None:
        nothing = most == 0 and unit in ("rows", "share")
        return "none allowed" if nothing else f"at most {_chosen(most, unit)}{word}"
    return "" if least is None else f"at least {_chosen(least, unit)}{word}"


def _chosen(amount: float, unit: str) -> str:
    """A limit, which a person chose: as it was written, without zeros at the end."""
    if not math.isfinite(amount):
        return number(amount)
    scaled = float(f"{amount * (100 if unit in ('share', 'points') else 1):.10g}")
    return f"{scaled:,.10g}".replace("-", MINUS)


def counted(amount: int, one: str, many: str = "") -> str:
    """A count with its noun: 1 row, 1,234 rows."""
    return f"{amount:,} {one if amount == 1 else many or one + 's'}"


def size(amount: Shown) -> str:
    """Bytes as people say them: 512 B, 3.9 MB."""
    if amount is None or not math.isfinite(amount):
        return "not known"
    if abs(amount) < 1000:
        return f"{amount:.0f} B"
    scaled = float(amount)
    for unit in ("kB", "MB", "GB", "TB"):
        scaled /= 1000
        if abs(scaled) < 999.5 or unit == "TB":
            break
    return f"{scaled:.1f} {unit}" if abs(scaled) < 99.95 else f"{scaled:,.0f} {unit}"


def seconds(amount: Shown) -> str:
    """A duration as people say it: 0.42 s, 12 s, 3 min 5 s, 1 h 12 min."""
    if amount is None or not math.isfinite(amount):
        return "not known"
    if amount < 9.95:
        return f"{amount:.2g} s" if amount >= 0.01 or amount == 0 else "under 0.01 s"
    whole = round(amount)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60} s"
    return f"{round(whole / 60) // 60:,} h {round(whole / 60) % 60} min"


def cut(text: str, length: int) -> str:
    """Text no longer than so many characters, an ellipsis where it was cut; nothing in it goes unseen.

    Controls, bidi marks and spaces at the ends, which tell two classes apart, are shown as signs.
    """
    text = text if len(text) <= length else text[: max(length - 1, 0)].rstrip() + "…"
    plain = text if text.isascii() and text.isprintable() else "".join(map(_visible, text))
    bare = plain.strip(" ")
    if bare != plain:
        left = len(plain) - len(plain.lstrip(" "))
        plain = "␣" * left + bare + "␣" * (len(plain) - len(bare) - left)
    return plain if len(plain) <= length else plain[: max(length - 1, 0)] + "…"


def _visible(letter: str) -> str:
    """A character as it is; a control, a bidi mark or a lone surrogate as a sign that stands for it."""
    if letter == "\n":
        return "⏎"
    if letter == "\t":
        return " "
    code, category = ord(letter), unicodedata.category(letter)
    if category == "Cc":
        return chr(0x2400 + code) if code < 32 else "␡" if code == 127 else f"\\x{code:02x}"
    if category == "Cs":
        return "\ufffd"
    if category in ("Zl", "Zp") or (category == "Cf" and code not in (0x200C, 0x200D, 0xAD)):
        return f"\\u{code:04x}"
    return letter


def words(name: str) -> str:
    """An id or a name as a heading: `conflicting-labels` becomes “Conflicting labels”."""
    return capital(plain(name))


def plain(name: str) -> str:
    """An id or a name as words; a class in it keeps its capitals, which may be all that tells it from another."""
    return cut(name, 80).replace("-", " ").replace("_", " ").strip()


def capital(text: str) -> str:
    """A sentence with a capital letter."""
    return text[:1].upper() + text[1:]


def worst_first(measures: Iterable[MeasureRecord]) -> list[MeasureRecord]:
    """Failing, then undecided, then the rest; within these by how far past the limit, then by name."""

    def place(m: MeasureRecord) -> tuple[object, ...]:
        order = _DECISION_ORDER.index(m.decision)
        return order, -_excess(m), m.name, m.subject.text, m.subject.where, m.value

    return sorted(measures, key=place)


def _excess(measure: MeasureRecord) -> float:
    """How far past its limit a measure is; less than 0 within it."""
    over = [measure.value - measure.at_most] if measure.at_most is not None else []
    under = [measure.at_least - measure.value] if measure.at_least is not None else []
    worst = max(over + under, default=0.0)
    return -math.inf if math.isnan(worst) else worst


def subject(record: SubjectRecord, length: int = 120) -> str:
    """What a measure speaks of, in one line."""
    return cut(record.text or ", ".join(f"{column} = {text}" for column, text in record.where), length)


def in_words(m: MeasureRecord) -> str:
    """One measure in a line: what, of whom, how much, how sure, the limit, and what it would take."""
    said = f"{plain(m.name)}, {subject(m.subject)}: {measured(m)} ({interval(m)})"
    said += f", limit: {limit(m)}" if limit(m) else ""
    if m.decision == "undecided" and m.rows_to_decide is not None:
        said += f"; {about(m.rows_to_decide)} rows would tell ({m.n:,} now)"
    return said


def headline(report: Report) -> str:
    """The verdict in a sentence for who has to decide: may this data train a model, and why not?"""
    shown, verdict = tone(report), report.verdict
    base = _base(report)
    if shown == "empty":
        return NOTHING_LOOKED_AT
    if shown == "error":
        return f"This audit has no answer, for it could not be completed: {_what(verdict.sentence)}."
    do_not = f"This batch should not be merged into {base} yet" if base else "Do not train on this data yet"
    if shown == "undecided":
        return f"{do_not}: {capital(_what(verdict.sentence))}."
    failed = sum(check.id in verdict.blocking and _past_a_limit(check) for check in report.checks)
    if shown == "fail":
        return f"{do_not}: {_why(report) if base else counted(failed, 'check') + ' failed'}."
    passed = sum(check.status == "pass" for check in report.checks)
    chosen = _were_chosen(report)
    among = " of those chosen" if chosen else ""
    rest = verdict.sentence.partition(", ")[2]
    may = f"This batch may be merged into {base}" if base else "This data may train a model"
    if chosen:
        may = f"Of all checks only some were asked, so this is no leave to {'merge' if base else 'train'}"
    return f"{may}: {counted(passed, 'check')}{among} passed{f', {rest}' if rest else ''}."


def _base(report: Report) -> str:
    """What a batch is to be merged into; empty where the data is none."""
    other = report.dataset.reference
    return cut(other.name, 60) if other is not None and other.is_base else ""


def _why(report: Report) -> str:
    """What the checks found that block, in their words."""
    those = [check for check in report.checks if check.id in report.verdict.blocking and _past_a_limit(check)]
    found = [(check.finds or words(check.id)).removesuffix(".") for check in those]
    more = f"; and {len(found) - _REASONS} more" if len(found) > _REASONS else ""
    return "; ".join(one[:1].lower() + one[1:] for one in found[:_REASONS]) + more


def _past_a_limit(check: CheckRecord) -> bool:
    """Whether it failed, or warned where warnings are to stop training."""
    return check.status == "fail" or any(measure.decision == "fail" for measure in check.measures)


def verdict_line(report: Report) -> str:
    """The verdict in a line for a log, with what it does not speak of."""
    return report.verdict.sentence + ("; only some of the checks were asked" if _were_chosen(report) else "")


def _were_chosen(report: Report) -> bool:
    return any(s.name in ("run.select", "run.ignore") and s.source != "default" for s in report.settings)


def _what(sentence: str) -> str:
    """A verdict's sentence without the word for the verdict."""
    return (sentence.partition(": ")[2] or sentence).rstrip(".")


def exit_note(report: Report) -> str:
    """Why a run whose verdict is no pass exits as if it were; empty where it does not."""
    hidden = report.verdict.status != "pass" and report.verdict.exit_code == 0
    return "Exit code 0 all the same, because of --exit-zero." if hidden else ""


def tone(report: Report) -> str:
    """The verdict as it may be shown: "empty" where it passed and nothing was looked at, never green."""
    looked = any(check.status in ("pass", "fail", "undecided") for check in report.checks)
    empty = not looked or report.dataset.rows_audited == 0
    return "empty" if report.verdict.status == "pass" and empty else report.verdict.status
