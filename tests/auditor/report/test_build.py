from __future__ import annotations

import math
from collections.abc import Iterator
from datetime import date
from typing import Any, ClassVar

import pytest

from auditor.check import Check, Evidence, Family, Finding, Measure, Skip, Slice, Unit, exact
from auditor.config import Config, DatasetSection, load_config
from auditor.dataset.roles import Guess
from auditor.gate.decide import Status, decide
from auditor.gate.outcomes import run_check
from auditor.gate.policy import ExitCode, Verdict
from auditor.plugins import Broken, Configured
from auditor.report.build import MAX_COLUMNS, MAX_FINDINGS, MAX_MEASURES, Built, build
from auditor.stats.estimates import proportion
from auditor.testing import evidence_of

TABLE = {"sex": ["f", "m", "f"], "x": [1.0, None, 3.0], "y": ["u", "v", "u"]}


class Told(Check):
    """Says what a test says.

    So that it is seen.

    Method: none.
    """

    id: ClassVar[str] = "told"
    family: ClassVar[Family] = Family.BIAS
    say: Any = ()

    def measure(self, evidence: Evidence) -> Iterator[Measure | Finding | Skip]:
        yield from self.say


def built(
    *say: Any,
    table: Any = None,
    config: Config | None = None,
    guesses: tuple[Guess, ...] = (),
    broken: tuple[Broken, ...] = (),
) -> Built:
    evidence = evidence_of(table or TABLE, label="y", sensitive="sex")
    results = decide([run_check(Configured(Told(say=say), "mine", "warn"), evidence, fast=False)])
    verdict = Verdict(Status.FAIL, "failed: told", ExitCode.DATA_FAILED, ("told",))
    return build(evidence, results, broken, verdict, config or Config(), guesses)


def test_a_check_is_recorded_with_its_documentation_and_what_it_said() -> None:
    slice_ = Slice((("sex", "f"),))
    measure = Measure("rate", slice_, proportion(2, 3), at_most=0.9, support=3, unit=Unit.SHARE, note="so")
    (check,) = built(measure, Measure("rows", "all", exact(3))).checks
    assert (check.id, check.family, check.level, check.source) == ("told", "bias", "warn", "mine")
    assert (check.finds, check.why, check.method) == ("Says what a test says.", "So that it is seen.", "none.")
    shown, fact = check.measures
    assert (shown.subject.text, shown.subject.where) == ("sex = f", (("sex", "f"),))
    assert (shown.lower, shown.upper) == proportion(2, 3).bounds(0.95)
    assert (shown.decision, fact.decision) == ("undecided", "shown")
    assert (fact.lower, fact.value, fact.upper) == (3, 3, 3)


def test_the_worst_measures_come_first_and_the_rest_is_counted_and_kept() -> None:
    many = [Measure("m", f"s{n}", exact(n), at_most=250, support=1) for n in range(300)]
    made = built(*many)
    (check,) = made.checks
    assert len(check.measures) == MAX_MEASURES
    assert check.measures_left_out == 100
    assert [m.subject.text for m in check.measures[:2]] == ["s251", "s252"]
    table = made.sidecars["told-measures.parquet"]
    assert table.num_rows == 300
    assert set(table.column("subject").to_pylist()) == {f"s{n}" for n in range(300)}


def test_findings_beyond_the_cap_are_counted() -> None:
    made = built(*[Finding("s", f"look {n}", 1, [0]) for n in range(60)])
    (check,) = made.checks
    assert (len(check.findings), check.findings_left_out) == (MAX_FINDINGS, 10)
    assert check.findings[0].sidecar == "told-1.parquet"
    assert len(made.sidecars) == MAX_FINDINGS


def test_a_finding_without_rows_has_no_table() -> None:
    made = built(Finding("s", "look", 7))
    assert made.checks[0].findings[0].sidecar is None
    assert not made.sidecars


def test_long_texts_are_cut() -> None:
    (check,) = built(Measure("m" * 999, "s" * 999, exact(1)), Finding("f" * 999, "x" * 999, 1)).checks
    assert len(check.measures[0].name) == len(check.measures[0].subject.text) == 300
    assert len(check.findings[0].message) == len(check.findings[0].subject.text) == 300


def test_columns_have_their_roles_and_profile() -> None:
    sex, x, y = built().dataset.columns
    assert (sex.role, x.role, y.role) == ("sensitive", "feature", "label")
    assert (x.missing, x.minimum, x.maximum, x.mean) == (1, 1.0, 3.0, 2.0)
    assert y.top == (("u", 2), ("v", 1))


def test_columns_beyond_the_cap_are_counted() -> None:
    wide = {f"x{n}": [1] for n in range(MAX_COLUMNS + 3)} | {"sex": ["f"], "y": ["u"]}
    dataset = built(table=wide).dataset
    assert (len(dataset.columns), dataset.columns_left_out) == (MAX_COLUMNS, 5)


def test_a_broken_plugin_is_a_check_in_error() -> None:
    *_, broken = built(broken=(Broken("theirs", "their-package", "no such module"),)).checks
    assert (broken.id, broken.status, broken.reason) == ("theirs", "error", "no such module")


@pytest.mark.parametrize(
    ("flags", "name", "value"),
    [
        ({"dataset": {"sensitive": ("sex", "race")}}, "sensitive", "sex, race"),
        ({"dataset": {"sensitive": ()}}, "sensitive", "none"),
        ({"dataset": {"label_is": "outcome"}}, "label-is", "outcome"),
        ({"read": {"header": False}}, "read.header", "no"),
        ({"run": {"fast": True}}, "run.fast", "yes"),
    ],
)
def test_settings_are_said_in_words(flags: dict[str, Any], name: str, value: str) -> None:
    told = built(config=load_config(flags, None, None)).settings
    (setting,) = [s for s in told if s.name == name]
    assert (setting.value, setting.source) == (value, "flag")


def test_guesses_are_said_with_their_reason() -> None:
    told = built(guesses=(Guess("label", "y", "from its name"),)).settings
    assert (told[0].source, told[0].detail) == ("guess", "from its name")


def test_the_verdict_is_the_gates() -> None:
    verdict = built().verdict
    assert (verdict.status, verdict.exit_code, verdict.blocking) == ("fail", 1, ("told",))


def test_an_infinite_limit_of_an_interval_survives_in_the_table() -> None:
    many = [Measure("m", f"s{n}", exact(n if n else math.inf), at_most=1e6, support=1) for n in range(300)]
    table = built(*many).sidecars["told-measures.parquet"]
    assert math.inf in table.column("value").to_pylist()
    assert table.schema.field("value").type == "double"


def test_what_was_declared_and_is_not_used_is_said() -> None:
    verdict = Verdict(Status.PASS, "passed", ExitCode.MAY_TRAIN)
    said = evidence_of(TABLE, label="y", sensitive="sex", task="ordinal", weight="x")
    notes = build(said, (), (), verdict, Config(), ()).dataset.notes
    assert [note.partition(" not ")[0] for note in notes] == ["the weights in 'x' are", "the order of the classes is"]
    for known in ({"label": "y"}, {"label": "y", "label_order": ("u", "v")}, {"label": "x", "task": "ordinal"}):
        assert not build(evidence_of(TABLE, sensitive="sex", **known), (), (), verdict, Config(), ()).dataset.notes


def test_dates_that_may_be_the_time_of_a_row_are_asked_about_until_one_is_named() -> None:
    table = {"day": [date(2024, 1, 1), date(2024, 1, 2)], "due": [date(2024, 2, 1)] * 2, "y": ["u", "v"]}
    verdict = Verdict(Status.PASS, "passed", ExitCode.MAY_TRAIN)

    def notes(config: Config, **roles: str) -> tuple[str, ...]:
        return build(evidence_of(table, label="y", **roles), (), (), verdict, config, ()).dataset.notes

    (note,) = notes(Config())
    assert note.startswith("'day', 'due' hold dates: where one says when a row came about, name it with --time")
    assert not notes(Config(), time="day")
    assert not notes(Config(dataset=DatasetSection(time="none")))


def test_columns_that_look_sensitive_and_were_not_declared_are_asked_about() -> None:
    table = {"sex": ["f", "m"], "native-country": ["a", "b"], "zip": [1, 2], "y": ["u", "v"]}

    def notes(*sensitive: str) -> tuple[str, ...]:
        evidence = evidence_of(table, label="y", sensitive=sensitive)
        verdict = Verdict(Status.PASS, "passed", ExitCode.MAY_TRAIN)
        return build(evidence, (), (), verdict, Config(), ()).dataset.notes

    told = "looks sensitive and was not declared: add to --sensitive what is, or leave it out on purpose"
    assert notes("sex", "zip") == (f"'native-country' (from its name) {told}",)
    assert notes("sex", "zip", "native-country") == ()
    (both,) = notes()
    assert both.startswith("'sex' (from its name), 'native-country' (from its name) look sensitive and were")
    assert "'zip' (it may stand in for a sensitive one)" in notes("sex", "native-country")[0]
