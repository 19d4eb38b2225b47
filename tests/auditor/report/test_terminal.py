from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Any

import pytest

from auditor.report.model import (
    CheckRecord,
    DatasetRecord,
    ExampleRow,
    FindingRecord,
    MeasureRecord,
    Report,
    RunRecord,
    SettingRecord,
    SubjectRecord,
    VerdictRecord,
    load_report,
)
from auditor.report.terminal import render_terminal

SNAPSHOTS = Path(__file__).parent / "snapshots"


def report(*checks: CheckRecord, settings: tuple[SettingRecord, ...] = (), **dataset: Any) -> Report:
    data = {"name": "d.csv", "format": "csv", "rows_in_file": 10, "rows_audited": 10, "task": "binary"}
    return Report(
        tool_version="1.0",
        dataset=DatasetRecord.model_validate(data | dataset),
        verdict=VerdictRecord(status="pass", sentence="passed", exit_code=0, policy="recommended"),
        run=RunRecord(id="r", started="2026-01-01T00:00:00Z", seconds=1.0),
        checks=checks,
        settings=settings,
    )


def measure(place: int = 0, **changes: Any) -> MeasureRecord:
    fields: dict[str, Any] = {
        "name": "rate-gap",
        "subject": SubjectRecord(text=f"group {place}"),
        "unit": "points",
        "value": -0.196,
        "lower": -0.205,
        "upper": -0.187,
        "n": 50,
        "method": "score",
        "at_most": 0.1,
        "at_least": -0.1,
        "decision": "fail",
    }
    return MeasureRecord(**(fields | changes))


def check(**changes: Any) -> CheckRecord:
    return CheckRecord(**({"id": "gap", "family": "bias", "status": "pass", "reason": "fine"} | changes))


def test_a_check_is_a_line() -> None:
    assert "  passed     gap  fine\n" in render_terminal(report(check()), color=False)


def test_checks_skipped_for_one_reason_are_one_line() -> None:
    skipped = [check(id=name, status="skipped", reason="no column") for name in ("b", "a", "c")]
    text = render_terminal(report(*skipped, check(id="d", status="skipped", reason="no model")), color=False)
    assert [line.split() for line in text.splitlines() if "skipped  " in line] == [
        ["skipped", "a", "no", "column;", "likewise", "b,", "c"],
        ["skipped", "d", "no", "model"],
    ]


def test_what_the_data_was_held_against_is_told() -> None:
    other = {"name": "production", "format": "csv", "rows": 1234, "lines_skipped": 2}
    assert "production · 1,234 rows, 2 lines skipped" in render_terminal(report(check(), reference=other), color=False)


def test_a_failing_check_shows_its_three_worst_measures() -> None:
    five = tuple(measure(n) for n in range(5))
    text = render_terminal(report(check(status="fail", measures=five)), color=False)
    assert "rate gap, group 0: −19.6 points (−20.5 to −18.7 points), limit: within ±10 points" in text
    assert text.count("rate gap") == 3
    assert "… and 2 more measures" in text


def test_what_is_only_warned_of_does_not_stand_under_passed() -> None:
    ids = FindingRecord(
        subject=SubjectRecord(text="test"), message="3 rows of test: rows of one id in train too", count=3
    )
    warns = check(measures=(measure(decision="fail"),), findings=(ids,), id="b")
    shown = render_terminal(report(warns, check(id="a"), check(id="c", status="fail")), color=False)
    assert [line.split()[:2] for line in shown.splitlines() if line.startswith("  ") and line[2] != " "][:3] == [
        ["FAILED", "c"],
        ["warned", "b"],
        ["passed", "a"],
    ]
    assert "test: 3 rows of test: rows of one id in train too" in shown
    assert "Checks: 1 FAILED, 1 warned, 1 passed".lower() in shown.lower()


def test_slices_that_were_found_are_named_though_the_check_passed() -> None:
    def found(value: str) -> FindingRecord:
        where = (("country", value),)
        return FindingRecord(subject=SubjectRecord(text="", where=where), message="a rare slice", count=12)

    slices = tuple(found(name) for name in ("Laos", "Peru", "Cuba", "Mali", "Oman"))
    shown = render_terminal(report(check(findings=slices)), color=False)
    assert "also: country = Laos (12); country = Peru (12); country = Cuba (12); and 2 more" in shown
    failed = render_terminal(report(check(status="fail", findings=slices)), color=False)
    assert "also: country = Cuba (12); country = Mali (12); country = Oman (12)" in failed


def test_an_undecided_measure_says_what_it_would_take() -> None:
    one = check(status="undecided", measures=(measure(decision="undecided", rows_to_decide=1900),))
    assert "about 1,900 rows would tell (50 now)" in render_terminal(report(one), color=False, width=160)


def test_a_row_is_named_as_file_and_line() -> None:
    row = ExampleRow(row=5, line=7, key="k", cells=(("age", "39"),), details=(("likely", "yes"),))
    said = {"message": "odd", "sidecar": "f.parquet"}
    found = FindingRecord(subject=SubjectRecord(text="all"), count=9, examples=(row,), **said)
    one = report(check(status="fail", findings=(found,)), paths=("data/d.csv",))
    text = render_terminal(one, color=False)
    assert "data/d.csv:7  likely: yes, age = 39\n" in text
    assert "… and 8 more rows in f.parquet" in text


def test_a_guess_is_said_with_how_to_set_it() -> None:
    guess = SettingRecord(name="label", value="income", source="guess", detail="the last column")
    text = render_terminal(report(settings=(guess,), label=("income",), label_is="outcome"), color=False)
    assert "income (outcome; guessed: the last column)" in text
    assert "set with --label or in dataaudit.toml" in text


def test_nothing_looked_at_is_never_green() -> None:
    text = render_terminal(report(check(status="skipped")), color=True)
    assert "NOTHING WAS CHECKED" in text
    assert "\x1b[32m" not in text


def test_no_colour_unless_asked_for() -> None:
    whole = load_report(SNAPSHOTS / "full_report.json")
    plain, coloured = render_terminal(whole, color=False), render_terminal(whole, color=True)
    assert "\x1b" not in plain
    assert re.sub(r"\x1b\[[0-9;]*m", "", coloured) == plain


def test_the_data_cannot_write_escapes_or_lines() -> None:
    bad = "\x1b[2J\x9b31m\r\nFAKE: passed\u202e\x07"
    row = ExampleRow(row=0, key=bad, cells=((bad, bad),), details=((bad, bad),))
    found = FindingRecord(subject=SubjectRecord(text=bad), message=bad, count=1, examples=(row,), sidecar=bad)
    one = check(
        id=bad, status="fail", reason=bad, findings=(found,),
        measures=(measure(name=bad, subject=SubjectRecord(text=bad)),),
    )  # fmt: skip
    guess = SettingRecord(name=bad, value=bad, source="guess", detail=bad)
    text = render_terminal(report(one, settings=(guess,), name=bad, label=(bad,), notes=(bad,)), color=False)
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]", text)
    assert not [line for line in text.splitlines() if line.startswith("FAKE")]


@pytest.mark.parametrize("width", [40, 60, 100])
def test_no_line_is_longer_than_the_terminal(width: int) -> None:
    some = (measure(subject=SubjectRecord(text="x" * 500)),)
    long = check(id="i" * 200, status="fail", reason="東京" * 300, measures=some)
    for one in (load_report(SNAPSHOTS / "full_report.json"), report(long, name="n" * 300)):
        for line in render_terminal(one, color=False, width=width).splitlines():
            assert len(line) + len(re.findall("[東京]", line)) <= width, line


def test_the_verdict_comes_last() -> None:
    lines = render_terminal(report(check()), color=False).splitlines()
    assert lines[-2:] == ["PASSED  This data may train a model: 1 check passed.", "  Checks: 1 passed"]


def test_the_whole_text_is_as_stored() -> None:
    stored = SNAPSHOTS / "full_report.txt"
    text = render_terminal(load_report(SNAPSHOTS / "full_report.json"), color=False)
    if os.environ.get("DATAAUDIT_UPDATE_SNAPSHOTS") == "1":
        stored.write_text(text, encoding="utf-8", newline="\n")
    assert text == stored.read_text(encoding="utf-8"), "DATAAUDIT_UPDATE_SNAPSHOTS=1 stores what it is now"
