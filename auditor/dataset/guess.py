"""From a file's first bytes and the user's word to its layout, and the words that say how it is known."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from auditor.dataset.dialect import decimal_of, delimiter_of, has_header, is_padded, parsed, width_of
from auditor.dataset.layout import Guess, Layout
from auditor.dataset.stored import encoding_of
from auditor.errors import DataError, UsageError

if TYPE_CHECKING:
    from auditor.dataset.options import ReadOptions

#: Stands for the delimiter of a file with one column: a character made for it, and found in no text.
_NO_DELIMITER = "\x1f"
#: From this share of like rows on, the row above them that is not is no row.
_REGULAR = 0.9
#: Excel's way to name the delimiter, in a line above the header.
_SEP = re.compile(r"sep=([,;|:^~!#$%&*/\t])\n?", re.IGNORECASE)
_SHOWN = {"\t": "tab", " ": "blank", _NO_DELIMITER: "none"}


def guessed(path: Path, head: bytes, options: ReadOptions, *, unzip: bool) -> Guess:
    """The layout of a delimited file from its first bytes, `width` still open where there is a header.

    Raises UsageError for options that make no sense, DataError for a file without any record.
    """
    check(options)
    encoding, bom, how = encoding_of(head, options.encoding)
    lines = _sample_lines(head[bom:], encoding)
    named = _SEP.fullmatch(lines[0])
    if named:  # as Excel writes it, and heeds it
        options = options if options.delimiter else replace(options, delimiter=named[1])
        check(options)
        bom += len(_first_line(head[bom:], encoding))
        lines = lines[1:]
    dialect = {"encoding": f"{encoding} ({how})", **({"compression": "gzip"} if unzip else {})}
    delimiter, how = _delimiter(path, lines, options)
    how = f"by the line sep={delimiter}" if named and delimiter == named[1] else how
    dialect["delimiter"] = f"{_SHOWN.get(delimiter, delimiter)} ({how})"
    _no_comment(path, lines, delimiter, 2 if named else 1)
    padded = is_padded(lines, delimiter)
    rows = parsed(lines, delimiter, padded=padded)
    if not rows:
        raise DataError(str(path), "holds nothing but blank lines", "Check what wrote it: there is nothing to audit.")
    if options.header is None and not options.names:
        _no_title(path, lines, rows, delimiter, 2 if named else 1)
    decimal = options.decimal or decimal_of(rows, delimiter)
    if decimal != ".":
        dialect["decimal"] = f"{decimal} ({'as told' if options.decimal else 'guessed'})"
    if padded:
        dialect["blanks"] = "around the cells, taken off"
    header, how = _header(rows, options)
    dialect["header"] = f"{'yes' if header else 'no'} ({how})"
    width = 0 if header else width_of(rows)
    layout = Layout(delimiter, encoding, bom, unzip, header, padded, decimal, width, 2 if named else 1)
    return Guess(layout, dialect)


def check(options: ReadOptions) -> None:
    """Raise UsageError for options that cannot be meant."""
    delimiter, decimal = options.delimiter, options.decimal
    if delimiter is not None and (len(delimiter) != 1 or not delimiter.isascii() or delimiter in '"\r\n\0'):
        problem = f"{delimiter!r} is not one ASCII character other than a quote or a line end"
        raise UsageError(problem, "read.delimiter")
    if decimal is not None and decimal not in (".", ","):
        raise UsageError(f"the decimal sign {decimal!r} is neither '.' nor ','", "read.decimal")
    if decimal is not None and decimal == delimiter:
        raise UsageError(f"delimiter and decimal sign are both {decimal!r}", "read.decimal")
    twice = [name for name in options.names if options.names.count(name) > 1]
    if twice:
        raise UsageError(f"the column name {twice[0]!r} was given more than once", "read.names")


def _first_line(text: bytes, encoding: str) -> bytes:
    """The bytes of the first line with its end."""
    decoded = text[:64].decode(encoding, errors="ignore")
    end = re.search(r"\r\n|\r|\n", decoded)
    return decoded[: end.end() if end else None].encode(encoding)


def _no_comment(path: Path, lines: list[str], delimiter: str, line: int) -> None:
    """Refuse a comment above the header, which would be taken for it; a header may begin with # as well."""
    above = next((at for at, text in enumerate(lines) if not text.startswith("#")), len(lines))
    below = [row for row in _cut(lines[above:], delimiter) if row]
    if not above or not below:
        return
    first = _cut(lines[:1], delimiter)[0]
    if above == 1 and len(first) == width_of(below):
        return
    many = f"the first {above} lines begin with # and are comments" if above > 1 else "begins with # and is a comment"
    remedy = f"Take such lines out, as `tail -n +{above + line}` does, and audit that."
    raise DataError(str(path), f"{many}, not a header", remedy, line)


def _no_title(path: Path, lines: list[str], rows: list[list[str]], delimiter: str, line: int) -> None:
    """Refuse a title above the header: one field over a table of several, of which nearly all rows have as many."""
    below, width = rows[1:], width_of(rows[1:])
    if len(rows[0]) > 1 or width < 2 or sum(len(row) == width for row in below) < _REGULAR * len(below):
        return
    above = next(at for at, text in enumerate(lines) if len((parsed([text], delimiter) or [[]])[0]) == width)
    problem = (
        f"holds {rows[0][0].strip()[:60]!r} alone, where the lines below hold {width} fields: a title, not a header"
    )
    raise DataError(str(path), problem, f"Take it out, as `tail -n +{above + line}` does, and audit that.", line)


def _cut(lines: list[str], delimiter: str) -> list[list[str]]:
    """The records of a sample, cut at the delimiter that fits them: a comment above may have hidden it."""
    found = delimiter if delimiter != _NO_DELIMITER else delimiter_of(lines) or delimiter
    return parsed(lines, found)


def plain_layout(layout: Layout) -> Layout:
    """The same layout once the text is UTF-8, without mark or compression."""
    return replace(layout, encoding="utf-8", bom=0, gzip=False)


def _sample_lines(head: bytes, encoding: str) -> list[str]:
    text = head.decode(encoding, errors="replace")
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    whole = lines[:-1] if len(lines) > 2 and len(head) >= 1 << 17 else lines  # the sample's end cuts a line
    return [line.replace("\0", "") + "\n" for line in whole]


def _delimiter(path: Path, lines: list[str], options: ReadOptions) -> tuple[str, str]:
    if options.delimiter:
        return options.delimiter, "as told"
    prefer = "\t" if path.name.removesuffix(".gz").endswith((".tsv", ".tab")) else None
    found = delimiter_of(lines, prefer=prefer)
    if found is None:
        return _NO_DELIMITER, "one column"
    return found, "guessed"


def _header(rows: list[list[str]], options: ReadOptions) -> tuple[bool, str]:
    if options.header is not None:
        return options.header, "as told"
    if options.names:
        return False, "names were given"
    header, why = has_header(rows)
    return header, f"guessed: {why}"
