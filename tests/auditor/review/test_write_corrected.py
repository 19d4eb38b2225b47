from __future__ import annotations

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
from auditor.review.plan import Change, class_named, labels_of, merged

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
