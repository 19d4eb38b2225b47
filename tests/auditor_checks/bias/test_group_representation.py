from __future__ import annotations

from typing import Any

import pytest

from auditor.testing import Status, decided, findings_of, measures_of
from auditor_checks.bias.group_representation import GroupRepresentation


def rows(*groups: tuple[Any, Any, int]) -> dict[str, list[Any]]:
    """Rows of sex and race, so many of each."""
    return {
        "sex": [sex for sex, _, count in groups for _ in range(count)],
        "race": [race for _, race, count in groups for _ in range(count)],
    }


EVEN = rows(("f", "w", 50), ("f", "b", 50), ("m", "w", 50), ("m", "b", 50))


def small(table: dict[str, Any], **options: Any) -> dict[str, float]:
    measures = measures_of(GroupRepresentation(**options), table, sensitive=("sex", "race"))
    return {str(m.subject): m.estimate.value for m in measures if m.name == "rows-in-small-groups"}


def test_groups_that_are_all_there_pass() -> None:
    assert decided(GroupRepresentation(), EVEN, sensitive=("sex", "race")).status is Status.PASS
    assert findings_of(GroupRepresentation(), EVEN, sensitive=("sex", "race")) == []
    assert small(EVEN) == {"sex": 0.0, "race": 0.0, "sex × race": 0.0}


def test_a_pair_of_attributes_may_hide_a_small_group() -> None:
    table = rows(("f", "w", 90), ("f", "b", 10), ("m", "w", 10), ("m", "b", 90))
    assert small(table) == {"sex": 0.0, "race": 0.0, "sex × race": 0.1}
    found = findings_of(GroupRepresentation(), table, sensitive=("sex", "race"))
    assert {str(f.subject): f.count for f in found} == {"sex = f, race = b": 10, "sex = m, race = w": 10}
    assert "collect 40 more" in found[0].message
    assert decided(GroupRepresentation(), table, sensitive=("sex", "race")).status is Status.FAIL


def test_a_single_small_group_of_few_rows_decides_nothing() -> None:
    table = rows(("f", "w", 200), ("m", "w", 190), ("x", "w", 10))
    result = decided(GroupRepresentation(max_largest_share=1), table, sensitive=("sex",))
    assert result.status is Status.PASS
    assert [f.count for f in result.outcome.findings] == [10]


def test_one_group_that_is_nearly_all_there_is_fails() -> None:
    table = rows(("m", "w", 970), ("f", "w", 30))
    measures = measures_of(GroupRepresentation(), table, sensitive="sex")
    (largest,) = (m for m in measures if m.name == "largest-group")
    assert (str(largest.subject), largest.estimate.value) == ("sex = m", 0.97)
    assert decided(GroupRepresentation(), table, sensitive="sex").status is Status.FAIL
    assert decided(GroupRepresentation(max_largest_share=0.97), table, sensitive="sex").status is Status.PASS


def test_missing_is_a_group_of_its_own() -> None:
    table = rows((None, "w", 20), ("m", "w", 100), ("f", "w", 100))
    assert [str(f.subject) for f in findings_of(GroupRepresentation(), table, sensitive="sex")] == ["sex = (missing)"]


def test_ages_are_grouped() -> None:
    table = {"age": [*range(18, 68)] * 2 + [70]}
    found = findings_of(GroupRepresentation(min_rows=20), table, sensitive="age")
    assert {str(f.subject): f.count for f in found} == {"age = under 25": 14, "age = 60 and over": 17}


@pytest.mark.parametrize(("option", "value"), [("min_rows", 10), ("max_small_share", 0.2)])
def test_the_limits_are_options(option: str, value: float) -> None:
    table = rows(("f", "w", 90), ("f", "b", 10), ("m", "w", 10), ("m", "b", 90))
    check = GroupRepresentation.model_validate({option: value})
    assert decided(check, table, sensitive=("sex", "race")).status is Status.PASS


def test_without_people_there_is_nothing_to_ask() -> None:
    result = decided(GroupRepresentation(), {"x": [1, 2]})
    assert result.status is Status.SKIPPED
    assert result.outcome.skip is not None
    assert not result.outcome.skip.applies


def test_one_row_is_a_small_group() -> None:
    assert decided(GroupRepresentation(), {"sex": ["f"]}, sensitive="sex").status is Status.FAIL
