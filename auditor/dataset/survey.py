"""One fast look at every byte of a text file: its digest, and what the fast reader has to know beforehand."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

_CHUNK = 1 << 20
_QUOTE = 0x22


@dataclass(frozen=True, slots=True)
class Survey:
    """What a pass over the bytes has shown. `tidy`: each quote opens, closes or doubles by the book (RFC 4180).

    `lines` counts the physical ones; None where a carriage return stands alone, which may end a line or not.
    """

    digest: str
    size: int
    quotes: bool
    tidy: bool
    nul: bool
    ascii: bool
    lines: int | None


def surveyed(path: Path, delimiter: str, start: int = 0) -> Survey:
    """Read the file once; quotes are judged from byte `start` on (behind a byte-order mark)."""
    digest, size, nul, ascii_only = hashlib.sha256(), 0, False, True
    quotes, lines = QuoteCheck(delimiter), _LineCount()
    with path.open("rb") as file:
        head = file.read(start)
        digest.update(head)
        size += len(head)
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
            size += len(chunk)
            nul = nul or b"\0" in chunk
            ascii_only = ascii_only and chunk.isascii()
            quotes.add(chunk)
            lines.add(chunk)
    tidy = quotes.finished()
    return Survey(digest.hexdigest(), size, quotes.seen, tidy, nul, ascii_only, lines.finished())


class _LineCount:
    """The physical lines of a stream."""

    def __init__(self) -> None:
        self._ends = self._returns = self._pairs = 0
        self._last = b"\n"

    def add(self, chunk: bytes) -> None:
        self._ends += chunk.count(b"\n")
        if b"\r" in chunk:
            self._returns += chunk.count(b"\r")
            self._pairs += chunk.count(b"\r\n")
        self._pairs += self._last == b"\r" and chunk[:1] == b"\n"
        self._last = chunk[-1:]

    def finished(self) -> int | None:
        """The last line may lack its end."""
        return self._ends + (self._last != b"\n") if self._returns == self._pairs else None


class QuoteCheck:
    """Whether all quotes of a stream are by the book, found without parsing it.

    By the book, the quotes of a file open and close in turn, a doubled one counting as both: an opening quote
    follows a separator or another quote, a closing one is followed by a separator or another quote. A file that
    passes has one reading only; one that does not may still be fine, and is read the exact way.
    """

    def __init__(self, delimiter: str) -> None:
        self.seen, self.tidy = False, True
        self._carry = b"\n"  # the byte before, and from the second chunk on the last byte, not yet judged
        self._count = 0
        self._separators = delimiter.encode() + b"\r\n"

    def add(self, chunk: bytes) -> None:
        """Judge all bytes but the last, whose successor is not known yet."""
        if not self.tidy:
            return
        if not self.seen and b'"' not in chunk:
            self._carry = (self._carry + chunk)[-2:]
            return
        self.seen = True
        block = self._carry + chunk
        if len(block) > 2:
            self._judge(block)
        self._carry = block[-2:]

    def finished(self) -> bool:
        """Judge the end, and tell whether all was by the book."""
        self.add(b"\n")
        return self.tidy and self._count % 2 == 0

    def _judge(self, block: bytes) -> None:
        import numpy as np

        data = np.frombuffer(block, dtype=np.uint8)
        places = np.flatnonzero(data[1:-1] == _QUOTE) + 1
        if not places.size:
            return
        follows = np.zeros(256, dtype=bool)
        follows[list(self._separators + b'"')] = True
        opening = (np.arange(places.size) + self._count) % 2 == 0
        before, after = data[places - 1], data[places + 1]
        # An opening quote after a quote is the second half of a doubled one: its fellow closed just before.
        self.tidy = bool(np.all(np.where(opening, follows[before], follows[after])))
        self._count += places.size
