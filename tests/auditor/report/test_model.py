from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

import auditor
from auditor.errors import AuditError
from auditor.report.model import (
    CheckRecord,
    MeasureRecord,
    Report,
    SubjectRecord,
    json_schema,
    load_report,
    parse_report,
)

STORED = Path(__file__).parent / "stored"
SAMPLES = Path(__file__).parents[3] / "sample_data"
VALIDATOR = Draft202012Validator(json_schema())


def stored(**changes: Any) -> str:
    return json.dumps(json.loads((STORED / "report-1.0.json").read_text(encoding="utf-8")) | changes)


def with_measure(**numbers: float | None) -> Report:
    fields: dict[str, Any] = {"value": 1.0, "lower": 1.0, "upper": 1.0} | numbers
    measure = MeasureRecord(
        name="m", subject=SubjectRecord(text="s"), unit="share", n=3, method="counted", decision="pass", **fields
    )
    check = CheckRecord(id="c", family="bias", status="pass", measures=(measure,))
    return load_report(STORED / "report-1.0.json").model_copy(update={"checks": (check,)})


def test_the_schema_is_one() -> None:
    Draft202012Validator.check_schema(json_schema())


@pytest.mark.parametrize(
    ("name", "settings"),
    [
        ("iris.csv", {}),
        ("hiring_clean.csv", {"select": "diversity"}),
        ("hiring.csv", {"select": "annotations,diversity,unread-lines"}),
        ("diabetes.csv", {}),
    ],
)
def test_reports_satisfy_their_schema(name: str, settings: dict[str, Any]) -> None:
    report = auditor.audit(SAMPLES / name, fast=True, **settings)
    VALIDATOR.validate(json.loads(report.to_json()))
    assert parse_report(report.to_json()) == parse_report(parse_report(report.to_json()).to_json())


def kept(before: Any, after: Any) -> bool:
    """Whether all that was said is said still; later versions may say more."""
    if isinstance(before, dict):
        return all(key in after and kept(value, after[key]) for key, value in before.items())
    if isinstance(before, list):
        return len(before) == len(after) and all(map(kept, before, after))
    return bool(before == after)


def test_a_stored_report_always_loads_and_says_the_same_again() -> None:
    text = (STORED / "report-1.0.json").read_text(encoding="utf-8")
    report = load_report(STORED / "report-1.0.json")
    assert report.verdict.status == "fail"
    assert len(report.checks) > 5
    assert kept(json.loads(text), json.loads(report.to_json()))
    VALIDATOR.validate(json.loads(text))


def test_a_later_minor_version_loads_and_what_is_new_in_it_is_left() -> None:
    report = parse_report(stored(schema_version="1.7", mood="sunny"))
    assert report.schema_version == "1.7"
    assert "mood" not in report.to_json()


@pytest.mark.parametrize("version", ["2.0", "0.9", "10.0", "", None, 2, []])
def test_another_major_version_is_refused(version: Any) -> None:
    with pytest.raises(AuditError, match="not a report of version 1"):
        parse_report(stored(schema_version=version))


@pytest.mark.parametrize(
    "text", ["", "null", "[]", "{}", '{"schema_version": "1.0"}', "[" * 100_000, '{"schema_version": "1.0", "run": 3}']
)
def test_what_is_no_report_is_refused(text: str) -> None:
    with pytest.raises(AuditError):
        parse_report(text)


def test_half_a_report_is_refused() -> None:
    whole = stored()
    with pytest.raises(AuditError, match="not a whole dataaudit report"):
        parse_report(whole[: len(whole) // 2])


def test_a_file_that_is_not_there_or_no_text_is_refused(tmp_path: Path) -> None:
    with pytest.raises(AuditError, match="cannot be read"):
        load_report(tmp_path / "gone.json")
    with pytest.raises(AuditError, match="cannot be read"):
        load_report(tmp_path)
    (tmp_path / "binary.json").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(AuditError, match="no UTF-8 text"):
        load_report(tmp_path / "binary.json")


def test_numbers_are_rounded_to_twelve_digits() -> None:
    said = json.loads(with_measure(value=0.1 + 0.2, lower=1 / 3).to_json())["checks"][0]["measures"][0]
    assert (said["value"], said["lower"]) == (0.3, 0.333333333333)


def test_numbers_that_json_lacks_survive() -> None:
    report = with_measure(value=math.nan, lower=-math.inf, upper=math.inf)
    assert "NaN" in report.to_json()
    (measure,) = parse_report(report.to_json()).checks[0].measures
    assert math.isnan(measure.value)
    assert (measure.lower, measure.upper) == (-math.inf, math.inf)
    VALIDATOR.validate(json.loads(report.to_json()))


@given(st.floats())
def test_any_number_is_valid_json_and_read_again_as_it_was_written(value: float) -> None:
    text = with_measure(value=value).to_json()
    json.loads(text, parse_constant=pytest.fail)
    assert parse_report(text).to_json() == text


@given(st.text())
def test_any_text_survives(text: str) -> None:
    subject = SubjectRecord(text=text, where=((text, text),))
    check = CheckRecord(id="c", family="bias", status="pass", reason=text, options={text: text})
    report = with_measure().model_copy(update={"checks": (check,)})
    assert parse_report(report.to_json()).checks == (check,)
    assert SubjectRecord.model_validate_json(subject.model_dump_json()) == subject


def test_a_report_is_frozen() -> None:
    from pydantic import ValidationError

    with pytest.raises(ValidationError):
        load_report(STORED / "report-1.0.json").verdict.status = "pass"  # type: ignore[misc]
