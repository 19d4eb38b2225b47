from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl
import pytest
from pydantic import ValidationError

from auditor.check import Measure
from auditor.errors import UsageError
from auditor.gate.decide import Decided, Result
from auditor.testing import Status, decided, findings_of, measures_of
from auditor_checks.bias.label_rate_disparity import LabelRateDisparity

Cells = dict[str, list[Any]]


def rates(**groups: tuple[int, int]) -> Cells:
    """For each sex, how many of how many rows are labeled yes."""
    return {
        "sex": [sex for sex, (_, rows) in groups.items() for _ in range(rows)],
        "y": [label for yes, rows in groups.values() for label in ["yes"] * yes + ["no"] * (rows - yes)],
    }


def gaps(result: Result) -> dict[str, Decided]:
    return {str(d.measure.subject): d for d in result.decided if d.measure.name.startswith("difference")}


def on_sex(table: Cells, **options: Any) -> Result:
    return decided(LabelRateDisparity(**options), table, label="y", sensitive="sex")


def test_rates_by_group_are_shown_with_an_interval_and_no_limit() -> None:
    measures = measures_of(LabelRateDisparity(), rates(m=(30, 100), f=(20, 80)), label="y", sensitive="sex")
    shown = {str(m.subject): m for m in measures if m.name == "rate of y = yes"}
    assert {name: m.estimate.value for name, m in shown.items()} == {"sex = m": 0.3, "sex = f": 0.25}
    assert all(m.at_most is None and m.at_least is None for m in shown.values())
    low, high = shown["sex = m"].estimate.bounds(0.95)
    assert 0.2 < low < 0.3 < high < 0.4


def test_a_gap_is_measured_against_the_largest_group() -> None:
    measures = measures_of(LabelRateDisparity(), rates(f=(20, 80), m=(30, 100)), label="y", sensitive="sex")
    (gap,) = (m for m in measures if m.name == "difference in y = yes")
    assert str(gap.subject) == "sex = f"
    assert gap.estimate.value == pytest.approx(-0.05)
    assert (gap.at_least, gap.at_most, gap.note) == (-0.1, 0.1, "against sex = m")


def test_balanced_and_independent_passes() -> None:
    assert on_sex(rates(m=(300, 1000), f=(300, 1000))).status is Status.PASS


@pytest.mark.parametrize("yes", [200, 600])
def test_twenty_points_in_two_thousand_rows_fail_either_way(yes: int) -> None:
    assert on_sex(rates(m=(400, 1000), f=(yes, 1000))).status is Status.FAIL


def test_twenty_points_in_few_rows_cannot_be_decided() -> None:
    result = on_sex(rates(m=(12, 30), f=(6, 30)))
    assert result.status is Status.UNDECIDED
    needed = gaps(result)["sex = m"].rows_to_decide
    assert needed is not None
    assert 60 < needed < 2000


@pytest.mark.parametrize("yes", range(15))
def test_a_cell_of_fourteen_rows_never_decides(yes: int) -> None:
    """Whatever its rate, no pass and no fail; and the large groups' answer stands."""
    result = on_sex(rates(m=(400, 1000), f=(400, 1000), x=(yes, 14)))
    assert gaps(result)["sex = x"].status is Status.UNDECIDED
    assert result.status is Status.PASS
    assert "too few rows" in result.reason


def test_how_small_a_cell_may_be_to_fail_is_an_option() -> None:
    table = rates(m=(400, 1000), x=(0, 29))
    assert on_sex(table).status is Status.UNDECIDED
    assert on_sex(table, min_rows=29).status is Status.FAIL


def test_a_small_cell_that_is_half_of_the_rest_leaves_the_check_undecided() -> None:
    assert on_sex(rates(m=(400, 1000), x=(6, 14))).status is Status.UNDECIDED


def test_missing_is_a_group_of_its_own() -> None:
    table = rates(m=(400, 1000), f=(400, 1000), unknown=(0, 500))
    table["sex"] = [None if sex == "unknown" else sex for sex in table["sex"]]
    result = on_sex(table)
    assert gaps(result)["sex = (missing)"].status is Status.FAIL
    assert gaps(result)["sex = m"].status is Status.PASS


def test_rows_without_a_label_have_no_rate() -> None:
    table = rates(m=(50, 100), f=(50, 100))
    table = {"sex": [*table["sex"], "f"], "y": [*table["y"], None]}
    measures = measures_of(LabelRateDisparity(), table, label="y", sensitive="sex")
    assert {m.support for m in measures} == {100}


def test_a_pair_of_attributes_may_hide_a_gap() -> None:
    table: Cells = {"sex": [], "race": [], "y": []}
    for sex, race, yes in [("m", "w", 300), ("m", "b", 100), ("f", "w", 100), ("f", "b", 300)]:
        table["sex"] += [sex] * 500
        table["race"] += [race] * 500
        table["y"] += ["yes"] * yes + ["no"] * (500 - yes)
    result = decided(LabelRateDisparity(), table, label="y", sensitive=("sex", "race"))
    found = {name: d.status for name, d in gaps(result).items()}
    assert (found["sex = m"], found["race = w"]) == (Status.PASS, Status.PASS)
    assert found["sex = f, race = w"] is Status.FAIL
    assert found["sex = m, race = w"] is Status.PASS


def test_the_positive_class_is_the_one_shown() -> None:
    def shown(**roles: Any) -> set[str]:
        measures = measures_of(LabelRateDisparity(), rates(m=(1, 4), f=(2, 4)), label="y", sensitive="sex", **roles)
        return {m.name for m in measures}

    assert shown() == {"rate of y = yes", "difference in y = yes", "ratio of rates"}
    assert shown(positive="no") == {"rate of y = no", "difference in y = no", "ratio of rates"}


def classes(**groups: dict[str, int]) -> Cells:
    """For each sex, so many rows of each class."""
    cells = [(sex, name) for sex, sizes in groups.items() for name, rows in sizes.items() for _ in range(rows)]
    return {"sex": [sex for sex, _ in cells], "y": [name for _, name in cells]}


def test_every_class_is_held_against_the_rest_however_many_there_are() -> None:
    even = {f"k{number:03d}": 4 for number in range(150)}
    measures = measures_of(LabelRateDisparity(), classes(m=even, f=even), label="y", sensitive="sex")
    for kind in ("rate of", "difference in"):
        assert {m.name for m in measures if m.name.startswith(kind)} == {f"{kind} {name}" for name in even}
    assert not [m for m in measures if m.name == "compared"]


def test_the_smallest_of_many_classes_may_fail() -> None:
    """Not only the twenty largest: the gap is in the twenty-fifth."""
    even = {f"k{number:02d}": 400 for number in range(24)}
    result = on_sex(classes(m={**even, "rare": 10}, f={**even, "rare": 200}))
    assert result.status is Status.FAIL
    (failed,) = (d for d in result.decided if d.status is Status.FAIL)
    assert "y = rare" in str(failed.measure.subject)


def test_classes_that_are_not_compared_stay_open_with_their_rows() -> None:
    sizes = {"a": 3000, "b": 2000, "c": 400, "d": 300}
    result = on_sex(classes(m=sizes, f=sizes), max_comparisons=2)
    (left_out,) = (d for d in result.decided if d.measure.name == "compared" and d.status is not Status.PASS)
    assert left_out.status is Status.UNDECIDED
    assert (left_out.measure.subject, left_out.measure.support) == ("2 smaller classes: c, d", 1400)
    assert result.status is Status.UNDECIDED
    assert on_sex(classes(m=sizes, f=sizes)).status is Status.PASS


def test_a_few_rows_of_classes_that_are_not_compared_are_no_obstacle() -> None:
    sizes = {"a": 3000, "b": 2000, "c": 100}
    assert on_sex(classes(m=sizes, f=sizes), max_comparisons=2).status is Status.PASS


def test_a_rare_label_fails_by_its_ratio() -> None:
    """2 % have it on the whole, 0.5 % of one group and 4 % of the other: less than ten points apart."""
    table = rates(m=(1750, 50_000), f=(250, 50_000))
    result = on_sex(table)
    assert result.status is Status.FAIL
    assert {d.measure.name for d in result.decided if d.status is Status.FAIL} == {"ratio of rates"}
    assert on_sex(table, max_ratio=20).status is Status.PASS


def test_a_rare_label_that_nobody_calls_positive_fails_too() -> None:
    table = rates(m=(48_250, 50_000), f=(49_750, 50_000))
    failed = [d for d in on_sex(table).decided if d.status is Status.FAIL]
    assert [str(d.measure.subject) for d in failed] == ["sex = m, y = no"]


def test_a_label_that_the_reference_never_has_fails() -> None:
    result = on_sex(rates(m=(0, 60_000), f=(500, 40_000)))
    assert result.status is Status.FAIL


@pytest.mark.parametrize(("yes", "rows"), [(3, 30), (6, 60), (0, 60), (2, 29)])
def test_a_ratio_of_a_handful_of_rows_never_fails(yes: int, rows: int) -> None:
    ratios = [d for d in on_sex(rates(m=(1000, 100_000), x=(yes, rows))).decided if d.measure.name == "ratio of rates"]
    assert ratios
    assert all(d.status is not Status.FAIL for d in ratios)


def test_a_rare_label_of_few_rows_is_no_silent_pass() -> None:
    assert on_sex(rates(m=(12, 500), f=(8, 500))).status is Status.UNDECIDED


def test_nobodys_label_has_no_ratio() -> None:
    table: Cells = {"sex": ["m", "f"] * 3 + ["x"], "y": ["no"] * 6 + ["yes"]}
    measures = measures_of(LabelRateDisparity(), table, label="y", sensitive="sex", positive="yes")
    assert [str(m.subject) for m in measures if m.name == "ratio of rates"] == ["sex = x, y = yes"]


@pytest.mark.parametrize("limit", [1, 0.8, float("inf"), float("nan")])
def test_a_limit_of_the_ratio_must_be_a_number_above_one(limit: float) -> None:
    with pytest.raises(ValidationError, match="max_ratio"):
        LabelRateDisparity(max_ratio=limit)


def test_four_fifths_is_an_option() -> None:
    table = rates(m=(6000, 20_000), f=(4600, 20_000))
    assert on_sex(table).status is Status.PASS
    assert on_sex(table, max_ratio=1.25).status is Status.FAIL


@pytest.mark.slow
def test_equal_rates_hardly_ever_fail_whatever_the_sizes() -> None:
    """Eighty audits of forty classes, rare and common, in a large group and a small one."""
    rng = np.random.default_rng(11)
    shares = rng.dirichlet(np.geomspace(0.05, 5, 40))
    failed = 0
    for _ in range(80):
        sizes = [rng.multinomial(rows, shares) for rows in (4000, 300)]
        groups = [{f"k{n}": int(rows) for n, rows in enumerate(each) if rows} for each in sizes]
        failed += on_sex(classes(m=groups[0], f=groups[1])).status is Status.FAIL
    assert failed <= 4


@pytest.mark.parametrize(
    ("label", "columns"),
    [("tags", {"tags": [["p", "q"], ["q"], ["p"], []]}), (("p", "q"), {"p": [1, 0, 1, 0], "q": [1, 1, 0, 0]})],
)
def test_each_of_several_labels_a_row_has_its_rate(label: Any, columns: Cells) -> None:
    table = columns | {"sex": ["m", "m", "f", "f"]}
    measures: list[Measure] = measures_of(LabelRateDisparity(), table, label=label, sensitive="sex")
    shown = {(m.name, str(m.subject)): m.estimate.value for m in measures if m.name.startswith("rate")}
    assert shown == {
        ("rate of p", "sex = m"): 0.5,
        ("rate of p", "sex = f"): 0.5,
        ("rate of q", "sex = m"): 1.0,
        ("rate of q", "sex = f"): 0.0,
    }


def test_the_limit_is_an_option() -> None:
    table = rates(m=(400, 1000), f=(200, 1000))
    assert on_sex(table, max_difference=0.3, max_ratio=3).status is Status.PASS


@pytest.mark.parametrize("labels", [["yes"] * 4, [None] * 4])
def test_without_two_classes_no_rate_can_differ(labels: list[str | None]) -> None:
    table = {"sex": ["m", "f", "m", "f"], "y": pl.Series(labels, dtype=pl.String)}
    result = decided(LabelRateDisparity(), table, label="y", sensitive="sex")
    assert result.status is Status.SKIPPED
    assert "no two classes" in result.reason


def test_label_columns_without_any_label_are_not_answered() -> None:
    empty = pl.Series([None, None], dtype=pl.Boolean)
    result = decided(
        LabelRateDisparity(), {"sex": ["m", "f"], "p": empty, "q": empty}, label=("p", "q"), sensitive="sex"
    )
    assert result.status in (Status.UNDECIDED, Status.SKIPPED)


def test_one_group_alone_differs_from_nobody() -> None:
    result = on_sex(rates(m=(40, 100)))
    assert result.status is Status.UNDECIDED
    assert result.reason == "nothing is held to a limit that could fail"


def test_values_may_hold_anything() -> None:
    table = {"sex, or": ["a, b = c", "(x)", "a, b = c", "(x)"], "y": ["1", "0", "1", "1"]}
    measures = measures_of(LabelRateDisparity(), table, label="y", sensitive="sex, or")
    assert {m.estimate.value for m in measures if m.name == "rate of y = 1"} == {1.0, 0.5}


def compared(table: Cells, kind: str = "difference in y = yes", **options: Any) -> dict[str, float]:
    measures = measures_of(LabelRateDisparity(**options), table, label="y", sensitive="sex")
    return {str(m.subject): round(m.estimate.value, 12) for m in measures if m.name == kind}


THREE = rates(m=(300, 500), f=(90, 300), x=(100, 200))


@pytest.mark.parametrize(
    ("reference", "expected"),
    [
        ("largest", {"sex = f": 0.3 - 0.6, "sex = x": 0.5 - 0.6}),
        ({"sex": "f"}, {"sex = m": 0.6 - 0.3, "sex = x": 0.5 - 0.3}),
        ("rest", {"sex = m": 0.6 - 0.38, "sex = f": 0.3 - 400 / 700, "sex = x": 0.5 - 390 / 800}),
        ("whole", {"sex = m": 0.6 - 0.49, "sex = f": 0.3 - 0.49, "sex = x": 0.5 - 0.49}),
        ("highest", {}),
    ],
)
def test_what_a_group_is_compared_with_is_an_option(reference: Any, expected: dict[str, float]) -> None:
    assert compared(THREE, reference=reference) == pytest.approx(expected)


def test_of_two_groups_either_is_the_rest_of_the_other() -> None:
    assert compared(rates(m=(30, 100), f=(20, 80)), reference="rest") == {"sex = f": -0.05}


def test_the_ratio_to_the_highest_rate_is_at_most_one() -> None:
    ratios = compared(THREE, "ratio of rates", reference="highest")
    assert ratios["sex = m, y = yes"] == 1
    assert ratios["sex = f, y = yes"] == pytest.approx(0.5)


@pytest.mark.parametrize(
    ("reference", "said"),
    [({"gender": "f"}, "'gender' is no sensitive column"), ({"sex": "F"}, "no value 'F'. Did you mean|no value 'F'")],
)
def test_a_named_group_that_is_not_there_is_an_error(reference: dict[str, str], said: str) -> None:
    with pytest.raises(UsageError, match=said):
        measures_of(LabelRateDisparity(reference=reference), THREE, label="y", sensitive="sex")


def test_a_named_pair_that_does_not_occur_falls_back_on_what_does() -> None:
    table = {"sex": ["f", "m", "m"] * 20, "race": ["w", "b", "b"] * 20, "y": ["yes", "no", "yes"] * 20}
    check = LabelRateDisparity(reference={"sex": "f", "race": "b"})
    notes = {m.note for m in measures_of(check, table, label="y", sensitive=("sex", "race")) if "difference" in m.name}
    assert "against sex = m, race = b" in notes


def test_favourable_classes_count_as_one() -> None:
    table = classes(m={"a": 30, "b": 10, "c": 60}, f={"a": 10, "b": 10, "c": 60})
    measures = measures_of(LabelRateDisparity(favourable=("a", "b")), table, label="y", sensitive="sex")
    shown = {(m.name, str(m.subject)): m.estimate.value for m in measures if m.at_most is None}
    assert shown == {("rate of a or b", "sex = m"): 0.4, ("rate of a or b", "sex = f"): 0.25}
    assert {str(m.subject) for m in measures if m.name == "ratio of rates"} == {"sex = f, y = a or b"}


@pytest.mark.parametrize(("favourable", "said"), [(("A",), "no class 'A'"), (("a", "b", "c"), "every class there is")])
def test_favourable_classes_must_be_some_of_those_there_are(favourable: tuple[str, ...], said: str) -> None:
    table = classes(m={"a": 3, "b": 1, "c": 6}, f={"a": 1, "b": 1, "c": 6})
    with pytest.raises(UsageError, match=said):
        measures_of(LabelRateDisparity(favourable=favourable), table, label="y", sensitive="sex")


def numbers(**groups: list[float]) -> Cells:
    return {"sex": [s for s, ys in groups.items() for _ in ys], "y": [y for ys in groups.values() for y in ys]}


def on_numbers(table: Cells, **options: Any) -> Result:
    return decided(LabelRateDisparity(**options), table, label="y", sensitive="sex", task="regression")


def test_a_number_is_compared_by_its_distribution() -> None:
    """The averages are equal; only who lies far above and far below differs."""
    middle = [float(v) for v in range(40, 60)] * 50
    wide = [float(v) for v in range(0, 100, 5)] * 50
    result = on_numbers(numbers(m=middle, f=wide))
    assert result.status is Status.FAIL
    names = {d.measure.name for d in result.decided}
    assert len([name for name in names if name.startswith("difference in y above")]) == 3
    assert "ratio of rates" not in names


def test_equal_distributions_of_a_number_pass() -> None:
    values = [float(v) for v in range(100)] * 20
    assert on_numbers(numbers(m=values, f=values)).status is Status.PASS


def test_a_number_without_spread_is_not_compared() -> None:
    assert on_numbers(numbers(m=[1.5] * 50, f=[1.5] * 50)).status is Status.SKIPPED


def test_four_fifths_holds_the_favourable_rate_to_the_highest() -> None:
    table = rates(m=(6000, 20_000), f=(4400, 20_000))
    result = on_sex(table, profile="four-fifths")
    assert result.status is Status.FAIL
    held = {str(d.measure.subject): d.measure.at_least for d in result.decided if d.status}
    assert held == {"sex = m, y = yes": 0.8, "sex = f, y = yes": 0.8}
    assert on_sex(rates(m=(6000, 20_000), f=(5600, 20_000)), profile="four-fifths").status is Status.PASS


def test_a_tiny_group_is_never_the_highest_rate() -> None:
    result = on_sex(rates(m=(3000, 10_000), f=(3000, 10_000), x=(14, 14)), profile="four-fifths")
    assert result.status is Status.PASS


def test_a_profile_says_what_is_compared() -> None:
    with pytest.raises(ValidationError, match="leave reference out"):
        LabelRateDisparity(profile="four-fifths", reference="rest")


def test_a_profile_of_one_good_outcome_must_know_it() -> None:
    table = classes(m={"a": 30, "b": 10, "c": 60}, f={"a": 10, "b": 10, "c": 60})
    with pytest.raises(UsageError, match="favourable"):
        measures_of(LabelRateDisparity(profile="ll144"), table, label="y", sensitive="sex")


def test_clarify_compares_each_facet_with_the_rest() -> None:
    assert compared(THREE, profile="clarify") == pytest.approx(
        {"sex = m": 0.6 - 0.38, "sex = f": 0.3 - 400 / 700, "sex = x": 0.5 - 390 / 800}
    )


#: The example of 6 RCNY 5-301: selection rates and impact ratios by sex.
EXAMPLE = rates(Male=(698, 1390), Female=(606, 1181))


def test_ll144_publishes_the_table_of_the_rule() -> None:
    measures = measures_of(LabelRateDisparity(profile="ll144"), EXAMPLE, label="y", sensitive="sex")
    impact = {str(m.subject): m for m in measures if m.name == "impact ratio"}
    assert impact["sex = Female"].estimate.value == 1
    assert impact["sex = Male"].estimate.value == pytest.approx((698 / 1390) / (606 / 1181))
    assert all(m.at_least is None and m.at_most is None for m in impact.values())
    low, high = impact["sex = Male"].estimate.bounds(0.95)
    assert low < impact["sex = Male"].estimate.value < high <= 1
    assert impact["sex = Male"].note == "over the highest rate, 51.3% of sex = Female; shown, decides nothing"
    assert impact["sex = Female"].note == "over its own rate, the highest; shown, decides nothing"
    assert [m.estimate.value for m in measures if m.name == "selection rate"] == [698 / 1390, 606 / 1181]


def test_ll144_names_the_category_divided_by_of_intersections_too() -> None:
    table: dict[str, list[str]] = {"sex": [], "race": [], "y": []}
    for sex, race, yes in (("m", "w", 30), ("m", "b", 20), ("f", "w", 45), ("f", "b", 10)):
        table["sex"] += [sex] * 100
        table["race"] += [race] * 100
        table["y"] += ["yes"] * yes + ["no"] * (100 - yes)
    measures = measures_of(LabelRateDisparity(profile="ll144"), table, label="y", sensitive=("sex", "race"))
    impact = {str(m.subject): m for m in measures if m.name == "impact ratio"}
    assert impact["sex = m, race = b"].estimate.value == pytest.approx(20 / 45)
    assert "45.0% of sex = f, race = w" in impact["sex = m, race = b"].note
    assert "37.5% of race = w" in impact["race = b"].note


def test_ll144_counts_the_unknown_and_leaves_small_categories_out() -> None:
    table = rates(m=(300, 500), f=(100, 480), x=(9, 10), unknown=(10, 10))
    table["sex"] = ["Prefer not to say" if sex == "unknown" else sex for sex in table["sex"]]
    check = LabelRateDisparity(profile="ll144")
    measures = measures_of(check, table, label="y", sensitive="sex")
    assert [m.estimate.value for m in measures if m.name.endswith("category unknown")] == [10]
    impact = {str(m.subject): m.estimate.value for m in measures if m.name == "impact ratio"}
    assert set(impact) == {"sex = m", "sex = f"}
    assert impact["sex = m"] == 1
    (left_out,) = findings_of(check, table, label="y", sensitive="sex")
    assert "sex = x (10 rows)" in left_out.message


def test_ll144_scores_are_shares_above_the_median() -> None:
    table = numbers(m=[1.0, 2.5, 3.0, 4.0] * 10, f=[1.0, 1.0, 1.0, 4.0] * 10)
    check = LabelRateDisparity(profile="ll144")
    measures = measures_of(check, table, label="y", sensitive="sex", task="regression")
    shown = {(m.name, str(m.subject)): m.estimate.value for m in measures}
    assert shown["scoring rate", "sex = m"] == 0.75
    assert shown["scoring impact ratio", "sex = f"] == pytest.approx(1 / 3)


def test_small_groups_do_not_leave_a_large_fair_table_open() -> None:
    """Of 12 by 25 values most pairs are too small to hold by themselves."""
    rng = np.random.default_rng(0)
    shares = [1 / np.arange(1, values + 1) for values in (12, 25)]
    drawn = [rng.choice(len(share), 100_000, p=share / share.sum()) for share in shares]
    table = {
        "region": [f"r{value}" for value in drawn[0]],
        "country": [f"c{value}" for value in drawn[1]],
        "label": np.where(rng.random(100_000) < 0.3, "yes", "no").tolist(),
    }
    result = decided(LabelRateDisparity(), table, label="label", sensitive=["region", "country"])
    assert result.status is Status.PASS
