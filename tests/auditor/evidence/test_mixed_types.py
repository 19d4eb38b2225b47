from __future__ import annotations

import json
from pathlib import Path

import pytest

from auditor import audit
from auditor.evidence.mixed_types import same_values
from auditor_checks.annotations.label_spelling import LabelSpelling


def merged(*names: str) -> dict[str, str]:
    """Of names, the most frequent first."""
    return same_values({name: 100 - place for place, name in enumerate(names)})


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (("1", "0", "1.0"), {"1.0": "1"}),
        (("3", "2.0", "1", "3.00", "-2"), {"3.00": "3"}),
        (("1", "0", "yes"), {"yes": "1"}),
        (("yes", "no", "1.0", "TRUE", "0"), {"1.0": "yes", "TRUE": "yes", "0": "no"}),
        (("true", "false", "t", "f"), {"t": "true", "f": "false"}),
    ],
)
def test_one_value_in_several_types_is_one_class(names: tuple[str, ...], expected: dict[str, str]) -> None:
    assert merged(*names) == expected


@pytest.mark.parametrize(
    "names",
    [
        ("250", "250.0", "250.1"),  # codes: the decimals mean something
        ("1", "01", "10"),
        ("1", "2", "yes"),
        ("yes", "no", "maybe"),
        ("1", "0", "n"),
        ("true", "false"),
        ("1", "-1.0"),
    ],
)
def test_what_may_be_meant_is_left_alone(names: tuple[str, ...]) -> None:
    assert merged(*names) == {}


def test_they_can_be_kept_apart() -> None:
    classes = {"1": 50, "0": 50, "yes": 10}
    assert LabelSpelling().spellings(classes).meant == {"yes": "1"}
    assert LabelSpelling(distinct=(("1", "yes"),)).spellings(classes).meant == {}


def test_mixed_types_in_json_are_found(tmp_path: Path) -> None:
    values = [1, "1", 1.0, "yes", 0, "0", "no", "1.0"] * 5
    path = tmp_path / "mixed.jsonl"
    path.write_text("\n".join(json.dumps({"x": at, "label": value}) for at, value in enumerate(values)))
    report = audit(path, label="label", sensitive="none", fast=True)
    (check,) = [check for check in report.checks if check.id == "label-spelling"]
    assert check.status == "fail"
    # 1 and 1.0 are spelled by JSON's own types; what is left are the strings "1.0", "yes" and "no".
    assert {"'yes'", "'no'"} <= {finding.subject.text for finding in check.findings}
