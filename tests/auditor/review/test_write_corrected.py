from __future__ import annotations

import gzip
from dataclasses import replace
from pathlib import Path

import pytest

from auditor.check import Evidence
from auditor.config import load_config
from auditor.dataset.table import Dataset
from auditor.dataset.verdicts import Place, Remembered, Verdict
from auditor.errors import AuditError
from auditor.pipeline import load
from auditor.review.apply import write_corrected
from auditor.review.labels import class_named, labels_of
from auditor.review.plan import Change, merged

CHANGE = Change(0, "k", "u", "v", "accept")
PLACE = Place("s1", 0, True, (5,), (3,))
ONE = Remembered("k", 3, Verdict.KEEP, "u", "u", "b", "b", "d1", "d1", PLACE)


def opened(path: Path) -> Dataset:
    flags = {"dataset": {"label": "y", "sensitive": "none", "id": "none"}}
    return load(str(path), load_config(flags, None, None), path.parent / "scratch")[0]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("x,y\n1,v\n2,u\n", "row 1 would have the label 'u', not 'v'"),
        ("x,y\n1,u\n2,v\n", "row 0 would have the label 'u', not 'v'"),
        ("x,y\n1,v\n", "holds 1 rows, not 2"),
    ],
)
def test_a_file_that_does_not_read_back_as_it_was_meant_takes_no_place(tmp_path: Path, text: str, problem: str) -> None:
    data, other = tmp_path / "d.csv", tmp_path / "other.csv"
    data.write_text("x,y\n1,u\n2,v\n")
    other.write_text(text)
    evidence = Evidence(opened(data))
    with pytest.raises(AuditError, match=problem):
        write_corrected(evidence, labels_of(evidence), [CHANGE], tmp_path / "o.csv", lambda _: opened(other))
    assert not (tmp_path / "o.csv").exists()


def test_what_is_said_now_holds_and_silence_takes_nothing_back() -> None:
    silent, wrong = replace(ONE, verdict=None), replace(ONE, verdict=Verdict.ACCEPT)
    assert merged([ONE], [silent], "d1", "d1") == (ONE,)
    assert merged([silent], [ONE], "d1", "d1") == (ONE,)
    assert merged([ONE], [wrong], "d1", "d1") == (wrong,)


def test_what_spoke_for_the_labels_before_speaks_for_those_after() -> None:
    other = replace(ONE, row=4, labels_before="d0", labels_after="d0")
    assert [one.labels_after for one in merged([ONE, other], [], "d1", "d2")] == ["d2", "d0"]


@pytest.mark.parametrize(
    ("text", "classes", "meant"),
    [
        ("cat", {"cat", "Cat"}, "cat"),
        ("CAT", {"cat", "dog"}, "cat"),
        ("CAT", {"cat", "Cat"}, None),
        ("1.0", {"0", "1"}, "1"),
        ("TRUE", {"true", "false"}, "true"),
        ("cow", {"cat", "dog"}, None),
        ("", {"cat"}, None),
    ],
)
def test_the_class_that_is_meant(text: str, classes: set[str], meant: str | None) -> None:
    assert class_named(text, classes) == meant


@pytest.mark.parametrize("name", ["d.csv", "d.csv.gz"])
def test_only_the_columns_of_the_labels_that_change_are_touched(tmp_path: Path, name: str) -> None:
    data, output = tmp_path / name, tmp_path / f"o.{name}"
    before = b"x,cat,dog\r\n1,1,0\r\n2,0,1.0\r\n"
    data.write_bytes(gzip.compress(before) if name.endswith(".gz") else before)
    flags = {"dataset": {"label": ("cat", "dog"), "sensitive": "none", "id": "none"}}

    def reader(path: Path) -> Dataset:
        return load(str(path), load_config(flags, None, None), tmp_path / "scratch")[0]

    evidence = Evidence(reader(data))
    change = Change(0, "k", "cat", "cat; dog", "accept", cells=("1", "1"))
    write_corrected(evidence, labels_of(evidence), [change], output, reader)
    after = gzip.decompress(output.read_bytes()) if name.endswith(".gz") else output.read_bytes()
    assert after == before.replace(b"1,1,0", b"1,1,1.0")
    assert sorted(path.name for path in tmp_path.glob(".*")) == []


def test_nothing_to_change_is_a_copy(tmp_path: Path) -> None:
    data = tmp_path / "d.csv"
    data.write_text("x,cat,dog\n1,1,0\n2,0,1\n")
    flags = {"dataset": {"label": ("cat", "dog"), "sensitive": "none", "id": "none"}}

    def reader(path: Path) -> Dataset:
        return load(str(path), load_config(flags, None, None), tmp_path / "scratch")[0]

    evidence = Evidence(reader(data))
    write_corrected(evidence, labels_of(evidence), [], tmp_path / "o.csv", reader)
    assert (tmp_path / "o.csv").read_bytes() == data.read_bytes()
