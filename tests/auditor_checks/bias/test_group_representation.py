from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from auditor.errors import UsageError
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


def test_nobody_is_asked_to_collect_missing_values() -> None:
    table = rows(("f", "w", 200), ("m", "w", 190), (None, "w", 10))
    (found,) = findings_of(GroupRepresentation(), table, sensitive="sex")
    assert found.message == "10 rows: find out what is missing"


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


def ratios(table: dict[str, Any], population: dict[str, Any], **options: Any) -> dict[str, float]:
    check = GroupRepresentation(population=population, **options)
    found = measures_of(check, table, sensitive=("sex", "race"))
    return {str(m.subject): m.estimate.value for m in found if m.name == "share of population share"}


def test_shares_are_held_to_a_stated_population() -> None:
    table = rows(("f", "w", 200), ("m", "w", 800))
    assert ratios(table, {"sex": {"f": 0.5, "m": 0.5}}) == pytest.approx({"sex = f": 0.4, "sex = m": 1.6})
    check = GroupRepresentation(population={"sex": {"f": 0.5, "m": 0.5}})
    assert decided(check, table, sensitive="sex").status is Status.FAIL
    fair = GroupRepresentation(population={"sex": {"f": 0.2, "m": 0.8}})
    assert decided(fair, table, sensitive="sex").status is Status.PASS


def test_pairs_are_stated_as_pairs() -> None:
    told = {"sex × race": {"f × w": 0.25, "f × b": 0.25, "m × w": 0.25, "m × b": 0.25}}
    table = rows(("f", "w", 300), ("f", "b", 100), ("m", "w", 300), ("m", "b", 300))
    assert ratios(table, told)["sex = f, race = b"] == pytest.approx(0.4)


def test_a_group_of_the_population_that_is_not_there_fails() -> None:
    table = rows(("f", "w", 500), ("m", "w", 500))
    check = GroupRepresentation(population={"sex": {"f": 0.45, "m": 0.45, "x": 0.1}})
    result = decided(check, table, sensitive="sex")
    assert [str(d.measure.subject) for d in result.decided if d.status is Status.FAIL] == ["sex = x"]


def test_a_handful_of_expected_rows_never_fails() -> None:
    table = rows(("f", "w", 499), ("m", "w", 500))
    check = GroupRepresentation(population={"sex": {"f": 0.495, "m": 0.495, "x": 0.01}})
    assert decided(check, table, sensitive="sex").status is Status.PASS


@pytest.mark.parametrize("least", [0.8, 0.5, 1.0])
def test_the_rows_to_collect_together_bring_every_group_to_its_limit(least: float) -> None:
    table = rows(("f", "w", 100), ("m", "w", 700), ("x", "w", 5), ("y", "w", 195))
    population = {"f": 0.4, "m": 0.35, "x": 0.05, "y": 0.2}
    check = GroupRepresentation(population={"sex": population}, min_population_ratio=least)
    have = {"f": 100, "m": 700, "x": 5, "y": 195}
    for finding in findings_of(check, table, sensitive="sex"):
        if "of the population" in finding.message:
            group = str(finding.subject).removeprefix("sex = ")
            have[group] += int(finding.message.split("collect ")[1].split(" ")[0])
    total = sum(have.values())
    assert have["x"] > 5
    assert all(have[g] / total >= least * share - 2 / total for g, share in population.items())
    assert min(have[g] / total / (least * share) for g, share in population.items()) < 1.01


def test_rows_of_groups_that_are_not_stated_are_counted_and_in_no_share() -> None:
    table = rows(("f", "w", 300), ("m", "w", 300), (None, "w", 100))
    check = GroupRepresentation(population={"sex": {"f": 0.5, "m": 0.5}})
    assert ratios(table, {"sex": {"f": 0.5, "m": 0.5}}) == {"sex = f": 1.0, "sex = m": 1.0}
    (finding,) = findings_of(check, table, sensitive="sex")
    assert (finding.count, "sex = (missing) (100)" in finding.message) == (100, True)


@pytest.mark.parametrize("shares", [{"f": 0.5, "m": 0.4}, {"f": 51.0, "m": 49.0}, {"f": -0.5, "m": 1.5}, {}])
def test_shares_must_be_shares(shares: dict[str, float]) -> None:
    with pytest.raises(ValidationError, match="population"):
        GroupRepresentation(population={"sex": shares})


@pytest.mark.parametrize(
    ("population", "said"),
    [
        ({"gender": {"f": 1.0}}, "'gender' is no sensitive column"),
        ({"sex × rase": {"f × w": 1.0}}, "'rase' is no sensitive column"),
        ({"sex × race": {"f": 1.0}}, "must name 2 values"),
        ({"sex": {"Female": 0.5, "Male": 0.5}}, "no row is of any group stated"),
    ],
)
def test_a_population_of_somewhere_else_is_an_error(population: dict[str, Any], said: str) -> None:
    with pytest.raises(UsageError, match=said):
        measures_of(GroupRepresentation(population=population), EVEN, sensitive=("sex", "race"))
