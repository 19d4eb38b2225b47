from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.dataset.dialect import delimiter_of, has_header, parsed
from auditor.dataset.survey import QuoteCheck


@pytest.mark.parametrize(
    ("lines", "delimiter"),
    [
        (["a,b", "1,2"], ","),
        (["a;b", "1,5;2,5"], ";"),
        (["a;b", "1,5;2"], ";"),
        (["a\tb", "x, y\tz"], "\t"),
        (["a|b", "x|y"], "|"),
        (["a,b", '"x;y;z",2', '"q;r;s",3'], ","),
        (["text", "hello, you", "hi"], None),
        (["text", "one", "two"], None),
        (["a,b,c", "1", "1,2", "1,2,3,4"], ","),
    ],
)
def test_delimiters(lines: list[str], delimiter: str | None) -> None:
    assert delimiter_of([line + "\n" for line in lines]) == delimiter


@pytest.mark.parametrize(
    ("lines", "header"),
    [
        (["age,sex", "39,Male"], True),
        (["39,Male", "50,Female"], False),
        (["text,category", "where is it,card", "why,card"], True),
        (["I love it,positive,positive", "you too,positive,negative"], False),
        (["where is it,card", "why,card"], False),
        (["a,b"], True),
        (["1,b"], False),
        (["day,n", "2024-01-31,1"], True),
        (["2024-01-30,1", "2024-01-31,1"], False),
        ([",a", "0,x"], True),
        (["age,?", "39,7", "40,8"], True),
    ],
)
def test_headers(lines: list[str], header: bool) -> None:
    assert has_header(parsed([line + "\n" for line in lines], ","))[0] is header


def _check(content: bytes, size: int) -> tuple[bool, bool]:
    quotes = QuoteCheck(",")
    for start in range(0, len(content), size):
        quotes.add(content[start : start + size])
    tidy = quotes.finished()
    return quotes.seen, tidy


@given(st.text(alphabet='a",\n', max_size=30), st.integers(1, 7))
def test_quotes_are_judged_alike_in_any_chunks(text: str, size: int) -> None:
    content = text.encode()
    assert _check(content, size) == _check(content, max(1, len(content)))
    assert _check(content, size)[0] == ('"' in text)


@given(st.lists(st.lists(st.text(alphabet='a",\n\r', max_size=4), min_size=2, max_size=2), max_size=5))
def test_what_a_writer_writes_is_by_the_book(rows: list[list[str]]) -> None:
    out = io.StringIO(newline="")
    csv.writer(out).writerows(rows)
    assert _check(out.getvalue().encode(), 3)[1]


@pytest.mark.parametrize("text", ['a"b\n', '"a"b\n', '"a\n', 'a,"b"c\n', '"a" ,b\n', 'x ,"a",b"\n'])
def test_what_is_not_by_the_book(text: str) -> None:
    assert not _check(text.encode(), 4)[1]
