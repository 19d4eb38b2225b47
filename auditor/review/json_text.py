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
    spelled, as_text, as_number = (
        commonest([(name, value) for name, value in seen if holds(value)], words)
        for holds in (bool, _is_text, _JSON_NUMBER.fullmatch)
    )
    with opened_bytes(path, unzip=layout.gzip) as stream, opened_output(output, zipped=zipped) as out:
        out.write(stream.read(layout.bom))
        with lines_in(path, layout) as text:
            for at, line in enumerate(text, start=1):
                new = line
                if (cell := wanted.get(at)) is not None:
                    old = _value(line, key)
                    alike = as_number if _JSON_NUMBER.fullmatch(old) else as_text if _is_text(old) else spelled
                    new = replaced(line, key, _spelled(cell, old, alike, spelled))
                out.write(new.encode(layout.encoding, _errors(layout)))


def _spelled(cell: Cell, old: str, alike: Mapping[str, str | None], spelled: Mapping[str, str | None]) -> str:
    """The JSON text of a cell: as rows whose value is like the `old` one, a number or a text, write it.

    Else a number stays a number, and a number in a text one, where the file holds both; any other class is written
    as it is elsewhere.
    """
    if not isinstance(cell, str):
        return json.dumps(cell, ensure_ascii=False)
    if (same := alike[cell]) is not None:
        return same
    if number_of(cell) is not None and _JSON_NUMBER.fullmatch(old) and _JSON_NUMBER.fullmatch(cell):
        return cell
    if _is_text(old) and number_of(json.loads(old)) is not None:
        return json.dumps(cell, ensure_ascii=False)
    return spelled[cell] or json.dumps(cell, ensure_ascii=False)


def _is_text(value: str) -> bool:
    return value.startswith('"')


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
