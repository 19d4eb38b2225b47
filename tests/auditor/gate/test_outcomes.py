from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, ClassVar

import pytest

from auditor.check import Check, Evidence, Family, Finding, Measure, Needs, Role, Skip, Slice, exact
from auditor.errors import AuditError, NotPossible, UsageError
from auditor.gate.outcomes import Outcome, run_check
from auditor.plugins import Configured
from auditor.testing import evidence_of

TABLE = {"a": [1, 2, 3], "y": ["u", "v", "u"]}


class Told(Check):
    """Yields what a test says."""

    id: ClassVar[str] = "told"
    family: ClassVar[Family] = Family.DIVERSITY
    say: Any = None

    def measure(self, evidence: Evidence) -> Iterator[Any]:
        yield from self.say(evidence)


def run(say: Callable[[Evidence], Any], check: type[Told] = Told, fast: bool = False) -> Outcome:
    return run_check(Configured(check(say=say), "tested", "error"), evidence_of(TABLE), fast)


def yields(*items: Any) -> Outcome:
    return run(lambda _: items)


MEASURE = Measure("m", "s", exact(1))


def test_measures_findings_and_a_skip_are_kept_apart() -> None:
    finding, skip = Finding("s", "look", 1, [2]), Skip("so")
    outcome = yields(MEASURE, finding, skip)
    assert outcome.measures == (MEASURE,)
    assert outcome.findings == (finding,)
    assert outcome.skip == skip
    assert outcome.error is None


def test_what_cannot_be_asked_is_not_run() -> None:
    class Needy(Told):
        needs: ClassVar[Needs] = Needs(roles=frozenset({Role.SENSITIVE}))

    outcome = run(lambda _: 1 / 0, Needy)
    assert outcome.skip is not None
    assert outcome.error is None


@pytest.mark.parametrize("crash", [SystemExit(0), SystemExit(3), MemoryError(), RecursionError(), GeneratorExit()])
def test_no_crash_is_a_green_light(crash: BaseException) -> None:
    def say(_: Evidence) -> Iterator[Measure]:
        yield MEASURE
        raise crash

    outcome = run(say)
    assert outcome.error is not None
    assert type(crash).__name__ in outcome.error
    assert outcome.measures == (MEASURE,)


def test_sys_exit_in_a_check_is_its_error() -> None:
    assert run(lambda _: sys.exit(0)).error == "SystemExit: 0"


def test_the_user_may_interrupt() -> None:
    def say(_: Evidence) -> Iterator[Measure]:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run(say)


def test_evidence_that_is_not_possible_is_a_skip_and_other_faults_of_ours_speak_plainly() -> None:
    def not_possible(_: Evidence) -> None:
        raise NotPossible("too few rows to fit a model")

    def wrong(_: Evidence) -> None:
        raise AuditError("the contract is gone. Put it back.")

    assert run(not_possible).skip == Skip("too few rows to fit a model")
    assert run(wrong).error == "the contract is gone. Put it back."


def test_a_wrong_option_of_the_check_is_the_users_mistake_and_another_one_its_own() -> None:
    def of_the_option(_: Evidence) -> Iterator[Measure]:
        yield MEASURE
        raise UsageError("columns: there is no column 'agee'. Did you mean 'age'?", "checks.told")

    def of_something_else(_: Evidence) -> None:
        raise UsageError("there is no column 'agee'", "dataset.label")

    with pytest.raises(UsageError, match="there is no column 'agee'"):
        run(of_the_option)
    assert "there is no column 'agee'" in str(run(of_something_else).error)


def test_needs_that_are_nonsense_are_an_error_too() -> None:
    class Odd(Told):
        needs: ClassVar[Any] = "everything"

    assert "AttributeError" in str(run(lambda _: (), Odd).error)


@dataclass(frozen=True)
class Odd:
    value: Any = 0.5
    n: Any = 10
    method: Any = "mine"
    interval: Any = (0.4, 0.6)

    def bounds(self, confidence: float) -> Any:
        return self.interval


@pytest.mark.parametrize(
    "measure",
    [
        Measure("m", "s", exact(1), at_most=float("nan")),
        Measure("m", "s", exact(1), at_least="0.1"),  # type: ignore[arg-type]  # what a plugin may do
        Measure("m", "s", exact(1), support=-1),
        Measure("m", "s", exact(1), support=0.5),  # type: ignore[arg-type]
        Measure("m", "s", exact(1), unit="rows"),  # type: ignore[arg-type]
        Measure("m", 3, exact(1)),  # type: ignore[arg-type]
        Measure(None, "s", exact(1)),  # type: ignore[arg-type]
        Measure("m", Slice((("age", 3),)), exact(1)),  # type: ignore[arg-type]
        Measure("m", "s", 0.5),  # type: ignore[arg-type]
        Measure("m", "s", Odd(value="0.5")),
        Measure("m", "s", Odd(n=None)),
        Measure("m", "s", Odd(n=-1)),
        Measure("m", "s", Odd(method=None)),
        Measure("m", "s", Odd(interval=(0.6, 0.4))),
        Measure("m", "s", Odd(interval=None)),
        Measure("m", "s", Odd(interval=("a", "b"))),
        Finding("s", "rows that are not there", 1, [3]),
        Finding("s", "rows that are not there", 1, [-1]),
        Finding("s", "half a row", 1, [0.5]),  # type: ignore[list-item]
        Finding("s", "no count", -1),
        Finding("s", "details too short", 2, [0, 1], {"suggested": ["u"]}),
        Finding("s", 3, 1),  # type: ignore[arg-type]
        "a word",
        None,
        0.3,
    ],
    ids=repr,
)
def test_what_cannot_be_decided_or_shown_is_an_error_of_the_check(measure: Any) -> None:
    outcome = yields(MEASURE, measure)
    assert outcome.error is not None
    assert outcome.measures == (MEASURE,)
    assert not outcome.findings


def test_numbers_of_numpy_are_numbers() -> None:
    import numpy as np

    measure = Measure("m", "s", Odd(np.float64(0.5), np.int64(3), "mine", (np.float32(0), np.float64(1))), support=3)
    finding = Finding("s", "look", int(np.int64(2)), np.array([0, 2]))  # type: ignore[arg-type]  # as good as a list
    outcome = yields(measure, finding)
    assert outcome.error is None
    assert len(outcome.findings) == 1


def test_a_check_that_gives_nothing_back_is_an_error() -> None:
    class Silent(Told):
        def measure(self, evidence: Evidence) -> Any:
            return None

    assert "TypeError" in str(run(lambda _: (), Silent).error)
