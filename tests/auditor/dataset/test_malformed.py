"""Malformed files end with the line, what is wrong and exit code 3; odd but whole files are read as meant."""

from __future__ import annotations

import gzip
import io
import pickle
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from auditor.dataset.options import ReadOptions
from auditor.dataset.readers import read
from auditor.dataset.table import Loaded
from auditor.errors import AuditError, DataError


@dataclass(frozen=True)
class Bad:
    content: str | bytes
    says: str
    line: int | None = None
    name: str = "bad.csv"
    options: dict[str, Any] = field(default_factory=dict)
    code: int = 3


@dataclass(frozen=True)
class Odd:
    content: str | bytes
    rows: list[tuple[Any, ...]]
    name: str = "odd.csv"
    options: dict[str, Any] = field(default_factory=dict)
    names: list[str] | None = None
    says: str = ""  # in a note or the dialect


def _parquet(frame: pl.DataFrame) -> bytes:
    buffer = io.BytesIO()
    frame.write_parquet(buffer)
    return buffer.getvalue()


def _arrow(frame: pl.DataFrame, *, stream: bool = False) -> bytes:
    buffer = io.BytesIO()
    (frame.write_ipc_stream if stream else frame.write_ipc)(buffer)
    return buffer.getvalue()


def _zip() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("a.csv", "a,b\n1,2\n")
    return buffer.getvalue()


TABLE = "a,b,c\n1,x,2.5\n2,y,3.5\n3,z,4.5\n"
FRAME = pl.DataFrame({"a": [1, 2], "b": ["x", None]})
FAR = pl.DataFrame({"t": [None, 9 * 10**18]}).with_columns(pl.col("t").cast(pl.Datetime("us")))
ZIPPED = gzip.compress(TABLE.encode() * 1000)

BAD = {
    "empty file": Bad("", "is empty (0 bytes)"),
    "one row too short": Bad("a,b,c\n1,2,3\n1,2\n4,5,6\n", "expected 3 fields, found 2", 3),
    "one row too long": Bad("a,b,c\n1,2,3\n4,5,6\n1,2,3,4\n", "expected 3 fields, found 4", 4),
    "all rows one longer than the header": Bad("a,b\n1,2,3\n4,5,6\n7,8,9\n", "expected 2 fields, found 3", 2),
    "short row behind quoted newlines": Bad('a,b\n"x\ny\nz",2\n3\n', "expected 2 fields, found 1", 5),
    "short row behind blank lines": Bad("a,b\n\n\n1,2\n\n3\n", "expected 2 fields, found 1", 6),
    "cut off in the last row": Bad("a,b,c\n1,2,3\n4,5", "the file may be cut off", 3),
    "short row with carriage returns": Bad("a,b\r1,2\r3\r", "expected 2 fields, found 1", 3),
    "short row with CRLF": Bad("a,b\r\n1,2\r\n3\r\n4,5\r\n", "expected 2 fields, found 1", 3),
    "ragged all over": Bad("a,b,c\n1\n1,2\n1,2,3,4\n1,2,3,4,5\n", "expected 3 fields, found 1", 2),
    "quote never closed": Bad('a,b\n1,"x\n2,y\n3,z\n', "a quote opens here and is never closed", 2),
    "quote opened on the record's second line": Bad('a,b,c\n1,"x\ny","z\n2,y,w\n', "never closed", 3),
    "text behind a closing quote": Bad('a,b\n1,2\n1,"x"y\n', "text follows a closing quote", 3),
    "quotes not doubled": Bad('a,b\n1,"say "hi" now"\n', "text follows a closing quote", 2),
    "odd quote that swallows rows": Bad('a,b\n"x,1\n2,3\n"good",4\n', "text follows a closing quote", 2),
    "NUL byte": Bad(b"a,b\n1,2\n3,\x004\n", "byte 3 of the line is a NUL byte", 3),
    "Latin-1 bytes": Bad("name,n\nJosé,1\n".encode("latin-1"), "byte 4 of the line is 0xE9, which is not UTF-8", 2),
    "Latin-1 bytes: remedy": Bad("name,n\nJosé,1\n".encode("latin-1"), "--encoding cp1252", 2),
    "Latin-1 bytes late": Bad(b"a,b\n" + b"x,1\n" * 70_000 + b"y\xfc,1\n", "0xFC", 70_002),
    "bad byte in the header": Bad(b"n\xe9,b\n1,2\n", "0xE9", 1),
    "bad byte in a quoted cell": Bad(b'a,b\n1,"x\ny\xff"\n', "byte 2 of the line is 0xFF", 3),
    "a lone header": Bad("a,b,c\n", "has a header but no rows"),
    "a lone header without line end": Bad("a,b,c", "has a header but no rows"),
    "blank lines only": Bad("\n\n\r\n\n", "nothing but blank lines"),
    "a BOM only": Bad(b"\xef\xbb\xbf", "nothing but blank lines"),
    "duplicate names of what may be data": Bad("0,0,c\nq,b,d\nr,c,e\n", "If the line is data, pass --no-header", 1),
    "a title above the header": Bad("Survey 2024\n\na,b\n" + "1,2\n" * 20, "Take it out, as `tail -n +3`", 1),
    "a title below sep=": Bad("sep=;\nSurvey\na;b\n1;2\n3;4\n", "as `tail -n +3` does", 2),
    "quotes with backslashes": Bad('a,b\n1,"say \\"hi\\""\n', "A backslash does not escape it", 2),
    "gzip in a gzip": Bad(gzip.compress(ZIPPED), "is compressed twice with gzip", name="bad.csv.gz"),
    "JSON nested without end": Bad("[" * 100_000, "nested too deep", name="bad.json"),
    "JSON Lines nested without end": Bad('{"a": ' * 100_000, "nested too deep", 1, "bad.jsonl"),
    "a number of 5,000 digits": Bad('{"a": ' + "9" * 5000 + "}", "a number has too many digits", 1, "bad.jsonl"),
    "JSON by columns": Bad('{"a": [1, 2], "b": ["x", "y"]}', "write it with orient='records'", name="bad.json"),
    "JSON by rows and columns": Bad('{"columns": ["a"], "data": [[1]]}', "orient='records'", name="bad.json"),
    "JSON by index": Bad('{"0": {"a": 1}, "1": {"a": 2}}', "orient='records'", name="bad.json"),
    "JSON with its rows under one key": Bad('{"n": [1], "rows": [{"a": 1}]}', "may be under 'rows'", name="bad.json"),
    "a time beyond all calendars": Bad(_parquet(FAR), "before the year 1 or after 9999", name="bad.parquet"),
    "duplicate names": Bad("a,b,a\n1,2,3\n", "column name 'a' stands more than once (columns 1, 3)", 1),
    "a column called like ours": Bad("a,__dataaudit_row__\n1,2\n", "which is ours", 1),
    "a comment above the header": Bad("# made by x\n" + TABLE, "begins with # and is a comment", 1),
    "a comment with commas": Bad("# made by x, on a Monday\n" + TABLE, "as `tail -n +2` does", 1),
    "comments above the header": Bad("# one\n#\n# a,b,c\n" + TABLE, "the first 3 lines begin with #", 1),
    "a comment below sep=": Bad("sep=,\n# made by x\n" + TABLE, "as `tail -n +3` does", 2),
    "a comment above a TSV": Bad("#x, y\n" + TABLE.replace(",", "\t"), "is a comment", 1, "bad.tsv"),
    "a short row below sep=": Bad("sep=;\na;b\n1;2\n3\n", "expected 2 fields, found 1", 4),
    "a short row below sep= in a gzip": Bad(gzip.compress(b"sep=;\na;b\n1;2\n3\n"), "found 1", 4, "bad.csv.gz"),
    "a quote below sep= never closed": Bad('sep=;\na;b\n1;"x\n', "never closed", 3),
    "sep= alone": Bad("sep=;\n", "nothing but blank lines"),
    "gzip cut off": Bad(ZIPPED[: len(ZIPPED) // 2], "truncated", name="bad.csv.gz"),
    "gzip with a wrong checksum": Bad(ZIPPED[:-8] + b"\0" * 8, "corrupted", name="bad.csv.gz"),
    "gzip of nothing": Bad(gzip.compress(b""), "holds nothing", name="bad.csv.gz"),
    "gzip with a short row": Bad(gzip.compress(b"a,b\n1,2\n3\n"), "expected 2 fields, found 1", 3, "bad.csv.gz"),
    "UTF-16 with half a character": Bad(
        b"\xff\xfe" + "a,b\n1,2\n".encode("utf-16-le") + b"3", "is not whole UTF-16-LE text", 3
    ),
    "an Excel workbook": Bad(_zip(), "Excel workbook: not supported"),
    "a PDF": Bad(b"%PDF-1.7\n%\xe2\xe3", "is a PDF: not supported"),
    "an HTML page": Bad("<!DOCTYPE html>\n<html><body>404</body></html>", "web page"),
    "a pickle": Bad(pickle.dumps({"a": [1]}), "never opened because it can run code", name="bad.pkl"),
    "an SQLite database": Bad(b"SQLite format 3\0....", "SQLite"),
    "Zstandard": Bad(b"\x28\xb5\x2f\xfd\x00\x01", "Zstandard"),
    "a workbook in a gzip": Bad(gzip.compress(_zip()), "Excel workbook: not supported", name="bad.csv.gz"),
    "Parquet without its footer": Bad(_parquet(FRAME)[:-8], "its footer cannot be read", name="bad.parquet"),
    "Parquet cut in half": Bad(_parquet(FRAME)[:40], "is not a whole Parquet file", name="bad.parquet"),
    "text called Parquet": Bad(TABLE, "is not a whole Parquet file", name="bad.parquet"),
    "Parquet without rows": Bad(_parquet(FRAME.clear()), "has columns but no rows", name="bad.parquet"),
    "Arrow cut off": Bad(_arrow(FRAME)[:-20], "is not a whole Arrow file", name="bad.arrow"),
    "Arrow stream cut off": Bad(_arrow(FRAME, stream=True)[:-40], "is not a whole Arrow file", name="bad.arrows"),
    "JSON Lines cut off": Bad('{"a": 1}\n{"a": 2', "not valid JSON", 2, "bad.jsonl"),
    "JSON Lines with a bad line": Bad('{"a": 1}\n\n{"a": }\n', "not valid JSON at character 7", 3, "bad.jsonl"),
    "JSON Lines with a number": Bad('{"a": 1}\n7\n', "holds a number, not an object", 2, "bad.jsonl"),
    "JSON Lines with a key twice": Bad('{"a": 1, "a": 2}\n', "the key 'a' stands more than once", 1, "bad.jsonl"),
    "JSON Lines with a bad byte": Bad(b'{"a": "x"}\n{"a": "\xe9"}\n', "byte 8 of the line is 0xE9", 2, "bad.jsonl"),
    "JSON Lines of nothing": Bad("\n\n", "holds no rows", name="bad.jsonl"),
    "JSON Lines with half a character": Bad('{"a": "\\ud83d"}\n', "half of a character", 1, "bad.jsonl"),
    "JSON with half a character": Bad('[{"a": "\\ud83d"}]', "half of a character", name="bad.json"),
    "JSON with a bad byte": Bad(b'[{"a": 1},\n {"\xe9": 2}]', "byte 4 of the line is 0xE9", 2, "bad.json"),
    "JSON with a comma too many": Bad('[{"a": 1},\n{"a": 2},\n]', "not valid JSON", 3, "bad.json"),
    "JSON object of arrays": Bad('{"data": [{"a": 1}]}', "write that array alone", name="bad.json"),
    "JSON array of numbers": Bad("[1, 2]", "item 1 of the array is a number", name="bad.json"),
    "JSON array of nothing": Bad("[]", "holds no rows", name="bad.json"),
    "an encoding nobody knows": Bad(TABLE, "unknown encoding", options={"encoding": "klingon"}, code=2),
    "a delimiter of two characters": Bad(TABLE, "is not one ASCII character", options={"delimiter": "::"}, code=2),
    "decimal sign equals delimiter": Bad(TABLE, "both ','", options={"delimiter": ",", "decimal": ","}, code=2),
    "names that do not fit": Bad(TABLE, "2 column names were given", options={"names": ("x", "y")}, code=2),
    "names given twice": Bad(TABLE, "more than once", options={"names": ("x", "x", "y")}, code=2),
    "no line can be read": Bad(
        "a;b\n1,2\n3,4\n", "no line could be read", 2, options={"delimiter": ";", "skip_bad_lines": True}
    ),
}  # fmt: skip

ODD = {
    "CRLF": Odd("a,b\r\n1,x\r\n2,y\r\n", [(1, "x"), (2, "y")]),
    "bare carriage returns": Odd("a,b\r1,x\r2,y\r", [(1, "x"), (2, "y")]),
    "Excel's line for the separator": Odd("sep=;\na;b\n1,5;x\n2,5;y\n", [(1.5, "x"), (2.5, "y")], says="sep=;"),
    "the same in capitals": Odd("SEP=|\r\na|b,c\r\n1|x\r\n2|y\r\n", [(1, "x"), (2, "y")], names=["a", "b,c"]),
    "the same with a tab": Odd("sep=\t\na\tb\n1\tx\n2\ty\n", [(1, "x"), (2, "y")], names=["a", "b"]),
    "the same behind a mark": Odd("\ufeffsep=;\na;b\n1;x\n2;y\n", [(1, "x"), (2, "y")], names=["a", "b"]),
    "the same in UTF-16": Odd("sep=;\r\na;b\r\n1;x\r\n2;y\r\n".encode("utf-16"), [(1, "x"), (2, "y")]),
    "the same in a gzip": Odd(gzip.compress(b"sep=;\na;b\n1;x\n2;y\n"), [(1, "x"), (2, "y")], "odd.csv.gz"),
    "the same over quotes": Odd('sep=;\na;b\n1;"x;""y"\n2;y\n', [(1, 'x;"y'), (2, "y")]),
    "another delimiter than the line says": Odd("sep=;\na,b\n1,x\n2,y\n", [(1, "x"), (2, "y")],
                                                options={"delimiter": ","}),
    "a header that begins with #": Odd("#a,b\n1,x\n2,y\n", [(1, "x"), (2, "y")], names=["#a", "b"]),
    "a cell that begins with #": Odd("a,b\n#1,x\n# two,y\n", [("#1", "x"), ("# two", "y")]),
    "one column of tags": Odd("#tag\nred\nblue\n", [("red",), ("blue",)], names=["#tag"]),
    "no line end at the end": Odd("a,b\n1,x\n2,y", [(1, "x"), (2, "y")]),
    "quoted newlines": Odd('a,b\n1,"x\ny"\n2,"z\r\nw"\n', [(1, "x\ny"), (2, "z\r\nw")]),
    "quoted newline in the header": Odd('"a\nb",c\n1,2\n', [(1, 2)], names=["a\nb", "c"]),
    "doubled quotes": Odd('a,b\n1,"say ""hi"""\n', [(1, 'say "hi"')]),
    "inches": Odd('a,b\n1,5\'10"\n2,6\'\n', [(1, "5'10\""), (2, "6'")]),
    "a BOM": Odd(b"\xef\xbb\xbfa,b\n1,x\n", [(1, "x")], names=["a", "b"], says="byte-order mark"),
    "a BOM and a quoted header": Odd(b'\xef\xbb\xbf"a","b"\n1,x\n', [(1, "x")], names=["a", "b"]),
    "UTF-16": Odd("a,b\n1,ü\n".encode("utf-16"), [(1, "ü")], says="utf-16-le"),
    "UTF-16 without a mark": Odd("a,b\n1,x\n2,y\n".encode("utf-16-be"), [(1, "x"), (2, "y")], says="zero bytes"),
    "UTF-32": Odd("a,b\n1,ü\n".encode("utf-32"), [(1, "ü")], says="utf-32"),
    "Windows-1252 as told": Odd("a,b\n1,€\n".encode("cp1252"), [(1, "€")], options={"encoding": "cp1252"}),
    "UTF-16 as told": Odd("a,b\n1,x\n".encode("utf-16"), [(1, "x")], options={"encoding": "utf-16"}),
    "semicolons and decimal commas": Odd("a;b\n1,5;x\n2,25;y\n", [(1.5, "x"), (2.25, "y")], says="decimal"),
    "semicolons, all decimal commas": Odd("a;b\n1,5;2,5\n2,25;3,5\n", [(1.5, 2.5), (2.25, 3.5)], says="; (guessed)"),
    "thousands stay text": Odd("a;b\n1.234,5;x\n2,25;y\n", [("1.234,5", "x"), ("2,25", "y")]),
    "tabs": Odd("a\tb\n1\tx, y\n2\tz\n", [(1, "x, y"), (2, "z")], name="odd.tsv", says="tab"),
    "bars": Odd("a|b\n1|x\n2|y\n", [(1, "x"), (2, "y")], says="|"),
    "one column": Odd("n\n1\n2\n", [(1,), (2,)], says="one column"),
    "one column of prose": Odd("text\nhello, you\nhi\nwell, well, well\n",
                               [("hello, you",), ("hi",), ("well, well, well",)], says="one column"),
    "one column, quoted": Odd('text\n"hello, you"\n"hi; you"\n', [("hello, you",), ("hi; you",)], says="one column"),
    "no header": Odd("1,x\n2,y\n", [(1, "x"), (2, "y")], names=["column_1", "column_2"], says="no header"),
    "one line of numbers": Odd("1,2.5\n", [(1, 2.5)], names=["column_1", "column_2"]),
    "header as told": Odd("1,2\n3,4\n", [(3, 4)], options={"header": True}, names=["1", "2"]),
    "no header as told": Odd("a,b\nc,d\n", [("a", "b"), ("c", "d")], options={"header": False}),
    "names for no header": Odd("1,x\n2,y\n", [(1, "x"), (2, "y")], options={"names": ("n", "s")}, names=["n", "s"]),
    "names over a header": Odd("a,b\n1,x\n", [(1, "x")], names=["n", "s"],
                               options={"names": ("n", "s"), "header": True}),
    "a nameless column": Odd(",a\n0,x\n1,y\n", [(0, "x"), (1, "y")], names=["column_1", "a"], says="has no name"),
    "a trailing delimiter on every line": Odd("a,b,\n1,x,\n2,y,\n", [(1, "x"), (2, "y")], says="trailing"),
    "a trailing delimiter, no header": Odd("1,x,\n2,y,\n", [(1, "x"), (2, "y")], says="trailing"),
    "a named column of nothing at the end": Odd("a,b\n1,\n2,\n", [(1, None), (2, None)]),
    "blanks after separators": Odd("1, x, ?\n2, y, 3\n", [(1, "x", None), (2, "y", 3)], says="taken off"),
    "blanks before quotes": Odd('a, b\n1, "x, y"\n2, "z"\n', [(1, "x, y"), (2, "z")], names=["a", "b"]),
    "padded numbers": Odd("a,b\n  1,x\n 22,y\n", [(1, "x"), (22, "y")]),
    "blanks in text stay": Odd('a,b\n1, x\n2,"y "\n3,z\n', [(1, " x"), (2, "y "), (3, "z")]),
    "leading zeros": Odd("a,b\n007,1\n012,2\n", [("007", 1), ("012", 2)]),
    "a late leading zero": Odd("a\n" + "1\n" * 70_000 + "01\n", [("1",)] * 70_000 + [("01",)]),
    "zero and decimals": Odd("a,b\n0,0.5\n-0,-0.25\n", [(0, 0.5), (0, -0.25)]),
    "hexadecimal": Odd("a\n0x1F\n0x20\n", [("0x1F",), ("0x20",)]),
    "long identifiers": Odd("a\n12345678901234567890\n1\n", [("12345678901234567890",), ("1",)]),
    "whole and broken numbers": Odd("a\n1\n2.5\n", [(1.0,), (2.5,)]),
    "a late broken number": Odd("a\n" + "1\n" * 70_000 + "0.5\n", [(1.0,)] * 70_000 + [(0.5,)]),
    "a late word": Odd("a\n" + "1.50\n" * 300_000 + "x\n", [("1.50",)] * 300_000 + [("x",)]),
    "scientific": Odd("a\n1e3\n2.5E-1\n", [(1000.0,), (0.25,)]),
    "true and false": Odd("a,b\nTrue,1\nFalse,2\n", [(True, 1), (False, 2)]),
    "true in two spellings": Odd("a,b\nTrue,1\nTRUE,2\n", [("True", 1), ("TRUE", 2)]),
    "true beside one": Odd("a,b\ntrue,1\n1,2\n", [("true", 1), ("1", 2)]),
    "missing tokens": Odd("a,b\n1,x\n?,NA\nNaN,\n,null\n4,y\n",
                          [(1, "x"), (None, None), (None, None), (None, None), (4, "y")], says="read as missing"),
    "missing tokens between blanks": Odd('a,b\n1,x\n ?, NA \n"  ",y\n', [(1, "x"), (None, None), (None, "y")]),
    "missing tokens as told": Odd("a,b\n1,x\n-9,NA\n", [(1, "x"), (None, "NA")], options={"missing": ("-9",)}),
    "NaN is missing even if no token": Odd("a\n1.5\nNaN\n", [(1.5,), (None,)], options={"missing": ()}),
    "dates": Odd("d\n2024-01-31\n2024-02-01\n", [(datetime(2024, 1, 31),), (datetime(2024, 2, 1),)]),
    "dates and times": Odd("d\n2024-01-31\n2024-02-01T12:30:00\n",
                           [(datetime(2024, 1, 31),), (datetime(2024, 2, 1, 12, 30),)]),
    "times with a zone": Odd("d\n2024-01-31T12:00:00+02:00\n2024-01-31T12:00:00Z\n",
                             [(datetime(2024, 1, 31, 10),), (datetime(2024, 1, 31, 12),)]),
    "German dates": Odd("d\n31.01.2024\n1.2.2024\n", [(datetime(2024, 1, 31),), (datetime(2024, 2, 1),)]),
    "slashed dates": Odd("d\n2024/01/31\n2024/02/01\n", [(datetime(2024, 1, 31),), (datetime(2024, 2, 1),)]),
    "ambiguous dates stay text": Odd("d\n01/02/2024\n02/03/2024\n", [("01/02/2024",), ("02/03/2024",)]),
    "no such day": Odd("d\n2024-02-30\n2024-01-01\n", [("2024-02-30",), ("2024-01-01",)]),
    "blank lines": Odd("a,b\n\n1,x\n\n\n2,y\n\n", [(1, "x"), (2, "y")]),
    "a column of nothing": Odd("a,b\n1,\n2,\n", [(1, None), (2, None)]),
    "a very long line": Odd("a,b\n1," + "x" * 3_000_000 + "\n2,y\n", [(1, "x" * 3_000_000), (2, "y")]),
    "2,000 columns": Odd(",".join(f"c{i}" for i in range(2000)) + "\n" + ",".join("1" * 2000) + "\n",
                         [(1,) * 2000]),
    "quoted newlines over many blocks": Odd('a,b\n' + '1,"x\ny"\n' * 300_000, [(1, "x\ny")] * 300_000),
    "gzip": Odd(gzip.compress(b"a,b\n1,x\n"), [(1, "x")], name="odd.csv.gz", says="gzip"),
    "gzip under another name": Odd(gzip.compress(b"a,b\n1,x\n"), [(1, "x")], says="gzip"),
    "Parquet under another name": Odd(_parquet(FRAME), [(1, "x"), (2, None)], says="Parquet inside"),
    "Arrow file": Odd(_arrow(FRAME), [(1, "x"), (2, None)], name="odd.feather"),
    "Arrow stream": Odd(_arrow(FRAME, stream=True), [(1, "x"), (2, None)], name="odd.arrows"),
    "JSON Lines with keys at times": Odd('{"a": 1}\n{"b": "x"}\n\n{"a": 2.5, "b": null}\n',
                                         [(1.0, None), (None, "x"), (2.5, None)], name="odd.jsonl"),
    "JSON Lines of mixed types": Odd('{"a": 1}\n{"a": "x"}\n{"a": true}\n', [("1",), ("x",), ("true",)],
                                     name="odd.jsonl", says="different types"),
    "JSON Lines with NaN": Odd('{"a": 1.5}\n{"a": NaN}\n', [(1.5,), (None,)], name="odd.jsonl"),
    "JSON Lines, gzip": Odd(gzip.compress(b'{"a": 1}\n'), [(1,)], name="odd.jsonl.gz"),
    "JSON with lists": Odd('[{"v": [0.5, 1], "l": ["x"]}, {"v": [1, 2], "l": []}]',
                           [([0.5, 1.0], ["x"]), ([1.0, 2.0], [])], name="odd.json"),
    "JSON Lines under the wrong name": Odd('{"a": 1}\n{"a": 2}\n', [(1,), (2,)], name="odd.json"),
    "JSON with a whole escaped character": Odd('[{"a": "\\ud83d\\ude00"}]', [("😀",)], name="odd.json"),
    "JSON with times": Odd('[{"d": "2024-01-31"}, {"d": "2024-01-31T10:00:00Z"}]',
                           [(datetime(2024, 1, 31),), (datetime(2024, 1, 31, 10),)], name="odd.json"),
    "tokens in JSON stay": Odd('[{"a": "?"}]', [("?",)], name="odd.json"),
    "tokens in JSON as told": Odd('[{"a": "?"}, {"a": "x"}]', [(None,), ("x",)], name="odd.json",
                                  options={"missing": ("?",)}),
}  # fmt: skip


@pytest.mark.parametrize("case", BAD.values(), ids=BAD.keys())
def test_a_malformed_file_is_told(case: Bad, written: Callable[..., Loaded]) -> None:
    with pytest.raises(AuditError) as caught:
        written(case.content, case.name, **case.options)
    error = caught.value
    assert case.says in str(error)
    assert error.exit_code == case.code
    assert case.code == 2 or isinstance(error, DataError)
    if isinstance(error, DataError):
        assert (error.line, Path(error.path).name) == (case.line or error.line, case.name)
        assert error.remedy.endswith(".")
        assert case.line is None or f"{case.name}:{case.line}: " in str(error)


@pytest.mark.parametrize("case", ODD.values(), ids=ODD.keys())
def test_an_odd_file_is_read(case: Odd, written: Callable[..., Loaded], cells: Callable[..., Any]) -> None:
    loaded = written(case.content, case.name, **case.options)
    assert cells(loaded) == case.rows
    assert [column.name for column in loaded.columns] == (case.names or [column.name for column in loaded.columns])
    told = " ".join([*loaded.source.notes, *loaded.source.dialect.values(), *loaded.source.dialect])
    assert case.says in told
    assert (loaded.source.rows_in_file, loaded.source.rows_read) == (len(case.rows), len(case.rows))


def test_a_missing_file_names_its_neighbour(tmp_path: Path, scratch: Path) -> None:
    (tmp_path / "train.csv").write_text(TABLE)
    with pytest.raises(DataError, match=r"no such file.*Did you mean .*train\.csv"):
        read(tmp_path / "trian.csv", ReadOptions(), scratch)


def test_a_folder_without_parts(tmp_path: Path, scratch: Path) -> None:
    (tmp_path / "folder").mkdir()
    with pytest.raises(DataError, match="a folder without Parquet files"):
        read(tmp_path / "folder", ReadOptions(), scratch)


def test_no_permission(tmp_path: Path, scratch: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "table.csv"
    path.write_text(TABLE)

    def refused(self: Path, *args: Any, **kwargs: Any) -> None:
        raise PermissionError(13, "Permission denied", str(self))

    monkeypatch.setattr(Path, "open", refused)  # root may read everything, so the mode would not do
    with pytest.raises(DataError, match="no permission"):
        read(path, ReadOptions(), scratch)


def test_a_folder_of_parts(tmp_path: Path, scratch: Path, cells: Callable[..., Any]) -> None:
    folder = tmp_path / "parts"
    folder.mkdir()
    FRAME.write_parquet(folder / "part-1.parquet")
    FRAME.with_columns(a=pl.col("a") + 10).write_parquet(folder / "part-0.parquet")
    (folder / ".hidden.parquet").write_text("no Parquet")
    (folder / "_SUCCESS").write_text("")
    assert cells(read(folder, ReadOptions(), scratch)) == [(11, "x"), (12, None), (1, "x"), (2, None)]


@pytest.mark.parametrize(
    ("other", "says"),
    [
        (FRAME.rename({"b": "c"}), "lacks b"),
        (FRAME.with_columns(pl.col("a").cast(pl.Float64)), "column 'a' is double here and int64"),
        (FRAME.select("b", "a"), "another order"),
    ],
)
def test_parts_that_differ(other: pl.DataFrame, says: str, tmp_path: Path, scratch: Path) -> None:
    folder = tmp_path / "parts"
    folder.mkdir()
    FRAME.write_parquet(folder / "part-0.parquet")
    other.write_parquet(folder / "part-1.parquet")
    with pytest.raises(DataError, match=rf"part-1\.parquet: .*{says}"):
        read(folder, ReadOptions(), scratch)
