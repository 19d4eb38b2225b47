from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.dataset.cells import shielded, unshielded


@pytest.mark.parametrize(
    "text", ["=1+1", "+1", "-x", "@SUM(A1)", "\t=1", "\n=1", "'=1", "  =1", "-1+cmd|' /C calc'!A0"]
)
def test_what_a_spreadsheet_would_run_starts_with_an_apostrophe(text: str) -> None:
    assert shielded(text) == f"'{text}"
    assert unshielded(shielded(text)) == text


@pytest.mark.parametrize("text", ["", "a", "-1", "-2.5e-3", "it's", "a=b", "'quoted'"])
def test_what_is_harmless_is_left_alone(text: str) -> None:
    assert shielded(text) == text


def test_a_long_cell_is_cut_and_a_control_character_is_shown() -> None:
    assert shielded("x" * 10, 5) == "xxxx…"
    assert shielded("a\x1b[31m\0") == "a\\x1b[31m\\x00"


@given(st.text(alphabet="='+-@ a1\t\n."))
def test_nothing_is_lost_and_nothing_runs(text: str) -> None:
    cell = shielded(text)
    assert unshielded(cell) == text
    assert not cell.startswith(("=", "+", "@", "\t", "\n"))
