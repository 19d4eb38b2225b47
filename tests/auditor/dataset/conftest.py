"""Small files written where a test needs them, and read."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from auditor.dataset.options import ReadOptions
from auditor.dataset.readers import read
from auditor.dataset.table import ROW, Loaded

Read = Callable[..., Loaded]


@pytest.fixture
def scratch(tmp_path: Path) -> Path:
    folder = tmp_path / "scratch"
    folder.mkdir()
    return folder


@pytest.fixture
def written(tmp_path: Path, scratch: Path) -> Read:
    """Write the content to a file of that name and read it."""

    def written(content: str | bytes, name: str = "table.csv", **options: Any) -> Loaded:
        path = tmp_path / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return read(path, ReadOptions(**options), scratch)

    return written


@pytest.fixture
def cells() -> Callable[[Loaded], list[tuple[Any, ...]]]:
    """All rows as tuples, the ordinal checked and left out."""

    def cells(loaded: Loaded) -> list[tuple[Any, ...]]:
        rows = loaded.frame.collect().rows()
        assert loaded.frame.collect_schema().names()[0] == ROW
        assert [row[0] for row in rows] == list(range(len(rows)))
        return [tuple(row[1:]) for row in rows]

    return cells


@pytest.fixture
def real_data() -> Path:
    """The folder of real data sets; skips where there is none."""
    folder = os.environ.get("DATAAUDIT_REALDATA")
    if not folder:
        pytest.skip("DATAAUDIT_REALDATA names no folder of real data")
    return Path(folder)
