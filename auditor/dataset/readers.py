"""The one door to data: a file of any supported format, a folder of Parquet parts, or a frame."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from auditor.dataset.options import ReadOptions
    from auditor.dataset.table import Loaded


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
