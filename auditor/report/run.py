"""What a run was made with, and what it took."""

from __future__ import annotations

import platform
import sys
from importlib.metadata import PackageNotFoundError, version

_SHOWN = (
    "polars",
    "pyarrow",
    "narwhals",
    "pandas",
    "scikit-learn",
    "fairlearn",
    "pandera",
    "great-expectations",
)


def tool_version() -> str:
    """The installed version of dataaudit."""
    try:
        return version("dataaudit")
    except PackageNotFoundError:
        return "unknown"


def versions() -> dict[str, str]:
    """Python, and the libraries that the results may hang on."""
    found = {"python": platform.python_version()}
    for name in _SHOWN:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return found


def peak_memory_bytes() -> int | None:
    """The most memory this process has held; None where the system does not tell."""
    try:
        import resource
    except ImportError:  # Windows
        return None
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024
