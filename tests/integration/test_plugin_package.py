"""A check of somebody else's: a package of its own, installed with pip, found, configured and run."""

from __future__ import annotations

import base64
import hashlib
import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.slow

PLUGIN = '''\
"""A check of ours."""

from collections.abc import Iterator
from typing import ClassVar

from auditor.check import Check, Evidence, Family, Finding, Measure, Needs, Role, Unit, exact


class TooManyValues(Check):
    """A column has more values than our tables know.

    A model meets a value that it never learns.

    Method: distinct values, counted.
    """

    id: ClassVar[str] = "too-many-values"
    family: ClassVar[Family] = Family.DIVERSITY
    needs: ClassVar[Needs] = Needs(roles=frozenset({Role.LABEL}))

    most: int = 1_000

    def measure(self, evidence: Evidence) -> Iterator[Measure | Finding]:
        rows = evidence.profile.rows
        for name, column in evidence.profile.columns.items():
            distinct = exact(column.distinct or 0, rows)
            yield Measure("values", name, distinct, at_most=self.most, support=rows, unit=Unit.NUMBER)
            if (column.distinct or 0) > self.most:
                yield Finding(name, "look at the first rows", 2, [0, 1])


def checks() -> list[type[Check]]:
    return [TooManyValues]
'''
BROKEN = {
    "on import": "raise ValueError('broken on import')",
    "exits on import": "import sys; sys.exit(0)",
    "in measure": PLUGIN.replace("rows = evidence", "raise ValueError('broken in measure')\n        rows = evidence"),
    "exits in measure": PLUGIN.replace("rows = evidence", "raise SystemExit(0)\n        rows = evidence"),
}
TOLD = {
    "on import": "it could not be loaded: ValueError: broken on import",
    "exits on import": "it could not be loaded: SystemExit: 0",
    "in measure": "ValueError: broken in measure",
    "exits in measure": "SystemExit: 0",
}


def wheel(folder: Path, source: str) -> Path:
    """A wheel of one module, made by hand, so that no build tool is needed."""
    info = "our_audit_checks-1.0.dist-info"
    files = {
        "our_audit_checks.py": source,
        f"{info}/METADATA": "Metadata-Version: 2.1\nName: our-audit-checks\nVersion: 1.0\n",
        f"{info}/WHEEL": "Wheel-Version: 1.0\nGenerator: hand\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        f"{info}/entry_points.txt": "[dataaudit.checks]\nours = our_audit_checks:checks\n",
    }
    record = [f"{name},sha256={_hash(text)},{len(text.encode())}" for name, text in files.items()]
    files[f"{info}/RECORD"] = "\n".join([*record, f"{info}/RECORD,,"]) + "\n"
    path = folder / "our_audit_checks-1.0-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return path


def _hash(text: str) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).rstrip(b"=").decode()


class Workplace:
    """A folder with data, and a place where plugins are installed."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.site = folder, folder / "site"
        rows = "".join(f"{n},{'uv'[n % 2]}\n" for n in range(200))
        (folder / "d.csv").write_text(f"x,y\n{rows}")
        self.settings()

    def install(self, source: str) -> None:
        pip = (sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-index", "--no-compile")
        done = self.run(*pip, "--disable-pip-version-check", "--target", self.site, wheel(self.folder, source))
        assert done.returncode == 0, done.stderr

    def unpack(self, source: str) -> None:
        """What pip does, quickly."""
        with zipfile.ZipFile(wheel(self.folder, source)) as archive:
            archive.extractall(self.site)

    def settings(self, ours: str = "") -> None:
        text = '[dataset]\nlabel = "y"\nsensitive = "none"\n[run]\nfast = true\n'
        (self.folder / "dataaudit.toml").write_text(text + ours)

    def run(self, *command: str | Path) -> subprocess.CompletedProcess[str]:
        environment = {**os.environ, "PYTHONPATH": str(self.site)}
        return subprocess.run(command, cwd=self.folder, env=environment, capture_output=True, text=True, timeout=100)

    def dataaudit(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        done = self.run(sys.executable, "-m", "auditor.cli", *arguments)
        assert "Traceback" not in done.stderr
        return done

    def checks(self) -> dict[str, dict[str, Any]]:
        """The checks of the latest report."""
        *_, latest = sorted((self.folder / "reports" / "d").glob("*/report.json"), key=os.path.getmtime)
        return {check["id"]: check for check in json.loads(latest.read_text())["checks"]}


def test_a_package_of_somebody_elses_is_found_configured_and_run(tmp_path: Path) -> None:
    place = Workplace(tmp_path)
    place.install(PLUGIN)
    listed = place.dataaudit("checks")
    assert (listed.returncode, listed.stderr) == (0, "")
    (line,) = [line for line in listed.stdout.splitlines() if "too-many-values" in line]
    assert line.endswith("A column has more values than our tables know.  (from our-audit-checks)")

    assert place.dataaudit("run", "d.csv").returncode == 0
    passed = place.checks()["too-many-values"]
    assert (passed["status"], passed["source"], passed["options"]) == ("pass", "our-audit-checks", {"most": "1000"})

    place.settings("[checks.too-many-values]\nmost = 150\n")
    failed = place.dataaudit("run", "d.csv")
    assert failed.returncode == 1
    assert "too-many-values" in failed.stdout
    (finding,) = place.checks()["too-many-values"]["findings"]
    assert [row["line"] for row in finding["examples"]] == [2, 3]

    place.settings("[checks.too-many-values]\nmots = 150\n")
    wrong = place.dataaudit("run", "d.csv")
    assert (wrong.returncode, wrong.stdout) == (2, "")
    assert "Did you mean 'most'?" in wrong.stderr


@pytest.mark.parametrize("how", BROKEN)
def test_a_package_that_breaks_is_named_and_the_other_checks_report(tmp_path: Path, how: str) -> None:
    place = Workplace(tmp_path)
    place.unpack(BROKEN[how])
    place.settings("[checks.too-many-values]\nmost = 150\n")
    done = place.dataaudit("run", "d.csv", "--exit-zero")
    assert done.returncode == 3
    assert TOLD[how] in " ".join(done.stdout.split())
    checks = place.checks()
    broken = checks["ours" if "import" in how else "too-many-values"]
    assert (broken["status"], broken["reason"], broken["source"]) == ("error", TOLD[how], "our-audit-checks")
    assert checks["class-imbalance"]["status"] == "pass"
