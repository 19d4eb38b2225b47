"""Writes the sample data of this folder anew; equal code gives equal bytes."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent


def files() -> dict[str, str]:
    """The text of every file that is made here, by its name."""
    sys.path.insert(0, str(HERE.parent))
    from sample_data.makers import contract, hiring, hiring_clean, shipped, tickets

    made: dict[str, str] = {}
    for part in (hiring_clean.files(), hiring.files(), contract.files(), shipped.files(), tickets.files()):
        made |= part
    return made


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--to", type=Path, default=HERE, help="the folder to write to (default: this one)")
    folder: Path = parser.parse_args().to
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in files().items():
        (folder / name).write_bytes(text.encode())
        print(f"{name}: {len(text.encode()):,} bytes")


if __name__ == "__main__":
    main()
