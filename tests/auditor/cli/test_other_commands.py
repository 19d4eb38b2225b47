from __future__ import annotations

import tomllib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from auditor.cli.init import config_text
from auditor.config import Config, load_config
from auditor.dataset.roles import Guess
from auditor.dataset.table import Roles
from auditor.plugins import Broken, Found, find_checks
from auditor.testing import evidence_of

Dataaudit = Callable[..., Any]


def test_help_tells_the_exit_codes(dataaudit: Dataaudit) -> None:
    for flag in ("--help", "-h"):
        done = dataaudit(flag)
        assert (done.code, done.err) == (0, "")
        assert "Exit codes" in done.out
    assert dataaudit("--version").code == 0


@pytest.mark.parametrize("arguments", [("rnu",), ("--lable",), ("explain",), ("checks", "more")])
def test_what_is_not_understood_is_a_wrong_usage(dataaudit: Dataaudit, arguments: tuple[str, ...]) -> None:
    done = dataaudit(*arguments)
    assert (done.code, done.out) == (2, "")
    assert "Usage" in done.err


def test_checks_are_listed_by_family(dataaudit: Dataaudit) -> None:
    done = dataaudit("checks")
    assert done.code == 0
    for plugin in find_checks().plugins:
        assert plugin.check.id in done.out
    assert done.out.index("annotations") < done.out.index("diversity") < done.out.index("bias")


def test_a_broken_plugin_is_told_beside_the_checks(dataaudit: Dataaudit, monkeypatch: pytest.MonkeyPatch) -> None:
    found = Found(find_checks().plugins, (Broken("theirs", "their-package", "no such module"),))
    monkeypatch.setattr("auditor.plugins.find_checks", lambda: found)
    done = dataaudit("checks")
    assert done.code == 3
    assert "class-imbalance" in done.out
    assert done.err == "error: plugin 'theirs' of their-package: no such module\n"


def test_every_check_explains_itself(dataaudit: Dataaudit) -> None:
    for plugin in find_checks().plugins:
        done = dataaudit("explain", plugin.check.id)
        assert done.code == 0
        assert "Method:" in done.out
        assert f"[checks.{plugin.check.id}]" in done.out
        for option in plugin.check.model_fields:
            assert f"  {option} = " in done.out


def test_an_unknown_check_is_named_with_the_nearest(dataaudit: Dataaudit) -> None:
    done = dataaudit("explain", "clas-imbalance")
    assert done.code == 2
    assert "Did you mean 'class-imbalance'?" in done.err


def test_init_writes_what_a_strict_run_accepts(dataaudit: Dataaudit, data: Path, tmp_path: Path) -> None:
    done = dataaudit("init", data)
    assert done.code == 0
    assert "label: y (guessed" in done.out
    written = tomllib.loads((tmp_path / "dataaudit.toml").read_text())
    assert written["dataset"]["sensitive"] == ["sex"]
    ran = dataaudit("run", data, "--policy", "strict", "--fast", "--quiet")
    assert "guessed" not in ran.out


def test_init_says_nothing_for_people_that_nobody_spoke_of(dataaudit: Dataaudit, data: Path, tmp_path: Path) -> None:
    data.write_text(data.read_text().replace("sex", "zone").replace(",f,", ",n,").replace(",m,", ",s,"))
    assert dataaudit("init", data).code == 0
    assert "sensitive" not in tomllib.loads((tmp_path / "dataaudit.toml").read_text())["dataset"]
    assert dataaudit("run", data, "--fast", "--quiet").code == 4
    assert dataaudit("init", data, "--force", "--sensitive", "none").code == 0
    assert dataaudit("run", data, "--fast", "--quiet").code == 0


def test_init_overwrites_only_when_told_to(dataaudit: Dataaudit, data: Path, tmp_path: Path) -> None:
    (tmp_path / "dataaudit.toml").write_text("# mine\n")
    done = dataaudit("init", data)
    assert done.code == 2
    assert "--force" in done.err
    assert (tmp_path / "dataaudit.toml").read_text() == "# mine\n"
    assert dataaudit("init", data, "--force").code == 0


def test_init_into_nowhere_is_said(dataaudit: Dataaudit, data: Path) -> None:
    done = dataaudit("init", data, "--output", "no/such/folder/dataaudit.toml")
    assert (done.code, done.out) == (2, "")
    assert "cannot be written" in done.err


PRINTED = st.text(st.characters(codec="utf-8"), min_size=1)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(label=PRINTED, sensitive=st.lists(PRINTED, min_size=2, unique=True), name=PRINTED, positive=PRINTED)
def test_any_name_survives_the_config(
    tmp_path: Path, label: str, sensitive: list[str], name: str, positive: str
) -> None:
    dataset = replace(
        evidence_of({"x": [1], "y": ["u"]}, label="y").dataset,
        name=name,
        roles=Roles(label=(label,), sensitive=tuple(sensitive), id=name),
        positive=positive,
    )
    text = config_text(dataset, (Guess("label", label, "from its name"),), Config())
    path = tmp_path / "dataaudit.toml"
    path.write_text(text, encoding="utf-8")
    config = load_config({}, path, None)
    assert config.dataset.label == (label,)
    assert config.dataset.sensitive == tuple(sensitive)
    assert config.dataset.id == name
    assert config.dataset.positive == positive
