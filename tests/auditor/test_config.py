from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from auditor.config import Config, find_config, load_config
from auditor.errors import UsageError


def repo(tmp_path: Path, **files: str) -> Path:
    """A repository with a data file two folders down, and more files; `__` stands for a slash, `_` for a dot."""
    (tmp_path / "repo" / ".git").mkdir(parents=True)
    data = tmp_path / "repo" / "data" / "raw" / "d.csv"
    data.parent.mkdir(parents=True)
    data.write_text("a,y\n1,u\n")
    for name, text in files.items():
        place = tmp_path / name.replace("__", "/").replace("_", ".")
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text)
    return data


def loaded(tmp_path: Path, text: str | bytes, name: str = "dataaudit.toml", **flags: dict[str, Any]) -> Config:
    file = tmp_path / name
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    return load_config(flags, file, None)


def refused(tmp_path: Path, text: str | bytes, name: str = "dataaudit.toml") -> str:
    with pytest.raises(UsageError) as caught:
        loaded(tmp_path, text, name)
    assert name in str(caught.value)
    return str(caught.value)


def test_without_any_setting_all_is_default() -> None:
    assert load_config({}, None, None) == Config()


def test_flag_over_file_and_origins_of_both(tmp_path: Path) -> None:
    text = '[dataset]\nlabel = "y"\nid = "k"\n[gate]\npolicy = "strict"\n'
    config = loaded(tmp_path, text, dataset={"label": ("z",)}, run={"fast": True})
    assert config.dataset.label == ("z",)
    assert config.dataset.id == "k"
    assert config.gate.policy == "strict"
    file = str(tmp_path / "dataaudit.toml")
    assert config.origins == {
        "dataset.label": ("flag", ""),
        "run.fast": ("flag", ""),
        "dataset.id": ("config", file),
        "gate.policy": ("config", file),
    }


def test_the_file_beside_the_data_comes_first(tmp_path: Path) -> None:
    data = repo(
        tmp_path,
        repo__dataaudit_toml='[dataset]\nlabel = "far"\n',
        repo__data__raw__dataaudit_toml='[dataset]\nlabel = "near"\n',
    )
    assert load_config({}, None, data).dataset.label == ("near",)


def test_then_upward_to_the_root_of_the_repository(tmp_path: Path) -> None:
    data = repo(tmp_path, repo__dataaudit_toml='[dataset]\nlabel = "root"\n')
    assert load_config({}, None, data).dataset.label == ("root",)
    assert load_config({}, None, data.parent).dataset.label == ("root",)  # a folder of Parquet parts
    assert find_config(data.with_name("not-there.csv")) == tmp_path / "repo" / "dataaudit.toml"


def test_and_not_beyond(tmp_path: Path) -> None:
    data = repo(tmp_path, dataaudit_toml='[dataset]\nlabel = "stranger"\n')
    assert find_config(data) is None


def test_a_pyproject_with_our_table_will_do(tmp_path: Path) -> None:
    data = repo(tmp_path, repo__pyproject_toml='[tool.dataaudit.dataset]\nlabel = "y"\n')
    config = load_config({}, None, data)
    assert config.dataset.label == ("y",)
    assert config.origins["dataset.label"] == ("config", str(tmp_path / "repo" / "pyproject.toml"))


def test_dataaudit_toml_over_the_pyproject_beside_it(tmp_path: Path) -> None:
    data = repo(
        tmp_path,
        repo__dataaudit_toml='[dataset]\nlabel = "ours"\n',
        repo__pyproject_toml='[tool.dataaudit.dataset]\nlabel = "theirs"\n',
    )
    assert load_config({}, None, data).dataset.label == ("ours",)


@pytest.mark.parametrize(
    "other",
    ['[project]\nname = "x"\n', "# [tool.dataaudit] one day\n", '[tool.ruff]\nsrc = ["dataaudit"]\n', "= broken"],
)
def test_a_pyproject_of_somebody_elses_does_not_end_the_search(tmp_path: Path, other: str) -> None:
    data = repo(tmp_path, repo__data__pyproject_toml=other, repo__dataaudit_toml='[dataset]\nlabel = "root"\n')
    assert load_config({}, None, data).dataset.label == ("root",)


@pytest.mark.parametrize("table", ["[tool.dataaudit]\n", "[tool]\ndataaudit = {}\n", "[ tool . dataaudit ]\n"])
def test_an_empty_table_ends_it_and_sets_nothing(tmp_path: Path, table: str) -> None:
    data = repo(tmp_path, repo__data__pyproject_toml=table, repo__dataaudit_toml='[dataset]\nlabel = "root"\n')
    assert load_config({}, None, data) == Config()


def test_a_broken_pyproject_that_names_us_is_an_error(tmp_path: Path) -> None:
    data = repo(tmp_path, repo__pyproject_toml='[tool.dataaudit.dataset]\nlabel = "y\n')
    with pytest.raises(UsageError, match=r"pyproject\.toml: not valid TOML.*line 2"):
        load_config({}, None, data)


@pytest.mark.parametrize("text", ['tool = "x"', "[tool]\ndataaudit = 5", "[tool]\ndataaudit = [1]"])
def test_a_pyproject_of_odd_shape_is_no_crash(tmp_path: Path, text: str) -> None:
    if text.startswith("tool"):
        assert loaded(tmp_path, text, "pyproject.toml") == Config()
    else:
        assert "tool.dataaudit" in refused(tmp_path, text, "pyproject.toml")


def test_a_file_that_was_named_is_the_only_one(tmp_path: Path) -> None:
    data = repo(tmp_path, repo__dataaudit_toml='[dataset]\nlabel = "root"\n', other_toml="[run]\nfast = true\n")
    config = load_config({}, tmp_path / "other.toml", data)
    assert config.dataset.label is None
    assert config.run.fast


@pytest.mark.parametrize("name", ["gone.toml", "."])
def test_a_named_file_that_cannot_be_read_is_an_error(tmp_path: Path, name: str) -> None:
    with pytest.raises(UsageError, match="cannot be read"):
        load_config({}, tmp_path / name, None)


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ('[datset]\nlabel = "y"\n', "unknown table [datset]. Did you mean 'dataset'?"),
        ('[dataset]\nlable = "y"\n', "[dataset] has no setting 'lable'. Did you mean 'label'?"),
        ('label = "y"\n', "'label' stands outside a table."),
        ("[gate]\npolicy = 'strickt'\n", "gate.policy: Input should be 'recommended' or 'strict' (found 'strickt')"),
        ("[run]\nfast = 'perhaps'\n", "run.fast"),
        ("[dataset]\nlabel = 5\n", "dataset.label"),
        ("[dataset]\nid = ['a', 'b']\n", "dataset.id"),
        ("[read]\nheader = 'maybe'\n", "read.header"),
        ("[checks]\nclass-imbalance = 3\n", "checks.class-imbalance"),
        ("[origins]\nx = ['flag', 'me']\n", "unknown table [origins]"),
        ("[dataset]\nsensitive = ''\n", "dataset.sensitive: Value error, names no column"),
        ("[dataset]\nsensitive = ' , '\n", "dataset.sensitive: Value error, names no column"),
        ("[dataset]\nlabel = []\n", "dataset.label: Value error, names no column"),
        ("[zzz]\n", "Known: dataset, read, run, gate, checks."),
    ],
)
def test_what_is_unknown_or_of_the_wrong_type_is_named(tmp_path: Path, text: str, hint: str) -> None:
    assert hint in refused(tmp_path, text)


def test_broken_toml_is_named_with_its_line(tmp_path: Path) -> None:
    assert "line 2" in refused(tmp_path, '[dataset]\nlabel = "y\n')


def test_bytes_that_are_no_text_are_no_toml(tmp_path: Path) -> None:
    assert "not valid TOML" in refused(tmp_path, '[run]\nselect = "ä"\n'.encode("utf-16"))


def test_a_byte_order_mark_does_no_harm(tmp_path: Path) -> None:
    assert loaded(tmp_path, b"\xef\xbb\xbf[run]\r\nfast = true\r\n").run.fast


def test_names_are_a_list_or_stand_between_commas(tmp_path: Path) -> None:
    text = '[dataset]\nsensitive = "sex, race,"\nfeatures = ["a, b", "c"]\n'
    dataset = loaded(tmp_path, text).dataset
    assert dataset.sensitive == ("sex", "race")
    assert dataset.features == ("a, b", "c")


def test_dashes_are_as_good_as_underscores(tmp_path: Path) -> None:
    config = loaded(tmp_path, '[gate]\nfail-on = "warning"\nexit-zero = true\n')
    assert config.gate.fail_on == "warning"
    assert "gate.fail_on" in config.origins


@pytest.mark.parametrize("said", ['"none"', '["none"]', "[]"])
def test_no_sensitive_column_is_something_that_can_be_said(tmp_path: Path, said: str) -> None:
    assert loaded(tmp_path, f"[dataset]\nsensitive = {said}\n").dataset.declared().sensitive == ()
    assert Config().dataset.declared().sensitive is None


def test_options_of_checks_are_kept_as_they_are(tmp_path: Path) -> None:
    config = loaded(tmp_path, "[checks.class-imbalance]\nmin_rows = 5\n")
    assert config.checks == {"class-imbalance": {"min_rows": 5}}
    assert "checks.class-imbalance" in config.origins
