from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from auditor.check import Measure
from auditor.errors import UsageError
from auditor.gate.policy import ExitCode, Verdict
from auditor.report.todo import todo
from auditor.stats.estimates import difference
from auditor.testing import Result, Status, decided, findings_of, measures_of
from auditor_checks.bias.conditional_disparity import ConditionalDisparity

#: Admissions to Berkeley in 1973: admitted and applied, men and women (Bickel, Hammel and O'Connell 1975).
BERKELEY = {
    "A": ((512, 825), (89, 108)),
    "B": ((353, 560), (17, 25)),
    "C": ((120, 325), (202, 593)),
    "D": ((138, 417), (131, 375)),
    "E": ((53, 191), (94, 393)),
    "F": ((22, 373), (24, 341)),
}


def admissions(departments: dict[str, tuple[tuple[int, int], tuple[int, int]]]) -> dict[str, list[Any]]:
    table: dict[str, list[Any]] = {"sex": [], "dept": [], "y": []}
    for dept, sides in departments.items():
        for sex, (yes, rows) in zip(("men", "women"), sides, strict=True):
            table["sex"] += [sex] * rows
            table["dept"] += [dept] * rows
            table["y"] += ["yes"] * yes + ["no"] * (rows - yes)
    return table


def on_dept(table: dict[str, list[Any]], **options: Any) -> Result:
    return decided(ConditionalDisparity(factors=("dept",), **options), table, label="y", sensitive="sex")


def by_name(table: dict[str, list[Any]], **roles: Any) -> dict[str, Measure]:
    check = ConditionalDisparity(factors=("dept",))
    return {m.name: m for m in measures_of(check, table, label="y", sensitive="sex", **roles)}


def test_berkeley_the_raw_gap_against_women_turns_round_within_departments() -> None:
    measures = by_name(admissions(BERKELEY))
    assert measures["raw difference in y = yes"].estimate.bounds(0.95)[1] < -0.1
    assert measures["conditional difference in y = yes"].estimate.value > 0
    assert measures["explained by dept"].estimate.bounds(0.95)[1] < -0.15
    assert measures["not explained by dept"].estimate.value > 0
    assert measures["CDDL"].estimate.value < 0
    assert "CMH χ² = 1.525, p = 0.22" in measures["common odds ratio"].note
    assert "Breslow-Day χ² = 18.83, df = 5, p = 0.0021" in measures["common odds ratio"].note
    assert on_dept(admissions(BERKELEY)).status is Status.PASS


def test_berkeley_is_called_a_reversal_and_how_sure_it_is_is_said() -> None:
    check = ConditionalDisparity(factors=("dept",))
    (found,) = findings_of(check, admissions(BERKELEY), label="y", sensitive="sex")
    assert str(found.subject) == "sex = women"
    assert found.message.startswith(
        "Simpson reversal by dept, not sure within: y = yes 14.2 points less often on the whole"
    )
    assert "cannot be told from none; surely so in dept = A" in found.message


def test_a_reversal_is_on_the_list_of_what_to_do_though_the_check_passes() -> None:
    result = on_dept(admissions(BERKELEY))
    assert result.status is Status.PASS
    (sentence,) = todo([result], (), Verdict(Status.PASS, "passed", ExitCode.MAY_TRAIN))
    assert sentence.startswith("Do not judge sex = women by the total: compare within dept, where the direction is")
    assert "Simpson reversal by dept" in sentence
    assert sentence.endswith("against men (conditional-disparity).")


def test_a_reversal_that_is_sure_both_ways_is_called_one() -> None:
    table = admissions({"A": ((640, 800), (180, 200)), "B": ((20, 200), (160, 800))})
    (found,) = findings_of(ConditionalDisparity(factors=("dept",)), table, label="y", sensitive="sex")
    assert found.message.startswith(
        "Simpson reversal by dept: y = yes 32.0 points less often on the whole, y = yes 10.0 points more"
    )


def test_a_gap_that_only_the_strata_show_is_called_hidden() -> None:
    table = admissions({"A": ((360, 400), (450, 600)), "B": ((180, 600), (60, 400))})
    (found,) = findings_of(ConditionalDisparity(factors=("dept",)), table, label="y", sensitive="sex")
    assert found.message.startswith("Hidden gap: y = yes 15.0 points less often within dept")
    assert not found.todo  # where it is past the limit, it fails


@pytest.mark.parametrize("yes", [(400, 400), (400, 300)])
def test_a_gap_of_one_direction_is_no_reversal(yes: tuple[int, int]) -> None:
    table = admissions({"A": ((yes[0], 800), (yes[1], 800)), "B": ((yes[0], 800), (yes[1], 800))})
    assert findings_of(ConditionalDisparity(factors=("dept",)), table, label="y", sensitive="sex") == []


def test_a_gap_within_every_department_fails() -> None:
    result = on_dept(admissions({"A": ((600, 1000), (300, 1000)), "B": ((400, 1000), (100, 1000))}))
    assert result.status is Status.FAIL
    assert on_dept(admissions({"A": ((600, 1000), (300, 1000))}), max_difference=0.4).status is Status.PASS


def test_a_gap_that_the_departments_explain_passes() -> None:
    result = on_dept(admissions({"A": ((720, 900), (80, 100)), "B": ((20, 100), (180, 900))}))
    assert result.status is Status.PASS


def test_few_rows_cannot_be_decided_and_a_group_too_small_never_fails() -> None:
    assert on_dept(admissions({"A": ((6, 12), (4, 12)), "B": ((6, 12), (4, 12))})).status is Status.UNDECIDED
    tiny = admissions({"A": ((900, 1000), (0, 29))})
    assert on_dept(tiny).status is Status.UNDECIDED
    assert on_dept(tiny, min_rows=29).status is Status.FAIL


def test_no_pass_speaks_for_rows_without_a_counterpart() -> None:
    table = admissions({"A": ((1000, 2000), (500, 1000)), "B": ((0, 0), (200, 400))})
    result = on_dept(table)
    assert result.status is Status.UNDECIDED
    (open_one,) = (d for d in result.decided if d.status is Status.UNDECIDED)
    assert open_one.measure.support == 400
    assert [d.measure.support for d in result.decided if d.status is Status.PASS] == [1000]
    few = admissions({"A": ((1000, 2000), (500, 1000)), "B": ((0, 0), (10, 20))})
    assert on_dept(few).status is Status.PASS


def test_the_parts_add_up_to_the_raw_difference() -> None:
    measures = by_name(admissions(BERKELEY))
    parts = measures["explained by dept"].estimate.value + measures["not explained by dept"].estimate.value
    assert parts == pytest.approx(difference(557, 1835, 1198, 2691).value, abs=1e-9)
    assert measures["raw difference in y = yes"].estimate.value == pytest.approx(parts, abs=1e-9)


def test_without_a_factor_there_is_no_question() -> None:
    result = decided(ConditionalDisparity(), admissions(BERKELEY), label="y", sensitive="sex")
    assert result.status is Status.SKIPPED
    assert "no legitimate factor is declared" in result.reason
    assert result.outcome.skip is not None
    assert not result.outcome.skip.applies


@pytest.mark.parametrize(
    ("factors", "message"),
    [
        (("department",), r"there is no column 'department'. Did you mean 'dept'\?"),
        (("y",), "'y' is the label"),
        (("words",), "'words' is text; a factor must be numbers, dates or categories"),
    ],
)
def test_a_factor_that_is_none_is_refused(factors: tuple[str, ...], message: str) -> None:
    table = admissions({"A": ((5, 10), (5, 10))})
    table["words"] = [f"a long text of many words, number {n}, that is written by hand" for n in range(20)]
    with pytest.raises(UsageError, match=message):
        decided(ConditionalDisparity(factors=factors), table, label="y", sensitive="sex", text="words")


def test_a_sensitive_factor_is_held_fixed_and_not_compared() -> None:
    table = admissions(BERKELEY)
    table["age"] = [20 + n % 50 for n in range(len(table["y"]))]
    check = ConditionalDisparity(factors=("age",))
    measures = measures_of(check, table, label="y", sensitive=("sex", "age"))
    assert {m.subject.columns for m in measures if not isinstance(m.subject, str)} == {("sex",)}


def test_several_classes_need_to_be_told_which_are_favourable() -> None:
    table = admissions(BERKELEY)
    table["y"] = ["maybe" if n % 3 == 0 else label for n, label in enumerate(table["y"])]
    check = {"label": "y", "sensitive": "sex"}
    result = decided(ConditionalDisparity(factors=("dept",)), table, **check)
    assert (result.status, "favourable" in result.reason) == (Status.SKIPPED, True)
    told = decided(ConditionalDisparity(factors=("dept",), favourable=("yes", "maybe")), table, **check)
    assert told.status in (Status.PASS, Status.FAIL, Status.UNDECIDED)
    assert any(d.measure.name == "conditional difference in yes or maybe" for d in told.decided)


def test_of_a_decision_it_is_said_that_it_is_no_fact() -> None:
    assert "the label records the decision and not the fact" in (
        by_name(admissions(BERKELEY), label_is="decision")["conditional difference in y = yes"].note
    )
    check = ConditionalDisparity(factors=("dept",))
    first, *_ = findings_of(check, admissions(BERKELEY), label="y", sensitive="sex", label_is="decision")
    assert "records the decision and not the fact" in first.message
    assert "decision" not in by_name(admissions(BERKELEY), label_is="outcome")["conditional difference in y = yes"].note


@pytest.mark.slow
def test_equal_rates_within_departments_hardly_ever_fail() -> None:
    """However the groups lie in the departments, and however the departments differ."""
    random, failed = np.random.default_rng(4), 0
    for _ in range(60):
        rates, where = random.uniform(0.05, 0.9, 6), random.dirichlet(np.full(6, 2.0), size=2)
        sides = [random.multinomial(n, shares) for n, shares in zip((600, 200), where, strict=True)]
        drawn = [[(int(random.binomial(n, p)), int(n)) for n, p in zip(side, rates, strict=True)] for side in sides]
        table = admissions({f"d{place}": pair for place, pair in enumerate(zip(*drawn, strict=True))})
        failed += on_dept(table).status is Status.FAIL
    assert failed <= 2
