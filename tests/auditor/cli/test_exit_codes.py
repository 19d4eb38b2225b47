from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, ClassVar

import pytest

from auditor.check import Check, Evidence, Family, Measure, exact
from auditor.errors import UsageError
from auditor.plugins import Broken

Dataaudit = Callable[..., Any]
SAID = ("--label", "y", "--sensitive", "none", "--fast", "--format", "json")


def report(tmp_path: Path, name: str = "d") -> dict[str, Any]:
    (path,) = (tmp_path / "reports" / name).glob("*/report.json")
    return dict(json.loads(path.read_text()))


def test_a_clean_set_may_train(dataaudit: Dataaudit, data: Path, tmp_path: Path) -> None:
    done = dataaudit("run", data, "--label", "y", "--sensitive", "sex", "--fast")
    assert (done.code, done.err) == (0, "")
    assert "PASSED" in done.out
    assert report(tmp_path)["verdict"]["status"] == "pass"
    assert list((tmp_path / "reports" / "d").glob("*/report.html"))


def test_a_failing_set_may_not(dataaudit: Dataaudit, data: Path, tmp_path: Path) -> None:
    data.write_text(data.read_text().replace(",v\n", ",u\n"))
    done = dataaudit("run", data, *SAID)
    assert (done.code, done.err) == (1, "")
    assert "FAILED" in done.out
    assert report(tmp_path)["verdict"]["exit_code"] == 1


def test_exit_zero_hides_the_code_and_keeps_the_verdict(dataaudit: Dataaudit, data: Path, tmp_path: Path) -> None:
    data.write_text(data.read_text().replace(",v\n", ",u\n"))
    done = dataaudit("run", data, *SAID, "--exit-zero")
    assert done.code == 0
    assert "FAILED" in done.out
    assert report(tmp_path)["verdict"]["status"] == "fail"


def test_who_does_not_say_who_is_in_there_gets_no_green_light(dataaudit: Dataaudit, data: Path) -> None:
    data.write_text(data.read_text().replace("sex", "zone").replace(",f,", ",n,").replace(",m,", ",s,"))
    done = dataaudit("run", data, "--label", "y", "--fast")
    assert done.code == 4
    assert "--sensitive none" in done.out
    assert dataaudit("run", data, "--label", "y", "--fast", "--exit-zero").code == 0
    assert dataaudit("run", data, *SAID).code == 0


def test_an_engine_that_panics_is_no_traceback(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    import polars as pl

    from auditor import cli

    def panics(**_: Any) -> None:
        raise pl.exceptions.PanicException("overflowed")

    monkeypatch.setattr(cli.cli, "main", panics)
    with pytest.raises(SystemExit) as left:
        cli.main()
    assert left.value.code == 3
    assert "a fault in dataaudit itself: PanicException: overflowed" in capsys.readouterr().err


def test_strict_refuses_guesses(dataaudit: Dataaudit, data: Path) -> None:
    assert dataaudit("run", data, *SAID, "--policy", "strict").code == 4


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "is empty (0 bytes)"),
        ("\n\n", "nothing but blank lines"),
        ("x,y\n", "d.csv"),
        ("x,y\n1,u\n2\n", "d.csv:3"),
        ("x,x,y\n1,2,u\n", "'x'"),
    ],
)
def test_a_file_that_cannot_be_read_whole_is_not_completed(
    dataaudit: Dataaudit, tmp_path: Path, text: str, told: str
) -> None:
    (tmp_path / "d.csv").write_text(text)
    done = dataaudit("run", "d.csv", *SAID, "--exit-zero")
    assert (done.code, done.out) == (3, "")
    assert done.err.startswith("error: ")
    assert told in done.err
    assert not (tmp_path / "reports").exists()


def test_a_file_that_is_not_there_is_named_with_the_nearest(dataaudit: Dataaudit, data: Path) -> None:
    done = dataaudit("run", "dd.csv", *SAID)
    assert (done.code, done.out) == (3, "")
    assert "Did you mean d.csv?" in done.err


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ((), "name a dataset to audit"),
        (("-",), "standard input cannot be audited"),
        (("",), "a dataset's path is empty"),
        (("--split", "a=-"), "standard input cannot be audited"),
        (("d.csv", "--label", "y", "--unlabelled"), "--unlabelled: there is no label, but --label is given"),
        (("d.csv", "--label", "y", "--task", "unlabeled"), "Say --unlabelled"),
        (("d.csv", "--label", "y", "--label-order", "u,w"), "--label-order: the label also holds 'v'"),
        (("d.csv", "--sensitive", "y"), "--sensitive: 'y' looks like the label"),
        (("d.csv", "--lable", "y"), "--label"),
        (("d.csv", "--label", "yy"), "there is no column 'yy'"),
        (("d.csv", "--label", "y", "--sensitive", "sx"), "Did you mean 'sex'?"),
        (("d.csv", "--label", "y", "--sensitive", ""), "--sensitive: names no column"),
        (("d.csv", "--label", ""), "--label: names no column"),
        (("d.csv", "--label", "y", "--select", "clas-imbalance"), "Did you mean 'class-imbalance'?"),
        (("d.csv", "--policy", "lax"), "'recommended', 'strict'"),
        (("d.csv", "--format", "pdf"), "not yet supported"),
        (("d.csv", "--config", "gone.toml"), "gone.toml: cannot be read"),
        (("d.csv", "--split", "a=d.csv"), "not both"),
        (("--split", "d.csv"), "NAME=PATH"),
        (("--split", "a=d.csv", "--split", "a=d.csv"), "a name of its own"),
        (("d.csv", "--label", "y", "--select", "bias", "--ignore", "bias"), "no check is left"),
        (("d.csv", "--label", "y", "--delimiter", "ab"), "not one ASCII character"),
        *((("d.csv", "--encoding", name), "--encoding: unknown encoding") for name in ("hex", "idna", "undefined")),
        (("d.csv", "--encoding", "punycode"), "--encoding: unknown encoding"),
    ],
)
def test_a_wrong_usage_is_said_on_stderr(
    dataaudit: Dataaudit, data: Path, tmp_path: Path, arguments: tuple[str, ...], told: str
) -> None:
    done = dataaudit("run", *arguments, "--exit-zero")
    assert (done.code, done.out) == (2, "")
    assert told in done.err
    assert not (tmp_path / "reports").exists()


@pytest.mark.parametrize(
    ("header", "told"),
    [("x,label,target", "label, target"), ("x,z,w", "no label column found. Set it with --label NAME")],
)
def test_a_label_that_is_not_clear_must_be_named(dataaudit: Dataaudit, tmp_path: Path, header: str, told: str) -> None:
    rows = "".join(f"{n},{n / 7},{n / 3}\n" for n in range(100))
    (tmp_path / "d.csv").write_text(f"{header}\n{rows}")
    done = dataaudit("run", "d.csv")
    assert done.code == 2
    assert told in done.err


def test_a_config_that_is_wrong_is_a_wrong_usage(dataaudit: Dataaudit, data: Path, tmp_path: Path) -> None:
    (tmp_path / "dataaudit.toml").write_text("[dataset]\nlable = 'y'\n")
    done = dataaudit("run", data)
    assert done.code == 2
    assert "Did you mean 'label'?" in done.err


@pytest.mark.parametrize(
    ("files", "code"),
    [
        (("d.csv", "d.csv"), 0),
        (("d.csv", "bad.csv"), 1),
        (("bad.csv", "gone.csv", "d.csv"), 3),
        (("d.csv", "other.csv"), 2),
        (("gone.csv", "other.csv"), 3),
    ],
)
def test_of_several_datasets_the_worst_decides_and_all_are_audited(
    dataaudit: Dataaudit, data: Path, tmp_path: Path, files: tuple[str, ...], code: int
) -> None:
    (tmp_path / "bad.csv").write_text(data.read_text().replace(",v\n", ",u\n"))
    (tmp_path / "other.csv").write_text("a,b\n1,2\n")
    done = dataaudit("run", *files, *SAID, "--quiet")
    assert done.code == code
    assert len(done.out.splitlines()) + len(done.err.splitlines()) == len(files)


def test_of_several_datasets_each_error_names_its_own_and_the_end_sums_up(
    dataaudit: Dataaudit, data: Path, tmp_path: Path
) -> None:
    (tmp_path / "other.csv").write_text("a,b\n1,2\n")
    done = dataaudit("run", "d.csv", "other.csv", "gone.csv", *SAID)
    assert done.code == 3
    wrong, gone = done.err.splitlines()
    assert wrong.startswith("error: other.csv: --label: there is no column 'y'.")
    assert gone.startswith("error: gone.csv: there is no such file.")
    last = done.out.splitlines()[-1]
    assert last == "3 datasets: 1 not completed, 1 not audited, 1 may train (exit code 3)"
    assert "datasets" not in dataaudit("run", "d.csv", *SAID).out


def test_a_folder_of_tables_is_refused_with_what_to_type(dataaudit: Dataaudit, data: Path, tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    data.rename(tmp_path / "folder" / "d.csv")
    done = dataaudit("run", "folder", *SAID)
    assert (done.code, done.out) == (3, "")
    assert "as in folder/d.csv" in done.err
    assert "--split d=folder/d.csv" in done.err


def test_a_name_with_a_comma_can_be_given(dataaudit: Dataaudit, data: Path, tmp_path: Path) -> None:
    data.write_text(data.read_text().replace("x,sex,y", 'x,"sex, as told",y', 1))
    assert dataaudit("run", data, "--label", "y", "--sensitive", "sex, as told", "--fast").code == 0
    assert report(tmp_path)["dataset"]["sensitive"] == ["sex, as told"]


def test_one_dataset_in_parts(dataaudit: Dataaudit, data: Path, tmp_path: Path) -> None:
    lines = data.read_text().splitlines()
    (tmp_path / "test.csv").write_text("\n".join([lines[0], *(f"{n},f,{'uv'[n % 2]}" for n in range(1_000, 1_100))]))
    done = dataaudit("run", "--split", "train=d.csv", "--split", "test=test.csv", *SAID)
    assert done.code == 0, done
    said = report(tmp_path)["dataset"]
    assert said["rows_audited"] == 500
    assert {column["name"]: column["role"] for column in said["columns"]}["split"] == "split"


def test_no_header_is_heeded(dataaudit: Dataaudit, tmp_path: Path) -> None:
    rows = "".join(f"word{n},{'uv'[n % 2]}\n" for n in range(100))
    (tmp_path / "d.csv").write_text(f"x,y\n{rows}")
    said = ("--names", "x,y", *SAID)
    assert dataaudit("run", "d.csv", "--no-header", *said).code == 1  # a class `y` of one row
    assert report(tmp_path)["dataset"]["rows_audited"] == 101


class Crashing(Check):
    """Leaves in the middle."""

    id: ClassVar[str] = "crashing"
    family: ClassVar[Family] = Family.DIVERSITY

    def measure(self, evidence: Evidence) -> Iterator[Measure]:
        yield Measure("m", "s", exact(0), at_most=0, support=1)
        raise SystemExit(0)


def test_a_check_that_leaves_is_no_green_light(
    dataaudit: Dataaudit, data: Path, tmp_path: Path, add_checks: Callable[..., None]
) -> None:
    add_checks(Crashing)
    done = dataaudit("run", data, *SAID, "--exit-zero")
    assert done.code == 3
    assert "SystemExit: 0" in done.out
    assert report(tmp_path)["verdict"]["status"] == "error"


def test_a_broken_plugin_is_no_green_light(dataaudit: Dataaudit, data: Path, add_checks: Callable[..., None]) -> None:
    add_checks(broken=(Broken("theirs", "their-package", "no such module"),))
    done = dataaudit("run", data, *SAID, "--exit-zero")
    assert done.code == 3
    assert "no such module" in done.out


def test_an_output_that_cannot_be_written_is_not_completed(dataaudit: Dataaudit, data: Path) -> None:
    done = dataaudit("run", data, *SAID, "--output", data, "--exit-zero")
    assert (done.code, done.out) == (3, "")
    assert "Set another --output" in done.err


@pytest.mark.parametrize(
    ("fault", "code", "told"),
    [
        (RuntimeError("\x1b[31mno"), 3, "a fault in dataaudit itself: RuntimeError: \\x1b[31mno"),
        (KeyboardInterrupt(), 3, "interrupted: no report was written."),
        (UsageError("not so"), 2, "error: not so"),
        (MemoryError(), 3, "MemoryError"),
    ],
)
def test_a_fault_of_ours_is_a_sentence_and_no_green_light(
    dataaudit: Dataaudit, monkeypatch: pytest.MonkeyPatch, data: Path, fault: BaseException, code: int, told: str
) -> None:
    def broken(*_: object) -> None:
        raise fault

    monkeypatch.setattr("auditor.pipeline.audit_source", broken)
    done = dataaudit("run", data, *SAID, "--exit-zero")
    assert done.code == code
    assert told in done.err
    assert "\x1b" not in done.err


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ('[checks.coverage]\nattributes = ["zoen"]', "attributes: there is no column 'zoen'"),
        ('[checks.coverage]\ndomains.zoen = ["a"]', "domains: there is no column 'zoen'"),
        ('[checks.conditional-disparity]\nfactors = ["zoen"]', "factors: there is no column 'zoen'"),
        (
            "[checks.group-representation]\npopulation.sxe = {m = 0.5, f = 0.5}",
            "population: 'sxe' is no sensitive column",
        ),
    ],
)
def test_an_option_that_names_a_column_which_is_not_there_is_a_wrong_usage(
    dataaudit: Dataaudit, data: Path, options: str, told: str
) -> None:
    (data.parent / "dataaudit.toml").write_text(options)
    done = dataaudit("run", data, "--label", "y", "--sensitive", "sex", "--fast")
    assert done.code == 2
    assert told in done.err
    assert f"dataaudit.toml: {options.splitlines()[0]}:" in done.err
    assert "Did you mean" in done.err or "Known" in done.err
