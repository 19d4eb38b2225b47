from __future__ import annotations

import functools
import math
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar

import pytest

from auditor.check import Check, Evidence, Family, Finding, Measure, Skip, Slice, exact
from auditor.gate import decide as gate
from auditor.gate.decide import ALPHA, Result, Status, decide, holds, p_fail
from auditor.gate.outcomes import Outcome
from auditor.plugins import Configured
from auditor.stats.estimates import Estimate, difference, proportion


class Diverse(Check):
    """Stands for a check of one family."""

    id: ClassVar[str] = "diverse"
    family: ClassVar[Family] = Family.DIVERSITY

    def measure(self, evidence: Evidence) -> Iterator[Measure | Finding | Skip]:
        yield from ()


class Biased(Diverse):
    """Stands for a check of another."""

    id: ClassVar[str] = "biased"
    family: ClassVar[Family] = Family.BIAS


def outcome(*measures: Measure, check: Check | None = None, **rest: object) -> Outcome:
    return Outcome(Configured(check or Diverse(), "tested", "error"), measures, **rest)  # type: ignore[arg-type]  # as given


def decided(*measures: Measure) -> Result:
    return decide([outcome(*measures)])[0]


def held(estimate: Estimate, at_most: float = 0.1, **rest: object) -> Measure:
    return Measure("m", "s", estimate, at_most=at_most, support=100, **rest)  # type: ignore[arg-type]  # as given


SURE_FAIL = held(proportion(60, 100))
SURE_PASS = held(proportion(1, 1_000))
UNSURE = held(proportion(2, 15))


@pytest.mark.parametrize(
    ("value", "at_most", "at_least", "status"),
    [
        (0.1, 0.1, None, Status.PASS),  # a fact that meets its limit holds it
        (0.1, None, 0.1, Status.PASS),
        (math.nextafter(0.1, 1), 0.1, None, Status.FAIL),
        (math.nextafter(0.1, 0), None, 0.1, Status.FAIL),
        (0, 0, 0, Status.PASS),
        (1, 0, 2, Status.FAIL),  # a band that nothing can keep
        (math.inf, 10, None, Status.FAIL),
        (-math.inf, 10, None, Status.PASS),
        (5, math.inf, None, Status.PASS),
    ],
)
def test_a_fact_is_never_undecided(value: float, at_most: float | None, at_least: float | None, status: Status) -> None:
    result = decided(Measure("m", "s", exact(value), at_most=at_most, at_least=at_least, support=1))
    assert result.status is status
    assert result.decided[0].rows_to_decide is None


def test_the_three_answers() -> None:
    assert decided(SURE_FAIL).status is Status.FAIL
    assert decided(SURE_PASS).status is Status.PASS
    assert decided(UNSURE).status is Status.UNDECIDED


@pytest.mark.parametrize(
    ("estimate", "status"),
    [
        (difference(500, 1_000, 505, 1_000), Status.PASS),
        (difference(900, 1_000, 505, 1_000), Status.FAIL),
        (difference(100, 1_000, 505, 1_000), Status.FAIL),
        (difference(5, 10, 5, 10), Status.UNDECIDED),
        (difference(600, 1_000, 500, 1_000), Status.UNDECIDED),  # on the limit
    ],
)
def test_a_band_passes_only_where_both_sides_hold(estimate: Estimate, status: Status) -> None:
    band = Measure("m", "s", estimate, at_most=0.1, at_least=-0.1, support=1)
    assert decided(band).status is status


def test_a_band_pays_for_its_two_claims() -> None:
    one_sided = held(proportion(16, 100))
    band = Measure("m", "s", one_sided.estimate, at_most=0.1, at_least=0.0, support=1)
    assert p_fail(one_sided) < ALPHA < p_fail(held(proportion(15, 100))) * 2
    assert p_fail(band) == pytest.approx(2 * p_fail(one_sided))


def test_claims_are_corrected_within_their_family_only() -> None:
    borderline = held(proportion(16, 100))
    raw = p_fail(borderline)
    assert raw < ALPHA < 4 * raw
    crowd = [SURE_PASS, SURE_PASS, SURE_PASS]
    assert decided(borderline).status is Status.FAIL
    assert decided(borderline, *crowd).status is not Status.FAIL
    alone, others = decide([outcome(borderline), outcome(*crowd, check=Biased())])
    assert alone.status is Status.FAIL
    assert others.status is Status.PASS


def test_claims_of_two_checks_of_a_family_are_corrected_together() -> None:
    first, second = decide([outcome(held(proportion(16, 100))), outcome(SURE_PASS, SURE_PASS, SURE_PASS)])
    assert first.status is Status.UNDECIDED
    assert first.decided[0].p_fail == pytest.approx(4 * p_fail(held(proportion(16, 100))))
    assert second.status is Status.PASS


def test_facts_do_not_dilute_the_claims_beside_them() -> None:
    facts = [held(exact(0.0)) for _ in range(500)]
    assert decided(held(proportion(16, 100)), *facts).status is Status.FAIL


def test_measures_without_a_limit_do_not_dilute_either() -> None:
    shown = [Measure("rate", f"g{n}", proportion(1, 2)) for n in range(500)]
    assert decided(held(proportion(16, 100)), *shown).status is Status.FAIL


def test_a_pass_needs_no_correction_however_many_must_hold() -> None:
    just = held(proportion(4, 100))
    assert holds(just)
    assert not holds(just, ALPHA / 3)
    result = decided(*[just] * 200)
    assert result.status is Status.PASS
    assert result.reason == "200 of 200 measures within the limit"


def test_one_sure_failure_fails_all() -> None:
    assert decided(SURE_FAIL, *[SURE_PASS] * 50).status is Status.FAIL


@pytest.mark.parametrize(("small", "status"), [(5, Status.PASS), (6, Status.UNDECIDED)])
def test_small_cells_do_not_block_while_95_percent_of_the_rows_are_answered(small: int, status: Status) -> None:
    result = decided(
        Measure("gap", "big", proportion(0, 1_000), at_most=0.1, support=100 - small),
        Measure("gap", "small", proportion(0, 3), at_most=0.1, support=small),
    )
    assert result.status is status
    assert result.supported == pytest.approx(1 - small / 100)
    assert result.decided[1].status is Status.UNDECIDED


def test_each_question_needs_its_own_95_percent() -> None:
    def cut(*columns: str, sure: bool, support: int) -> Measure:
        slice_ = Slice(tuple((column, "x") for column in columns))
        return Measure("gap", slice_, proportion(0, 1_000 if sure else 3), at_most=0.1, support=support)

    by_sex, by_race = cut("sex", sure=True, support=10_000), cut("race", sure=False, support=10)
    result = decided(by_sex, by_race)
    assert result.status is Status.UNDECIDED  # nothing is known by race, however much is known by sex
    assert result.supported == 0
    assert decided(by_sex, cut("race", sure=True, support=190), by_race).status is Status.PASS


def test_a_measure_that_speaks_for_no_rows_must_itself_be_answered() -> None:
    nothing = Measure("m", "s", proportion(2, 15), at_most=0.1)
    assert decided(SURE_PASS, nothing).status is Status.UNDECIDED
    assert decided(Measure("m", "s", exact(0), at_most=0)).status is Status.PASS


@pytest.mark.parametrize("support", [0, 10])
def test_what_was_counted_over_nothing_is_no_pass(support: int) -> None:
    empty = Measure("m", "s", exact(0, 0), at_most=0, support=support)
    assert decided(empty).status is Status.UNDECIDED
    assert decided(Measure("m", "s", exact(0, 1), at_most=0, support=support)).status is Status.PASS


def test_an_unanswered_question_is_not_hidden_by_others() -> None:
    assert decided(SURE_PASS, Measure("other", "s", exact(0, 0), at_most=0)).status is Status.UNDECIDED


def test_nothing_measured_is_undecided() -> None:
    result = decided()
    assert (result.status, result.reason) == (Status.UNDECIDED, "nothing could be measured")


def test_only_shown_measures_are_undecided_too() -> None:
    result = decided(Measure("rate", "s", proportion(9, 10)))
    assert (result.status, result.reason) == (Status.UNDECIDED, "nothing is held to a limit that could fail")
    assert result.decided[0].status is None


def test_an_estimate_without_a_value_is_undecided() -> None:
    assert decided(held(proportion(0, 0))).status is Status.UNDECIDED


def test_a_skip_leaves_what_was_measured_to_be_seen() -> None:
    (result,) = decide([outcome(SURE_PASS, skip=Skip("no ids"))])
    assert (result.status, result.reason) == (Status.SKIPPED, "no ids")
    assert result.decided[0].status is Status.PASS


def test_a_skip_does_not_undo_a_sure_failure() -> None:
    (result,) = decide([outcome(SURE_FAIL, skip=Skip("no ids"))])
    assert result.status is Status.FAIL


def test_an_error_is_over_all() -> None:
    (result,) = decide([outcome(SURE_FAIL, error="ValueError: no", skip=Skip("no ids"))])
    assert (result.status, result.reason) == (Status.ERROR, "ValueError: no")


def test_undecided_cells_say_how_many_rows_it_would_take() -> None:
    (one,) = decided(UNSURE).decided
    assert one.rows_to_decide is not None
    assert one.rows_to_decide > UNSURE.estimate.n


def test_the_rows_it_would_take_are_more_than_there_are_even_after_correction() -> None:
    borderline = held(proportion(16, 100))
    (one, *_) = decided(borderline, *[SURE_PASS] * 20).decided
    assert one.status is Status.UNDECIDED
    assert one.rows_to_decide is not None
    assert one.rows_to_decide > 100
    factor = one.rows_to_decide / 100
    grown = held(proportion(round(16 * factor), round(100 * factor)))
    assert decided(grown, *[SURE_PASS] * 20).decided[0].status is Status.FAIL


def test_where_more_rows_would_not_help_none_are_asked_for() -> None:
    assert decided(held(proportion(2, 15), sampled=False)).decided[0].rows_to_decide is None


def test_a_slice_too_small_for_a_claim_can_pass_and_never_fails() -> None:
    for count in (5, 1):
        result = decided(held(proportion(count, 5), can_fail=False))
        assert result.status is Status.UNDECIDED
        assert result.decided[0].p_fail == 1
        assert result.decided[0].rows_to_decide is None or result.decided[0].rows_to_decide > 5
    assert decided(held(proportion(1, 1_000), can_fail=False)).status is Status.PASS


def test_nor_does_it_dilute_the_claims_of_others() -> None:
    crowd = [held(proportion(5, 5), can_fail=False) for _ in range(100)]
    assert decided(held(proportion(16, 100)), *crowd).status is Status.FAIL


@dataclass(frozen=True)
class Nasty:
    """An estimate of a plugin whose bounds break beyond what was tried."""

    value: float = 0.2
    n: int = 10
    method: str = "mine"

    def bounds(self, confidence: float) -> tuple[float, float]:
        if confidence > 0.99:
            raise ZeroDivisionError("no so sure")
        return 0.1, 0.3


def test_an_estimate_that_breaks_is_the_error_of_its_check_alone() -> None:
    broken, fine = decide([outcome(held(Nasty())), outcome(SURE_PASS, check=Biased())])
    assert broken.status is Status.ERROR
    assert "ZeroDivisionError: no so sure" in broken.reason
    assert fine.status is Status.PASS


@pytest.mark.slow
def test_with_no_bias_forty_small_groups_hardly_ever_fail(monkeypatch: pytest.MonkeyPatch) -> None:
    """The chance that any of 40 true nulls on the very limit is called a failure stays near 5 %."""
    for name in ("p_above", "p_below"):  # few different counts occur
        monkeypatch.setattr(gate, name, functools.cache(getattr(gate, name)))
    monkeypatch.setattr(gate, "rows_to_decide", lambda *_args, **_rest: None)
    draw = random.Random(7)
    runs, corrected, uncorrected = 600, 0, 0
    for _ in range(runs):
        measures = [_group(draw, name) for name in range(40)]
        corrected += decided(*measures).status is Status.FAIL
        uncorrected += any(gate.p_fail(measure) <= ALPHA for measure in measures)
    error = 3 * math.sqrt(0.05 * 0.95 / runs)
    assert corrected / runs <= 0.05 + error
    assert uncorrected / runs > 0.3  # without the correction, one would fail all the time


def _group(draw: random.Random, name: int) -> Measure:
    positives = sum(draw.random() < 0.3 for _ in range(40))
    estimate = proportion(positives, 40, "clopper-pearson")
    return Measure("rate", Slice((("group", str(name)),)), estimate, at_most=0.3, support=40)


def test_forty_groups_that_do_not_differ_pass_or_are_undecided(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("p_above", "p_below"):
        monkeypatch.setattr(gate, name, functools.cache(getattr(gate, name)))
    monkeypatch.setattr(gate, "rows_to_decide", lambda *_args, **_rest: None)
    draw = random.Random(11)
    statuses = [decided(*_differences(draw)).status for _ in range(100)]
    assert statuses.count(Status.FAIL) <= 5


def _differences(draw: random.Random) -> Sequence[Measure]:
    return [
        Measure(
            "gap",
            Slice((("group", str(name)),)),
            difference(sum(draw.random() < 0.3 for _ in range(25)), 25, 300, 1_000),
            at_most=0.1,
            at_least=-0.1,
            support=25,
        )
        for name in range(40)
    ]


def test_what_only_warns_fails_nothing_and_is_counted() -> None:
    warning = held(proportion(60, 100), warns=True)
    result = decided(SURE_PASS, warning)
    assert (result.status, result.warned) == (Status.PASS, 1)
    assert result.reason == "within the limit; 1 only warned of"
    assert result.decided[1].status is Status.FAIL  # the measure itself, so that a view can show it
    assert decided(warning).status is Status.UNDECIDED
    assert decided(SURE_PASS, held(proportion(1, 1_000), warns=True)).warned == 0


def test_a_warning_makes_no_claim_that_others_are_corrected_for() -> None:
    close = held(proportion(17, 100))
    p = decided(close).decided[0].p_fail
    assert decided(close, *[held(proportion(60, 100), warns=True)] * 9).decided[0].p_fail == p


def test_a_small_slice_may_hold_by_what_it_borrows_but_not_fail_by_it() -> None:
    small, pooled = proportion(2, 10), proportion(20, 400)
    assert not holds(Measure("rate", "a", small, at_most=0.1))
    assert holds(Measure("rate", "a", small, at_most=0.1, pooled=pooled))
    past = Measure("rate", "a", small, at_most=0.1, pooled=proportion(300, 400))
    assert p_fail(past) == p_fail(Measure("rate", "a", small, at_most=0.1)) > ALPHA
