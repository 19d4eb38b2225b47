from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from pydantic import ValidationError

from auditor.check import Measure
from auditor.errors import UsageError
from auditor.testing import Result, Status, decided, findings_of, measures_of
from auditor_checks.bias.pre_training_bias import PreTrainingBias

CI, JS, KL = "class imbalance (CI)", "JS divergence", "KL divergence"
LP, TVD, KS = "L2 norm (LP)", "total variation distance (TVD)", "Kolmogorov-Smirnov (KS)"
EDF = "differential fairness (ε)"


def classes(**groups: dict[str, int]) -> dict[str, list[Any]]:
    """For each group, so many rows of each class."""
    cells = [(group, name) for group, sizes in groups.items() for name, rows in sizes.items() for _ in range(rows)]
    return {"g": [group for group, _ in cells], "y": [name for _, name in cells]}


def by_name(table: dict[str, list[Any]], group: str, options: dict[str, Any] | None = None, **roles: Any) -> Any:
    measures = measures_of(PreTrainingBias(**options or {}), table, label="y", sensitive="g", **roles)
    return {m.name: m for m in measures if str(m.subject) in (f"g = {group}", "g")}


def values(measures: dict[str, Measure]) -> dict[str, float]:
    return {name: m.estimate.value for name, m in measures.items()}


def on_g(table: dict[str, list[Any]], **options: Any) -> Result:
    return decided(PreTrainingBias(**options), table, label="y", sensitive="g")


TWO = classes(m={"yes": 60, "no": 140}, f={"yes": 20, "no": 80})


def test_every_measure_of_two_classes_by_hand() -> None:
    found = values(by_name(TWO, "f"))
    assert found == pytest.approx(
        {
            CI: 100 / 300,
            "DPL of y = yes": 0.3 - 0.2,
            KL: 0.3 * math.log(0.3 / 0.2) + 0.7 * math.log(0.7 / 0.8),
            JS: (0.3 * math.log(0.3 / 0.25) + 0.7 * math.log(0.7 / 0.75)) / 2
            + (0.2 * math.log(0.2 / 0.25) + 0.8 * math.log(0.8 / 0.75)) / 2,
            LP: math.sqrt(2) * 0.1,
            TVD: 0.1,
            KS: 0.1,
            EDF: math.log(60.5 / 201) - math.log(20.5 / 101),
        },
        abs=1e-9,
    )


def test_above_zero_is_to_the_disadvantage_of_the_group() -> None:
    """Clarify's facet d is the group: (n_a - n_d) / (n_a + n_d) and q_a - q_d, a being all others."""
    table = classes(m={"yes": 90, "no": 210}, f={"yes": 20, "no": 80}, x={"yes": 25, "no": 75})
    f, m = by_name(table, "f"), by_name(table, "m")
    assert f[CI].estimate.value == pytest.approx((400 - 100) / 500)
    assert m[CI].estimate.value == pytest.approx((200 - 300) / 500)
    assert f["DPL of y = yes"].estimate.value == pytest.approx(115 / 400 - 20 / 100)
    assert m["DPL of y = yes"].estimate.value == pytest.approx(45 / 200 - 90 / 300)
    assert f[CI].note.endswith("above 0 where it has fewer rows")
    assert f["DPL of y = yes"].note.endswith("above 0 where it has the label less often")


def test_of_many_groups_each_is_held_against_all_others_as_in_clarify() -> None:
    table = classes(a={"x": 60, "y": 40}, b={"x": 30, "y": 30}, c={"x": 20, "y": 20})
    assert by_name(table, "b")[TVD].note == "against all other rows"
    assert values(by_name(table, "b"))[TVD] == pytest.approx(80 / 140 - 0.5, abs=1e-9)
    assert values(by_name(table, "a"))[CI] == 0
    largest = by_name(table, "b", {"reference": "largest"})
    assert largest[TVD].note == "against g = a"
    assert values(largest)[TVD] == pytest.approx(0.1, abs=1e-9)
    assert CI not in by_name(table, "a", {"reference": "largest"})


def test_a_class_that_one_group_lacks_is_not_left_out() -> None:
    table = classes(m={"x": 50, "y": 50}, f={"x": 50, "z": 50})
    found = values(by_name(table, "m"))
    assert (found[TVD], found[KS]) == (0.5, 0.5)
    assert found[KL] == math.inf
    assert not [name for name in found if name.startswith("DPL")]


def test_an_order_of_classes_adds_the_distance_of_kolmogorov_and_smirnov() -> None:
    table = classes(m={"1": 50, "2": 50, "3": 100}, f={"1": 40, "2": 40, "3": 20})
    found = values(by_name(table, "f", task="ordinal"))
    assert found["KS of the cumulative shares"] == pytest.approx(0.8 - 0.5, abs=1e-9)
    assert found[KS] == pytest.approx(0.3, abs=1e-9)
    assert "KS of the cumulative shares" not in by_name(table, "f", task="multiclass")


def test_favourable_classes_count_as_one() -> None:
    table = classes(m={"a": 50, "b": 50, "c": 100}, f={"a": 40, "b": 20, "c": 40})
    found = values(by_name(table, "f", {"favourable": ("a", "b")}))
    assert found["DPL of a or b"] == pytest.approx(0.5 - 0.6, abs=1e-9)


def test_by_default_nothing_is_held_to_a_limit_and_no_policy_asks_for_it() -> None:
    result = on_g(TWO)
    assert result.status is Status.SKIPPED
    assert "for information" in result.reason
    assert result.outcome.skip is not None
    assert not result.outcome.skip.applies
    assert {d.status for d in result.decided} == {None}
    for d in result.decided:
        low, high = d.measure.estimate.bounds(0.95)
        assert low < d.measure.estimate.value < high


@pytest.mark.parametrize("option", ["ci", "dpl", "kl", "js", "lp", "tvd", "ks", "edf"])
def test_each_may_have_a_limit(option: str) -> None:
    table = classes(m={"yes": 5000, "no": 1000}, f={"yes": 500, "no": 1500})
    assert on_g(table, **{f"max_{option}": 0.01}).status is Status.FAIL
    assert on_g(table, **{f"max_{option}": 5.0}).status is Status.PASS


def test_within_a_limit_that_few_rows_cannot_tell_it_is_undecided() -> None:
    assert on_g(classes(m={"yes": 20, "no": 20}, f={"yes": 19, "no": 21}), max_tvd=0.1).status is Status.UNDECIDED


@pytest.mark.parametrize("limit", [-0.1, math.inf, math.nan, True, "much"])
def test_a_limit_must_be_a_number(limit: Any) -> None:
    with pytest.raises(ValidationError, match="max_kl"):
        PreTrainingBias(max_kl=limit)


def test_small_groups_are_counted_and_named_and_no_pass_speaks_for_them() -> None:
    table = classes(m={"yes": 500, "no": 500}, f={"yes": 500, "no": 500}, x={"yes": 14, "no": 14}, z={"yes": 1})
    measures = measures_of(PreTrainingBias(), table, label="y", sensitive="g")
    (left_out,) = (m for m in measures if m.name == "rows not measured")
    assert (left_out.estimate.value, left_out.note) == (29, "x, z")
    assert not [m for m in measures if str(m.subject) in ("g = x", "g = z")]
    assert on_g(table, max_tvd=0.2).status is Status.PASS
    table = classes(m={"yes": 50, "no": 50}, f={"yes": 50, "no": 50}, x={"yes": 14, "no": 14})
    assert on_g(table, max_tvd=0.9).status is Status.UNDECIDED


def test_many_groups_make_few_measures() -> None:
    table = classes(**{f"g{number:02d}": {"yes": 30, "no": 30} for number in range(40)})
    measures = measures_of(PreTrainingBias(), table, label="y", sensitive="g")
    assert len({str(m.subject) for m in measures if m.name == TVD}) == 10
    assert len(measures) < 100


def test_all_attributes_together_have_one_differential_fairness() -> None:
    table: dict[str, list[Any]] = {"g": [], "r": [], "y": []}
    for g, r, yes in (("m", "w", 90), ("m", "b", 30), ("f", "w", 30), ("f", "b", 90)):
        table["g"] += [g] * 100
        table["r"] += [r] * 100
        table["y"] += ["yes"] * yes + ["no"] * (100 - yes)
    measures = measures_of(PreTrainingBias(), table, label="y", sensitive=("g", "r"))
    found = {str(m.subject): m.estimate.value for m in measures if m.name == EDF}
    assert found["g"] == found["r"] == 0
    assert found["g × r"] == pytest.approx(math.log(70.5 / 101) - math.log(10.5 / 101), abs=1e-9)


def test_a_missing_attribute_has_worst_case_bounds_and_is_never_filled_in() -> None:
    table = classes(m={"yes": 60, "no": 140}, f={"yes": 20, "no": 80}, unknown={"yes": 30, "no": 20})
    table["g"] = [None if group == "unknown" else group for group in table["g"]]
    (worst,) = (
        m
        for m in measures_of(PreTrainingBias(), table, label="y", sensitive="g")
        if m.name == "DPL of y = yes, missing at worst"
    )
    assert str(worst.subject) == "g = f"
    assert worst.estimate.value == pytest.approx(0.1)
    least, most = 60 / 220 - 50 / 130, 90 / 230 - 20 / 120
    assert f"{least * 100:+.1f} to {most * 100:+.1f} points" in worst.note
    low, high = worst.estimate.bounds(0.95)
    assert low < least < most < high
    assert not worst.sampled


def test_where_nothing_is_missing_there_is_no_worst_case() -> None:
    assert not [name for name in by_name(TWO, "f") if "worst" in name]


def test_of_a_decision_over_representation_leads() -> None:
    table = classes(b={"arrest": 300, "none": 300}, w={"arrest": 200, "none": 1200})
    roles: dict[str, Any] = {"label": "y", "sensitive": "g", "positive": "arrest", "label_is": "decision"}
    first, *_ = measures_of(PreTrainingBias(), table, **roles)
    assert first.name == "over-representation"
    found = {str(m.subject): m for m in measures_of(PreTrainingBias(), table, **roles) if m.name == first.name}
    assert found["g = b"].estimate.value == pytest.approx((300 / 500) / (600 / 2000), abs=1e-9)
    assert found["g = w"].estimate.value == pytest.approx((200 / 500) / (1400 / 2000), abs=1e-9)
    whole, surely = findings_of(PreTrainingBias(), table, **roles)
    assert "records the decision and not the fact" in whole.message
    assert whole.todo == (
        "Find out how this was decided before a model learns it: the label records the decision and not the fact; "
        f"g = b has {surely.message.removesuffix('; the label records the decision and not the fact')}"
    )
    assert str(surely.subject) == "g = b"
    assert surely.message.startswith("60.0% of the rows with arrest and 30.0% of all, 2.00 times its share")
    result = decided(PreTrainingBias(), table, **roles)
    assert "the label records the decision and not the fact" in result.reason


def test_who_is_not_surely_over_represented_is_not_named() -> None:
    table = classes(b={"arrest": 31, "none": 69}, w={"arrest": 300, "none": 700})
    found = findings_of(PreTrainingBias(), table, label="y", sensitive="g", positive="arrest", label_is="decision")
    assert [str(finding.subject) for finding in found] == ["y"]
    assert found[0].todo.endswith("and not the fact; no group surely has more than its share of arrest")


def test_of_an_outcome_nothing_is_said_of_decisions() -> None:
    assert findings_of(PreTrainingBias(), TWO, label="y", sensitive="g", label_is="outcome") == []
    assert "over-representation" not in by_name(TWO, "f", label_is="outcome")


@pytest.mark.parametrize("labels", [["yes"] * 4, [None] * 4])
def test_without_two_classes_nothing_can_differ(labels: list[str | None]) -> None:
    import polars as pl

    result = on_g({"g": ["m", "f"] * 2, "y": pl.Series(labels, dtype=pl.String)})  # type: ignore[dict-item]
    assert result.status is Status.SKIPPED
    assert "no two classes" in result.reason


@pytest.mark.slow
def test_equal_distributions_hardly_ever_fail_a_limit() -> None:
    random, shares, failed = np.random.default_rng(6), np.array([0.5, 0.2, 0.1, 0.1, 0.1]), 0
    for _ in range(40):
        drawn = {name: random.multinomial(rows, shares) for name, rows in (("m", 400), ("f", 60))}
        table = classes(**{name: {f"k{k}": int(n) for k, n in enumerate(rows)} for name, rows in drawn.items()})
        failed += on_g(table, max_tvd=0.02, max_js=0.001, max_ks=0.02).status is Status.FAIL
    assert failed <= 4


def numbers(**groups: list[float]) -> dict[str, list[Any]]:
    cells = [(group, value) for group, found in groups.items() for value in found]
    return {"g": [group for group, _ in cells], "y": [value for _, value in cells]}


#: Two groups of numbers, of 40 and 60 rows, with nearly a hundred different values.
NUMBERS = numbers(f=[n / 10 for n in range(40)], m=[2 + n / 7 for n in range(60)])


def test_of_a_number_imbalance_means_and_ks_at_the_quartiles_are_shown() -> None:
    found = by_name(NUMBERS, "f", task="regression")
    assert set(found) == {CI, "KS of the cumulative shares, at the quartiles of all labels", "difference in means"}
    f, m = (np.array([y for g, y in zip(*NUMBERS.values(), strict=True) if g == group]) for group in "fm")
    assert found[CI].estimate.value == pytest.approx(0.2)
    assert found["difference in means"].estimate.value == pytest.approx(m.mean() - f.mean())
    assert found["difference in means"].note == "against g = m; above 0 where its labels are lower"
    quartiles = np.quantile(NUMBERS["y"], (0.25, 0.5, 0.75))
    at = max(abs((f > cut).mean() - (m > cut).mean()) for cut in quartiles)
    assert found["KS of the cumulative shares, at the quartiles of all labels"].estimate.value == pytest.approx(at)
    assert decided(PreTrainingBias(), NUMBERS, label="y", sensitive="g", task="regression").status is Status.SKIPPED


def test_the_difference_in_means_to_the_rest_counts_the_rest_as_one() -> None:
    table = numbers(a=[float(n) for n in range(40)], b=[n / 3 for n in range(50)], c=[n / 7 for n in range(60)])
    gap = by_name(table, "c", task="regression")["difference in means"].estimate
    rest = np.array(table["y"][:90])
    c = np.array(table["y"][90:])
    assert gap.value == pytest.approx(rest.mean() - c.mean())
    error = math.sqrt(rest.var(ddof=1) / 90 + c.var(ddof=1) / 60)
    low, high = gap.bounds(0.95)
    assert (high - low) / 2 == pytest.approx(1.98 * error, rel=0.01)


def test_a_number_is_cut_at_a_threshold_as_in_clarify() -> None:
    found = by_name(NUMBERS, "f", {"threshold": 3.0}, task="regression")
    f, m = (np.array([y for g, y in zip(*NUMBERS.values(), strict=True) if g == group]) for group in "fm")
    above = (m > 3).mean() - (f > 3).mean()
    assert found["DPL of y above 3"].estimate.value == pytest.approx(above)
    assert [found[name].estimate.value for name in (TVD, KS)] == pytest.approx([above, above])
    assert "difference in means" in found


def test_of_several_labels_a_row_each_is_compared_by_itself() -> None:
    table: dict[str, list[Any]] = {
        "g": ["f"] * 40 + ["m"] * 60,
        "y": [["p", "q"]] * 10 + [["q"]] * 30 + [["p"]] * 45 + [["p", "q"]] * 15,
    }
    found = by_name(table, "f")
    assert found[CI].estimate.value == pytest.approx(0.2)
    assert found["DPL of p"].estimate.value == pytest.approx(60 / 60 - 10 / 40)
    assert found["DPL of q"].estimate.value == pytest.approx(15 / 60 - 40 / 40)
    assert found[f"{TVD}, p"].estimate.value == pytest.approx(0.75)
    assert TVD not in found
    assert "DPL of q" not in by_name(table, "f", {"max_classes": 1})


@pytest.mark.parametrize(
    ("options", "table", "message"),
    [
        ({"threshold": 1.0}, TWO, "threshold cuts a number, and the label has classes"),
        ({"threshold": 99.0}, NUMBERS, "of all labels, all or none lie above 99. Choose one between"),
        ({"max_tvd": 0.1}, NUMBERS, "Say in threshold where to cut it"),
    ],
)
def test_a_threshold_or_limit_that_does_not_fit_the_label_is_refused(
    options: dict[str, Any], table: dict[str, list[Any]], message: str
) -> None:
    task = "regression" if table is NUMBERS else None
    with pytest.raises(UsageError, match=message):
        decided(PreTrainingBias(**options), table, label="y", sensitive="g", task=task)
