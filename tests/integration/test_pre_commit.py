"""The hook in a data repository: pre-commit refuses bad data and lets good data through."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

yaml = pytest.importorskip("yaml")
pytest.importorskip("pre_commit")

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[2]
MANIFEST = ROOT / ".pre-commit-hooks.yaml"
_NOT_OURS = ("GIT_", "PRE_COMMIT")
SETTINGS = """\
[dataset]
label = "decision"
label_is = "decision"
sensitive = ["sex", "ethnicity", "age", "disability"]
"""


def hook() -> dict[str, Any]:
    (found,) = yaml.safe_load(MANIFEST.read_text())
    return dict(found)


class DataRepo:
    """A scratch repository whose commits run the hook, with the entry that is published."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "repo"
        self.folder.mkdir()
        self.environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith(_NOT_OURS)},
            "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]),
            "PRE_COMMIT_HOME": str(folder / "cache"),
            "HOME": str(folder),
            "GIT_CONFIG_GLOBAL": os.devnull,
            "GIT_AUTHOR_NAME": "A", "GIT_AUTHOR_EMAIL": "a@example.org",
            "GIT_COMMITTER_NAME": "A", "GIT_COMMITTER_EMAIL": "a@example.org",
        }  # fmt: skip
        local = hook() | {"language": "system"}  # what is installed here, instead of an environment of its own
        config = {"repos": [{"repo": "local", "hooks": [local]}]}
        (self.folder / ".pre-commit-config.yaml").write_text(yaml.safe_dump(config))
        (self.folder / "dataaudit.toml").write_text(SETTINGS)
        (self.folder / ".gitignore").write_text("reports/\n")
        self.run("git", "init", "--quiet")
        self.run(sys.executable, "-m", "pre_commit", "install")

    def run(self, *command: str) -> subprocess.CompletedProcess[str]:
        done = self.try_to(*command)
        assert done.returncode == 0, done.stdout + done.stderr
        return done

    def try_to(self, *command: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            command, cwd=self.folder, env=self.environment, capture_output=True, text=True, timeout=300
        )

    def commit(self, *names: str) -> subprocess.CompletedProcess[str]:
        """Try to commit sample files."""
        (self.folder / "data").mkdir(exist_ok=True)
        for name in names:
            shutil.copy(ROOT / "sample_data" / name, self.folder / "data")
        self.run("git", "add", "--all")
        return self.try_to("git", "commit", "--quiet", "-m", "data")

    def commits(self) -> int:
        count = self.try_to("git", "rev-list", "--count", "--all").stdout
        return int(count)


@pytest.fixture
def repo(tmp_path: Path) -> DataRepo:
    return DataRepo(tmp_path)


def test_a_commit_of_bad_data_is_refused(repo: DataRepo) -> None:
    done = repo.commit("hiring.csv")
    assert done.returncode != 0
    assert repo.commits() == 0
    said = done.stdout + done.stderr
    assert "exit code: 1" in said  # the data failed; anything else would be a broken audit
    assert "hiring" in said


def test_a_commit_of_good_data_goes_through(repo: DataRepo) -> None:
    done = repo.commit("hiring_clean.csv", "hiring_clean.schema.yaml", "hiring_clean.expectations.json")
    assert done.returncode == 0, done.stdout + done.stderr
    assert repo.commits() == 1
    assert "Passed" in done.stdout + done.stderr


def test_a_commit_without_data_is_not_audited(repo: DataRepo) -> None:
    done = repo.commit("README.md")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Skipped" in done.stdout + done.stderr
    assert repo.commits() == 1


def test_the_manifest_is_one_that_pre_commit_takes(repo: DataRepo) -> None:
    repo.run(sys.executable, "-m", "pre_commit", "validate-manifest", str(MANIFEST))


@pytest.mark.parametrize("name", ["a.csv", "data/b.tsv", "c.jsonl.gz", "d.parquet", "e.feather", "f.arrow", "g.csv.gz"])
def test_data_files_are_audited(name: str) -> None:
    assert re.search(hook()["files"], name)


@pytest.mark.parametrize("name", ["a.py", "csv", "a.csv.md", "a.schema.yaml", "a.truth.json", "a.csvx", "a_csv"])
def test_other_files_are_not(name: str) -> None:
    assert not re.search(hook()["files"], name)
