from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, ClassVar

import polars as pl
import pytest

import auditor
from auditor.check import Check, Evidence, Family, Finding, Measure, Skip, exact
from auditor.config import load_config
from auditor.errors import DataError, UsageError
from auditor.pipeline import audit_source
from auditor.plugins import Broken
from auditor.report.model import CheckRecord, Report
from auditor.report.store import Audited

AddChecks = Callable[..., None]
FRAME = pl.DataFrame({"x": list(range(100)), "kind": ["a", "b"] * 50, "y": (["u"] * 3 + ["v"] * 2) * 20})
SAID: dict[str, Any] = {"label": "y", "sensitive": "none", "fast": True}


def record(report: Report, check_id: str) -> CheckRecord:
    return next(check for check in report.checks if check.id == check_id)


def audited(frame: Any, **flags: dict[str, Any]) -> Audited:
    said: dict[str, dict[str, Any]] = {
        "dataset": {"label": ("y",), "sensitive": ("none",)},
        "run": {"fast": True},
        **flags,
    }
    return audit_source(frame, load_config(said, None, None))


class Plain(Check):
    """Speaks of all rows."""

    id: ClassVar[str] = "plain"
    family: ClassVar[Family] = Family.BIAS

    def measure(self, evidence: Evidence) -> Iterator[Measure | Finding | Skip]:
        yield Measure("m", "s", exact(0), at_most=0, support=1)


class Crashing(Plain):
    """Crashes after the first measure."""

    id: ClassVar[str] = "crashing"

    def measure(self, evidence: Evidence) -> Iterator[Measure | Finding | Skip]:
        yield Measure("m", "s", exact(1), at_most=0, support=1)
        sys.exit(0)


def test_a_frame_is_audited() -> None:
    report = auditor.audit(FRAME, **SAID)
    assert report.verdict.status == "pass"
    assert (report.dataset.rows_audited, report.dataset.digest) == (100, None)
    assert {check.family for check in report.checks} == {"annotations", "diversity", "bias", "contract"}


def test_pandas_and_polars_give_the_same_report() -> None:
    ours, theirs = auditor.audit(FRAME, **SAID), auditor.audit(FRAME.to_pandas(), **SAID)
    both = [[c.model_dump() for c in report.checks if c.id != "unread-lines"] for report in (ours, theirs)]
    assert both[0] == both[1]  # but for the check that names the engine


def test_settings_are_recorded_with_their_sources(tmp_path: Path) -> None:
    FRAME.write_csv(tmp_path / "d.csv")
    (tmp_path / "dataaudit.toml").write_text(
        '[dataset]\nlabel = "kind"\n[gate]\nfail_on = "warning"\n[checks.duplicate-rows]\nmax_share = 0.5\n'
    )
    report = auditor.audit(tmp_path / "d.csv", label="y", fast=True)
    told = {setting.name: (setting.value, setting.source) for setting in report.settings}
    assert told["label"] == ("y", "flag")
    assert told["gate.fail-on"] == ("warning", "config")
    assert told["task"] == ("binary", "guess")
    assert told["gate.policy"] == ("recommended", "default")
    assert told["checks.duplicate-rows"][1] == "config"
    assert record(report, "duplicate-rows").options == {"max_share": "0.5"}
    (setting,) = [s for s in report.settings if s.name == "gate.fail-on"]
    assert setting.detail == str(tmp_path / "dataaudit.toml")


def test_an_unknown_setting_is_named_with_the_nearest() -> None:
    with pytest.raises(UsageError, match="no setting 'lable'. Did you mean 'label'?"):
        auditor.audit(FRAME, lable="y")


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        ({"label": "z"}, "no column 'z'"),
        ({"sensitive": ["knd"]}, "Did you mean 'kind'?"),
        ({"label": "y", "select": "class-imbalanc"}, "Did you mean 'class-imbalance'?"),
        ({"label": "y", "task": "ranking"}, "not yet supported"),
        ({"label": "y", "label_is": "guess"}, "annotation, outcome, decision"),
        ({"label": "y", "positive": "w"}, "no row has the label 'w'"),
        ({"label": 5}, "audit(label=…): must be a name or a list of names (found 5)"),
        ({"label": ["y", 2]}, "audit(label=…): must be text (found 2)"),
        ({"label": FRAME["y"]}, "audit(label=…): there is no column 'u'"),
        ({"label": FRAME}, "audit(label=…): "),
        ({"label": ""}, "audit(label=…): names no column"),
        ({"sensitive": [None]}, "audit(sensitive=…): must be text"),
        ({"id": ["x"]}, "audit(id=…): must be text"),
        ({"fast": "perhaps"}, "audit(fast=…): must be true or false"),
        ({"label": "z"}, "audit(label=…): there is no column 'z'"),
        ({"label": "y", "config": 5}, "audit(config=…): must be the path of a dataaudit.toml, not a int"),
        ({"label": "y", "config": {"run": {}}}, "not a dict"),
    ],
)
def test_a_wrong_setting_is_a_wrong_usage(settings: dict[str, Any], told: str) -> None:
    with pytest.raises(UsageError) as caught:
        auditor.audit(FRAME, **settings)
    assert told in str(caught.value)


def test_what_names_columns_need_not_be_a_list_nor_a_class_be_text() -> None:
    frame = FRAME.with_columns(y=pl.col("x") % 2)
    report = auditor.audit(frame, label="y", sensitive={"kind"}, positive=1, fast=True)
    assert report.dataset.sensitive == ("kind",)
    assert ("positive", "1") in {(setting.name, setting.value) for setting in report.settings}


@pytest.mark.parametrize(
    "source",
    [{"x": [1, 2], "y": ["u", "v"]}, {"train": FRAME}, {1: "d.csv"}, {"train": "d.csv", "test": None}],
)
def test_a_dict_is_of_paths_and_of_nothing_else(source: dict[Any, Any]) -> None:
    with pytest.raises(UsageError, match=r"polars.DataFrame\(columns\)"):
        auditor.audit(source, label="y")


def test_a_mapping_of_paths_finds_the_config_beside_the_first(tmp_path: Path) -> None:
    FRAME.write_csv(tmp_path / "d.csv")
    (tmp_path / "dataaudit.toml").write_text('[dataset]\nlabel = "kind"\n')
    report = auditor.audit({"train": tmp_path / "d.csv"}, fast=True)
    assert report.dataset.label == ("kind",)


def test_a_wrong_setting_of_a_config_is_looked_for_there(tmp_path: Path) -> None:
    path = tmp_path / "dataaudit.toml"
    for text, told in (
        ('[dataset]\nsensitive = "knd"\n', "[dataset] sensitive: there is no column 'knd'"),
        ("[checks.class-imbalance]\nmin_row = 3\n", "[checks.class-imbalance]: there is no option 'min_row'"),
        ("[checks.class-imbalanc]\n", "[checks.class-imbalanc]: there is no check"),
        ('[run]\nselect = "bia"\n', "[run] select: there is no check 'bia'"),
        ('[read]\nencoding = "utf-7x"\n', "[read] encoding: unknown encoding"),
        ('[read]\nnames = ["a"]\nheader = true\n', "[read] names: 1 column names were given"),
    ):
        path.write_text(text)
        FRAME.write_csv(tmp_path / "d.csv")
        with pytest.raises(UsageError) as caught:
            auditor.audit(tmp_path / "d.csv", label="y", fast=True)
        assert str(caught.value).startswith(f"{path}: {told}")


@pytest.mark.parametrize("source", [3, None, object(), [1, 2], [FRAME], FRAME["y"], b"d.csv", "", "not-there.csv"])
def test_what_is_no_data_is_refused(source: Any) -> None:
    with pytest.raises((UsageError, DataError)):
        auditor.audit(source, label="y")


def test_a_crash_in_a_check_is_its_error_and_the_others_still_report(add_checks: AddChecks) -> None:
    add_checks(Crashing)
    report = auditor.audit(FRAME, **SAID)
    assert (report.verdict.status, report.verdict.exit_code) == ("error", 3)
    assert report.verdict.blocking == ("crashing",)
    crashed = record(report, "crashing")
    assert (crashed.status, crashed.reason, len(crashed.measures)) == ("error", "SystemExit: 0", 1)
    assert record(report, "class-imbalance").status == "pass"
    assert "crashing could not be completed: SystemExit: 0." in report.verdict.todo


def test_a_broken_plugin_is_an_error_by_name_though_settings_speak_of_its_checks(add_checks: AddChecks) -> None:
    add_checks(broken=(Broken("theirs", "their-package", "no such module"),))
    report = audited(FRAME, checks={"their-check": {"limit": 1}}).report
    assert report.verdict.exit_code == 3
    assert (record(report, "theirs").status, record(report, "theirs").source) == ("error", "their-package")
    assert record(report, "class-imbalance").status == "pass"
    assert report.verdict.todo[0].startswith("Mend or uninstall the plugin 'theirs' of their-package")


def test_if_only_the_broken_plugin_was_chosen_it_is_an_error_still(add_checks: AddChecks) -> None:
    add_checks(broken=(Broken("theirs", "their-package", "no such module"),))
    report = audited(FRAME, run={"select": ("their-check",)}).report
    assert (report.verdict.status, report.verdict.exit_code) == ("error", 3)


def test_a_check_that_cannot_be_serialized_or_shown_does_not_bring_the_report_down(add_checks: AddChecks) -> None:
    class Strange(Plain):
        """Has an option that JSON does not know, and details that no column holds."""

        id: ClassVar[str] = "strange"
        thing: Any = object()

        def measure(self, evidence: Evidence) -> Iterator[Measure | Finding | Skip]:
            details: dict[str, Any] = {
                "mixed": [1, "two", None],
                "row": [2**80, 0, 1],
                "thing": [object(), b"\xff", {}],
            }
            yield Finding("s", "look", 3, [0, 1, 2], details)

    add_checks(Strange)
    result = audited(FRAME, run={"select": ("strange",)})
    strange = record(result.report, "strange")
    assert strange.status == "undecided"
    assert "object object" in strange.options["thing"]
    table = result.sidecars["strange-1.parquet"]
    assert table.column("mixed").to_pylist() == ["1", "two", None]
    assert table.column("row").to_pylist() == [0, 1, 2]
    assert table.column("row_").to_pylist() == [str(2**80), "0", "1"]


def test_the_examples_of_many_large_findings_are_all_found(add_checks: AddChecks) -> None:
    class Verbose(Plain):
        """Finds more rows than are looked up."""

        id: ClassVar[str] = "verbose"

        def measure(self, evidence: Evidence) -> Iterator[Measure | Finding | Skip]:
            for part in range(8):
                yield Finding(f"part {part}", "rows", 10_000, range(part * 10_000, (part + 1) * 10_000))

    add_checks(Verbose)
    frame = pl.DataFrame({"x": range(80_000), "y": ["u", "v"] * 40_000})
    result = audited(frame, run={"select": ("verbose",)})
    findings = record(result.report, "verbose").findings
    assert [len(finding.examples) for finding in findings] == [20] * 8
    assert findings[-1].examples[0].cells[1] == ("x", "70000")
    assert result.sidecars["verbose-8.parquet"].num_rows == 10_000


def outside_run(report: Report) -> dict[str, Any]:
    return {name: value for name, value in json.loads(report.to_json()).items() if name != "run"}


def test_equal_runs_differ_in_nothing_but_the_run(tmp_path: Path) -> None:
    FRAME.write_csv(tmp_path / "d.csv")
    first, second = (auditor.audit(tmp_path / "d.csv", label="y", sensitive="kind") for _ in range(2))
    assert outside_run(first) == outside_run(second)


def test_nothing_is_left_in_the_scratch_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(scratch))
    FRAME.write_csv(tmp_path / "d.csv")
    auditor.audit(tmp_path / "d.csv", **SAID)
    with pytest.raises(UsageError):
        auditor.audit(tmp_path / "d.csv", label="z")
    assert not list(scratch.iterdir())


def size(frame: Any, **flags: Any) -> tuple[Report, int, int]:
    from auditor.report.html import render_html

    report = audited(frame, **flags).report
    return report, len(report.to_json().encode()), len(render_html(report).encode())


@pytest.mark.slow
def test_ten_thousand_classes_fit_into_a_report() -> None:
    names = [f"a rather long name of class number {number}" for number in range(10_000)]
    frame = pl.DataFrame({"x": range(30_000), "sex": ["f", "m"] * 15_000, "y": names * 3})
    report, as_json, as_html = size(frame, dataset={"label": ("y",), "sensitive": ("sex",)})
    assert as_json < 5_000_000
    assert as_html < 1_500_000
    imbalance = record(report, "class-imbalance")
    assert imbalance.status == "fail"
    assert imbalance.measures_left_out > 19_000


@pytest.mark.slow
def test_two_thousand_columns_fit_into_a_report() -> None:
    values = ["some words of text that stand in a cell, as they do " + "x" * 300, "b", None, "?"] * 15
    columns: dict[str, Any] = {f"column number {number}": values for number in range(500)}
    columns |= {f"number {number}": range(60) for number in range(1_500)}
    report, as_json, as_html = size(pl.DataFrame({**columns, "y": ["u", "v"] * 30}))
    assert as_json < 5_000_000
    assert as_html < 1_500_000
    assert report.dataset.columns_left_out == 1_501


def salaries(**columns: list[Any]) -> pl.DataFrame:
    rows = 400
    return pl.DataFrame(
        {
            "x": [float(i % 97) for i in range(rows)],
            "sex": ["f", "m"] * (rows // 2),
            "salary": [30_000.0 + i if i % 2 == 0 else 60_000.0 + i for i in range(rows)],
            **columns,
        }
    )


def test_a_number_that_differs_by_group_fails() -> None:
    report = auditor.audit(salaries(), label="salary", sensitive=["sex"], task="regression", fast=True)
    assert report.verdict.status == "fail"
    assert "label-mean-disparity" in report.verdict.blocking


def test_a_number_that_could_not_be_compared_by_group_is_no_pass() -> None:
    salary = [float("inf"), *(30_000.0 + i for i in range(399))]
    verdict = auditor.audit(
        salaries(salary=salary), label="salary", sensitive=["sex"], task="regression", fast=True
    ).verdict
    assert (verdict.status, verdict.exit_code) == ("undecided", 4)
    assert any("label-mean-disparity: the label has values without bounds" in demand for demand in verdict.blocking)


def test_a_constant_number_is_nothing_to_learn_from() -> None:
    salary = [30_000.0] * 400
    report = auditor.audit(salaries(salary=salary), label="salary", sensitive="none", task="regression", fast=True)
    assert "constant-label" in report.verdict.blocking


def test_weights_that_are_not_used_are_said() -> None:
    table = salaries(w=[1.0, 2.0] * 200)
    noted = auditor.audit(table, label="sex", sensitive="none", weight="w", fast=True).dataset.notes
    assert any("'w' are not yet used" in note for note in noted)
    noted = auditor.audit(table, label="sex", sensitive="none", fast=True).dataset.notes
    assert not any("weights" in note for note in noted)


def test_only_measures_that_are_shown_are_told_how_many_rows_it_would_take() -> None:
    groups = [f"g{i % 300:03d}" for i in range(3_000)]
    table = pl.DataFrame({"code": groups, "y": ["a", "b", "a"] * 1_000})
    found = audited(table, dataset={"label": ("y",), "sensitive": ("code",)})
    (check,) = (c for c in found.report.checks if c.id == "label-rate-disparity")
    assert any(m.rows_to_decide for m in check.measures)
    told = found.sidecars["label-rate-disparity-measures.parquet"]["rows_to_decide"].to_pylist()
    assert told[:200] == [m.rows_to_decide for m in check.measures]
    assert set(told[200:]) == {None}
