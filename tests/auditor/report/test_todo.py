from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from auditor.check import Check, Evidence, Family, Finding, Measure, Skip, Slice, exact
from auditor.gate.decide import Result, Status, decide
from auditor.gate.outcomes import Outcome
from auditor.gate.policy import ExitCode, Verdict
from auditor.plugins import Broken, Configured
from auditor.report.todo import todo
from auditor.stats.estimates import proportion


class Gap(Check):
    """Stands for a check."""

    id: ClassVar[str] = "gap"
    family: ClassVar[Family] = Family.BIAS
    remedy: ClassVar[str] = "Collect more of it."

    def measure(self, evidence: Evidence) -> Iterator[Measure | Finding | Skip]:
        yield from ()


NO_DEMANDS = Verdict(Status.PASS, "passed", ExitCode.MAY_TRAIN)
FAILING = [Measure("rate", f"group {n}", exact(1), at_most=0, support=1) for n in range(3)]


def result(
    *measures: Measure, findings: tuple[Finding, ...] = (), error: str | None = None, level: str = "error"
) -> Result:
    return decide([Outcome(Configured(Gap(), "mine", level), measures, findings, error=error)])[0]


class Doubt(Gap):
    """Of another family."""

    id: ClassVar[str] = "doubt"
    family: ClassVar[Family] = Family.ANNOTATIONS


def said(
    *results: Result,
    broken: tuple[Broken, ...] = (),
    verdict: Verdict = NO_DEMANDS,
    leading: Family | None = None,
) -> tuple[str, ...]:
    return todo(results, broken, verdict, leading)


def test_where_all_is_well_there_is_nothing_to_do() -> None:
    assert said(result(Measure("rate", "all", exact(0), at_most=0, support=1))) == ()


def test_what_failed_is_to_be_mended_as_the_check_says() -> None:
    assert said(result(*FAILING)) == ("Collect more of it (gap: rate of group 0 and 2 more).",)
    assert said(result(*FAILING[:1])) == ("Collect more of it (gap: rate of group 0).",)


def test_an_error_is_said_with_its_reason() -> None:
    assert said(result(error="no contract. Put it back.")) == ("gap could not be completed: no contract. Put it back.",)


def test_what_only_warns_comes_after_what_stops() -> None:
    told = said(result(*FAILING, level="warn"), result(*FAILING[:1]))
    assert [sentence.split("(")[1] for sentence in told] == [
        "gap: rate of group 0).",
        "gap: rate of group 0 and 2 more).",
    ]


def test_the_most_pressing_comes_first() -> None:
    demanding = Verdict(Status.UNDECIDED, "no", ExitCode.NOT_ANSWERED, unmet=("label was guessed; declare it",))
    told = said(
        result(Measure("rate", "all", proportion(1, 5), at_most=0.1, support=5)),
        result(*FAILING),
        result(error="ValueError: no"),
        broken=(Broken("theirs", "their-package", "no such module"),),
        verdict=demanding,
    )
    assert [sentence.split(" ")[0] for sentence in told] == ["Mend", "gap", "Collect", "Label", "gap"]


HELD = Measure("rate", "all", exact(0), at_most=0, support=1)


def test_what_a_finding_asks_for_is_said_though_the_check_passes_and_before_what_failed() -> None:
    asking = [Finding(f"group {n}", "turned round", 1, todo=f"Look within {n}.") for n in range(3)]
    passing = result(HELD, findings=(Finding("x", "no matter", 1), *asking))
    assert passing.status is Status.PASS
    assert said(result(*FAILING[:1]), passing) == (
        "Look within 0 (gap and 2 more like it).",
        "Collect more of it (gap: rate of group 0).",
    )
    assert said(result(HELD, findings=(asking[1],))) == ("Look within 1 (gap).",)


def test_the_leading_family_comes_first() -> None:
    (other,) = decide([Outcome(Configured(Doubt(), "mine", "error"), tuple(FAILING[:1]), ())])
    assert [sentence.split("(")[1] for sentence in said(other, result(*FAILING[:1]), leading=Family.BIAS)] == [
        "gap: rate of group 0).",
        "doubt: rate of group 0).",
    ]
    assert said(other, result(*FAILING[:1]))[0].endswith("(doubt: rate of group 0).")


def test_an_undecided_check_says_how_many_rows_settle_all_its_slices() -> None:
    def cut(name: str, n: int) -> Measure:
        return Measure("rate", Slice((("sex", name),)), proportion(n // 5, n), at_most=0.1, support=n)

    (sentence,) = said(result(cut("f", 5), cut("m", 10)))
    assert sentence.startswith("gap cannot be told for sex = f and 1 more: it would take about ")
    assert sentence.endswith(" rows in what is compared, and there are 5.")


def test_what_more_rows_would_not_decide_is_not_asked_for() -> None:
    measure = Measure("rate", "all", proportion(1, 5), at_most=0.1, support=5, sampled=False)
    assert said(result(measure)) == ()


def test_eight_sentences_are_enough() -> None:
    told = said(*[result(*FAILING)] * 11)
    assert len(told) == 9
    assert told[-1] == "And 3 more: see the checks below."


def test_more_rows_than_anybody_collects_are_not_asked_for() -> None:
    near, far = (Measure("rate", "all", proportion(hits, 100), at_most=0.1, support=100) for hits in (7, 10))
    assert len(said(result(near))) == 1
    barely = Measure("rate", "all", proportion(999, 10_000), at_most=0.1, support=100)
    assert said(result(barely)) == ()
    assert said(result(far)) == ()


def test_a_check_may_say_what_decides_it() -> None:
    class Verified(Gap):
        when_undecided: ClassVar[str] = "Verify the rows drawn."

    open_one = Outcome(Configured(Verified(), "mine", "error"), (Measure("rate", "all", proportion(1, 5), 0.1),), ())
    assert said(decide([open_one])[0]) == ("Verify the rows drawn (gap).",)
