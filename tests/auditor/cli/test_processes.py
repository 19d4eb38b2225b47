"""What only shows when the command runs as a process of its own."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.slow

COMMAND = (sys.executable, "-m", "auditor.cli")
SAID = ("--label", "y", "--sensitive", "sex", "--format", "json")
#: A run that waits in its first check until it is killed, or writes its report as slowly.
WAITING = """
import pathlib, sys, time
def wait(*_):
    pathlib.Path("waiting").touch()
    time.sleep(100)
if sys.argv[1] == "audit":
    import auditor.pipeline
    auditor.pipeline.run_check = wait
else:
    import auditor.report.store
    auditor.report.store.VIEWS = {"html": ("report.html", wait)}
from auditor.cli import main
sys.argv = ["dataaudit", "run", "d.csv", "--label", "y", "--fast"]
main()
"""


def run(folder: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        (*COMMAND, *arguments),
        cwd=folder,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=100,
    )


def test_two_processes_write_the_same_report(tmp_path: Path, data: Path) -> None:
    lines = [line + f",{'some words'[: n % 9]}" for n, line in enumerate(data.read_text().splitlines())]
    data.write_text("\n".join([*lines, *lines[100:120]]) + "\n")
    told: list[dict[str, Any]] = []
    for seed in ("1", "2"):
        done = run(tmp_path, "run", "d.csv", *SAID, "--output", seed, PYTHONHASHSEED=seed, POLARS_MAX_THREADS=seed)
        assert done.returncode in (0, 1), done.stderr
        (path,) = (tmp_path / seed).glob("*/*/report.json")
        told.append(json.loads(path.read_text()))
    for report in told:
        assert report.pop("run")
        assert any(finding["examples"] for check in report["checks"] for finding in check["findings"])
    assert json.dumps(told[0]) == json.dumps(told[1])


def test_results_on_stdout_errors_on_stderr_and_no_ansi_in_a_pipe(tmp_path: Path, data: Path) -> None:
    done = run(tmp_path, "run", "d.csv", "elsewhere.parquet", *SAID, "--fast", TERM="xterm-256color", FORCE_COLOR="1")
    assert done.returncode == 3
    assert "PASSED" in done.stdout
    assert done.stderr == "error: elsewhere.parquet: there is no such file. Check the path.\n"
    assert "\x1b" not in done.stdout


@pytest.mark.parametrize("module", ["auditor", "auditor.cli"])
def test_the_package_is_a_command_too(tmp_path: Path, data: Path, module: str) -> None:
    done = subprocess.run(
        (sys.executable, "-m", module, "run"), cwd=tmp_path, capture_output=True, text=True, timeout=100
    )
    assert (done.returncode, done.stderr) == (2, "error: name a dataset to audit: dataaudit run data.csv.\n")
    done = subprocess.run((sys.executable, "-m", module, "--help"), capture_output=True, text=True, timeout=100)
    assert done.stdout.startswith("Usage: dataaudit ")


def test_a_reader_that_goes_away_is_no_fault(tmp_path: Path, data: Path) -> None:
    command = (*COMMAND, "run", "d.csv", *SAID, "--fast")
    with subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        said = process.stderr.read()
        assert process.wait(timeout=100) == 0  # the verdict is what it is
    assert said == ""
    assert list(tmp_path.glob("reports/d/*/report.json"))


@pytest.mark.parametrize(
    ("when", "how"),
    [("audit", signal.SIGKILL), ("write", signal.SIGKILL), ("write", signal.SIGINT), ("audit", signal.SIGTERM)],
)
def test_a_run_that_was_killed_leaves_no_half_report(
    tmp_path: Path, data: Path, when: str, how: signal.Signals
) -> None:
    command = (sys.executable, "-c", WAITING, when)
    environment = {**os.environ, "TMPDIR": str(tmp_path)}
    with subprocess.Popen(
        command, cwd=tmp_path, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        deadline = time.monotonic() + 60
        while not (tmp_path / "waiting").exists():
            assert process.poll() is None
            assert time.monotonic() < deadline
            time.sleep(0.02)
        process.send_signal(how)
        out, err = process.communicate(timeout=60)
    codes = {signal.SIGINT: 3, signal.SIGTERM: 128 + signal.SIGTERM, signal.SIGKILL: -signal.SIGKILL}
    assert process.returncode == codes[how]
    assert not list((tmp_path / "reports").glob("*/[!.]*"))  # nothing that could be taken for a report
    assert out == b""
    if how is signal.SIGINT:
        assert err.strip() == b"interrupted: no report was written."
        assert not list((tmp_path / "reports").glob("*/*"))
    if how is not signal.SIGKILL:
        assert not list(tmp_path.glob("dataaudit-*"))  # the scratch folder may hold a copy of the data
