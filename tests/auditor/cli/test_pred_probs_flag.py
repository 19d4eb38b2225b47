"""`--pred-probs`, from the command line to the report."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest

from auditor.errors import UsageError

Dataaudit = Callable[..., Any]
SAID = ("--label", "y", "--label-is", "annotation", "--sensitive", "none", "--select", "label-errors")


@pytest.fixture
def labels(tmp_path: Path) -> Path:
    """Labels and nothing else; beside them what a model says, in p.npy and, with the labels, in wide.csv."""
    rng = np.random.default_rng(3)
    truth = rng.integers(0, 2, 400)
    p = np.where(truth == 1, 0.95, 0.05) + rng.normal(scale=0.01, size=400)
    y = np.where(rng.random(400) < 0.1, 1 - truth, truth)
    np.save(tmp_path / "p.npy", np.stack([1 - p, p], axis=1))
    rows = [f"{'ny'[label]},{1 - one:.6f},{one:.6f}\n" for label, one in zip(y, p, strict=True)]
    (tmp_path / "wide.csv").write_text("y,p_n,p_y\n" + "".join(rows))
    pl.DataFrame({"y": [row[0] for row in rows]}).write_parquet(tmp_path / "d.parquet")
    return tmp_path / "d.parquet"


def report(folder: Path, name: str) -> dict[str, Any]:
    (path,) = (folder / "reports" / name).glob("*/report.json")
    return dict(json.loads(path.read_text()))


def test_a_file_without_any_feature_is_judged(dataaudit: Dataaudit, labels: Path, tmp_path: Path) -> None:
    done = dataaudit("run", labels, *SAID, "--pred-probs", "p.npy")
    assert done.code == 4, done.out + done.err  # undecided: nobody has verified a row
    found = report(tmp_path, "d")
    (check,) = [one for one in found["checks"] if one["id"] == "label-errors"]
    assert check["findings"][0]["count"] > 20
    (setting,) = [one for one in found["settings"] if one["name"] == "pred-probs"]
    assert (setting["value"], setting["source"]) == ("p.npy", "flag")
    assert "judged by the probabilities in p.npy" in found["dataset"]["notes"][0]


def test_columns_of_the_data_say_the_same(dataaudit: Dataaudit, labels: Path, tmp_path: Path) -> None:
    dataaudit("run", labels, *SAID, "--pred-probs", "p.npy")
    dataaudit("run", "wide.csv", *SAID, "--pred-probs", "p_n,p_y")
    counts = [report(tmp_path, name)["checks"][0]["findings"][0]["count"] for name in ("d", "wide")]
    assert counts[0] == counts[1]
    roles = {column["name"]: column["role"] for column in report(tmp_path, "wide")["dataset"]["columns"]}
    assert roles == {"y": "label", "p_n": "pred_probs", "p_y": "pred_probs"}


def test_the_config_names_them_too_and_is_named_where_they_are_wrong(
    dataaudit: Dataaudit, labels: Path, tmp_path: Path
) -> None:
    (tmp_path / "dataaudit.toml").write_text('[dataset]\nlabel = "y"\npred_probs = "q.npy"\n')
    done = dataaudit("run", labels)
    assert done.code == 2
    assert "dataaudit.toml: [dataset] pred_probs: there is no file and no column 'q.npy'" in done.err


def test_a_config_written_by_init_holds_them(dataaudit: Dataaudit, labels: Path, tmp_path: Path) -> None:
    assert dataaudit("init", "wide.csv", "--label", "y", "--pred-probs", "p_n,p_y").code == 0
    assert 'pred_probs = "p_n,p_y"' in (tmp_path / "dataaudit.toml").read_text()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("d.parquet", "--skip-bad-lines"), "where lines are left out"),
        (("d.parquet", "wide.csv"), "belong to one dataset"),
    ],
)
def test_what_would_no_longer_stand_beside_the_rows_is_refused(
    dataaudit: Dataaudit, labels: Path, arguments: tuple[str, ...], said: str
) -> None:
    done = dataaudit("run", *arguments, "--label", "y", "--pred-probs", "p.npy")
    assert done.code == 2
    assert said in done.err


@pytest.mark.parametrize("given", ["", " , "])
def test_an_empty_name_is_refused(dataaudit: Dataaudit, labels: Path, given: str) -> None:
    done = dataaudit("run", labels, "--pred-probs", given)
    assert done.code == 2
    assert "--pred-probs: must be a file" in done.err


def test_python_takes_arrays_and_says_so(labels: Path) -> None:
    import auditor

    found = auditor.audit(
        labels, label="y", sensitive="none", label_is="annotation", pred_probs=np.load(labels.parent / "p.npy")
    )
    assert {one.name: one.value for one in found.settings}["pred-probs"] == "400 × 2 values from memory"
    with pytest.raises(UsageError, match=r"audit\(pred_probs=…\)"):
        auditor.audit(labels, label="y", pred_probs=7)
