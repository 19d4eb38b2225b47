"""A peer lives in an environment of its own: several do not install beside what we run on."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path


def peer_python(folder: Path, packages: Sequence[str]) -> Path:
    """The interpreter of an environment with these packages in it, made under `folder` where it is not there yet."""
    python = folder / "bin" / "python"
    if not (folder / "ready").exists():
        print(f"making the peer's environment in {folder} …", file=sys.stderr)
        subprocess.run([sys.executable, "-m", "venv", folder], check=True)
        subprocess.run([python, "-m", "pip", "install", "--quiet", *packages], check=True)
        (folder / "ready").touch()
    return python
