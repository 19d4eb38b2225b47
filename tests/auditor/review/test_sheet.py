from __future__ import annotations

from pathlib import Path

import pytest

from auditor.dataset.verdicts import Place, Verdict
from auditor.errors import UsageError
from auditor.review.sheet import Judged, read_sheet

HEADER = "key,check,row,line,label,suggested,probability,sample,verdict,new_label,verdict_2,comment,x"


def line(verdict: str = "", new: str = "", second: str = "", row: str = "3", suggested: str = "b") -> str:
    return f"k{row},cabc:s1:0s:5.10:1.2,{row},5,a,{suggested},,yes,{verdict},{new},{second},well,7"


def sheet(tmp_path: Path, *lines: str, header: str = HEADER) -> Path:
    path = tmp_path / "review.csv"
    path.write_text("\n".join([header, *lines]) + "\n")
    return path


def only(tmp_path: Path, *arguments: str) -> Judged:
    (judged,) = read_sheet(sheet(tmp_path, line(*arguments)))
    return judged


def test_a_row_says_which_it_is_and_how_it_was_drawn(tmp_path: Path) -> None:
    judged = only(tmp_path, "keep")
    assert (judged.key, judged.check, judged.row) == ("k3", "abc", 3)
    assert judged.place == Place("s1", 0, True, (5, 10), (1, 2))
    assert judged.comment == "well"
    assert judged.where == f"{tmp_path / 'review.csv'}:2"


@pytest.mark.parametrize(
    ("cells", "verdict", "label", "twice"),
    [
        (("",), None, "", False),
        (("accept",), Verdict.ACCEPT, "b", False),
        (("accept", "b"), Verdict.ACCEPT, "b", False),
        (("KEEP",), Verdict.KEEP, "", False),
        (("relabel", "c"), Verdict.RELABEL, "c", False),
        (("can't tell",), Verdict.UNCLEAR, "", False),
        (("accept", "", "accept"), Verdict.ACCEPT, "b", True),
        (("accept", "", "keep"), Verdict.UNCLEAR, "b", False),
        (("", "", "keep"), Verdict.KEEP, "", False),
        (("wrong",), Verdict.WRONG, "", False),
        (("wrong", "", "accept"), Verdict.ACCEPT, "b", True),
        (("relabel", "c", "wrong"), Verdict.RELABEL, "c", True),
        (("accept", "", "relabel"), Verdict.WRONG, "", True),
        (("unclear",), Verdict.UNCLEAR, "", False),
    ],
)
def test_what_was_said(
    tmp_path: Path, cells: tuple[str, ...], verdict: Verdict | None, label: str, twice: bool
) -> None:
    judged = only(tmp_path, *cells)
    assert (judged.verdict, judged.label, judged.twice) == (verdict, label, twice)


@pytest.mark.parametrize(
    ("cells", "problem"),
    [
        (("yes",), "'yes' is no verdict. Write accept, keep, relabel, wrong or unclear"),
        (("keep", "", "nope"), "'nope' is no verdict"),
        (("relabel",), "to relabel, write what is right in new_label"),
        (("keep", "c"), "the verdict is keep, but new_label is 'c'. Write relabel"),
        (("accept", "c"), "the verdict is accept, but new_label is 'c'"),
        (("wrong", "c"), "the verdict is wrong, but new_label is 'c'. Write relabel"),
        (("", "c"), "new_label is 'c', but there is no verdict"),
        (("accept", "", "", "3", ""), "there is no suggestion to accept"),
        (("keep", "", "", "x"), "does not say which row it speaks of"),
    ],
)
def test_what_makes_no_sense_is_named_with_its_line(tmp_path: Path, cells: tuple[str, ...], problem: str) -> None:
    path = sheet(tmp_path, line(row="1"), line(*cells))
    with pytest.raises(UsageError) as error:
        read_sheet(path)
    assert str(error.value).startswith(f"{path}:3: {problem}")


@pytest.mark.parametrize(
    ("cells", "contradicted"),
    [
        (("unclear",), False),
        (("keep", "", "unclear"), True),
        (("accept", "", "keep"), True),
        (("wrong", "", "accept"), False),
    ],
)
def test_what_contradicts_itself(tmp_path: Path, cells: tuple[str, ...], contradicted: bool) -> None:
    assert only(tmp_path, *cells).contradicted is contradicted


def test_what_spreadsheets_make_of_it_is_understood(tmp_path: Path) -> None:
    expected = read_sheet(sheet(tmp_path, line("keep"), line("relabel", "c", row="4")))
    path = tmp_path / "review.csv"
    text = path.read_text()
    path.write_bytes(b"\xef\xbb\xbf" + text.replace(",", ";").replace("\n", "\r\n").encode() + b";;;\r\n\r\n")
    assert read_sheet(path) == expected
    path.write_text(text.replace(",", "\t").replace("key", '"Key"'))
    assert read_sheet(path) == expected


def test_an_apostrophe_that_we_wrote_is_taken_off(tmp_path: Path) -> None:
    assert only(tmp_path, "accept", "", "", "3", "'=b").label == "=b"


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"", "is empty"),
        (b"a,b\n1,2\n", "not a review.csv: it has no column 'key'"),
        (HEADER.encode() + b"\n\xff\n", "is not UTF-8 text. Save it as"),
        (HEADER.encode() + b"\nk,abc,3,5,a,b,,yes,keep,,,,\n", "does not say which row"),
        (HEADER.encode() + b"\nk\n", "does not say which row"),
    ],
)
def test_another_file_is_refused(tmp_path: Path, content: bytes, problem: str) -> None:
    path = tmp_path / "review.csv"
    path.write_bytes(content)
    with pytest.raises(UsageError, match=problem):
        read_sheet(path)


def test_a_row_stands_on_the_sheet_once(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=":3: the row stands on the sheet twice"):
        read_sheet(sheet(tmp_path, line("keep"), line("accept")))


def test_a_sheet_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot be read: No such file"):
        read_sheet(tmp_path / "no.csv")
