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
        ("[gate]\npolicy = 'strickt'\n", "[gate] policy: Input should be 'recommended' or 'strict' (found 'strickt')"),
        ("[run]\nfast = 'perhaps'\n", "[run] fast: must be true or false (found 'perhaps')"),
        ("[dataset]\nlabel = 5\n", "[dataset] label: must be a name or a list of names (found 5)"),
        ("[dataset]\nlabel = ['a', 5]\n", "[dataset] label: must be text (found 5)"),
        ("[dataset]\nid = ['a', 'b']\n", "[dataset] id: must be text (found ['a', 'b'])"),
        ("[read]\nheader = 'maybe'\n", "[read] header: must be true or false"),
        ("[checks]\nclass-imbalance = 3\n", "[checks.class-imbalance]: must be a table (found 3)"),
        ("[origins]\nx = ['flag', 'me']\n", "unknown table [origins]"),
        ("[dataset]\nsensitive = ''\n", "[dataset] sensitive: names no column (found '')"),
        ("[dataset]\nsensitive = ' , '\n", "[dataset] sensitive: names no column"),
        ("[dataset]\nlabel = []\n", "[dataset] label: names no column"),
        ("[dataset]\nunlabelled = true\npositive = 'u'\n", "unlabelled: there is no label, but "),
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
    text = '[read]\nnames = "sex, race,"\nmissing = ["a, b", "c"]\n[run]\nselect = \'x,"y,z"\'\n'
    config = loaded(tmp_path, text)
    assert config.read.names == ("sex", "race")
    assert config.read.missing == ("a, b", "c")
    assert config.run.select == ("x", "y,z")


def test_columns_in_one_string_wait_for_the_data_to_tell_whether_it_is_one_name(tmp_path: Path) -> None:
    dataset = loaded(tmp_path, '[dataset]\nsensitive = "sex, race"\nfeatures = ["a, b", "c"]\n').dataset
    assert dataset.sensitive == ("sex, race",)
    assert dataset.features == ("a, b", "c")


def test_classes_may_be_written_as_what_they_are(tmp_path: Path) -> None:
    dataset = loaded(tmp_path, "[dataset]\npositive = true\nlabel_order = [1, 2.0, 2020-01-31, 'x']\n").dataset
    assert dataset.positive == "true"
    assert dataset.label_order == ("1", "2", "2020-01-31", "x")


@pytest.mark.parametrize(
    ("text", "flags", "label", "unlabelled"),
    [
        ("label = 'y'\ntask = 'binary'\npositive = 'u'\n", {"unlabelled": True}, None, True),
        ("unlabelled = true\n", {"label": ("y",)}, ("y",), False),
    ],
)
def test_a_flag_that_there_is_a_label_or_none_overrules_the_file(
    tmp_path: Path, text: str, flags: dict[str, Any], label: Any, unlabelled: bool
) -> None:
    config = loaded(tmp_path, f"[dataset]\n{text}", dataset=flags)
    assert (config.dataset.label, config.dataset.unlabelled) == (label, unlabelled)
    assert set(config.origins) == {f"dataset.{name}" for name in flags}


def test_an_error_says_where_the_setting_stands(tmp_path: Path) -> None:
    for name, table in (("dataaudit.toml", "dataset"), ("pyproject.toml", "tool.dataaudit.dataset")):
        config = loaded(tmp_path, f"[{table}]\nlabel = 'z'\n", name)
        with pytest.raises(UsageError) as caught, config.settings_named():
            raise UsageError("no", "dataset.label")
        assert str(caught.value) == f"{tmp_path / name}: [{table}] label: no"


@pytest.mark.parametrize(
    ("by", "setting", "told"),
    [
        ("", "dataset.label_is", "--label-is: no"),
        ("", "dataset.split", "--split-column: no"),
        ("audit()", "dataset.label_is", "audit(label_is=…): no"),
        ("audit()", "read.names", "--names: no"),  # was not set at all
    ],
)
def test_or_what_the_flag_or_the_argument_is_called(by: str, setting: str, told: str) -> None:
    config = load_config({"dataset": {"label_is": "outcome", "split": "s"}}, None, None, by)
    with pytest.raises(UsageError) as caught, config.settings_named():
        raise UsageError("no", setting)
    assert str(caught.value) == told


def test_what_is_no_utf8_is_refused_before_it_breaks_a_report(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="--names: 'a.udcff' is not UTF-8 text"):
        load_config({"read": {"names": ("x", "a\udcff")}}, None, None)
    path = tmp_path / "c\udcff.toml"
    path.write_text("[run]\nfast = true\n")
    assert load_config({}, path, None).origins["run.fast"][1].endswith("c\\udcff.toml")


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


@pytest.mark.parametrize("text", ['[run]\nas = "bacth"\n', '[run]\nas = "batch"\n'])
def test_what_the_data_is_to_its_reference_is_called_as_it_was_written(tmp_path: Path, text: str) -> None:
    said = refused(tmp_path, text)
    assert "[run] as: " in said
    assert "data_as" not in said
