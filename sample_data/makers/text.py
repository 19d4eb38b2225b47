"""Tables and truth as text, spelled the same on every machine."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

#: A row of a table: column → the cell as it stands in the file.
Row = dict[str, str]


def csv_text(rows: Sequence[Mapping[str, str]]) -> str:
    """A CSV file with a header, LF at line ends and quotes where they are needed."""
    lines = io.StringIO()
    writer = csv.DictWriter(lines, list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return lines.getvalue()


def jsonl_text(rows: Iterable[Mapping[str, str]]) -> str:
    """One JSON object a line."""
    return "".join(json.dumps(row) + "\n" for row in rows)


def truth_text(head: Mapping[str, Any], planted: Sequence[Mapping[str, Any]]) -> str:
    """The truth beside a table: what it is, and what was planted, one field a line."""
    fields = [f" {json.dumps(key)}: {json.dumps(value)}" for key, value in head.items()]
    entries = [
        "  {\n" + ",\n".join(f"   {json.dumps(k)}: {json.dumps(v)}" for k, v in entry.items()) + "\n  }"
        for entry in planted
    ]
    fields.append(' "planted": [\n' + ",\n".join(entries) + "\n ]")
    return "{\n" + ",\n".join(fields) + "\n}\n"
