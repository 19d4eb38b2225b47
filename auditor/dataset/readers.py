"""The one door to data: a file of any supported format, a folder of Parquet parts, or a frame."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from auditor.dataset.table import Loaded


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


def read(source: str | os.PathLike[str] | Any, options: ReadOptions, scratch: Path) -> Loaded:
    """Open a path or a frame. What has to be converted goes to `scratch`, which must outlive the result.

    Raises DataError for what cannot be read whole, UsageError for options or objects that make no sense.
    """
    if not isinstance(source, str | os.PathLike):
        from auditor.dataset.frames import read_frame

        return read_frame(source, options)
    from auditor.dataset.opening import opened

    return opened(Path(source), options, scratch)


def read_parts(parts: Mapping[str, str | os.PathLike[str]], options: ReadOptions, scratch: Path) -> Loaded:
    """Open several files with the same columns as one table, with each row's part in a column `split`.

    Types hold for all rows of all parts. Raises DataError where the parts' columns differ, UsageError where they
    have a column `split` already.
    """
    from auditor.dataset.parts import joined

    return joined({name: Path(path) for name, path in parts.items()}, options, scratch)
