"""JSON with some values of one key changed, and every other byte as it was."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from auditor.dataset.layout import Layout
from auditor.dataset.lines import lines_of
from auditor.dataset.records import lines_in
from auditor.dataset.stored import opened_bytes
from auditor.dataset.table import Source
from auditor.review.delimited import opened_output
from auditor.review.labels import Cell, number_of
from auditor.review.spelling import commonest, example_rows

_DECODER = json.JSONDecoder()
_JSON_NUMBER = re.compile(r"-?\d+(\.\d+)?([eE][-+]?\d+)?")
_BLANK = " \t\r\n"


def rewrite_json_lines(
    source: Source, key: str, labels: Sequence[str], changes: Mapping[int, Cell], output: Path, *, zipped: bool
) -> None:
    """Copy the file with the value under `key` of each row in `changes` replaced by its new class.

    A class is written as the file writes it elsewhere (`1`, `"1"`); a new one is a string, or a number where it
    stands for one; a list is one of strings. An object without the key gets it as its last.
    """
    layout = source.layout
    assert layout is not None  # every JSON Lines file has one
    path = Path(source.paths[0])
    words = {cell for cell in changes.values() if isinstance(cell, str)}
    examples = example_rows(labels, words)
    lines = lines_of(source, {*changes, *examples})
    asked = {lines[row]: name for row, name in examples.items()}
    wanted = {lines[row]: name for row, name in changes.items()}
    with lines_in(path, layout) as text:
        seen = [(asked[at], _value(line, key)) for at, line in enumerate(text, start=1) if at in asked]
    spelled = commonest(seen, words)
    with opened_bytes(path, unzip=layout.gzip) as stream, opened_output(output, zipped=zipped) as out:
        out.write(stream.read(layout.bom))
        with lines_in(path, layout) as text:
            for at, line in enumerate(text, start=1):
                new = line
                if (cell := wanted.get(at)) is not None:
                    known = spelled[cell] if isinstance(cell, str) else None
                    new = replaced(line, key, known or _spelled(cell, _value(line, key)))
                out.write(new.encode(layout.encoding, _errors(layout)))


def _spelled(cell: Cell, old: str) -> str:
    """The JSON text of what the file does not hold elsewhere."""
    if isinstance(cell, str) and number_of(cell) is not None and _JSON_NUMBER.fullmatch(old):
        return cell
    return json.dumps(cell, ensure_ascii=False)


def _errors(layout: Layout) -> str:
    return "strict" if layout.encoding.startswith(("utf-16", "utf-32")) else "surrogateescape"


def value_span(text: str, key: str) -> tuple[int, int] | None:
    """Where the value under a key of the object stands in its text; None where it has no such key."""
    at = _past_blanks(text, text.index("{") + 1)
    while text[at] != "}":
        name, at = _DECODER.raw_decode(text, at)
        at = _past_blanks(text, _past_blanks(text, at) + 1)  # the colon
        start = at
        _, at = _DECODER.raw_decode(text, at)
        if name == key:
            return start, at
        at = _past_blanks(text, at)
        if text[at] == ",":
            at = _past_blanks(text, at + 1)
    return None


def _past_blanks(text: str, at: int) -> int:
    while text[at] in _BLANK:
        at += 1
    return at


def _value(text: str, key: str) -> str:
    span = value_span(text, key)
    return text[slice(*span)] if span else "null"


def replaced(text: str, key: str, value: str) -> str:
    """The text of an object with another value (JSON text) under the key."""
    if span := value_span(text, key):
        return text[: span[0]] + value + text[span[1] :]
    end = text.rindex("}")
    comma = "" if text[:end].rstrip(_BLANK).endswith("{") else ", "
    return f"{text[:end].rstrip(_BLANK)}{comma}{json.dumps(key, ensure_ascii=False)}: {value}{text[end:]}"
