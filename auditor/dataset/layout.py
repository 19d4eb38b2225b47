"""How a text file is laid out: what one needs to know to take it apart again in the same way."""

from __future__ import annotations

from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

#: What stands for a missing cell unless the user says otherwise: pandas' list, and the question mark of UCI.
DEFAULT_MISSING = (
    "", "?", "#N/A", "#N/A N/A", "#NA", "-1.#IND", "-1.#QNAN", "-NaN", "-nan", "1.#IND", "1.#QNAN", "<NA>", "N/A",
    "NA", "NULL", "NaN", "None", "n/a", "nan", "null",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Layout:
    """One delimited file's dialect. `width` is the number of fields each record must have."""

    delimiter: str = ","
    encoding: str = "utf-8"
    bom: int = 0  # bytes before the text: a byte-order mark, a line `sep=;`
    gzip: bool = False
    header: bool = True
    padded: bool = False  # blanks stand after the separators and are no part of the cells
    decimal: str = "."
    width: int = 0
    line: int = 1  # the one the text starts on: `sep=;` above it belongs to no record
    quoted: bool = True  # whether there is any quote at all; if not, a line is a record
    even: bool = False  # each line is known to be one record, none blank: lines need not be looked for


@dataclass(frozen=True, slots=True)
class Guess:
    """A layout with the words that say how each part of it is known, and what a reader should be told."""

    layout: Layout
    dialect: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    notes: tuple[str, ...] = ()
