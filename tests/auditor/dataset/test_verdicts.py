from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from auditor.dataset.verdicts import (
    Place,
    Remembered,
    Verdict,
    agreed,
    beside,
    place_of,
    read_verdicts,
    verdict_of,
    written,
)
from auditor.errors import UsageError

PLACE = Place("s1", 0, True, (5, 10, 85), (1, 2, 17))
ONE = Remembered("k-0", 3, Verdict.ACCEPT, "cat", "dog", "b", "a", "d1", "d2", PLACE, True, "ann", "today", '=a, "b"\n')


@pytest.mark.parametrize(
    ("word", "verdict"),
    [
        ("accept", Verdict.ACCEPT),
        (" ACCEPTED ", Verdict.ACCEPT),
        ("acept", Verdict.ACCEPT),
        ("Keep", Verdict.KEEP),
        ("keeep", Verdict.KEEP),
        ("re-label", Verdict.RELABEL),
        ("relabelled", Verdict.RELABEL),
        ("wrong", Verdict.WRONG),
        ("Incorrect", Verdict.WRONG),
        ("correct", Verdict.KEEP),
        ("can't tell", Verdict.UNCLEAR),
        ("Can’t  tell.", Verdict.UNCLEAR),
        ("cannot_tell", Verdict.UNCLEAR),
        ("?", Verdict.UNCLEAR),
        ("  ", None),
    ],
)
def test_case_and_small_slips_are_forgiven(word: str, verdict: Verdict | None) -> None:
    assert verdict_of(word) is verdict


@pytest.mark.parametrize("word", ["yes", "no", "1", "x", "accept or keep"])
def test_any_other_word_is_refused(word: str) -> None:
    with pytest.raises(ValueError, match="is no verdict. Write accept, keep, relabel, wrong or unclear"):
        verdict_of(word)


def test_two_verdicts_that_contradict_each_other_make_the_row_unclear() -> None:
    assert agreed(Verdict.ACCEPT, Verdict.KEEP) is Verdict.UNCLEAR
    assert agreed(Verdict.KEEP, Verdict.KEEP) is Verdict.KEEP
    assert agreed(None, Verdict.KEEP) is Verdict.KEEP
    assert agreed(None, None) is None


def test_two_who_find_it_wrong_agree_on_that_whatever_is_right() -> None:
    assert agreed(Verdict.ACCEPT, Verdict.RELABEL) is Verdict.WRONG
    assert agreed(Verdict.RELABEL, Verdict.WRONG) is agreed(Verdict.WRONG, Verdict.RELABEL) is Verdict.RELABEL


def test_a_place_in_an_order_is_written_and_read() -> None:
    place = Place("s1", 0, True, (50,), (20,), 17)
    assert place_of(str(place)) == place
    with pytest.raises(ValueError, match="no place in a sample"):
        place_of("s1:0s20:50:20")


def test_a_place_is_written_and_read() -> None:
    assert str(PLACE) == "s1:0s:5.10.85:1.2.17"
    assert place_of(str(PLACE)) == PLACE
    assert place_of(str(replace(PLACE, in_sample=False))) == replace(PLACE, in_sample=False)


@pytest.mark.parametrize(
    "text", ["", "s1", "s1:9s:5.1:1.1", "s1:0x:5.1:1.1", "s1:0s:5.1:6.1", ":0s:5.1:1.1", "s1:0s:5:1.1", "s1::5:1"]
)
def test_no_other_text_is_a_place(text: str) -> None:
    with pytest.raises((ValueError, IndexError)):
        place_of(text)


@pytest.mark.parametrize(
    ("data", "file"),
    [
        ("a/people.csv", "a/people.verdicts.csv"),
        ("p.csv.gz", "p.verdicts.csv"),
        ("p.v2.jsonl", "p.v2.verdicts.csv"),
        ("p", "p.verdicts.csv"),
    ],
)
def test_verdicts_stand_beside_the_data(data: str, file: str) -> None:
    assert beside(Path(data)) == Path(file)


def test_verdicts_are_written_and_read(tmp_path: Path) -> None:
    entries = (ONE, replace(ONE, key="-x", verdict=None, place=None, twice=False, given="=1", who=""))
    path = tmp_path / "v.csv"
    path.write_text(written(entries))
    assert ",=" not in path.read_text()
    assert read_verdicts(path) == entries


@pytest.mark.parametrize(
    ("spoil", "problem"),
    [
        (lambda text: text.replace("accept", "yes"), r"v\.csv:\d: not a line .* wrote: 'yes' is no verdict"),
        (lambda text: text.replace("k-0,3,", "k-0,x,"), r"v\.csv:\d: not a line"),
        (lambda text: text.replace("k-0,3,", "k-0,-3,"), r"v\.csv:\d: key, row and before must be there"),
        (lambda text: text.replace("s1:0s", "s1:7s"), r"v\.csv:\d: not a line"),
        (lambda text: text.replace("key,row", "kee,row"), r"v\.csv: no file of verdicts: it has no column 'key'"),
        (lambda text: text + "a,b\n", r"v\.csv:4: expected as many fields"),
        (lambda text: text + '"', r"v\.csv:\d: not valid CSV"),
        (lambda text: "", "no column 'key'"),
    ],
)  # fmt: skip
def test_a_line_that_makes_no_sense_is_named(tmp_path: Path, spoil: object, problem: str) -> None:
    path = tmp_path / "v.csv"
    path.write_text(spoil(written([ONE])))  # type: ignore[operator]
    with pytest.raises(UsageError, match=problem):
        read_verdicts(path)


def test_a_file_that_is_not_there_or_no_text_is_named(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"v\.csv: the verdicts cannot be read: No such file"):
        read_verdicts(tmp_path / "v.csv")
    (tmp_path / "v.csv").write_bytes(b"key\xff")
    with pytest.raises(UsageError, match="not UTF-8"):
        read_verdicts(tmp_path / "v.csv")


def test_more_rows_than_were_drawn_are_no_sample(tmp_path: Path) -> None:
    (tmp_path / "v.csv").write_text(written([ONE, replace(ONE, key="k-1", row=4)]))
    with pytest.raises(UsageError, match="v.csv: 2 rows of stratum 0 stand in it, and there were 1. Restore the file"):
        read_verdicts(tmp_path / "v.csv")
