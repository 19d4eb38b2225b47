"""Real data sets, as they were found; named by the environment variable DATAAUDIT_REALDATA."""

from __future__ import annotations

import os
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def realdata() -> Path:
    """The folder of real data sets; skips where there is none."""
    folder = os.environ.get("DATAAUDIT_REALDATA")
    if not folder:
        pytest.skip("DATAAUDIT_REALDATA names no folder of real data")
    return Path(folder)
