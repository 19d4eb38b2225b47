from __future__ import annotations

from pathlib import Path

import pytest

from auditor.dataset.options import ReadOptions
from auditor.dataset.readers import read
from auditor.dataset.roles import Declared, assign
from auditor.testing import Evidence, Status, decided, evidence_of, findings_of
from auditor_checks.contract.unread_lines import UnreadLines


@pytest.fixture
def skipped(tmp_path: Path) -> Evidence:
    """A file of which two lines have a cell too many."""
    path = tmp_path / "table.csv"
    path.write_text("x,y\n1,a\n2,b,oops\n3,a\n4,b,oops\n5,a\n")
    loaded = read(path, ReadOptions(skip_bad_lines=True), tmp_path)
    return Evidence(assign(loaded, Declared(label=("y",)), "table")[0])


def test_lines_left_out_are_named(skipped: Evidence) -> None:
    found = findings_of(UnreadLines(), skipped)
    assert [finding.subject for finding in found] == ["line 3", "line 5"]
    assert all(finding.message for finding in found)


def test_a_line_left_out_fails_unless_allowed(skipped: Evidence) -> None:
    result = decided(UnreadLines(), skipped)
    assert result.status is Status.FAIL
    assert result.decided[0].measure.estimate.value == 2
    assert decided(UnreadLines(max_lines=2), skipped).status is Status.PASS


def test_what_was_read_whole_passes() -> None:
    result = decided(UnreadLines(), evidence_of({"x": [1, 2]}))
    assert result.status is Status.PASS
    assert result.outcome.findings == ()
