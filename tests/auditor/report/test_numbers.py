from __future__ import annotations

import math
from typing import Any

import pytest

from auditor.report import numbers
from auditor.report.model import MeasureRecord, Report, SubjectRecord


def measure(value: float = 0.05, **changes: Any) -> MeasureRecord:
    fields = {"name": "share", "unit": "share", "lower": value, "upper": value, "n": 100, "decision": "pass"}
    subject = SubjectRecord(text=str(changes.pop("subject", "all rows")))
    return MeasureRecord(subject=subject, value=value, method="counted", **(fields | changes))


@pytest.mark.parametrize(
    ("amount", "unit", "shown"),
    [
        (1234, "rows", "1,234"),
        (0.056, "share", "5.6 %"),
        (0.0007, "share", "0.07 %"),
        (0.0, "share", "0 %"),
        (1.0, "share", "100 %"),
        (0.99997, "share", "99.997 %"),
        (1 - 1e-9, "share", "over 99.9999 %"),
        (1e-9, "share", "under 0.0001 %"),
        (-0.196, "points", "−19.6 points"),
        (-1e-9, "points", "over −0.0001 points"),
        (0.3597, "ratio", "0.360"),
        (0.8, "ratio", "0.8"),
        (12345.678, "number", "12,346"),
        (1.5e-9, "number", "1.5e−09"),
        (math.inf, "ratio", "∞"),
        (math.nan, "share", "not known"),
        (None, "rows", "not known"),
    ],
)
def test_a_value_is_written_as_its_unit_is_read(amount: float | None, unit: str, shown: str) -> None:
    assert numbers.value(amount, unit) == shown


def verdict(status: str, sentence: str, *checks: str, exit_code: int = 1, **said: str) -> Report:
    blocking = ["label-errors"] if status == "fail" else []
    return Report.model_validate(
        {
            "tool_version": "1",
            "dataset": {"name": "d", "format": "csv", "rows_in_file": 9, "rows_audited": 9, "task": "binary"},
            "settings": [{"name": f"run.{name}", "value": value, "source": "flag"} for name, value in said.items()],
            "checks": [{"id": "label-errors", "family": "annotations", "status": one} for one in checks],
            "verdict": {"status": status, "sentence": sentence, "exit_code": exit_code, "policy": "recommended"}
            | {"blocking": blocking},
            "run": {"id": "r", "started": "now", "seconds": 1},
        }
    )


@pytest.mark.parametrize(
    ("report", "headline"),
    [
        (verdict("pass", "passed", "pass", "skipped"), "This data may train a model: 1 check passed."),
        (
            verdict("pass", "passed, 1 not decided, 2 only warned of", "pass", "pass", "undecided"),
            "This data may train a model: 2 checks passed, 1 not decided, 2 only warned of.",
        ),
        (
            verdict("pass", "passed", "pass", select="bias"),
            "Of all checks only some were asked, so this is no leave to train: 1 check of those chosen passed.",
        ),
        (verdict("pass", "passed", "skipped"), numbers.NOTHING_LOOKED_AT),
        (verdict("fail", "failed: label-errors", "fail", "pass"), "Do not train on this data yet: 1 check failed."),
        (
            verdict("undecided", "not decided: bias was not audited: say who", "pass"),
            "Do not train on this data yet: Bias was not audited: say who.",
        ),
        (
            verdict("error", "could not be completed: label-errors", "error"),
            "This audit has no answer, for it could not be completed: label-errors.",
        ),
    ],
)
def test_the_headline_says_whether_to_train(report: Report, headline: str) -> None:
    assert numbers.headline(report) == headline


def batch(report: Report) -> Report:
    base = {"name": "base", "format": "csv", "rows": 9, "is_base": True}
    found = report.model_dump(mode="json")
    found["dataset"]["reference"] = base
    found["checks"] = [check | {"finds": "Labels Differ."} for check in found["checks"]]
    return Report.model_validate(found)


@pytest.mark.parametrize(
    ("report", "headline"),
    [
        (verdict("pass", "passed", "pass"), "This batch may be merged into base: 1 check passed."),
        (
            verdict("fail", "failed: label-errors", "fail"),
            "This batch should not be merged into base yet: labels Differ.",
        ),
        (
            verdict("undecided", "not decided: no check gave an answer", "pass"),
            "This batch should not be merged into base yet: No check gave an answer.",
        ),
        (
            verdict("pass", "passed", "pass", select="bias"),
            "Of all checks only some were asked, so this is no leave to merge: 1 check of those chosen passed.",
        ),
    ],
)
def test_of_a_batch_it_says_whether_to_merge(report: Report, headline: str) -> None:
    assert numbers.headline(batch(report)) == headline


def test_an_exit_code_that_hides_the_verdict_is_said() -> None:
    assert "--exit-zero" in numbers.exit_note(verdict("fail", "failed: x", "fail", exit_code=0))
    assert "--exit-zero" in numbers.exit_note(verdict("undecided", "not decided: x", "pass", exit_code=0))
    assert not numbers.exit_note(verdict("fail", "failed: x", "fail"))
    assert not numbers.exit_note(verdict("pass", "passed", "pass", exit_code=0))


@pytest.mark.parametrize(
    ("lower", "upper", "unit", "shown"),
    [
        (-0.205, -0.187, "points", "−20.5 to −18.7 points"),
        (-0.16, -0.095, "points", "−16.0 to −9.5 points"),
        (0.0071, 0.0132, "share", "0.7 to 1.3 %"),
        (0.50001, 0.50002, "share", "50.001 to 50.002 %"),
        (0.3453, 1.1, "ratio", "0.35 to 1.10"),
        (0.3, math.inf, "ratio", "0.3 or more"),
        (-math.inf, 0.2, "share", "20 % or less"),
        (-math.inf, math.inf, "share", "not known"),
        (math.nan, 0.2, "share", "not known"),
        (120, 1340, "rows", "120 to 1,340 rows"),
    ],
)
def test_an_interval_is_written_in_words(lower: float, upper: float, unit: str, shown: str) -> None:
    assert numbers.interval(measure(0.1, lower=lower, upper=upper, unit=unit)) == shown


def test_a_fact_was_counted() -> None:
    assert numbers.interval(measure(0.1)) == "counted"


@pytest.mark.parametrize(
    ("limits", "unit", "shown"),
    [
        ({"at_most": 0.05}, "share", "at most 5 %"),
        ({"at_most": 0.1, "at_least": -0.1}, "points", "within ±10 points"),
        ({"at_most": 1.25, "at_least": 0.8}, "ratio", "between 0.8 and 1.25"),
        ({"at_least": 20}, "rows", "at least 20 rows"),
        ({"at_least": 12500}, "rows", "at least 12,500 rows"),
        ({"at_most": 0}, "rows", "none allowed"),
        ({}, "share", ""),
    ],
)
def test_a_limit_is_written_in_words(limits: dict[str, float], unit: str, shown: str) -> None:
    assert numbers.limit(measure(unit=unit, **limits)) == shown


def test_a_value_past_its_limit_does_not_look_like_it() -> None:
    assert numbers.measured(measure(0.100_04, at_most=0.1)) == "10.004 %"


@pytest.mark.parametrize(
    ("amount", "shown"), [(512, "512 B"), (999_960, "1.0 MB"), (3.9e6, "3.9 MB"), (612e6, "612 MB")]
)
def test_bytes(amount: float, shown: str) -> None:
    assert numbers.size(amount) == shown


@pytest.mark.parametrize(
    ("amount", "shown"),
    [(0.42, "0.42 s"), (12.3, "12 s"), (185, "3 min 5 s"), (59.7, "1 min 0 s"), (4320, "1 h 12 min")],
)
def test_seconds(amount: float, shown: str) -> None:
    assert numbers.seconds(amount) == shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x1b[31mred", "␛[31mred"),
        ("two\nlines", "two⏎lines"),
        ("\x9b31m", "\\x9b31m"),
        ("a\u202eb", "a\\u202eb"),
        ("zero\ufeff\u200bwidth", "zero\\ufeff\\u200bwidth"),
        ("\ud800", "\ufffd"),
        ("rejected ", "rejected␣"),
        ("  ", "␣␣"),
        ("naïve 東京 👩‍🚀", "naïve 東京 👩‍🚀"),
    ],
)
def test_nothing_in_a_cut_text_is_a_control(text: str, shown: str) -> None:
    assert numbers.cut(text, 100) == shown


def test_a_cut_text_is_no_longer_than_asked() -> None:
    assert numbers.cut("abc" * 40_000, 10) == "abcabcabc…"
    assert len(numbers.cut("\u202e" * 40_000, 50)) == 50


def test_the_worst_measures_come_first_whatever_the_order() -> None:
    a = measure(0.5, decision="pass", at_most=0.6, subject="a")
    b = measure(0.5, decision="fail", at_most=0.3, subject="b")
    c = measure(0.5, decision="fail", at_most=0.2, subject="c")
    d = measure(0.5, decision="undecided", at_most=0.3, subject="d")
    e = measure(math.nan, decision="fail", at_most=0.3, subject="e")
    assert numbers.worst_first([a, b, c, d, e]) == numbers.worst_first([e, d, c, b, a]) == [c, b, e, d, a]
