from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import ClassVar

import pytest

from auditor.check import Check, Evidence, Family, Finding, Measure, Needs, Role, Skip
from auditor.config import GateSection
from auditor.dataset.roles import Guess
from auditor.dataset.table import Dataset, Roles, Task
from auditor.gate.decide import Result, Status
from auditor.gate.outcomes import Outcome
from auditor.gate.policy import ExitCode, Verdict, judge
from auditor.plugins import Broken, Configured
from auditor.testing import evidence_of

PEOPLE = evidence_of({"sex": ["f", "m"], "y": ["u", "v"]}, label="y", sensitive="sex").dataset
UNKNOWN = replace(PEOPLE, roles=Roles(label=("y",)))
THINGS = replace(UNKNOWN, no_people=True)
STRICT = GateSection(policy="strict")
EXIT_ZERO = GateSection(exit_zero=True)


class Annotated(Check):
    """Of the first family."""

    id: ClassVar[str] = "annotated"
    family: ClassVar[Family] = Family.ANNOTATIONS

    def measure(self, evidence: Evidence) -> Iterator[Measure | Finding | Skip]:
        yield from ()


class Diverse(Annotated):
    """Of the second."""

    id: ClassVar[str] = "diverse"
    family: ClassVar[Family] = Family.DIVERSITY


class Biased(Annotated):
    """Of the third."""

    id: ClassVar[str] = "biased"
    family: ClassVar[Family] = Family.BIAS


class Promised(Annotated):
    """Of the fourth, which no policy demands."""

    id: ClassVar[str] = "promised"
    family: ClassVar[Family] = Family.CONTRACT


def result(check: type[Check], status: Status, level: str = "error", skip: Skip | None = None) -> Result:
    reason = skip.reason if skip else "so it is"
    return Result(Outcome(Configured(check(), "tested", level), skip=skip), status, reason)


def skipped(check: type[Check], applies: bool = True, level: str = "error") -> Result:
    return result(check, Status.SKIPPED, level, Skip("no column for it", applies))


ALL_PASS = [result(check, Status.PASS) for check in (Annotated, Diverse, Biased)]


def verdict(
    *results: Result,
    broken: Sequence[Broken] = (),
    dataset: Dataset = PEOPLE,
    guesses: Sequence[Guess] = (),
    gate: GateSection | None = None,
    selected: bool = False,
) -> Verdict:
    return judge(results, broken, dataset, guesses, gate or GateSection(), selected)


def test_all_passed_may_train() -> None:
    assert verdict(*ALL_PASS) == Verdict(Status.PASS, "passed", ExitCode.MAY_TRAIN)


def test_error_over_fail_over_unanswered_over_pass() -> None:
    unanswered = ALL_PASS[:2]
    failed = [*unanswered, result(Diverse, Status.FAIL)]
    error = [*failed, result(Promised, Status.ERROR)]
    told = [verdict(*results) for results in (ALL_PASS, unanswered, failed, error)]
    assert [v.status for v in told] == [Status.PASS, Status.UNDECIDED, Status.FAIL, Status.ERROR]
    assert [int(v.exit_code) for v in told] == [0, 4, 1, 3]


def test_a_broken_plugin_is_an_error_by_name() -> None:
    told = verdict(*ALL_PASS, broken=[Broken("mine", "my-package", "no such module")])
    assert (told.status, told.exit_code, told.blocking) == (Status.ERROR, ExitCode.NOT_COMPLETED, ("mine",))


@pytest.mark.parametrize("exit_zero", [False, True])
@pytest.mark.parametrize("selected", [False, True])
def test_nothing_that_ran_is_never_green(exit_zero: bool, selected: bool) -> None:
    gate = GateSection(exit_zero=exit_zero)
    for results in ([], [skipped(Annotated)], [skipped(Promised, applies=False)], [skipped(Biased)]):
        for dataset in (PEOPLE, UNKNOWN, THINGS):
            told = verdict(*results, dataset=dataset, gate=gate, selected=selected)
            assert told.status is Status.UNDECIDED
            assert "no check gave an answer" in told.blocking


@pytest.mark.parametrize("family", [Annotated, Diverse, Biased])
def test_the_recommended_policy_demands_an_answer_of_each_family(family: type[Check]) -> None:
    others = [r for r in ALL_PASS if r.outcome.configured.check.id != family.id]
    for own in ([], [skipped(family)], [result(family, Status.UNDECIDED)]):
        told = verdict(*others, *own)
        assert told.exit_code is ExitCode.NOT_ANSWERED
        assert any(family.family in demand for demand in told.unmet)
    assert verdict(*others, result(family, Status.FAIL, "warn")).status is Status.PASS


def test_a_contract_is_not_demanded() -> None:
    assert verdict(*ALL_PASS, skipped(Promised, applies=False)).exit_code is ExitCode.MAY_TRAIN


def test_a_family_left_out_on_purpose_is_not_demanded() -> None:
    assert verdict(result(Diverse, Status.PASS), selected=True).status is Status.PASS
    assert verdict(result(Diverse, Status.PASS)).status is Status.UNDECIDED


def test_a_family_that_was_chosen_and_not_answered_is() -> None:
    told = verdict(result(Diverse, Status.PASS), skipped(Biased), selected=True)
    assert told.exit_code is ExitCode.NOT_ANSWERED


def test_bias_is_not_asked_where_there_are_no_people() -> None:
    assert verdict(*ALL_PASS[:2], skipped(Biased, applies=False), dataset=THINGS).status is Status.PASS


def test_bias_is_not_asked_of_a_batch_unless_strictly() -> None:
    table = {"sex": ["f", "m"], "y": ["u", "v"]}
    batch = evidence_of(table, label="y", sensitive="sex", base=table).dataset
    assert verdict(*ALL_PASS[:2], skipped(Biased), dataset=batch).status is Status.PASS
    strict = verdict(*ALL_PASS[:2], skipped(Biased, applies=False), dataset=batch, gate=STRICT)
    assert "bias was not answered" in strict.sentence
    population = evidence_of(table, label="y", sensitive="sex", reference=table).dataset
    assert verdict(*ALL_PASS[:2], skipped(Biased), dataset=population).status is Status.UNDECIDED


def test_annotations_are_not_asked_where_there_is_no_label() -> None:
    unlabeled = replace(PEOPLE, task=Task.UNLABELED, roles=Roles(sensitive=("sex",)))
    assert verdict(*ALL_PASS[1:], skipped(Annotated, applies=False), dataset=unlabeled).status is Status.PASS


def test_who_did_not_name_sensitive_columns_is_told_how() -> None:
    told = verdict(*ALL_PASS[:2], skipped(Biased), dataset=UNKNOWN)
    assert "--sensitive none" in told.sentence


class Comparing(Biased):
    """Holds labels against each other."""

    id: ClassVar[str] = "comparing"
    needs: ClassVar[Needs] = Needs(roles=frozenset({Role.LABEL, Role.SENSITIVE}))


class Modelling(Biased):
    """Asks what a model makes of the groups."""

    id: ClassVar[str] = "modelling"
    needs: ClassVar[Needs] = Needs(roles=frozenset({Role.LABEL, Role.SENSITIVE}), model=True)


def test_bias_is_not_answered_while_the_labels_were_not_compared() -> None:
    assert verdict(*ALL_PASS, skipped(Comparing)).status is Status.UNDECIDED
    assert verdict(*ALL_PASS, skipped(Modelling)).status is Status.PASS  # left out by --fast


def test_who_named_them_is_not_told_to_name_them() -> None:
    told = verdict(*ALL_PASS[:2], skipped(Biased))
    assert "--sensitive" not in told.sentence
    assert "no column for it" in told.sentence


def test_the_sentence_counts_what_was_not_decided() -> None:
    told = verdict(*ALL_PASS, *[result(Diverse, Status.UNDECIDED)] * 3)
    assert (told.sentence, told.exit_code) == ("passed, 3 not decided", ExitCode.MAY_TRAIN)
    assert told.undecided == ("diverse",) * 3


@pytest.mark.parametrize("gate", [STRICT, GateSection(fail_on="undecided")])
def test_undecided_blocks_where_an_answer_is_demanded(gate: GateSection) -> None:
    told = verdict(*ALL_PASS, result(Diverse, Status.UNDECIDED), gate=gate)
    assert (told.status, told.exit_code) == (Status.UNDECIDED, ExitCode.NOT_ANSWERED)
    assert told.blocking == ("diverse",)


def test_what_does_not_block_is_not_said_to() -> None:
    told = verdict(*ALL_PASS[:2], skipped(Biased), result(Diverse, Status.UNDECIDED))
    assert "diverse" not in told.sentence
    assert told.undecided == ("diverse",)


def test_strict_refuses_guesses() -> None:
    guess = Guess("label", "income", "from its name")
    told = verdict(*ALL_PASS, guesses=[guess], gate=STRICT)
    assert told.exit_code is ExitCode.NOT_ANSWERED
    assert told.unmet == ("label was guessed (income); declare it",)
    assert verdict(*ALL_PASS, guesses=[guess]).status is Status.PASS


def test_strict_refuses_skipped_checks_that_apply() -> None:
    assert verdict(*ALL_PASS, skipped(Diverse), gate=STRICT).exit_code is ExitCode.NOT_ANSWERED
    assert verdict(*ALL_PASS, skipped(Diverse, applies=False), gate=STRICT).exit_code is ExitCode.MAY_TRAIN


@pytest.mark.parametrize("policy", ["recommended", "strict"])
@pytest.mark.parametrize("status", [Status.FAIL, Status.UNDECIDED, Status.PASS, Status.SKIPPED])
def test_a_warning_never_changes_the_exit_code(policy: str, status: Status) -> None:
    warned = skipped(Diverse, level="warn") if status is Status.SKIPPED else result(Diverse, status, "warn")
    told = verdict(*ALL_PASS, warned, gate=GateSection.model_validate({"policy": policy}))
    assert (told.status, told.exit_code) == (Status.PASS, ExitCode.MAY_TRAIN)
    if status is Status.FAIL:
        assert told.sentence == "passed, 1 only warned of"


def test_unless_warnings_are_to_stop_training() -> None:
    told = verdict(*ALL_PASS, result(Diverse, Status.FAIL, "warn"), gate=GateSection(fail_on="warning"))
    assert (told.status, told.exit_code) == (Status.FAIL, ExitCode.DATA_FAILED)


def test_a_check_that_only_warns_is_an_error_all_the_same_when_it_crashes() -> None:
    told = verdict(*ALL_PASS, result(Diverse, Status.ERROR, "warn"))
    assert told.exit_code is ExitCode.NOT_COMPLETED


def test_exit_zero_changes_the_code_and_not_the_verdict() -> None:
    failed = verdict(*ALL_PASS, result(Diverse, Status.FAIL), gate=EXIT_ZERO)
    assert (failed.status, int(failed.exit_code)) == (Status.FAIL, 0)
    unanswered = verdict(*ALL_PASS[:2], gate=EXIT_ZERO)
    assert (unanswered.status, int(unanswered.exit_code)) == (Status.UNDECIDED, 0)
    error = verdict(*ALL_PASS, result(Diverse, Status.ERROR), gate=EXIT_ZERO)
    assert (error.status, int(error.exit_code)) == (Status.ERROR, 3)


def test_a_measure_that_only_warns_stops_training_where_warnings_are_to() -> None:
    warned = replace(result(Diverse, Status.PASS), warned=1)
    assert verdict(*ALL_PASS, warned).sentence == "passed, 1 only warned of"
    told = verdict(*ALL_PASS, warned, gate=GateSection(fail_on="warning"))
    assert (told.status, told.blocking) == (Status.FAIL, ("diverse",))
