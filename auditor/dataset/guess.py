"""From a file's first bytes and the user's word to its layout, and the words that say how it is known."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from auditor.dataset.dialect import decimal_of, delimiter_of, has_header, is_padded, parsed, width_of
from auditor.dataset.layout import Guess, Layout
from auditor.dataset.stored import encoding_of
from auditor.errors import DataError, UsageError

if TYPE_CHECKING:
    from auditor.dataset.readers import ReadOptions

#: Stands for the delimiter of a file with one column: a character made for it, and found in no text.
_NO_DELIMITER = "\x1f"
_SHOWN = {"\t": "tab", " ": "blank", _NO_DELIMITER: "none"}


def guessed(path: Path, head: bytes, options: ReadOptions, *, unzip: bool) -> Guess:
    """The layout of a delimited file from its first bytes, `width` still open where there is a header.

    Raises UsageError for options that make no sense, DataError for a file without any record.
    """
    check(options)
    encoding, bom, how = encoding_of(head, options.encoding)
    lines = _sample_lines(head[bom:], encoding)
    dialect = {"encoding": f"{encoding} ({how})", **({"compression": "gzip"} if unzip else {})}
    delimiter, how = _delimiter(path, lines, options)
    dialect["delimiter"] = f"{_SHOWN.get(delimiter, delimiter)} ({how})"
    padded = is_padded(lines, delimiter)
    rows = parsed(lines, delimiter, padded=padded)
    if not rows:
        raise DataError(str(path), "holds nothing but blank lines", "Check what wrote it: there is nothing to audit.")
    decimal = options.decimal or decimal_of(rows, delimiter)
    if decimal != ".":
        dialect["decimal"] = f"{decimal} ({'as told' if options.decimal else 'guessed'})"
    if padded:
        dialect["blanks"] = "around the cells, taken off"
    header, how = _header(rows, options)
    dialect["header"] = f"{'yes' if header else 'no'} ({how})"
    layout = Layout(delimiter, encoding, bom, unzip, header, padded, decimal, 0 if header else width_of(rows))
    return Guess(layout, dialect)


def check(options: ReadOptions) -> None:
    """Raise UsageError for options that cannot be meant."""
    delimiter, decimal = options.delimiter, options.decimal
    if delimiter is not None and (len(delimiter) != 1 or not delimiter.isascii() or delimiter in '"\r\n\0'):
        raise UsageError(f"the delimiter {delimiter!r} is not one ASCII character other than a quote or a line end")
    if decimal is not None and decimal not in (".", ","):
        raise UsageError(f"the decimal sign {decimal!r} is neither '.' nor ','")
    if decimal is not None and decimal == delimiter:
        raise UsageError(f"delimiter and decimal sign are both {decimal!r}")
    twice = [name for name in options.names if options.names.count(name) > 1]
    if twice:
        raise UsageError(f"the column name {twice[0]!r} was given more than once")


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
