from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from auditor.check import Measure
from auditor.errors import UsageError
from auditor.testing import Status, decided, measures_of
from auditor_checks.bias.rater_groups import RaterGroups

CHECK = RaterGroups(rater_columns=("gender",))


def votes(effect: float, target_effect: float = 0.0, raters: int = 40, items: int = 200) -> dict[str, list[Any]]:
    """Six votes an item; women among the raters get the harder items more often, and say yes more by `effect`."""
    rng = np.random.default_rng(11)
    table: dict[str, list[Any]] = {"item": [], "who": [], "gender": [], "about": [], "y": []}
    for item in range(items):
        hard, about = item % 2, ["men", "women"][item // 2 % 2]
        women = rng.choice(raters // 2, 4 if hard else 2, replace=False)
        men = raters // 2 + rng.choice(raters // 2, 2 if hard else 4, replace=False)
        for rater in (*women, *men):
            female = rater < raters // 2
            rate = 0.2 + 0.5 * hard + effect * female + target_effect * (female and about == "women")
            cells = (item, f"r{rater}", "f" if female else "m", about, "yes" if rng.random() < rate else "no")
            for column, cell in zip(table.values(), cells, strict=True):
                column.append(cell)
    return table


def measured(table: dict[str, list[Any]], check: RaterGroups = CHECK, **roles: Any) -> dict[str, Measure]:
    roles = {"label": "y", "id": "item", "annotator": "who", "positive": "yes"} | roles
    return {str(measure.subject): measure for measure in measures_of(check, table, **roles)}


def test_harder_items_are_no_difference_between_raters() -> None:
    table = votes(0.0)
    yes, female = (np.array(table[name]) == value for name, value in (("y", "yes"), ("gender", "f")))
    assert yes[female].mean() - yes[~female].mean() > 0.1
    (measure,) = measured(table).values()
    low, high = measure.estimate.bounds(0.95)
    assert low < 0 < high
    assert abs(measure.estimate.value) < 0.06


def test_a_group_that_says_yes_more_often_fails() -> None:
    result = decided(CHECK, votes(0.25), label="y", id="item", annotator="who", positive="yes")
    assert result.status is Status.FAIL
    (one,) = result.decided
    assert abs(abs(one.measure.estimate.value) - 0.25) < 0.06
    assert "20 raters on the smaller side" in one.measure.note


def test_a_difference_on_one_target_group_is_seen_there() -> None:
    table = votes(0.0, target_effect=0.3)
    found = measured(table, sensitive="about")
    named = next(iter(found)).split(",")[0]
    sign = 1 if named.endswith("f") else -1
    assert sign * found[f"{named}, about = women"].estimate.value == pytest.approx(0.3, abs=0.08)
    assert abs(found[f"{named}, about = men"].estimate.value) < 0.08


def test_few_raters_never_fail_however_many_votes_they_gave() -> None:
    result = decided(CHECK, votes(0.3, raters=12, items=400), label="y", id="item", annotator="who", positive="yes")
    assert result.status is Status.UNDECIDED


def test_columns_that_describe_raters_are_no_targets() -> None:
    assert list(measured(votes(0.0), sensitive=("gender", "about"))) == list(measured(votes(0.0), sensitive="about"))


def skip_of(check: RaterGroups, table: dict[str, list[Any]], **roles: Any) -> tuple[str, bool]:
    skip = decided(check, table, label="y", **roles).outcome.skip
    assert skip is not None
    return skip.reason, skip.applies


def test_nothing_is_asked_without_columns() -> None:
    assert skip_of(RaterGroups(), votes(0.0), id="item", annotator="who")[1] is False


def test_columns_without_an_annotator_are_said() -> None:
    reason, applies = skip_of(CHECK, votes(0.0))
    assert applies
    assert "name it with --annotator" in reason


def test_a_column_that_is_not_there_is_refused() -> None:
    with pytest.raises(UsageError, match="there is no column 'gendr'.*gender"):
        measured(votes(0.0), RaterGroups(rater_columns=("gendr",)))
    with pytest.raises(UsageError, match="'who' is the label or the annotator"):
        measured(votes(0.0), RaterGroups(rater_columns=("who",)))


def test_too_many_values_are_no_groups() -> None:
    table = votes(0.0, raters=200)
    table["name"] = [f"called {who}" for who in table["who"]]
    reason, _ = skip_of(RaterGroups(rater_columns=("name",)), table, id="item", annotator="who")
    assert "too many to be groups of raters" in reason
