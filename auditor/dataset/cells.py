"""Cells that a person opens in a spreadsheet: shown, never run, and read back as they were."""

from __future__ import annotations

import re

#: A spreadsheet takes a cell that starts so for a formula, or, after a tab or a line end, what follows it.
_ACTIVE = ("=", "+", "-", "@", "\t", "\r", "\n")
_NUMBER = re.compile(r"-?(\d+(\.\d*)?|\.\d+)([eE][-+]?\d+)?")


def shielded(text: str, most: int | None = None) -> str:
    """The text as a cell that no spreadsheet runs, cut to `most` characters; what cannot be printed, as an escape.

    An apostrophe is put before what would be a formula, and before what starts with one that was put there.
    """
    if most is not None and len(text) > most:
        text = text[: most - 1] + "…"
    text = "".join(c if c.isprintable() or c in "\n\t" else repr(c)[1:-1] for c in text)
    return f"'{text}" if _runs(text.lstrip("' ")) and not _NUMBER.fullmatch(text) else text


def unshielded(text: str) -> str:
    """What `shielded` was given, as far as it was not cut."""
    inner = text.removeprefix("'")
    return inner if inner != text and _runs(inner.lstrip("' ")) else text


def _runs(text: str) -> bool:
    return text.startswith(_ACTIVE)
