from __future__ import annotations

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auditor.stats.pvalues import p_above, p_below
from auditor.stats.skill import Skill


@settings(deadline=None)
@given(st.integers(1, 300), st.data())
def test_the_value_lies_in_its_interval_which_has_a_width(n: int, data: st.DataObject) -> None:
    skill = Skill(data.draw(st.integers(0, n)), data.draw(st.integers(1, n)), n)
    low, high = skill.bounds(0.95)
    assert low <= skill.value + 1e-12
    assert skill.value <= high + 1e-12 <= 1 + 2e-12
    assert low < high


@settings(deadline=None)
@given(st.integers(5, 300), st.floats(0.0, 1.0), st.floats(0.0, 0.99), st.data())
def test_the_p_value_is_the_level_at_which_the_bound_reaches_the_limit(
    n: int, share: float, limit: float, data: st.DataObject
) -> None:
    skill = Skill(data.draw(st.integers(0, n)), max(1, round(share * n)), n)
    low, high = skill.bounds(0.9)
    assert (p_above(skill, limit) <= 0.05) == (low >= limit) or abs(low - limit) < 1e-6
    assert (p_below(skill, limit) <= 0.05) == (high <= limit) or abs(high - limit) < 1e-6


def test_no_error_in_few_guesses_is_no_certainty() -> None:
    assert Skill(0, 10, 20).bounds(0.95)[0] == pytest.approx(1 - 2 * (1 - 0.025 ** (1 / 20)))


def test_as_many_errors_as_usual_are_no_skill() -> None:
    assert Skill(30, 30, 100).value == 0


def test_without_usual_errors_nothing_is_known() -> None:
    skill = Skill(0, 0, 20)
    assert math.isnan(skill.value)
    assert skill.bounds(0.95) == (-math.inf, 1.0)
    assert p_above(skill, 0.5) == 1.0


@pytest.mark.parametrize(("errors", "usual", "n"), [(3, 1, 2), (-1, 1, 2), (1, 3, 2)])
def test_counts_that_cannot_be_are_refused(errors: int, usual: float, n: int) -> None:
    with pytest.raises(ValueError, match="do not fit"):
        Skill(errors, usual, n)
