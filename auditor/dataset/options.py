"""How data is to be read, where the guesses are not to be trusted."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ReadOptions:
    """How to read, where the reader's guesses are not to be trusted. Everything left out is guessed, and said."""

    delimiter: str | None = None
    encoding: str | None = None
    header: bool | None = None  # None: guess
    names: tuple[str, ...] = ()  # for a file without header; with header=True they replace the header's names
    decimal: str | None = None
    missing: tuple[str, ...] | None = None  # replaces the default tokens; typed formats only heed it when given
    skip_bad_lines: bool = False
