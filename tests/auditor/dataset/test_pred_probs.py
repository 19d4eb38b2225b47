from __future__ import annotations

import pickle
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest

from auditor.dataset.table import Dataset
from auditor.errors import AuditError, DataError, UsageError
from auditor.testing import evidence_of

Y = ["dog", "cat", "owl", "cat"]
#: In the sorted order of the classes: cat, dog, owl.
P = np.array([[0.1, 0.8, 0.1], [0.9, 0.05, 0.05], [0.2, 0.2, 0.6], [0.7, 0.2, 0.1]])


def dataset(given: Any, y: list[Any] = Y, **more: Any) -> Dataset:
    return evidence_of({"y": y, "x": list(range(len(y))), **more}, label="y", pred_probs=given).dataset


def held(given: Any, y: list[Any] = Y, **more: Any) -> dict[str, list[float]]:
    """The probabilities by class."""
    found = dataset(given, y, **more).pred_probs
    assert found is not None
    return {
        name: column.astype(float).round(4).tolist()
        for name, column in zip(found.classes, found.probabilities.T, strict=True)
    }


EXPECTED = {"cat": [0.1, 0.9, 0.2, 0.7], "dog": [0.8, 0.05, 0.2, 0.2], "owl": [0.1, 0.05, 0.6, 0.1]}


def written(folder: Path, form: str, names: list[str]) -> Path:
    frame, path = pl.DataFrame(P, schema=names), folder / f"probs.{form}"
    _write(frame, path, form)
    return path


def _write(frame: pl.DataFrame, path: Path, form: str) -> None:
    if form == "csv":
        frame.write_csv(path)
    elif form == "parquet":
        frame.write_parquet(path)
    else:
        frame.write_ipc(path)


def test_an_array_is_taken_in_the_sorted_order_of_the_classes_and_that_is_said() -> None:
    assert held(P) == EXPECTED
    (note,) = dataset(P).source.notes
    assert "an array, taken to be out of sample" in note
    assert "sorted order of the classes: cat, dog, owl" in note


def test_npy_files_are_read(tmp_path: Path) -> None:
    np.save(tmp_path / "p.npy", P)
    assert held(tmp_path / "p.npy") == EXPECTED
    assert held(str(tmp_path / "p.npy")) == EXPECTED


@pytest.mark.parametrize("form", ["csv", "parquet", "feather"])
def test_columns_named_by_class_are_taken_by_name(tmp_path: Path, form: str) -> None:
    shuffled = P[:, [2, 0, 1]]
    path = tmp_path / f"p.{form}"
    frame = pl.DataFrame(shuffled, schema=["p_owl", "p_cat", "p_dog"])
    _write(frame, path, form)
    assert held(path) == EXPECTED
    assert "named by class" in dataset(path).source.notes[0]


def test_columns_whose_names_do_not_say_are_taken_in_order(tmp_path: Path) -> None:
    path = written(tmp_path, "parquet", ["a", "b", "c"])
    assert held(path) == EXPECTED
    assert "sorted order" in dataset(path).source.notes[0]


def test_a_class_that_no_row_has_may_have_a_column() -> None:
    frame = pl.DataFrame(np.hstack([P * 0.5, np.full((4, 1), 0.5)]), schema=["cat", "dog", "owl", "yak"])
    assert set(held(frame)) == {"cat", "dog", "owl", "yak"}


def test_numbers_are_ordered_by_size() -> None:
    assert list(held(P, [10, 9, 100, 9])) == ["9", "10", "100"]
    assert list(held(P, ["10", "9", "100", "9"])) == ["10", "100", "9"]


def test_names_made_up_by_a_reader_name_no_class(tmp_path: Path) -> None:
    path = tmp_path / "p.csv"
    path.write_text("\n".join(",".join(map(str, row)) for row in P))
    assert list(held(path, [0, 1, 2, 1])) == ["0", "1", "2"]


def test_columns_of_the_data_are_no_features() -> None:
    columns = dict(zip(["p_owl", "p_cat", "p_dog"], P[:, [2, 0, 1]].T, strict=True))
    assert held("p_owl,p_cat,p_dog", **columns) == EXPECTED
    found = dataset(("p_owl", "p_cat", "p_dog"), **columns)
    assert found.roles.features == ("x",)
    assert found.roles.pred_probs == ("p_owl", "p_cat", "p_dog")


def test_a_column_of_vectors_is_taken() -> None:
    assert held("p", p=P.tolist()) == EXPECTED


def changed(row: int, values: list[float]) -> Any:
    array = P.copy()
    array[row] = values
    return array


@pytest.mark.parametrize(
    ("given", "problem"),
    [
        (P[:3], "has 3 rows, the data 4"),
        (P[:, :2], "2 columns for 3 classes"),
        (P[:, 0], "1 dimensions"),
        (changed(2, [0.5, 0.5, 0.1]), r"row 2 \(counted from 0\) sums to 1.1"),
        (changed(1, [1.2, -0.2, 0.0]), "row 1 .* below 0 or above 1"),
        (changed(3, [np.nan, 0.5, 0.5]), "row 3 .* missing or infinite"),
        (P.astype(str), "not numbers"),
        (pl.DataFrame(P, schema=["cat", "dog", "bird"]), "none named 'owl'"),
        (pl.DataFrame({"cat": ["a"] * 4, "dog": [1.0] * 4}), "a probability is a number"),
        ("nowhere.npy", "no file and no column 'nowhere.npy'"),
        ("x,z", "there is no column 'z'"),
        ("y", "is the label already"),
    ],
)
def test_what_is_wrong_is_said(given: Any, problem: str) -> None:
    with pytest.raises(UsageError, match=problem):
        dataset(given)


def test_a_sum_within_rounding_is_fine_and_one_beyond_is_not() -> None:
    dataset(changed(0, [0.1, 0.8, 0.1009]))
    with pytest.raises(UsageError, match="row 0"):
        dataset(changed(0, [0.1, 0.8, 0.1011]))


def test_the_positive_class_alone_is_not_enough() -> None:
    with pytest.raises(UsageError, match="1 column for 2 classes; give both"):
        dataset(P[:, :1], ["a", "b", "a", "b"])


class Hostile:
    def __reduce__(self) -> Any:
        return (print, ("run",))


def test_nothing_pickled_is_loaded(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    np.save(tmp_path / "p.npy", np.array([[Hostile()]] * 4, dtype=object), allow_pickle=True)
    (tmp_path / "q.npy").write_bytes(pickle.dumps(Hostile()))
    for name in ("p.npy", "q.npy"):
        with pytest.raises(AuditError):
            dataset(tmp_path / name)
    assert "run" not in capsys.readouterr().out


def test_broken_files_are_refused(tmp_path: Path) -> None:
    np.save(tmp_path / "p.npy", P)
    (tmp_path / "cut.npy").write_bytes((tmp_path / "p.npy").read_bytes()[:-9])
    np.savez(tmp_path / "p.npz", P)
    for name in ("cut.npy", "p.npz"):
        with pytest.raises(UsageError, match=name):
            dataset(tmp_path / name)
    (tmp_path / "p.parquet").write_bytes(b"PAR1 nothing of the kind")
    with pytest.raises(DataError, match=r"p\.parquet"):
        dataset(tmp_path / "p.parquet")


@pytest.mark.parametrize(("y", "task"), [([["a"], ["b"], ["a"], ["b"]], "multilabel"), ([1.5, 2.5, 3.5, 4.5], None)])
def test_other_tasks_have_no_class_to_predict(y: list[Any], task: str | None) -> None:
    with pytest.raises(UsageError, match="no one class a row"):
        evidence_of({"y": y, "x": [1, 2, 3, 4]}, label="y", task=task or "regression", pred_probs=P)


def test_rows_with_equal_features_are_alike_whatever_a_model_says() -> None:
    table = {"x": [1, 1, 2, 2], "y": ["a", "b", "a", "a"], "p": [0.1, 0.2, 0.3, 0.4], "q": [0.9, 0.8, 0.7, 0.6]}
    found = evidence_of(table, label="y", pred_probs="p,q").duplicates
    assert found.compared == ("x",)
    assert found.identical.rows.tolist() == [2, 3]
